"""Numbers of services as tables write them: single ones and ranges of them."""

from __future__ import annotations

from dataclasses import dataclass

from nosology.coding.tables import parts


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers and ranges of them."""

    ranges: tuple[tuple[str, str], ...]

    def __contains__(self, code: str) -> bool:
        return any(first <= code <= last for first, last in self.ranges)


def numbers(cell: str) -> Numbers:
    """Return the numbers of a cell such as ``11055-11057; G0127``."""
    ranges = []
    for part in parts(cell):
        first, _, last = part.partition("-")
        ranges.append((first, last or first))
    return Numbers(tuple(ranges))
