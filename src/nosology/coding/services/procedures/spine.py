"""The spine: region, levels, joints and spaces, counted from how a record writes vertebrae.

``L4-L5 and L5-S1`` are two spaces and two facet joints; ``L3, L4 and L5 medial branches`` are three
nerves that serve two joints; ``C5 to C7 fusion`` spans two spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from nosology.coding.services.attributes.facts import is_report
from nosology.coding.services.catalogue.conditions import Value
from nosology.coding.services.selection import Group
from nosology.model.reading import Reading
from nosology.model.tables import patterns

HANDLED = frozenset(
    {
        *("epidural-interlaminar", "epidural-transforaminal", "epidural-catheter", "discography"),
        *("facet-injection", "facet-ablation", "kyphoplasty", "vertebroplasty", "laminectomy"),
        *("discectomy", "anterior-cervical-fusion", "anterior-cervical-arthroplasty"),
        *("fusion-anterior-lumbar", "fusion-lateral", "fusion-interbody", "fusion-posterolateral"),
        *("fusion-instrumentation-posterior", "fusion-instrumentation-anterior", "fusion-cage"),
        *("cord-tumor", "basivertebral-ablation"),
    }
)
_PACKAGE = "nosology.coding.services.procedures"
_ORDER = (
    *(f"C{number}" for number in range(1, 8)),
    *(f"T{number}" for number in range(1, 13)),
    *(f"L{number}" for number in range(1, 6)),
    *(f"S{number}" for number in range(1, 6)),
)
_AT = {name: place for place, name in enumerate(_ORDER)}
_PARTS = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "lumbar"}
_REGIONS = {"cervical": "cervical-thoracic", "thoracic": "cervical-thoracic"}
_LUMBAR = "lumbar-sacral"
_PAIR = re.compile(
    r"\b(?P<a>[CTLS])(?P<m>\d{1,2})\s?(?P<by>[-–—/]|to|through|thru)\s?(?P<b>[CTLS])?(?P<n>\d{1,2})\b"
    r"(?!\s?(?:cm|mm|%))(?:\s?[-–/]\s?(?P<c>[CTLS])(?P<o>\d{1,2})\b)?"
)
_ONE = re.compile(r"\b(?P<a>[CTLS])(?P<m>\d{1,2})\b")
_ALA = re.compile(r"\bsacral ala\b", re.IGNORECASE)
_FIRST_SENTENCES = 12


def _words() -> Mapping[str, re.Pattern[str]]:
    return patterns(_PACKAGE, "spine.toml")


def facts(group: Group) -> dict[str, tuple[Value, ...]]:
    """Return region, part, levels, facet joints, spaces and bodies as far as the record tells."""
    text = _text(group)
    pairs = list(_pairs(text))
    ones = _ones(text)
    spaces = _spaces(pairs)
    part = _part(text, pairs, ones)
    region = _REGIONS.get(part, _LUMBAR) if part else ""
    levels = len(spaces) or len(ones)
    joints = _joints(text, spaces, ones)
    return {
        "region": (region,) if region else (),
        "spine-part": (part,) if part else (),
        "spine-levels": _number(levels),
        "facets": _number(joints),
        "interspaces": _number(_spanned(pairs, spaces) or (1 if ones else 0)),
        "bodies": _number(len(ones)),
    }


def _number(count: int) -> tuple[Value, ...]:
    return (Decimal(count),) if count else ()


def _text(group: Group) -> str:
    """Return the sentences that name the act, with what follows where they name no vertebra."""
    reading = group.first.reading
    named = " ".join(dict.fromkeys(act.said for act in group.acts))
    if _ONE.search(named):
        return named
    following = _following(reading, group.first.mention.sentence)
    if _ONE.search(following) or not is_report(reading):
        return f"{named} {following}"
    return reading.text


def _following(reading: Reading, sentence: int) -> str:
    held = reading.sentences[sentence : sentence + _FIRST_SENTENCES]
    return reading.text[held[0].start : held[-1].end] if held else ""


def _pairs(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield each pair of vertebrae with the sign between them (``L4-5``, ``C5 to C7``)."""
    for match in _PAIR.finditer(text):
        first = f"{match['a']}{int(match['m'])}"
        second = (
            f"{match['b'] or _next_letter(match['a'], match['m'], match['n'])}{int(match['n'])}"
        )
        if first in _AT and second in _AT and _AT[first] < _AT[second]:
            yield first, second, match["by"].strip()
            if match["c"]:
                third = f"{match['c']}{int(match['o'])}"
                if third in _AT and _AT[second] < _AT[third]:
                    yield second, third, match["by"].strip()


def _next_letter(letter: str, first: str, second: str) -> str:
    """Return the letter of the second of ``L5-1``: the next region where the number falls."""
    order = "CTLS"
    return letter if int(second) > int(first) else order[min(order.index(letter) + 1, 3)]


def _ones(text: str) -> list[str]:
    """Return each vertebra that is named, once, from above."""
    named = {f"{match['a']}{int(match['m'])}" for match in _ONE.finditer(text)}
    for first, second, _ in _pairs(text):
        named |= {first, second}
    if _ALA.search(text):
        named.add("S1")
    return sorted((name for name in named if name in _AT), key=_AT.__getitem__)


def _spaces(pairs: Sequence[tuple[str, str, str]]) -> set[int]:
    """Return the spaces between neighbors that are named, each by the vertebra above it."""
    return {place for first, second, _ in pairs for place in range(_AT[first], _AT[second])}


def _spanned(pairs: Sequence[tuple[str, str, str]], spaces: set[int]) -> int:
    return len(spaces) if pairs else 0


def _joints(text: str, spaces: set[int], ones: Sequence[str]) -> int:
    """Return the facet joints: the spaces named, or those that the named nerves serve."""
    if _words()["nerves"].search(text) and not _words()["joints"].search(text):
        nerves = len(ones)
        return max(nerves - 1, 0)
    if spaces:
        return len(spaces)
    return max(len(ones) - 1, 0)


def _part(text: str, pairs: Sequence[tuple[str, str, str]], ones: Sequence[str]) -> str:
    """Return the part of the spine: that of the vertebrae named, else the word for it."""
    if pairs:
        first, _, _ = pairs[0]
        # The space between two parts belongs to the upper one, save where it is told otherwise.
        return _PARTS[first[0]]
    if ones:
        return _PARTS[ones[0][0]]
    for part in ("cervical", "thoracic", "lumbar"):
        if _words()[part].search(text):
            return part
    return ""
