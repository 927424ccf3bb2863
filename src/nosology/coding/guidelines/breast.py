"""Chapters 2 and 14: the place of a lump or cancer in the breast, as the record tells it elsewhere.

Examiners and radiologists tell it by the hour of a clock face laid on the breast (``2 o'clock``,
``10:00, 4 cm FN``); the codes tell quadrants.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft
from nosology.model.code import plain
from nosology.model.reading import SectionKind
from nosology.model.record import Span
from nosology.model.tables import rows, table

_LUMPS = {"N6310": "right", "N6320": "left"}
_CANCER = re.compile(r"C509[12](?P<side>[12])")
_SIDES = {"1": "right", "2": "left"}
_SUBJECT = re.compile(
    r"\b(?:breasts?|mass(?:es)?|lumps?|nodules?|lesions?|density|asymmetry|cancer|carcinoma|tumou?r"
    r"|IDC|ILC|distortion|palpable|position|axis|FN)\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?<![\d:/.])(?P<hour>1[0-2]|[1-9])(?::(?P<half>[03]0))?"
    r"(?:\s*(?:-|–|to)\s*(?P<second>1[0-2]|[1-9])(?::[03]0)?)?"
    r"(?:\s*o\W?\s?clock\b"
    r"|(?=[^.;\n]{0,30}(?:\bFN\b|from (?:the )?nipple|\bposition\b|\baxis\b))(?<=:[03]0))",
    re.IGNORECASE,
)
_SIDE = re.compile(r"\b(?P<side>right|left|rt|lt|[RL])\b(?!')", re.IGNORECASE)
_OF_SIDE = {"right": "right", "rt": "right", "r": "right", "left": "left", "lt": "left"}
_OF_SIDE["l"] = "left"
_LINES = frozenset({12, 3, 6, 9})
"""Hours that lie between two quadrants."""
_LEFT_OUT = frozenset({SectionKind.FAMILY_HISTORY, SectionKind.COMPARISON})
_RULE = "breast-by-clock"


@dataclass(frozen=True, slots=True)
class _Place:
    side: str
    hours: frozenset[int]
    words: re.Pattern[str]
    lump: str
    cancer: str


def place_in_breast(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with a lump or cancer of a breast under the code of its place.

    Where the record tells one place of that breast only (ICD-10-CM Tabular List N63, C50).
    """
    if not any(_side(draft.code) for draft in drafts):
        return list(drafts)
    sides = {side for draft in drafts if (side := _side(draft.code))}
    told: dict[str, dict[str, tuple[_Place, Span]]] = {side: {} for side in sides}
    for place, span in _told(case, only=next(iter(sides)) if len(sides) == 1 else ""):
        if place.side in told:
            told[place.side].setdefault(place.lump, (place, span))
    return [_turned(draft, told.get(_side(draft.code), {}), case) for draft in drafts]


def _turned(draft: Draft, told: dict[str, tuple[_Place, Span]], case: Case) -> Draft:
    if len(told) != 1:
        return draft
    ((place, span),) = told.values()
    code = place.lump if draft.code in _LUMPS else f"C50{place.cancer}{draft.code[4:]}"
    if not case.is_billable(code):
        return draft
    turned = replace(draft, code=code, support=(*draft.support, span))
    return turned.because(_RULE, f"({draft.code})")


def _side(code: str) -> str:
    found = _CANCER.fullmatch(code)
    return _SIDES[found["side"]] if found else _LUMPS.get(code, "")


def _told(case: Case, only: str) -> Iterator[tuple[_Place, Span]]:
    """Yield the places that sentences on a breast tell; ``only`` is the one breast spoken of."""
    for reading in case.readings:
        for sentence in reading.sentences:
            if reading.sections[sentence.section].kind in _LEFT_OUT:
                continue
            said = reading.said(sentence)
            if not _SUBJECT.search(said):
                continue
            sides = {_OF_SIDE[found["side"].lower()] for found in _SIDE.finditer(said)}
            side = next(iter(sides)) if len(sides) == 1 else "" if sides else only
            for place, start, end in _places_in(said, side):
                yield place, Span(sentence.start + start, sentence.start + end, reading.index)


def _places_in(said: str, side: str) -> Iterator[tuple[_Place, int, int]]:
    for clock in _CLOCK.finditer(said):
        hours = _hours(clock)
        for place in _places():
            if place.side == side and hours <= place.hours:
                yield place, clock.start(), clock.end()
    for place in _places():
        found = place.words.search(said) if place.side == side else None
        if found:
            yield place, found.start(), found.end()


def _hours(clock: re.Match[str]) -> frozenset[int]:
    """The hours that are told, an hour on a line giving way to the quadrant beside it."""
    hour = int(clock["hour"])
    if clock["half"] == "30" and hour in _LINES:
        return frozenset({hour % 12 + 1})
    hours = {hour, int(clock["second"])} if clock["second"] else {hour}
    return frozenset((hours - _LINES) or hours)


@cache
def _places() -> tuple[_Place, ...]:
    return tuple(
        _Place(
            row["side"],
            frozenset(int(hour) for hour in row["hours"].split()),
            re.compile(row["words"], re.IGNORECASE),
            plain(row["lump"]),
            row["cancer"],
        )
        for row in rows(
            table("nosology.coding.guidelines", "breast_places.tsv"),
            ("side", "hours", "words", "lump", "cancer", "source"),
        )
    )
