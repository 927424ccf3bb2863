"""The port through which edits between codes are read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Pair:
    """A procedure-to-procedure edit in force.

    Attributes:
        column1: the code that is paid; ``column2`` the one that is not, beside it.
        indicator: 0 where no modifier allows both, 1 where one may, 9 where it is not applied.
        release: the edition that says so.
    """

    column1: str
    column2: str
    indicator: int
    release: str


class PairBook(Protocol):
    """Reads the edits between two codes by date of service."""

    def pair(self, one: str, other: str, on: dt.date | None) -> Pair | None:
        """Return the edit on the two codes, in whichever order; None where there is none."""
        ...

    def primaries(self, add_on: str, on: dt.date | None) -> tuple[str, ...] | None:
        """Return the codes that the add-on code may accompany; None where it is no add-on code.

        Empty where the contractor decides.
        """
        ...

    def release(self, on: dt.date | None) -> str | None:
        """Return the edition of the pairs that answers for the date; None where none does."""
        ...
