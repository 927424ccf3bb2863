"""Sides, digits and eyelids: which of the body's pairs or rows, as modifiers name them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from nosology.coding.services.attributes.told import Told
from nosology.language.word_starts import WordStarts
from nosology.model.reading import Reading
from nosology.model.tables import rows, settings, table

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


@dataclass(frozen=True, slots=True)
class _Hint:
    """What a document must hold to name such a place, since most hold none.

    Attributes:
        letters: of which some must stand in the text, where there are any.
        words: of which one must.
    """

    letters: tuple[str, ...]
    words: frozenset[str]


_HINTS = {
    "digit": _Hint(
        ("finger", "thumb", "toe", "hallux", "digit", "pinky"),
        frozenset({"left", "lt", "l", "right", "rt", "r"}),
    ),
    "eyelid": _Hint(
        ("lid", "punct", "lul", "lll", "rul", "rll"),
        frozenset({"upper", "lower", "lul", "lll", "rul", "rll"}),
    ),
    "coronary": _Hint(
        (),
        frozenset(
            {
                *("main", "lmca", "descending", "lad", "diagonal", "d1", "d2", "circumflex"),
                *("lcx", "obtuse", "om", "om1", "om2", "om3", "coronary", "rca", "pda", "ramus"),
            }
        ),
    ),
}


def _named(reading: Reading, attribute: str) -> list[Told]:
    starts, hint = WordStarts.of(reading), _HINTS[attribute]
    if starts.words.keys().isdisjoint(hint.words):
        return []
    if hint.letters and not any(letters in starts.text for letters in hint.letters):
        return []
    found = [
        Told(modifier, match.start(), match.end())
        for name, pattern, modifier in _placed()
        if name == attribute
        for match in pattern.finditer(reading.text)
    ]
    return sorted(found, key=lambda told: (told.start, -told.end))
