"""Specimens: what a pathologist's report lists, each with the level of its examination."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from nosology.coding.services.attributes.numbers import number_of
from nosology.model.reading import Reading
from nosology.model.record import Span
from nosology.model.tables import rows, table

_LABEL = re.compile(
    r"^[ \t]*(?:(?i:specimen|part|jar|container|source)[ \t]*(?:#[ \t]*)?)?"
    r"(?P<label>[A-Z]|\d{1,2})[ \t]*[.):\-][ \t]*(?P<name>[^\s\d].*)$",
    re.MULTILINE,
)
_INLINE = re.compile(
    r"(?:(?<=[\s;,(])|^)(?P<label>[A-H])[.):]\s+(?P<name>[A-Za-z][^;\n]*?)"
    r"(?=;|\n|\s[A-H][.):]\s|$)"
)
_NAMED = re.compile(
    r"\b(?:specimens?(?: submitted| received| source)?|source|tissue submitted|procedure|"
    r"(?:final )?(?:pathologic(?:al)? )?diagnosis|site|dx)\s*:\s*\n?\s*(?P<name>[^\n]+)",
    re.IGNORECASE,
)
_CONTAINERS = re.compile(
    r"\b(?P<n>\d{1,2}|two|three|four|five|six|ten|twelve)\s+(?:separate(?:ly)?\s+)?"
    r"(?:labeled\s+|labelled\s+|identified\s+)*(?:containers?|specimens?|jars?|parts)\b",
    re.IGNORECASE,
)
_MOST_DESCRIBED = 240


@dataclass(frozen=True, slots=True)
class Specimen:
    """One specimen: where it is named, and its level; 0 where the record does not tell it.

    Attributes:
        number: how many such specimens the record counts without naming each.
    """

    label: str
    span: Span
    said: str
    level: int
    number: int = 1


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
    """Return the one specimen of a report without letters, or those that it only counts."""
    names = [
        (match["name"][:_MOST_DESCRIBED], match.span("name"))
        for match in _NAMED.finditer(reading.text)
    ]
    head = reading.text[:_MOST_DESCRIBED]
    names.append((head, (0, len(head.rstrip()))))
    for said, place in names:
        level = level_of(said)
        if level:
            counted = _CONTAINERS.search(reading.text)
            number = int(number_of(counted["n"]) or 1) if counted else 1
            whole = " / ".join(text for text, _ in names[:-1])
            narrow = level_of(f"{said} / {whole}") if whole else level
            return [Specimen("", Span(*place, reading.index), said, narrow or level, number)]
    return []


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
