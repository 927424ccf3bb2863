"""Reading code sets whose codes carry their own dates: ICD-10-PCS, HCPCS Level II and CPT.

Several sources may tell of one code: a package of all numbers with their dates, the official file
of a quarter, a file that a licence gives. A code is valid on a date when a source that covers the
date says so; its title is the best that any of them has.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nosology.codesets.days import date_of, joined, number_of
from nosology.codesets.release import InstalledRelease, Rows
from nosology.model.code import System
from nosology.model.errors import MissingCodeSet

if TYPE_CHECKING:
    from nosology.codesets.pcs.tables import PcsTables

_ROW = "code, release, valid_from, valid_to, title, short_title, title_source, kind, status"

# Of several titles the better source is shown, and of one source the newest edition.
TITLE_SOURCES = ("licensed", "official", "composed", "own", "none")


# The day on which the first codes of ICD-10-PCS began.
_ICD_10_BEGAN = 20151001

# Of how many days the tables of ICD-10-PCS are kept at hand; whoever walks them asks for one.
_TABLES_KEPT = 4


@dataclass(frozen=True, slots=True)
class DatedEntry:
    """A code as it stands on one day.

    Attributes:
        title: empty where none may be shown or none is known.
        title_source: ``official``, ``licensed``, ``composed`` from its axes, ``own`` plain label of
            this project, or ``none``.
        kind: ``code``, ``modifier``, or ``dental`` for codes that are the ADA's, not CMS's.
        valid_from: None where the code is as old as its source reaches back.
        valid_to: inclusive; None where no end is known.
        status: further facts, as ``name=value``.
    """

    code: str
    title: str
    title_source: str
    kind: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    status: tuple[str, ...] = ()

    @property
    def billable(self) -> bool:
        """Whether it may stand on a claim by itself."""
        return self.kind == "code"


@dataclass(frozen=True, slots=True)
class _Row:
    code: str
    release: int
    valid_from: int
    valid_to: int | None
    title: str
    short_title: str
    title_source: str
    kind: str
    status: str

    def holds(self, day: int) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class DatedEntries:
    """The entries of one such code set, from every source that tells of it."""

    def __init__(
        self, rows: Rows, system: System, releases: Mapping[InstalledRelease, int]
    ) -> None:
        self._rows = rows
        self.system = system
        self._releases = {number: release for release, number in releases.items()}
        self._tables: dict[dt.date | None, PcsTables | None] = {}

    @property
    def releases(self) -> tuple[InstalledRelease, ...]:
        """The sources, from the oldest on."""
        return tuple(self._releases.values())

    def covers(self, on: dt.date) -> bool:
        """Return whether a source covers the date of service."""
        return any(release.covers(on) for release in self._releases.values())

    def day(self, on: dt.date | None) -> dt.date:
        """Return the day that answers for the date: itself, or the nearest that is covered.

        Without a date it is the last day of the newest source.
        """
        spans = [
            (release.valid_from, release.valid_to or dt.date.max)
            for release in self._releases.values()
        ]
        if on is None:
            return max(end for _, end in spans)
        nearest = [min(max(on, first), last) for first, last in spans]
        return min(nearest, key=lambda day: (abs((day - on).days), day))

    def label(self, on: dt.date | None) -> str:
        """Return the field's name of the release that the day belongs to."""
        day = self.day(on)
        if self.system is System.ICD10PCS:
            return f"{day.year - (day.month < 4)}-{'04' if 4 <= day.month < 10 else '10'}"
        return f"{day.year}Q{(day.month + 2) // 3}"

    def tables(self, on: dt.date | None) -> PcsTables | None:
        """Return the tables of ICD-10-PCS that answer for the day; None where there are none.

        They are kept, because reading them takes far longer than to look one code up in them.
        """
        if on not in self._tables:
            from nosology.codesets.pcs.tables import PcsTables

            try:
                found: PcsTables | None = PcsTables(self._rows, on)
            except MissingCodeSet:
                found = None
            if len(self._tables) >= _TABLES_KEPT:
                self._tables.clear()
            self._tables[on] = found
        return self._tables[on]

    def find(self, code: str, on: dt.date | None) -> DatedEntry | None:
        """Return the code as it stands on the day; None where it is not valid then."""
        told = self._told(code)
        return self._entry(told, self.day(on)) if told else None

    def validity(self, code: str) -> list[tuple[dt.date, dt.date | None]]:
        """Return from when to when the code was ever valid, the earliest first."""
        spans = joined((row.valid_from, row.valid_to) for row in self._told(code))
        return [(date_of(first), date_of(last) if last else None) for first, last in spans]

    def beginning_with(
        self, beginning: str, on: dt.date | None, limit: int | None = None
    ) -> list[DatedEntry]:
        """Return the codes that begin so and are valid on the day, in order."""
        return self._between(beginning, f"{beginning}~", on, limit)

    def between(
        self, first: str, last: str, on: dt.date | None, limit: int | None = None
    ) -> list[DatedEntry]:
        """Return the codes from the first to the last, both inclusive, valid on the day."""
        return self._between(first, f"{last}~", on, limit)

    def codes(self, on: dt.date | None) -> list[str]:
        """Return every code that is valid on the day, in order, modifiers left out."""
        day, releases = self.day(on), self._covering(self.day(on))
        found = self._rows(
            "SELECT DISTINCT code FROM dated_code WHERE system = ? AND kind = 'code'"
            f" AND release IN ({_marks(releases)}) AND valid_from <= ?"
            " AND (valid_to IS NULL OR valid_to >= ?) ORDER BY code",
            *(self.system.value, *releases, number_of(day), number_of(day)),
        )
        return [row[0] for row in found]

    def divisions(self, beginning: str, on: dt.date | None) -> tuple[str, ...]:
        """Return the beginnings that are one character longer, of codes valid on the day."""
        day, releases = self.day(on), self._covering(self.day(on))
        found = self._rows(
            "SELECT DISTINCT substr(code, 1, ?) FROM dated_code WHERE system = ? AND kind = 'code'"
            f" AND code >= ? AND code < ? AND release IN ({_marks(releases)}) AND valid_from <= ?"
            " AND (valid_to IS NULL OR valid_to >= ?) ORDER BY 1",
            len(beginning) + 1,
            self.system.value,
            beginning,
            f"{beginning}~",
            *(*releases, number_of(day), number_of(day)),
        )
        return tuple(row[0] for row in found)

    def neighbors(self, code: str, on: dt.date | None) -> list[str]:
        """Return the two codes before and the two after where the code would stand."""
        day, releases = self.day(on), self._covering(self.day(on))
        asked = (
            "SELECT DISTINCT code FROM dated_code WHERE system = ? AND kind = 'code'"
            f" AND release IN ({_marks(releases)}) AND valid_from <= ?"
            " AND (valid_to IS NULL OR valid_to >= ?) AND code"
        )
        values = (self.system.value, *releases, number_of(day), number_of(day), code)
        before = self._rows(f"{asked} < ? ORDER BY code DESC LIMIT 2", *values)
        after = self._rows(f"{asked} > ? ORDER BY code LIMIT 2", *values)
        return [row[0] for row in (*reversed(before), *after)]

    def _between(
        self, first: str, end: str, on: dt.date | None, limit: int | None
    ) -> list[DatedEntry]:
        if not (first.isascii() and end.isascii()):
            return []
        day = self.day(on)
        found: list[DatedEntry] = []
        told: list[_Row] = []
        for row in self._rows(
            f"SELECT {_ROW} FROM dated_code WHERE system = ? AND code >= ? AND code < ?"
            " ORDER BY code",
            *(self.system.value, first, end),
        ):
            if told and told[0].code != row[0]:
                if (entry := self._entry(told, day)) is not None:
                    found.append(entry)
                    if limit is not None and len(found) >= limit:
                        return found
                told = []
            told.append(_Row(*row))
        if told and (entry := self._entry(told, day)) is not None:
            found.append(entry)
        return found

    def _told(self, code: str) -> list[_Row]:
        if not code.isascii():
            return []
        return [
            _Row(*row)
            for row in self._rows(
                f"SELECT {_ROW} FROM dated_code WHERE system = ? AND code = ?",
                *(self.system.value, code),
            )
        ]

    def _covering(self, day: dt.date) -> list[int]:
        return [number for number, release in self._releases.items() if release.covers(day)]

    def _entry(self, told: Sequence[_Row], day: dt.date) -> DatedEntry | None:
        number = number_of(day)
        covering = self._covering(day)
        holding = [row for row in told if row.release in covering and row.holds(number)]
        if not holding:
            return None
        titled = min(told, key=lambda row: (self._rank(row), not row.holds(number)))
        newest = max(holding, key=lambda row: self._releases[row.release].valid_from)
        dates = min(holding, key=lambda row: row.valid_from)
        return DatedEntry(
            code=newest.code,
            title=titled.title or titled.short_title,
            title_source=titled.title_source,
            kind=newest.kind,
            valid_from=None if self._reaches_back(dates) else date_of(dates.valid_from),
            valid_to=date_of(newest.valid_to) if newest.valid_to else None,
            status=tuple(
                dict.fromkeys(
                    fact
                    for row in holding
                    for fact in (part.strip() for part in row.status.split(";"))
                    if fact
                )
            ),
        )

    def _reaches_back(self, row: _Row) -> bool:
        """Return whether the row begins with what its source knows rather than with the code."""
        release = self._releases[row.release]
        is_edition = release.loader != "package"  # whose new codes begin with it
        begins = number_of(release.valid_from)
        return not is_edition and row.valid_from == begins > _ICD_10_BEGAN

    def _rank(self, row: _Row) -> tuple[int, int]:
        is_titled = bool(row.title or row.short_title)
        source = TITLE_SOURCES.index(row.title_source) if is_titled else len(TITLE_SOURCES)
        return source, -self._releases[row.release].valid_from.toordinal()


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
