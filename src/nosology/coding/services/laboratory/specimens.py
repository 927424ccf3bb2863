"""Specimens: what a pathologist's report lists, each with the level of its examination."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from nosology.coding.tables import rows, table
from nosology.model.reading import Reading
from nosology.model.record import Span

_LABEL = re.compile(
    r"^[ \t]*(?:(?:specimen|part|jar|container|source)\s*(?:#\s*)?)?(?P<label>[A-Z]|\d{1,2})\s*[.):\-]\s*(?P<name>\S.*)$",
    re.MULTILINE,
)
_INLINE = re.compile(
    r"(?:(?<=[\s;,(])|^)(?P<label>[A-H])[.):]\s+(?P<name>[A-Za-z][^;\n]*?)(?=;|\n|\s[A-H][.):]\s|$)"
)
_NAMED = re.compile(
    r"(?:specimens?(?: submitted| received| source)?|source|tissue submitted|procedure|final (?:pathologic(?:al)? )?diagnosis|"
    r"(?:pathologic(?:al)? )?diagnosis|site)\s*:?\s*\n?\s*(?P<name>[^\n]+)",
    re.IGNORECASE,
)
_MOST_DESCRIBED = 240


@dataclass(frozen=True, slots=True)
class Specimen:
    """One specimen: where it is named, and its level; 0 where the record does not tell it."""

    label: str
    span: Span
    said: str
    level: int


def specimens(reading: Reading) -> list[Specimen]:
    """Return the specimens of the report, in the order in which they are first named.

    What is said under the same letter in several parts of the report is of one specimen.
    """
    said: dict[str, list[str]] = {}
    first: dict[str, tuple[int, int]] = {}
    for match in _labelled(reading.text):
        label = match["label"]
        said.setdefault(label, []).append(match["name"])
        first.setdefault(label, match.span("name"))
    found = [
        Specimen(
            label,
            Span(*first[label], reading.index),
            " / ".join(parts),
            level_of(" / ".join(parts)),
        )
        for label, parts in said.items()
    ]
    named = [specimen for specimen in found if specimen.level]
    return named or _single(reading)


def _labelled(text: str) -> list[re.Match[str]]:
    lines = list(_LABEL.finditer(text))
    return lines if lines else list(_INLINE.finditer(text))


def _single(reading: Reading) -> list[Specimen]:
    """Return the one specimen of a report without letters."""
    names = list(_NAMED.finditer(reading.text))
    if not names:
        return []
    said = " / ".join(match["name"][:_MOST_DESCRIBED] for match in names)
    level = level_of(said)
    return [Specimen("", Span(*names[0].span("name"), reading.index), said, level)] if level else []


def level_of(said: str) -> int:
    """Return the level at which such a specimen is examined; 0 where none is known."""
    return next((level for level, pattern in _levels() if pattern.search(said)), 0)


@cache
def _levels() -> tuple[tuple[int, re.Pattern[str]], ...]:
    return tuple(
        (int(row["level"]), re.compile(row["words"], re.IGNORECASE))
        for row in rows(
            table("nosology.coding.services.laboratory", "specimens.tsv"), ("level", "words")
        )
    )
