"""What is weighed for the level of a visit: problems, data, risk and time, each with its words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from nosology.coding.services.draft import ServiceCase
from nosology.model.coding import Element
from nosology.model.record import Span


class Level(IntEnum):
    """How much medical decision making something supports, in the order of the CPT table."""

    NONE = 0
    STRAIGHTFORWARD = 1
    LOW = 2
    MODERATE = 3
    HIGH = 4

    @property
    def word(self) -> str:
        """The level as the table of medical decision making writes it."""
        return self.name.lower()


def level_of(word: str) -> Level:
    """Return the level that a word of the table names; NONE for another word."""
    return Level.__members__.get(word.strip().upper(), Level.NONE)


PARTS = ("problems", "data", "risk", "time", "decision")


@dataclass(frozen=True, slots=True)
class Weighed:
    """One thing that was found, and what it alone supports.

    Attributes:
        part: one of ``PARTS``.
        text: what it is, in plain words.
        key: what makes it one with another of the same part, such as the name of a test.
    """

    part: str
    level: Level
    text: str
    spans: tuple[Span, ...] = ()
    key: str = ""

    def element(self, case: ServiceCase) -> Element:
        """Return it as a line of the worksheet."""
        return Element(self.part, self.level.word, self.text, case.evidence(self.spans))


def highest(weighed: Iterable[Weighed]) -> Level:
    """Return the highest level of what was weighed; NONE for nothing."""
    return max((item.level for item in weighed), default=Level.NONE)


def unique(weighed: Iterable[Weighed]) -> list[Weighed]:
    """Return what was weighed, the first of each key."""
    found: dict[str, Weighed] = {}
    for item in weighed:
        found.setdefault(item.key or item.text, item)
    return list(found.values())
