"""Groups of services that rules name, such as ``visit``: numbers and ranges of numbers."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from nosology.model.errors import MalformedRow
from nosology.model.tables import parts, rows, table

COLUMNS = ("group", "codes", "source")


@cache
def groups() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the inclusive ranges of numbers of each group, read once.

    Raises:
        MalformedRow: when a group stands twice or a range does not go upward.
    """
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for row in rows(table("nosology.edits", "groups.tsv"), COLUMNS):
        if row["group"] in found:
            raise MalformedRow(row.file, row.line, "group", f"{row['group']!r} stands twice")
        spans = tuple(span(item) for item in parts(row["codes"]))
        if any(len(first) != len(last) or first > last for first, last in spans):
            raise MalformedRow(row.file, row.line, "codes", "has a range that does not go upward")
        found[row["group"]] = spans
    return found


def span(text: str) -> tuple[str, str]:
    """Return first and last number of a range such as ``99202-99215``, or of a single number."""
    first, _, last = text.partition("-")
    return first.strip().upper(), (last or first).strip().upper()


@lru_cache(maxsize=16384)
def groups_of(code: str) -> frozenset[str]:
    """Return the groups that a number is in."""
    spans = _by_beginning().get(code[:1], ())
    return frozenset(name for name, one in spans if lies_in(code, (one,)))


@cache
def _by_beginning() -> dict[str, tuple[tuple[str, tuple[str, str]], ...]]:
    """Return the groups' ranges by the first character of the numbers that may lie in them."""
    found: dict[str, list[tuple[str, tuple[str, str]]]] = {}
    for name, spans in groups().items():
        for first, last in spans:
            for character in range(ord(first[0]), ord(last[0]) + 1):
                found.setdefault(chr(character), []).append((name, (first, last)))
    return {character: tuple(spans) for character, spans in found.items()}


def lies_in(code: str, spans: Iterable[tuple[str, str]]) -> bool:
    """Return whether a number lies in one of some ranges.

    A range of numbers with a letter at their end (``0001U-9999U``) holds only those with the same.
    """
    return any(
        first <= code <= last
        and len(code) == len(first)
        and (code[-1] == first[-1] if first[-1].isalpha() else not code[-1].isalpha())
        for first, last in spans
    )


@cache
def bits() -> dict[str, int]:
    """Return a bit for each group, so that the groups of a claim are one number."""
    return {name: 1 << place for place, name in enumerate(groups())}


@lru_cache(maxsize=16384)
def bits_of(code: str) -> int:
    """Return the bits of the groups that a number is in."""
    return mask(groups_of(code))


def mask(names: Iterable[str]) -> int:
    """Return the bits of groups.

    Raises:
        KeyError: naming a group that is not listed.
    """
    return sum(bits()[name] for name in names)
