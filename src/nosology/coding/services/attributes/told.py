"""A fact that the record tells of an act, with the words that tell it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from nosology.coding.services.catalogue.conditions import Value
from nosology.model.reading import Reading


class Reach(IntEnum):
    """How far from an act its fact may stand."""

    SENTENCE = 1
    BLOCK = 2
    """The sentences that follow, up to the next act of another kind."""
    SECTION = 3
    DOCUMENT = 4
    """The whole document, where it reports one procedure or study."""


@dataclass(frozen=True, slots=True)
class Told:
    """A value at its place in the document.

    Attributes:
        value: what is told, numbers in the attribute's own unit (centimeters, minutes).
        within: further values that it is part of, such as the region that holds a site.
    """

    value: Value
    start: int
    end: int
    within: frozenset[str] = frozenset()

    @property
    def values(self) -> tuple[Value, ...]:
        """The value with all that it is part of."""
        return (self.value, *self.within)


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: finds all its values in a document, in the order of the text."""

    name: str
    reach: Reach
    find: Callable[[Reading], list[Told]]
