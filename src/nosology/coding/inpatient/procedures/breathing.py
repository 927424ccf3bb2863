"""How long breathing was assisted: hours from times and days in the record."""

from __future__ import annotations

import re

from nosology.coding.inpatient.procedures.acts import Act
from nosology.coding.inpatient.procedures.catalog import Pattern

_HOURS = re.compile(r"(?P<number>\d+(?:\.\d+)?)[- ]*(?P<unit>hours?|hrs?|h\b|days?)", re.IGNORECASE)
_WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_WORD_DAYS = re.compile(
    r"\b(?P<number>one|two|three|four|five|six|seven|eight|nine|ten)[- ](?P<unit>days?|hours?)",
    re.IGNORECASE,
)
_DAY = 24
_LEAST = 24
_MOST = 96


def hours_value(act: Act, pattern: Pattern) -> str | None:
    """Return the duration's value, or None where the record does not tell how long."""
    hours = _hours(act)
    if hours is None:
        return None
    if pattern.qualifier == "K":
        return None
    return "3" if hours < _LEAST else "4" if hours <= _MOST else "5"


def _hours(act: Act) -> float | None:
    for pieces in ((act.own,), act.rest):
        for piece in pieces:
            found = _HOURS.search(piece.text)
            if found:
                amount = float(found["number"])
                return amount * (_DAY if found["unit"].lower().startswith("d") else 1)
            word = _WORD_DAYS.search(piece.text)
            if word:
                amount = _WORDS[word["number"].lower()]
                return amount * (_DAY if word["unit"].lower().startswith("d") else 1)
    return None
