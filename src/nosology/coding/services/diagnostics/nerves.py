"""Nerves: how many conduction studies were made, and how many limbs the needle examined."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache

from nosology.coding.services.acts import Act
from nosology.coding.services.attributes.told import Told
from nosology.coding.services.draft import ServiceCase
from nosology.model.tables import any_of, settings

_PACKAGE = "nosology.coding.services.diagnostics"
_STUDIES, _NEEDLE = "nerve-conduction", "needle-emg-limb"
_BOTH_SIDES = re.compile(r"\b(?:bilateral|both|right and left|left and right)\b", re.IGNORECASE)
_SIDE = re.compile(r"\b(left|right|Left|Right|LEFT|RIGHT|L|R)\b")
_F_WAVE = re.compile(r"\bF[\s-]?waves?\b", re.IGNORECASE)
_MANY_MUSCLES = 5
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
        if act.concept.name == _NEEDLE and case.facts.told(act, "emgextent") is None:
            muscles = _muscles(act)
            if muscles:
                extent = "complete" if muscles >= _MANY_MUSCLES else "limited"
                where = (act.mention.start, act.mention.end)
                case.facts.derive(act, "emgextent", Told(extent, *where))
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
        line_start = max(text.rfind("\n", 0, match.start()) + 1, start)
        line_end = text.find("\n", match.end())
        line_end = end if line_end < 0 else min(line_end, end)
        item = _between_marks(text, match.start(), line_start, line_end, ",;.")
        if _F_WAVE.search(item):
            continue
        clause = _between_marks(text, match.start(), line_start, line_end, ";.")
        for side in _sides(item) or _sides(clause) or [""]:
            seen.update((match.group().lower(), side, kind) for kind in _kinds(item, clause))
        spans.append(match.span())
    if not spans:
        return 0, 0, 0
    return len(seen), spans[0][0], spans[-1][1]


def _between_marks(text: str, at: int, start: int, end: int, marks: str) -> str:
    """Return what stands between the marks around a place."""
    before = max(text.rfind(mark, start, at) for mark in marks)
    after = [place for mark in marks if (place := text.find(mark, at, end)) >= 0]
    return text[max(start, before + 1) : min([end, *after])]


def _sides(part: str) -> list[str]:
    if _BOTH_SIDES.search(part):
        return ["l", "r"]
    return list(dict.fromkeys(match[1].lower()[0] for match in _SIDE.finditer(part)))


def _kinds(item: str, clause: str) -> list[str]:
    for part in (item, clause):
        kinds = [name for name, pattern in _kind_words() if pattern.search(part)]
        if kinds:
            return kinds
    return [""]


def _muscles(act: Act) -> int:
    """Return how many muscles the needle examined, as the section lists them."""
    text = act.reading.text
    return len(
        {
            match.group().lower()
            for match in _muscle_names().finditer(text, act.sentence.start, act.section.end)
        }
    )


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
    return _any_name(names)


@cache
def _muscle_names() -> re.Pattern[str]:
    names: Sequence[str] = settings(_PACKAGE, "nerves.toml")["muscles"]
    return _any_name(names)


def _any_name(names: Sequence[str]) -> re.Pattern[str]:
    spelled = "|".join(sorted(names, key=len, reverse=True))
    return re.compile(rf"\b(?:{spelled})\b", re.IGNORECASE)


@cache
def _kind_words() -> tuple[tuple[str, re.Pattern[str]], ...]:
    held = settings(_PACKAGE, "nerves.toml")["kinds"]
    return tuple((name, any_of(patterns)) for name, patterns in held.items())
