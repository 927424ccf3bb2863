"""Code sets whose codes carry their own dates, read from every source that tells of them."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from nosology.codesets.book import SqliteCodeBook
from nosology.codesets.dated import DatedEntries
from nosology.codesets.dated_lookup import lookup_dated, members
from nosology.codesets.recording import Recorded, record_release
from nosology.codesets.release import read_releases
from nosology.codesets.schema import tables
from nosology.model.code import System
from nosology.model.errors import UnknownCode

Rows = Callable[..., list[Any]]


def recorded(system: System, label: str, first: str, last: str | None) -> Recorded:
    return Recorded(
        system=system.value,
        label=label,
        valid_from=dt.date.fromisoformat(first),
        valid_to=dt.date.fromisoformat(last) if last else None,
        rows=1,
        billable=1,
        source="test",
        publisher="nobody",
        licence="none",
        sha256="",
        loader="package",
    )


@pytest.fixture
def store() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.executescript(tables())
    years = record_release(connection, recorded(System.HCPCS, "2026Q2", "2019-07-01", "2026-06-30"))
    quarter = record_release(
        connection, recorded(System.HCPCS, "2026Q3", "2026-07-01", "2026-09-30")
    )
    insert = "INSERT INTO dated_code VALUES (?, 'hcpcs', ?, ?, ?, ?, ?, ?, ?, ?)"
    connection.executemany(
        insert,
        [
            (years, "E0601", 20190701, None, "", "Cont airway", "official", "code", "si=Y; apc=0"),
            (years, "E0602", 20200101, 20201231, "", "Old pump", "official", "code", ""),
            (years, "E0603", 20260401, None, "", "", "none", "code", ""),
            (years, "RT", 20190701, None, "", "Right side", "official", "modifier", ""),
            (quarter, "E0601", 20260701, None, "Airway device", "Airway", "official", "code", ""),
            (quarter, "E0604", 20260701, None, "New pump", "Pump", "official", "code", ""),
        ],
    )
    return connection


@pytest.fixture
def rows(store: sqlite3.Connection) -> Rows:
    return lambda query, *values: store.execute(query, values).fetchall()


@pytest.fixture
def entries(rows: Rows) -> DatedEntries:
    releases = read_releases(rows)
    return DatedEntries(rows, System.HCPCS, releases)


SPRING, SUMMER = dt.date(2026, 4, 14), dt.date(2026, 8, 1)


def test_a_code_is_valid_where_a_source_that_covers_the_date_says_so(
    entries: DatedEntries,
) -> None:
    assert entries.codes(SPRING) == ["E0601", "E0603"]
    assert entries.codes(SUMMER) == ["E0601", "E0604"]
    assert entries.codes(dt.date(2020, 5, 5)) == ["E0601", "E0602"]
    assert entries.find("E0604", SPRING) is None


def test_the_newest_title_of_the_best_source_is_shown(entries: DatedEntries) -> None:
    found = entries.find("E0601", SPRING)
    assert found is not None
    # The source reaches back to its first day only; when the code began is not known.
    assert (found.title, found.valid_from) == ("Airway device", None)
    assert found.status == ("si=Y", "apc=0")


def test_a_modifier_is_no_billable_code(entries: DatedEntries) -> None:
    found = entries.find("RT", SPRING)
    assert found is not None
    assert not found.billable
    assert "RT" not in entries.codes(SPRING)


@pytest.mark.parametrize(
    ("on", "day", "label", "covered"),
    [
        (SPRING, SPRING, "2026Q2", True),
        (dt.date(2026, 11, 22), dt.date(2026, 9, 30), "2026Q3", False),
        (dt.date(2001, 1, 1), dt.date(2019, 7, 1), "2019Q3", False),
        (dt.date(2020, 1, 1), dt.date(2020, 1, 1), "2020Q1", True),
    ],
)
def test_the_day_and_release_that_answer(
    entries: DatedEntries, on: dt.date, day: dt.date, label: str, covered: bool
) -> None:
    assert (entries.day(on), entries.label(on), entries.covers(on)) == (day, label, covered)


def test_without_a_date_the_newest_answers(entries: DatedEntries) -> None:
    assert entries.label(None) == "2026Q3"


def test_pcs_releases_are_named_by_their_first_month(rows: Rows) -> None:
    entries = DatedEntries(rows, System.ICD10PCS, read_releases(rows))
    for day, label in (
        (dt.date(2025, 12, 1), "2025-10"),
        (dt.date(2026, 1, 1), "2025-10"),
        (dt.date(2026, 4, 1), "2026-04"),
        (dt.date(2026, 9, 30), "2026-04"),
    ):
        assert entries.label(day) == label


def test_a_lookup_of_a_code_and_of_its_group(entries: DatedEntries, rows: Rows) -> None:
    code = lookup_dated(entries, rows, "E0601", SPRING)
    assert (code.display, code.billable, code.release) == ("Airway device", True, "2026Q2")
    assert code.parents == ("E",)
    group = lookup_dated(entries, rows, "E", SPRING)
    assert (group.billable, group.children) == (False, ("E0601", "E0603"))
    assert [entry.code for entry in members(entries, "E", SPRING)] == ["E0601", "E0603"]


@pytest.mark.parametrize(
    ("code", "on", "message"),
    [
        ("E0602", SPRING, "it ended on 2020-12-31; the nearest codes are E0601, E0603"),
        ("E0604", SPRING, "it begins on 2026-07-01"),
        ("E0699", SPRING, "does not exist in release 2026Q2"),
        ("E06011", SPRING, "expected a letter and four digits"),
        ("É0601", SPRING, "expected a letter and four digits"),
        ("E0604", dt.date(2018, 1, 1), "it begins on"),
    ],
)
def test_a_code_that_is_not_valid_is_explained(
    entries: DatedEntries, rows: Rows, code: str, on: dt.date, message: str
) -> None:
    with pytest.raises(UnknownCode, match=message):
        lookup_dated(entries, rows, code, on)


def test_the_tables_of_a_day_are_read_once(code_book: SqliteCodeBook) -> None:
    entries = code_book._dated[System.ICD10PCS]
    assert entries.tables(SPRING) is entries.tables(SPRING)
    for day in range(1, 20):
        assert entries.tables(dt.date(2026, 4, day)) is not None
    assert len(entries._tables) <= 4


def test_without_tables_a_group_has_no_label(entries: DatedEntries) -> None:
    assert entries.tables(None) is None


def test_the_days_on_which_the_outpatient_editor_pays_are_told(code_book: SqliteCodeBook) -> None:
    told = code_book.lookup("M0220", dt.date(2024, 12, 1), System.HCPCS)
    assert {"paid-from=2021-12-08", "paid-to=2024-12-13"} <= set(told.flags)
