"""Titles of ICD-10-PCS codes, composed of the labels of their seven values.

The published titles follow patterns: *operation of body part with device, approach*. Each pattern
is a line of ``titles.tsv`` that tells for which codes it holds; the first line that fits a code is
its pattern. Labels that a title words otherwise are in ``wordings.tsv``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib.resources import files

_GROUP = re.compile(r"\[([^\[\]]*)\]")
_PLACE = re.compile(r"\{(\d)(?::([a-z]+))?\}")
_CHARACTER = re.compile(r"\[[^\]]*\]|.")
_NOTHING = frozenset({"None", "No Device", "No Qualifier"})
_SEVERAL = frozenset({"Two", "Three", "Four or More"})


@dataclass(frozen=True, slots=True)
class Pattern:
    """How the titles of some codes are worded.

    Attributes:
        codes: seven characters; a question mark stands for any, brackets for one of several.
        words: the title, with the places of values in braces. What stands in brackets is left out
            where one of its values says nothing (``No Device``).
    """

    codes: str
    words: str


@cache
def patterns() -> tuple[Pattern, ...]:
    """Return the patterns, in the order in which they are tried."""
    return tuple(Pattern(codes, words) for codes, words in _lines("titles.tsv"))


@cache
def _wordings() -> dict[str, str]:
    return dict(_lines("wordings.tsv"))


def _lines(name: str) -> list[tuple[str, str]]:
    table = files(__package__).joinpath(name).read_text(encoding="utf-8")
    lines = [line for line in table.splitlines() if line and not line.startswith("#")]
    return [(left, right) for left, right in (line.split("\t") for line in lines[1:])]


def compose_title(code: str, labels: Sequence[tuple[str, str]]) -> str:
    """Return the title of a code.

    Args:
        code: its seven characters.
        labels: title of the axis and label of the value, for each of them.
    """
    words = pattern_of(code).words

    def group(found: re.Match[str]) -> str:
        inside = found[1]
        for place in _PLACE.finditer(inside):
            if labels[int(place[1]) - 1][1] in _NOTHING:
                return ""
        return inside

    def value(found: re.Match[str]) -> str:
        axis, label = labels[int(found[1]) - 1]
        return _worded(axis, label, found[2] or "")

    return _PLACE.sub(value, _GROUP.sub(group, words))


def pattern_of(code: str) -> Pattern:
    """Return the pattern of a code: the first line that fits it."""
    return next(one for one in _patterns_of(code[:3]) if fnmatchcase(code, one.codes))


@lru_cache(maxsize=1 << 11)
def _patterns_of(table: str) -> tuple[Pattern, ...]:
    """Return the patterns that some code of a table may have."""
    return tuple(one for one in patterns() if fnmatchcase(table, _head(one.codes)))


def _head(codes: str) -> str:
    """Return what a pattern's codes say of the first three characters."""
    return "".join(_CHARACTER.findall(codes)[:3])


def _worded(axis: str, label: str, style: str) -> str:
    if axis == "Approach":
        return label if label.startswith("Via ") else f"{label} Approach"
    if style == "as":
        return label
    return _wordings().get(label) or _inverted(label)


@lru_cache(maxsize=1 << 12)
def _inverted(label: str) -> str:
    """Return the label in the order of speech: ``Wrist Joint, Left`` is the *Left Wrist Joint*."""
    before, comma, last = label.rpartition(", ")
    if not comma:
        return label
    wordings = _wordings()
    if f", {last}" in wordings:
        return f"{wordings.get(before) or _inverted(before)}, {last}"
    worded = f"{last} {wordings.get(before) or _inverted(before)}"
    return f"{worded}s" if last in _SEVERAL else worded
