"""Nerves: how many conduction studies were made, and how many limbs the needle examined."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache

from nosology.coding.services.acts import Act
from nosology.coding.services.attributes.told import Told
from nosology.coding.services.draft import ServiceCase
from nosology.coding.tables import any_of, settings

_PACKAGE = "nosology.coding.services.diagnostics"
_STUDIES, _NEEDLE = "nerve-conduction", "needle-emg-limb"
_BOTH_SIDES = re.compile(r"\b(?:bilateral|both|right and left|left and right)\b", re.IGNORECASE)
_SIDE = re.compile(r"\b(left|right|L|R)\b")
_LIMB = re.compile(
    r"\b(?:(?P<side>left|right|L|R|bilateral|both)\s+)?(?:upper|lower)\s+(?:extremit(?:y|ies)|limbs?)\b"
    r"|\b(?:(?P<side2>left|right|bilateral|both)\s+)?(?:arms?|legs?)\b",
    re.IGNORECASE,
)
_MOST_LIMBS = 4


def tell(acts: Iterable[Act], case: ServiceCase) -> None:
    """Keep the numbers that a list of nerves and limbs tells where no number is written."""
    for act in acts:
        if act.concept.name == _STUDIES and case.facts.told(act, "ncsstudies") is None:
            count, start, end = _studies(act)
            if count:
                case.facts.derive(act, "ncsstudies", Told(Decimal(count), start, end))
        if act.concept.name == _NEEDLE and case.facts.told(act, "limbs") is None:
            count = _limbs(act)
            if count:
                where = (act.mention.start, act.mention.end)
                case.facts.derive(act, "limbs", Told(Decimal(count), *where))


def _studies(act: Act) -> tuple[int, int, int]:
    """Return how many studies the section lists, and where: each nerve, side and kind is one."""
    text = act.reading.text
    start, end = act.sentence.start, act.section.end
    seen: set[tuple[str, str, str]] = set()
    spans: list[tuple[int, int]] = []
    for match in _nerves().finditer(text, start, end):
        line_start = text.rfind("\n", 0, match.start()) + 1
        line_end = text.find("\n", match.end())
        clause = _clause(
            text, match.start(), max(line_start, start), line_end if line_end > 0 else end
        )
        sides = ["left", "right"] if _BOTH_SIDES.search(clause) else [_side(clause)]
        for side in sides:
            for kind in _kinds(clause):
                seen.add((match.group().lower(), side, kind))
        spans.append(match.span())
    if not spans:
        return 0, 0, 0
    return len(seen), spans[0][0], spans[-1][1]


def _clause(text: str, at: int, start: int, end: int) -> str:
    """Return what stands between the semicolons or stops around a place."""
    before = max(text.rfind(mark, start, at) for mark in (";", ". "))
    after = [place for mark in (";", ". ") if (place := text.find(mark, at, end)) >= 0]
    return text[max(start, before + 1) : min([end, *after])]


def _side(clause: str) -> str:
    found = _SIDE.search(clause)
    return found[1].lower()[0] if found else ""


def _kinds(clause: str) -> list[str]:
    kinds = [name for name, pattern in _kind_words() if pattern.search(clause)]
    return kinds or [""]


def _limbs(act: Act) -> int:
    """Return how many limbs the sentence names, or the section where it names none."""
    for text in (act.said, act.reading.text[act.sentence.start : act.section.end]):
        named: set[tuple[str, str]] = set()
        for match in _LIMB.finditer(text):
            side = (match["side"] or match["side2"] or "").lower()
            part = "upper" if re.search("upper|arm", match.group(), re.IGNORECASE) else "lower"
            sides = ("left", "right") if side in {"bilateral", "both"} else (side,)
            named.update((part, one) for one in sides)
        if named:
            return min(len(named), _MOST_LIMBS)
    return 0


@cache
def _nerves() -> re.Pattern[str]:
    names: Sequence[str] = settings(_PACKAGE, "nerves.toml")["nerves"]
    spelled = "|".join(sorted(names, key=len, reverse=True))
    return re.compile(rf"\b(?:{spelled})\b", re.IGNORECASE)


@cache
def _kind_words() -> tuple[tuple[str, re.Pattern[str]], ...]:
    held = settings(_PACKAGE, "nerves.toml")["kinds"]
    return tuple((name, any_of(patterns)) for name, patterns in held.items())
