"""Numbers of services as tables write them: single ones and ranges of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from nosology.model.tables import parts


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers and ranges of them."""

    ranges: tuple[tuple[str, str], ...]
    _known: dict[str, bool] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What was asked before: the numbers of the catalogue, over and over."""

    def __contains__(self, code: str) -> bool:
        is_held = self._known.get(code)
        if is_held is None:
            is_held = any(first <= code <= last for first, last in self.ranges)
            self._known[code] = is_held
        return is_held


def numbers(cell: str) -> Numbers:
    """Return the numbers of a cell such as ``11055-11057; G0127``."""
    ranges = []
    for part in parts(cell):
        first, _, last = part.partition("-")
        ranges.append((first, last or first))
    return Numbers(tuple(ranges))
