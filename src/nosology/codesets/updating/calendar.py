"""When editions of a data set begin: which is in force on a date, and which comes next."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

_ONE_DAY = dt.timedelta(days=1)
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_FISCAL_YEAR_BEGINS = 10


@dataclass(frozen=True, slots=True)
class CalendarEdition:
    """One edition as the calendar expects it.

    Attributes:
        valid_to: last day, inclusive; None for an edition that nothing follows.
        is_certain: False where the publisher skips this edition when nothing has changed.
    """

    label: str
    valid_from: dt.date
    valid_to: dt.date | None
    is_certain: bool = True

    def variables(self) -> Mapping[str, str]:
        """Return what an address may name of the edition, such as ``year`` and ``month_name``."""
        begins = self.valid_from
        fiscal_year = begins.year + (begins.month >= _FISCAL_YEAR_BEGINS)
        quarter = (begins.month + 2) // 3
        return {
            "year": f"{begins.year}",
            "yy": f"{begins.year % 100:02}",
            "next_year": f"{begins.year + 1}",
            "fiscal_year": f"{fiscal_year}",
            "month": f"{begins.month:02}",
            "month_name": _MONTHS[begins.month - 1],
            "quarter": f"{quarter}",
            "letter": "abcd"[quarter - 1],
        }


class Calendar(Protocol):
    """Which editions a data set has. Knows no clock: every question carries its date."""

    def in_force(self, on: dt.date) -> CalendarEdition:
        """Return the edition that is in force on the date."""
        ...

    def next(self, on: dt.date) -> CalendarEdition | None:
        """Return the first edition that begins after the date; None where none is planned."""
        ...

    def before(self, edition: CalendarEdition) -> CalendarEdition | None:
        """Return the edition that the given one replaces; None where there is none to return."""
        ...


@dataclass(frozen=True, slots=True)
class YearDay:
    """A day of every year on which an edition begins.

    Attributes:
        is_certain: False where the publisher skips it when nothing has changed.
    """

    month: int
    day: int
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Recurring:
    """Editions that begin on the same days every year, each in force until the next."""

    begins: tuple[YearDay, ...]
    label: str

    def in_force(self, on: dt.date) -> CalendarEdition:
        """Return the edition whose first day is the last one not after the date."""
        return next(
            edition for edition in reversed(self._around(on.year)) if edition.valid_from <= on
        )

    def next(self, on: dt.date) -> CalendarEdition:
        """Return the first edition that begins after the date."""
        return next(edition for edition in self._around(on.year) if edition.valid_from > on)

    def before(self, edition: CalendarEdition) -> CalendarEdition:
        """Return the edition that ends on the day before the given one begins."""
        return self.in_force(edition.valid_from - _ONE_DAY)

    def _around(self, year: int) -> list[CalendarEdition]:
        firsts = sorted(
            (dt.date(each, day.month, day.day), day.is_certain)
            for each in (year - 1, year, year + 1, year + 2)
            for day in self.begins
        )
        return [
            named(self.label, first, following - _ONE_DAY, is_certain=is_certain)
            for (first, is_certain), (following, _) in pairwise(firsts)
        ]


@dataclass(frozen=True, slots=True)
class Final:
    """A data set of which the last edition has been published."""

    edition: CalendarEdition

    def in_force(self, on: dt.date) -> CalendarEdition:
        """Return the last edition, whatever the date."""
        del on
        return self.edition

    def next(self, on: dt.date) -> None:
        """Return None: nothing follows."""
        del on

    def before(self, edition: CalendarEdition) -> None:
        """Return None: no other is offered."""
        del edition


def named(
    template: str, valid_from: dt.date, valid_to: dt.date | None, *, is_certain: bool = True
) -> CalendarEdition:
    """Return the edition that begins on the day, its label made from the template."""
    unnamed = CalendarEdition("", valid_from, valid_to, is_certain)
    return CalendarEdition(filled(template, unnamed.variables()), valid_from, valid_to, is_certain)


def filled(template: str, variables: Mapping[str, str]) -> str:
    """Return the template with each ``{name}`` replaced.

    Braces that hold anything but a name, such as the ``{4}`` of a pattern, stay as they are.

    Raises:
        KeyError: for a name that there is no variable of.
    """
    return _PLACEHOLDER.sub(lambda found: variables[found.group(1)], template)


def unknown_placeholders(template: str) -> set[str]:
    """Return the names in the template that no edition has a variable of."""
    day = dt.date(2000, 1, 1)
    return set(_PLACEHOLDER.findall(template)) - set(CalendarEdition("", day, day).variables())
