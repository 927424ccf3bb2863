"""What is installed of a data set, and whether it is what a date asks for."""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from nosology.codesets.updating.calendar import CalendarEdition, Final
from nosology.codesets.updating.catalogue import DataSet

_BARELY_KNOWN = "dates-only"
_DIGITS = re.compile(r"\d")


class State(StrEnum):
    """How an installed data set stands on a date."""

    CURRENT = "current"
    MAY_BE_STALE = "may be stale"
    STALE = "stale"
    INCOMPLETE = "incomplete"
    NOT_INSTALLED = "not installed"

    @property
    def is_stale(self) -> bool:
        """Whether an edition in force is known to be lacking, in whole or in part."""
        return self in {State.STALE, State.INCOMPLETE}


@dataclass(frozen=True, slots=True)
class InstalledEdition:
    """One release in the store.

    Attributes:
        system: name of the code set or other data set as the store holds it.
        valid_to: inclusive; None where no end is known.
        completeness: ``full``, ``titles-only`` or ``dates-only``.
    """

    system: str
    label: str
    valid_from: dt.date
    valid_to: dt.date | None
    completeness: str


@dataclass(frozen=True, slots=True)
class Status:
    """How one data set stands on a date.

    Attributes:
        installed: the newest installed edition that has begun by the date; None where there is
            none.
        in_force: on the date, as the calendar has it.
        next: to begin after the date; None where none is planned.
    """

    data_set: DataSet
    state: State
    installed: InstalledEdition | None
    in_force: CalendarEdition
    next: CalendarEdition | None


def read_installed(connection: sqlite3.Connection) -> tuple[InstalledEdition, ...]:
    """Return every release that the store holds, the oldest first."""
    rows = connection.execute(
        "SELECT system, label, valid_from, valid_to, completeness FROM release"
        " ORDER BY valid_from, system, label, part"
    )
    return tuple(
        InstalledEdition(
            system,
            label,
            dt.date.fromisoformat(valid_from),
            dt.date.fromisoformat(valid_to) if valid_to else None,
            completeness,
        )
        for system, label, valid_from, valid_to, completeness in rows
    )


def status_of(data_set: DataSet, on: dt.date, installed: Iterable[InstalledEdition]) -> Status:
    """Return how the data set stands on the date."""
    in_force = data_set.calendar.in_force(on)
    held = [
        edition
        for edition in installed
        if edition.system in data_set.systems
        and (edition.valid_from <= on or isinstance(data_set.calendar, Final))
    ]
    newest = max(held, key=_age, default=None)
    return Status(
        data_set, _state(data_set, in_force, held), newest, in_force, data_set.calendar.next(on)
    )


def holds(
    edition: CalendarEdition, installed: Sequence[InstalledEdition]
) -> InstalledEdition | None:
    """Return the fullest installed edition that is the calendar's or a later one; None for none.

    A file that carries the history of a data set begins long before its edition does, so the label
    counts too.
    """
    fitting = [
        each
        for each in installed
        if each.valid_from >= edition.valid_from or _is_named_as_new(each.label, edition.label)
    ]
    return max(fitting, key=lambda each: (_is_known(each), _age(each)), default=None)


def _is_named_as_new(label: str, than: str) -> bool:
    """Return whether a label names the edition, a part or revision of it, or a later one.

    ``2026Q3`` is as new as ``2026Q2``, and as new as the yearly edition ``2026``.
    """
    if label.startswith(than):
        return True
    return _DIGITS.sub("0", label) == _DIGITS.sub("0", than) and label >= than


def _is_known(edition: InstalledEdition) -> bool:
    return edition.completeness != _BARELY_KNOWN


def _age(edition: InstalledEdition) -> tuple[dt.date, bool, str]:
    return edition.valid_from, _is_known(edition), edition.label


def _state(data_set: DataSet, in_force: CalendarEdition, held: Sequence[InstalledEdition]) -> State:
    if not held:
        return State.NOT_INSTALLED
    found = holds(in_force, held)
    if found is not None:
        # What is licensed is not waited for: its numbers and dates are all that is due.
        return State.CURRENT if _is_known(found) or data_set.obtain else State.INCOMPLETE
    if in_force.is_certain:
        return State.STALE
    certain: CalendarEdition | None = in_force
    while certain is not None and not certain.is_certain:
        certain = data_set.calendar.before(certain)
    has_certain = certain is not None and holds(certain, held) is not None
    return State.MAY_BE_STALE if has_certain else State.STALE
