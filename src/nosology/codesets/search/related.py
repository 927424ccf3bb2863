"""Words that may stand for another where it is not found: weaker than the same word."""

from __future__ import annotations

import csv
from functools import cache, lru_cache
from importlib.resources import files

from nosology.codesets.search.words import parts, root

_PART = 0.5


@cache
def _table() -> dict[str, tuple[tuple[str, float], ...]]:
    table = files("nosology.codesets.search").joinpath("related.tsv").read_text(encoding="utf-8")
    lines = (line for line in table.splitlines() if line and not line.startswith("#"))
    rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    next(rows)
    found: dict[str, dict[str, float]] = {}
    for word, other, credit in rows:
        if root(word) != root(other):
            found.setdefault(root(word), {})[root(other)] = float(credit)
    return {word: tuple(others.items()) for word, others in found.items()}


def related(stem: str) -> tuple[tuple[str, float], ...]:
    """Return the roots that may stand for this one, and how far each answers it."""
    return _table().get(stem, ())


@lru_cache(maxsize=4096)
def of_parts(word: str) -> tuple[tuple[str, float], ...]:
    """Return the roots of what the parts of a word mean: the places named by all but the last."""
    return tuple((root(part), _PART) for part in parts(word)[:-1])
