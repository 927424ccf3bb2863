"""What people call the procedures of ICD-10-PCS, whose titles are composed of defined words.

``procedures.tsv`` says of patterns of codes what they are called; ``approaches.tsv`` and
``procedure_words.tsv`` what is said for an approach and for words of the titles. A wording says the
name and, of a code that the name alone does not mean, what sets it apart: so the plain code has the
shortest wording and stands first.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

TABLES = ("procedures.tsv", "approaches.tsv", "procedure_words.tsv")

_LENGTH = 7
# Said of a code that differs from what a name means by what its title does not tell.
_PARTICULAR = "particular"
_BEGINNING = 3
_CHARACTER = re.compile(r"\[([0-9A-Z-]+)\]|([0-9A-Z?])")
_ASIDE = re.compile(r"\(([^)]*)\)")
_SIDE = re.compile(r"\b(Right|Left)\b,? ?")
_APPROACH = re.compile(
    r",? (?:Open|External|Percutaneous(?: Endoscopic)?|Via Natural or Artificial Opening"
    r"(?: Endoscopic| with Percutaneous Endoscopic Assistance)?)(?: Approach)?(?=,|$)"
)
# Operations whose object is what is put in, taken out or changed; their body part comes later.
_OBJECT = re.compile(
    r"(?:Insertion of|Introduction of|Transfusion of|Removal of|Revision of|Change) (.+?)"
    r" (?:into|from|in|on) (.+)"
)
_MATTER = re.compile(
    r"(?:Extirpation|Control|Fragmentation|Extracorporeal)\b.*? (?:from|in|of) (.+)"
)
_BODY = re.compile(
    r"(?:(?:Bypass|Map|Release|Repair|Reposition|Supplement|Transfer|Immobilization) (?!of )"
    r"|[^,]*? of )(.+)"
)
_ENDS_BODY = re.compile(r",| (?:with|using|(?<!\d )to|from|into|through) ")


@dataclass(frozen=True, slots=True)
class Procedure:
    """What codes are called.

    Attributes:
        codes: the pattern of the codes.
        meant: pattern of their characters 5 to 7 where the names alone mean them; empty for all.
        names: the names; what stands in parentheses finds them too.
    """

    codes: str
    meant: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    first: tuple[re.Pattern[str], ...]
    codes: re.Pattern[str]
    meant: tuple[re.Pattern[str], ...]
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Title:
    """A title's parts: body part without its side, side, and what follows but the approach."""

    body: str
    side: str
    rest: str


def rows(name: str) -> Iterator[list[str]]:
    """Yield the rows of a table beside this module, without remarks and header."""
    table = files("nosology.codesets.search").joinpath(name).read_text(encoding="utf-8")
    lines = (line for line in table.splitlines() if line and not line.startswith("#"))
    found = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    next(found)
    yield from found


def procedures() -> Iterator[Procedure]:
    """Yield what is known of patterns of codes, in the order of the table."""
    for codes, meant, words in rows("procedures.tsv"):
        yield Procedure(codes, meant, tuple(name.strip() for name in words.split(";")))


def characters(pattern: str) -> list[str]:
    """Return for each character of a pattern the regular expression that it stands for."""
    found = _CHARACTER.findall(pattern)
    if sum(len(several) + 2 if several else 1 for several, _ in found) != len(pattern):
        raise ValueError(f"not a pattern of codes: {pattern!r}")
    return [f"[{several}]" if several else one.replace("?", ".") for several, one in found]


def procedure_words(titled: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield code and wording for what each code is called, of codes given with their titles."""
    by_beginning: dict[str, list[_Rule]] = {}
    for code, title in titled:
        beginning = code[:_BEGINNING]
        if beginning not in by_beginning:
            by_beginning[beginning] = [
                rule
                for rule in _rules()
                if all(one.match(char) for one, char in zip(rule.first, beginning, strict=False))
            ]
        parts: _Title | None = None
        said: set[str] = set()
        for rule in by_beginning[beginning]:
            if rule.codes.match(code):
                if parts is None:
                    parts = _parted(title)
                for wording in _wordings(rule, code, title, parts):
                    if wording not in said:
                        said.add(wording)
                        yield code, wording


def _wordings(rule: _Rule, code: str, title: str, parts: _Title) -> Iterator[str]:
    apart: list[str] = []
    also: list[str] = []
    approach, approaches = _approach(code)
    meant = [not rule.meant or one.match(char) is not None for one, char in _last(rule, code)]
    (also if meant[0] else apart).append(approach)
    also.append(approaches)
    if meant[1] and meant[2]:
        also.append(parts.rest)
    else:
        apart.append(parts.rest or _PARTICULAR)
    also.append(parts.side)
    also.extend(_said_too(title))
    for name, aside in rule.names:
        if "{body}" in name and not parts.body:
            continue
        text = " ".join(filter(None, (name.replace("{body}", parts.body), *apart)))
        known = set(text.casefold().split())
        more = dict.fromkeys(
            word
            for word in " ".join((aside.replace("{body}", parts.body), *also)).split()
            if word.casefold() not in known
        )
        yield f"{text} ({' '.join(more)})" if more else text


def _last(rule: _Rule, code: str) -> Iterator[tuple[re.Pattern[str], str]]:
    anything = _anything()
    return zip(rule.meant or (anything,) * 3, code[4:_LENGTH].ljust(3, "Z"), strict=True)


@cache
def _anything() -> re.Pattern[str]:
    return re.compile(".")


def _parted(title: str) -> _Title:
    plain = _APPROACH.sub("", title)
    put = _OBJECT.match(plain)
    found = _MATTER.match(plain) or _BODY.match(plain)
    if not (put or found):
        return _Title("", "", "")
    whole = put[2] if put else found[1] if found else ""
    end = _ENDS_BODY.search(whole)
    body, rest = (whole[: end.start()], whole[end.start() :]) if end else (whole, "")
    if put:
        rest = f"{put[1]} {rest}"
    side = _SIDE.search(body)
    return _Title(
        _SIDE.sub("", body).strip().replace("(", "").replace(")", ""),
        side[1] if side else "",
        " ".join(re.sub(r"[(),]", " ", rest).split()),
    )


@cache
def _rules() -> tuple[_Rule, ...]:
    found = []
    for one in procedures():
        code = characters(one.codes)
        found.append(
            _Rule(
                tuple(re.compile(char) for char in code[:_BEGINNING]),
                re.compile("".join(code)),
                tuple(re.compile(char) for char in characters(one.meant)),
                tuple(_named(one.names)),
            )
        )
    return tuple(found)


def _named(names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield each name and what else finds it; names of any body part make one, to save room."""
    plain = [(_ASIDE.sub("", name).strip(), " ".join(_ASIDE.findall(name))) for name in names]
    of_body = [one for one in plain if "{body}" in one[0]]
    yield from (one for one in plain if one not in of_body)
    if of_body:
        (name, aside), *others = of_body
        also = (part for other in others for part in (other[0].replace("{body}", ""), other[1]))
        yield name, " ".join(filter(None, (aside, *also)))


@cache
def _approaches() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    return tuple(
        (re.compile("".join(characters(codes))), word, also)
        for codes, word, also in rows("approaches.tsv")
    )


@cache
def _approach_of(place: str) -> tuple[str, str]:
    for pattern, word, also in _approaches():
        if pattern.match(place):
            return word, also
    return "", ""


def _approach(code: str) -> tuple[str, str]:
    """Return the word for a code's approach, and what else is said of it."""
    return _approach_of(code[:5])


@cache
def _title_words() -> tuple[re.Pattern[str], dict[str, str]]:
    words = dict(rows("procedure_words.tsv"))
    longest = sorted(words, key=lambda title: (-len(title), title))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))})(?:\b|(?=s\b))"), words


@lru_cache(maxsize=1)
def _said_too(title: str) -> tuple[str, ...]:
    """Return what finds the title's words too; asked for each name of a code in turn."""
    finding, words = _title_words()
    return tuple(words[found] for found in dict.fromkeys(finding.findall(title)))
