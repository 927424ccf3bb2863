"""What the words of the report say: which value of a code they choose, and what they tell.

``choices.tsv`` lists values with the words that choose them, ``words.toml`` words alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from nosology.model.tables import any_of, parts, patterns, rows, table

_PACKAGE = "nosology.coding.inpatient.procedures"
_COLUMNS = ("choice", "value", "words")


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a code may take, and the words that say so."""

    value: str
    words: re.Pattern[str]


@cache
def _all() -> dict[str, tuple[Choice, ...]]:
    found: dict[str, tuple[Choice, ...]] = {}
    for row in rows(table(_PACKAGE, "choices.tsv"), _COLUMNS):
        line = Choice(row["value"], any_of(parts(row["words"])))
        found[row["choice"]] = (*found.get(row["choice"], ()), line)
    return found


def choices(name: str) -> tuple[Choice, ...]:
    """Return the lines of a choice, in the order of the table."""
    return _all()[name]


def chosen(name: str, text: str) -> str:
    """Return the first value whose words stand in the text; empty for none."""
    return next((line.value for line in choices(name) if line.words.search(text)), "")


def all_chosen(name: str, text: str) -> list[str]:
    """Return every value whose words stand in the text, in the order of the table."""
    return [line.value for line in choices(name) if line.words.search(text)]


@cache
def _together(name: str) -> re.Pattern[str]:
    lines = enumerate(choices(name))
    spelled = "|".join(f"(?P<line{number}>{line.words.pattern})" for number, line in lines)
    return re.compile(spelled, re.IGNORECASE)


def found_in(name: str, text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield each value that the text tells and where it does, in the order of the text.

    Of words that begin at the same place those of the earlier line count.
    """
    for match in _together(name).finditer(text):
        yield choices(name)[int(str(match.lastgroup).removeprefix("line"))].value, match


def words(group: str, name: str) -> re.Pattern[str]:
    """Return what finds the words of a list of ``words.toml``."""
    return patterns(_PACKAGE, "words.toml", group)[name]


def tells(group: str, name: str, text: str) -> bool:
    """Return whether words of a list of ``words.toml`` stand in the text."""
    return words(group, name).search(text) is not None
