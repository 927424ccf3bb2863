"""Numbers that a record tells of an act: lengths, areas, counts, minutes, views, levels.

Every number is told in one unit: centimeters, square centimeters, minutes. Source of the words for
numbers: ``numbers.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

from nosology.coding.services.attributes.told import Told
from nosology.language.word_starts import WordPattern, WordStarts
from nosology.model.reading import Reading
from nosology.model.tables import settings

_PACKAGE = "nosology.coding.services.attributes"
_NUMBER = r"\d{1,4}(?:\.\d{1,3})?|\.\d{1,3}"
_LENGTH = re.compile(
    rf"(?<![\w.])(?P<one>{_NUMBER})\s*(?:(?P<unit1>cm|mm|centimeters?|millimeters?|inch(?:es)?|in\.)\s*)?"
    rf"(?:(?:x|×|by)\s*(?P<two>{_NUMBER})\s*(?:(?P<unit2>cm|mm|centimeters?|millimeters?)\s*)?"
    rf"(?:(?:x|×|by)\s*(?P<three>{_NUMBER})\s*)?)?"
    r"(?P<unit>cm|mm|centimeters?|millimeters?|inch(?:es)?)?(?P<square>\s*(?:2|²|sq\b|squared\b))?",
    re.IGNORECASE,
)
_SQUARE = re.compile(
    rf"(?<![\w.])(?P<number>{_NUMBER})\s*(?:sq\.?\s*cm|cm\s?(?:2|²)|square\s+(?:cm|centimeters?))",
    re.IGNORECASE,
)
_MILLIMETERS = Decimal("0.1")
_INCHES = Decimal("2.54")
_HOURS = Decimal(60)
_CLOCK = r"(?P<{0}h>[01]?\d|2[0-3])[:.]?(?P<{0}m>[0-5]\d)\s*(?P<{0}p>[ap]\.?m\.?)?"
_FROM_TO = re.compile(
    rf"(?<![\d/.-]){_CLOCK.format('a')}\s*[,;]?\s*(?:and\s+)?(?:-|–|—|to|until|through|thru|end(?:ed|ing)?(?:\s+(?:time|at))?:?|stop(?:ped)?(?:\s+(?:time|at))?:?)"
    rf"\s*{_CLOCK.format('b')}(?![\d/-])",
    re.IGNORECASE,
)
_DURATION = re.compile(
    rf"(?<![\w.-])(?:(?P<hours>{_NUMBER})\s*(?:hours?|hrs?|h)\b(?:\s*(?:and\s*)?"
    r"(?P<and>\d{1,2})\s*(?:minutes?|mins?|m)\b)?|(?P<minutes>\d{1,4})\s*-?\s*(?:minutes?|mins?|min)\b)",
    re.IGNORECASE,
)
_DAY = 24 * 60
_HALF = 12


@cache
def _words() -> dict[str, Any]:
    return settings(_PACKAGE, "numbers.toml")


def number_of(text: str) -> Decimal | None:
    """Return the number that digits or a word give; None for neither."""
    written = text.strip().lower()
    if re.fullmatch(_NUMBER, written):
        return Decimal(written)
    value = _words()["numbers"].get(written)
    return Decimal(value) if value is not None else None


def lengths(reading: Reading) -> list[Told]:
    """Return the lengths in centimeters, of several dimensions the longest."""
    found: list[Told] = []
    for match, sizes in _dimensions(reading):
        if not match["square"]:
            found.append(Told(max(sizes), match.start(), match.end()))
    return found


def areas(reading: Reading) -> list[Told]:
    """Return the areas in square centimeters, told as such or as length by width."""
    found = [
        Told(Decimal(match["number"]), match.start(), match.end())
        for match in _SQUARE.finditer(reading.text)
    ]
    found += [
        Told(sizes[0] * sizes[1], match.start(), match.end())
        for match, sizes in _dimensions(reading)
        if len(sizes) > 1
    ]
    return sorted(found, key=lambda told: told.start)


def _dimensions(reading: Reading) -> list[tuple[re.Match[str], list[Decimal]]]:
    found = []
    for match in _LENGTH.finditer(reading.text):
        unit = match["unit"] or match["unit2"] or match["unit1"]
        if unit is None:
            continue
        factor = Decimal(1)
        if unit.lower().startswith("m"):
            factor = _MILLIMETERS
        elif unit.lower().startswith("in"):
            factor = _INCHES
        sizes = [Decimal(match[name]) * factor for name in ("one", "two", "three") if match[name]]
        found.append((match, sizes))
    return found


def minutes(reading: Reading) -> list[Told]:
    """Return the times in minutes, told as such or from one time of day to another."""
    found: list[Told] = []
    for match in _FROM_TO.finditer(reading.text):
        start, end = _clock(match, "a"), _clock(match, "b")
        found.append(Told(Decimal((end - start) % _DAY), match.start(), match.end()))
    taken = [(told.start, told.end) for told in found]
    for match in _DURATION.finditer(reading.text):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        if match["hours"]:
            number = Decimal(match["hours"]) * _HOURS + Decimal(match["and"] or 0)
        else:
            number = Decimal(match["minutes"])
        found.append(Told(number, match.start(), match.end()))
    return sorted(found, key=lambda told: told.start)


def _clock(match: re.Match[str], which: str) -> int:
    hour, minute = int(match[f"{which}h"]), int(match[f"{which}m"])
    half = match[f"{which}p"] or (match["bp"] if which == "a" else None)
    if half and hour <= _HALF:
        hour = hour % _HALF + (_HALF if half.lower().startswith("p") else 0)
    return hour * 60 + minute


@cache
def counting(attribute: str) -> Callable[[Reading], list[Told]]:
    """Return what finds the numbers of an attribute that ``numbers.toml`` has patterns for."""
    held = _words()["counts"][attribute]
    names = "|".join(sorted(_words()["numbers"], key=len, reverse=True))
    number = rf"(?P<n>\d{{1,3}}|{names})"
    patterns = [
        WordPattern.as_written(pattern.replace("<n>", number), re.IGNORECASE)
        for pattern in held["patterns"]
    ]
    fixed = [
        (WordPattern.as_written(row["words"], re.IGNORECASE), Decimal(row["number"]))
        for row in held.get("fixed", ())
    ]

    def find(reading: Reading) -> list[Told]:
        found: list[Told] = []
        starts = WordStarts.of(reading)
        for pattern in patterns:
            for match in pattern.finditer(starts, reading.text):
                value = number_of(match["n"])
                if value is not None:
                    found.append(Told(value, match.start(), match.end()))
        for pattern, value in fixed:
            found += [
                Told(value, match.start(), match.end())
                for match in pattern.finditer(starts, reading.text)
            ]
        return sorted(found, key=lambda told: (told.start, -told.end))

    return find


def counted() -> tuple[str, ...]:
    """Return the names of the attributes that ``counting`` knows."""
    return tuple(_words()["counts"])
