"""Sides, digits and eyelids: which of the body's pairs or rows, as modifiers name them."""

from __future__ import annotations

import re
from functools import cache

from nosology.coding.services.attributes.told import Told
from nosology.coding.tables import rows, settings, table
from nosology.model.reading import Reading

_PACKAGE = "nosology.coding.services.attributes"


_BEGINNINGS = re.compile(
    r"(?<!\w)(?=[blreoBLREO])(?:bi|both|b/|each|left|right|[lr](?:[teul]|(?![a-z]))|o\.?[dsu])"
    r"|(?<=[a-z],) (?=[LR]\.)",
    re.IGNORECASE,
)
"""Where a side may begin to be told; every pattern of ``sides.toml`` begins so."""


@cache
def _sides() -> re.Pattern[str]:
    read = settings(_PACKAGE, "sides.toml")["sides"]
    return re.compile(
        "|".join(rf"(?P<{side}>{'|'.join(patterns)})" for side, patterns in read.items()),
        re.IGNORECASE,
    )


def sides(reading: Reading) -> list[Told]:
    """Return where the document tells a side: ``left``, ``right`` or ``bilateral``."""
    found: list[Told] = []
    text, pattern, end = reading.text, _sides(), 0
    # Tried only where a word for a side may begin, since the pattern is long.
    for start in _BEGINNINGS.finditer(text):
        if start.start() < end:
            continue
        match = pattern.match(text, start.start())
        if match is not None:
            end = match.end()
            found.append(Told(match.lastgroup or "", match.start(), end))
    return found


@cache
def _placed() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    return tuple(
        (row["attribute"], re.compile(row["words"], re.IGNORECASE), row["modifier"])
        for row in rows(
            table(_PACKAGE, "places_of_modifiers.tsv"), ("attribute", "modifier", "words")
        )
    )


def digits(reading: Reading) -> list[Told]:
    """Return where the document names a finger or toe, by its modifier (``FA``, ``T5``)."""
    return _named(reading, "digit")


def eyelids(reading: Reading) -> list[Told]:
    """Return where the document names an eyelid, by its modifier (``E1``)."""
    return _named(reading, "eyelid")


def coronaries(reading: Reading) -> list[Told]:
    """Return where the document names a coronary artery, by its modifier (``LD``)."""
    return _named(reading, "coronary")


_HINTS = {
    "digit": re.compile(r"finger|thumb|toe|hallux|digit|pinky", re.IGNORECASE),
    "eyelid": re.compile(r"lid|punct|[LR][UL]L", re.IGNORECASE),
    "coronary": re.compile(
        r"coronary|descending|circ|diagonal|marginal|ramus|left main|[LR]C[AX]|LAD|PDA|[DO]M?\d|LM",
        re.IGNORECASE,
    ),
}
"""Without one of these a document names no such place; looked for first, since most have none."""


def _named(reading: Reading, attribute: str) -> list[Told]:
    if not _HINTS[attribute].search(reading.text):
        return []
    found = [
        Told(modifier, match.start(), match.end())
        for name, pattern, modifier in _placed()
        if name == attribute
        for match in pattern.finditer(reading.text)
    ]
    return sorted(found, key=lambda told: (told.start, -told.end))
