"""Which edition is in force when."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.codesets.updating.calendar import (
    CalendarEdition,
    Final,
    Recurring,
    YearDay,
    filled,
    unknown_placeholders,
)
from nosology.codesets.updating.catalogue import read_catalogue

HALVES = Recurring((YearDay(10, 1), YearDay(4, 1)), "{year}-{month}")
QUARTERS = Recurring(tuple(YearDay(month, 1) for month in (1, 4, 7, 10)), "{year}Q{quarter}")
YEARS = Recurring((YearDay(1, 1),), "{year}")
CALENDARS = {name: data_set.calendar for name, data_set in read_catalogue().data_sets.items()}


@pytest.mark.parametrize(
    ("calendar", "on", "label", "first", "last", "following"),
    [
        (HALVES, "2026-09-30", "2026-04", "2026-04-01", "2026-09-30", "2026-10"),
        (HALVES, "2026-10-01", "2026-10", "2026-10-01", "2027-03-31", "2027-04"),
        (HALVES, "2026-03-31", "2025-10", "2025-10-01", "2026-03-31", "2026-04"),
        (QUARTERS, "2026-12-31", "2026Q4", "2026-10-01", "2026-12-31", "2027Q1"),
        (QUARTERS, "2027-01-01", "2027Q1", "2027-01-01", "2027-03-31", "2027Q2"),
        (QUARTERS, "2028-02-29", "2028Q1", "2028-01-01", "2028-03-31", "2028Q2"),
        (YEARS, "2026-11-22", "2026", "2026-01-01", "2026-12-31", "2027"),
    ],
)
def test_the_edition_in_force_and_the_next(
    calendar: Recurring, on: str, label: str, first: str, last: str, following: str
) -> None:
    edition = calendar.in_force(dt.date.fromisoformat(on))
    assert edition == CalendarEdition(
        label, dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    )
    assert calendar.next(dt.date.fromisoformat(on)).label == following


@pytest.mark.parametrize("name", CALENDARS)
@given(on=st.dates(dt.date(2015, 1, 1), dt.date(2100, 1, 1)))
def test_editions_follow_one_another_without_gap(name: str, on: dt.date) -> None:
    calendar = CALENDARS[name]
    edition = calendar.in_force(on)
    following = calendar.next(on)
    if following is None:
        assert calendar.before(edition) is None
        return
    assert edition.valid_to is not None
    assert edition.valid_from <= on <= edition.valid_to
    assert following.valid_from == edition.valid_to + dt.timedelta(days=1)
    assert calendar.before(following) == edition
    assert following.label > edition.label


def test_an_edition_that_may_be_skipped_is_marked_so() -> None:
    calendar = Recurring((YearDay(1, 1), YearDay(7, 1, is_certain=False)), "{year}-{month}")
    assert calendar.in_force(dt.date(2026, 6, 30)).is_certain
    assert not calendar.in_force(dt.date(2026, 7, 1)).is_certain


def test_a_last_edition_stays() -> None:
    edition = CalendarEdition("2018", dt.date(2017, 10, 1), None)
    assert Final(edition).in_force(dt.date(2040, 1, 1)) == edition
    assert Final(edition).next(dt.date(2040, 1, 1)) is None


def test_what_an_address_may_name() -> None:
    october = CalendarEdition("x", dt.date(2026, 10, 1), None).variables()
    assert filled("{year} {yy} {next_year} {fiscal_year}", october) == "2026 26 2027 2027"
    assert filled("{month} {month_name} {quarter} {letter}", october) == "10 october 4 d"
    january = CalendarEdition("x", dt.date(2026, 1, 1), None).variables()
    assert filled("{fiscal_year}-{month_name}-{letter}", january) == "2026-january-a"


def test_braces_that_name_nothing_stay() -> None:
    variables = CalendarEdition("x", dt.date(2026, 10, 1), None).variables()
    assert filled(r"{yy}-\d{2}-\d{1,4}", variables) == r"26-\d{2}-\d{1,4}"
    assert unknown_placeholders(r"{yy}-\d{2}-{season}-{weather}") == {"season", "weather"}
