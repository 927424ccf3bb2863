"""Which installed edition of a data set answers for a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from nosology.model.errors import MissingCodeSet

Rows = Callable[..., list[Any]]
"""Puts a question to the store: called with the query and its values, returns the rows."""

Reach = Callable[[int], dt.date | None]
"""Told a release, returns the first day that its rows tell of by their own dates, if any."""


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of a data set, with the releases that it was installed in.

    Attributes:
        releases: numbers of the releases by part; the part is empty where there is one file.
        valid_to: last day; None where there is none.
    """

    data_set: str
    label: str
    valid_from: dt.date
    valid_to: dt.date | None
    releases: dict[str, int]

    def covers(self, on: dt.date) -> bool:
        """Return whether the edition is for the day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class Editions:
    """The installed editions, read from the store on first use."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._by_data_set: dict[str, list[Edition]] | None = None

    def answering(
        self, data_set: str, on: dt.date | None, reach: Reach | None = None
    ) -> Edition | None:
        """Return the edition that answers for the day; None where none does.

        That is the one that is in force on it, of two that overlap the later. Where none is, it is
        the earliest later one whose rows carry dates of their own that go back so far. Without a
        date it is the newest.
        """
        installed = self._installed().get(data_set, [])
        if on is None:
            return installed[-1] if installed else None
        in_force = [edition for edition in installed if edition.covers(on)]
        if in_force:
            return in_force[-1]
        if reach is None:
            return None
        for edition in installed:
            if edition.valid_from > on:
                back_to = [reach(release) for release in edition.releases.values()]
                if all(day is not None and day <= on for day in back_to):
                    return edition
        return None

    def needed(self, data_set: str, on: dt.date | None, reach: Reach | None = None) -> Edition:
        """Return the edition that answers for the day.

        Raises:
            MissingCodeSet: when none does, saying which are installed.
        """
        edition = self.answering(data_set, on, reach)
        if edition is None:
            raise self.missing(data_set, on)
        return edition

    def missing(self, data_set: str, on: dt.date | None) -> MissingCodeSet:
        """Return the error that says what is installed of the data set, and what to do."""
        installed = ", ".join(
            f"{edition.label} ({edition.valid_from} to {edition.valid_to or 'further notice'})"
            for edition in self._installed().get(data_set, [])
        )
        day = f" for {on}" if on else ""
        return MissingCodeSet(
            data_set,
            f"no edition answers{day}; installed: {installed or 'none'}; add the published file "
            "with: nosology codesets add FILE",
        )

    def incomplete(self, edition: Edition, lacking: Iterable[str]) -> MissingCodeSet:
        """Return the error that says which parts of the edition are not installed."""
        return MissingCodeSet(
            edition.data_set,
            f"of edition {edition.label} the files {', '.join(lacking)} are not installed; add "
            "them with: nosology codesets add FILE",
        )

    def _installed(self) -> dict[str, list[Edition]]:
        """Return the editions by data set, from the oldest on."""
        if self._by_data_set is None:
            found: dict[tuple[str, str], Edition] = {}
            for release, data_set, label, part, first, last in self._rows(
                "SELECT release, system, label, part, valid_from, valid_to FROM release"
                " ORDER BY system, valid_from, label, release"
            ):
                edition = found.get((data_set, label))
                if edition is None:
                    edition = found[data_set, label] = Edition(
                        data_set,
                        label,
                        dt.date.fromisoformat(first),
                        dt.date.fromisoformat(last) if last else None,
                        {},
                    )
                edition.releases[part] = release
            by_data_set: dict[str, list[Edition]] = {}
            for edition in found.values():
                by_data_set.setdefault(edition.data_set, []).append(edition)
            self._by_data_set = by_data_set
        return self._by_data_set


class Reader:
    """Has the store and its editions; the families of questions are built on it."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._editions = Editions(rows)


def day_number(on: dt.date) -> int:
    """Return the day as the tables hold it, yyyymmdd."""
    return on.year * 10000 + on.month * 100 + on.day


def day_of(number: int | None) -> dt.date | None:
    """Return the day of a number of the tables; None for none, and for 0, which is not known."""
    return dt.date(number // 10000, number // 100 % 100, number % 100) if number else None
