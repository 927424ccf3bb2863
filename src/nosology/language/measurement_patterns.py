"""How the value of a measurement is written: numbers, units, ranges, dates, and words around it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from nosology.model.reading import Flag

NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?|\.\d+"
_COMPARING = r"[<>≤≥]=?|(?:less|greater|more) than|under|over|above|below"
COMPARATORS = {
    "≤": "<=", "≥": ">=", "less than": "<", "under": "<", "below": "<",
    "greater than": ">", "more than": ">", "over": ">", "above": ">",
}  # fmt: skip
VALUE = re.compile(
    rf"(?P<comparator>{_COMPARING})?\s*(?P<titer>1\s?:\s?)?(?P<value>{NUMBER})"
    r"(?P<s>'?s)?(?![\w])",
    re.IGNORECASE,
)
DIASTOLIC = re.compile(r"\s?(?:/|over)\s?(?P<value>\d{2,3})(?:'?s)?(?!\d|\.\d)", re.IGNORECASE)
UPPER = re.compile(rf"\s?(?:-|–|to)\s?(?P<value>{NUMBER})(?!\w)")
UNIT = re.compile(
    r"\s?(?:x ?)?(?:10[*^]?\d ?/ ?[A-Za-zµμ]+\d?"
    r"|[°º]? ?[A-Za-zµμ°º%]+(?: ?/ ?[A-Za-zµμ0-9.]+){0,2}(?: ?m[2²]| Hg)?|%|/[A-Za-zµμ]+\d?)"
)
RANGE = re.compile(
    r"[\s|,;]*[(\[]?\s*(?:(?:ref(?:erence)?|normal|nl)\.?(?: (?:range|interval|value)s?)?|range)?"
    rf"[:\s]*(?:(?P<low>{NUMBER})\s?(?:-|–)\s?(?P<high>{NUMBER})"
    rf"|(?P<side>[<>≤≥])=?\s?(?P<bound>{NUMBER}))(?![\w/])"
)
DATE = re.compile(
    r"(?:on |from )?[(\[]?(?:(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"|(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{2}(?:\d{2})?))[)\]]?:?(?!\d)"
)
GAP = re.compile(r"[\s:=|~(\t.…+-]+")
SIDE_AFTER = re.compile(
    r"\b(?P<side>elevated|high|low|normal|abnormal)\b|(?<![\w/])(?P<letters>HH|LL|H|L)(?![\w/])"
)
SIDE_BEFORE = re.compile(
    r"\b(?P<side>elevated|high|low|normal|abnormal)(?:\s\w+)?\s*$(?P<letters>)", re.IGNORECASE
)
SIDES = {"normal": Flag.NORMAL, "abnormal": Flag.ABNORMAL}
PER = re.compile(r"/(?:[uµμ]l|mm|l\b|[dm]l)", re.IGNORECASE)
"""After a letter that is a unit's and no analyte's name (``90 K/uL``)."""
CONCENTRATION = re.compile(r"/ ?(?:[dmuµμ]?l|mm|kg|min)\b", re.IGNORECASE)
"""In the unit of a number that the analyte is never given in."""


@dataclass(frozen=True, slots=True)
class Words:
    """The patterns of ``measurements.toml``."""

    between: re.Pattern[str]
    flag: re.Pattern[str]
    flag_before: re.Pattern[str]
    critical: re.Pattern[str]
    not_a_result: re.Pattern[str]
    aimed_at: re.Pattern[str]
    other_specimen: re.Pattern[str]
    earlier: re.Pattern[str]
    from_earlier: re.Pattern[str]
    to_later: re.Pattern[str]
    foreign: re.Pattern[str]


@cache
def words_around() -> Words:
    """Return the patterns of ``measurements.toml``, read once."""
    text = files("nosology.language").joinpath("measurements.toml").read_text(encoding="utf-8")
    read = tomllib.loads(text)
    joined = {name: "|".join(patterns) for name, patterns in read.items()}
    kinds = "|".join(f"(?P<{flag}>{joined[flag]})" for flag in Flag)
    ignoring = re.IGNORECASE
    return Words(
        between=re.compile(rf"(?:{joined['between']})(?!\w)", ignoring),
        flag=re.compile(
            rf"[\s|,;:]*[(\[]?\s*(?P<how>(?:{joined['critical']}|very|slightly|mildly)\s+)?"
            rf"(?:{kinds})(?![\w/])\s*[)\]]?",
            ignoring,
        ),
        flag_before=re.compile(rf"(?:{kinds})\W*$", ignoring),
        critical=re.compile(rf"\b(?:{joined['critical']})\b", ignoring),
        not_a_result=re.compile(joined["not_a_result"], ignoring),
        aimed_at=re.compile(joined["aimed_at"], ignoring),
        other_specimen=re.compile(joined["other_specimen"], ignoring),
        earlier=re.compile(joined["earlier"], ignoring),
        from_earlier=re.compile(rf"[\s,;(]*(?:{joined['from_earlier']})\s+(?:of )?", ignoring),
        to_later=re.compile(rf"\s*(?:{joined['to_later']})\s*", ignoring),
        foreign=re.compile(rf"[\s-]?(?:{joined['foreign']})(?![\w/])", ignoring),
    )
