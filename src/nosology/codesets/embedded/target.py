"""The store that is being filled, as the modules of this package see it."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from nosology.codesets.archives.extracts import Extract, Extracts
from nosology.codesets.days import number_of
from nosology.codesets.extraction.plain_table import SUFFIX, read_table
from nosology.codesets.recording import Recorded, record_release

LOADER = "package"


@dataclass(frozen=True, slots=True)
class LoadedRelease:
    """One edition of one data set that was written.

    Attributes:
        release: its number in the store.
        rows: data rows that reached the store.
        billable: codes that may stand on a claim on its last day, where it is a code set.
    """

    release: int
    system: str
    label: str
    rows: int
    billable: int | None


@dataclass(frozen=True, slots=True)
class Period:
    """The days that an edition covers, and its label."""

    label: str
    valid_from: dt.date
    valid_to: dt.date | None


@dataclass(slots=True)
class Writing:
    """The release that is being written; ``rows`` and ``billable`` are stored at its end."""

    number: int
    connection: sqlite3.Connection
    rows: int = 0
    billable: int | None = None

    def insert(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """Write the rows, each without its first column, which is the release's number."""
        width = len(self.connection.execute(f"PRAGMA table_info({table})").fetchall())
        marks = ", ".join(["?"] * (width - 1))
        cursor = self.connection.executemany(
            f"INSERT INTO {table} VALUES ({self.number}, {marks})", rows
        )
        self.rows += cursor.rowcount


@dataclass(slots=True)
class Target:
    """The store's connection and the extracts that go into it."""

    connection: sqlite3.Connection
    extracts: Extracts
    loaded: list[LoadedRelease] = field(default_factory=list)

    def rows(self, package: str, table: str, columns: Sequence[str]) -> Iterator[list[str]]:
        """Yield the rows of a plain table of the package's extract."""
        return read_table(self.extracts.path(package, f"{table}{SUFFIX}"), columns)

    @contextmanager
    def release(
        self,
        package: str,
        system: str,
        period: Period,
        *,
        source: str,
        completeness: str = "full",
        remark: str = "",
    ) -> Iterator[Writing]:
        """Give the release to write rows under, and record how many there were."""
        extract = self.extracts.of(package)
        writing = Writing(
            record_release(
                self.connection, _recorded(extract, system, period, source, completeness, remark)
            ),
            self.connection,
        )
        yield writing
        self.connection.execute(
            "UPDATE release SET rows = ?, billable = ? WHERE release = ?",
            (writing.rows, writing.billable, writing.number),
        )
        self.loaded.append(
            LoadedRelease(writing.number, system, period.label, writing.rows, writing.billable)
        )


def _recorded(
    extract: Extract, system: str, period: Period, source: str, completeness: str, remark: str
) -> Recorded:
    archive = extract.archive
    return Recorded(
        system=system,
        label=period.label,
        valid_from=period.valid_from,
        valid_to=period.valid_to,
        rows=0,
        billable=None,
        source=f"{archive.package} {archive.version}: {source}",
        publisher=archive.publisher,
        licence=archive.licence,
        sha256=archive.sha256,
        loader=LOADER,
        completeness=completeness,
        remark=remark,
    )


def number(text: str) -> int | None:
    """Return the whole number that a field holds; None for an empty field."""
    return int(text) if text else None


def day(text: str) -> dt.date:
    """Return the day that a field writes as yyyymmdd."""
    return dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))


def holds_on(last_day: dt.date, valid_from: int, valid_to: int | None) -> bool:
    """Return whether a span of days reaches the last day of an edition."""
    last = number_of(last_day)
    return valid_from <= last and (valid_to is None or valid_to >= last)
