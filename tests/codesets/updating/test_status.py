"""Whether what is installed is what a date asks for."""

from __future__ import annotations

import datetime as dt

import pytest

from nosology.codesets.store import open_store
from nosology.codesets.updating.catalogue import read_catalogue
from nosology.codesets.updating.status import (
    InstalledEdition,
    State,
    read_installed,
    status_of,
)

CATALOGUE = read_catalogue()


def held(
    system: str, label: str, first: str, last: str | None, completeness: str = "full"
) -> InstalledEdition:
    return InstalledEdition(
        system,
        label,
        dt.date.fromisoformat(first),
        dt.date.fromisoformat(last) if last else None,
        completeness,
    )


APRIL = held("icd10cm", "2026-04", "2026-04-01", "2026-09-30")
OCTOBER = held("icd10cm", "2025-10", "2025-10-01", "2026-09-30")
KNOWN_BY_DATES = held("icd10cm", "2026-10", "2026-10-01", "2027-09-30", "dates-only")
# What comes with the product reaches back for years under the label of its last quarter.
HISTORY = held("hcpcs", "2026Q2", "2019-01-01", "2026-06-30", "titles-only")
CPT_NUMBERS = held("cpt", "2026Q2", "2019-01-01", "2026-06-30", "dates-only")


@pytest.mark.parametrize(
    ("name", "on", "installed", "state", "newest"),
    [
        ("icd10cm", "2026-09-30", [APRIL], State.CURRENT, "2026-04"),
        ("icd10cm", "2026-10-01", [APRIL], State.STALE, "2026-04"),
        ("icd10cm", "2026-10-01", [APRIL, KNOWN_BY_DATES], State.INCOMPLETE, "2026-10"),
        ("icd10cm", "2026-04-01", [OCTOBER], State.STALE, "2025-10"),
        ("icd10cm", "2026-03-31", [OCTOBER, APRIL], State.CURRENT, "2025-10"),
        ("icd10cm", "2026-03-31", [APRIL], State.NOT_INSTALLED, None),
        ("icd10cm", "2026-10-01", [], State.NOT_INSTALLED, None),
        ("icd10cm", "2026-10-01", [HISTORY], State.NOT_INSTALLED, None),
        ("hcpcs", "2026-06-30", [HISTORY], State.CURRENT, "2026Q2"),
        ("hcpcs", "2026-05-01", [HISTORY], State.CURRENT, "2026Q2"),
        ("hcpcs", "2025-05-01", [HISTORY], State.CURRENT, "2026Q2"),
        ("hcpcs", "2026-07-01", [HISTORY], State.STALE, "2026Q2"),
        ("cpt", "2026-11-22", [CPT_NUMBERS], State.CURRENT, "2026Q2"),
        ("cpt", "2027-01-01", [CPT_NUMBERS], State.STALE, "2026Q2"),
        (
            "ncci-add-on",
            "2026-11-22",
            [held("ncci-add-on", "2026Q1", "2026-01-01", "2026-12-31")],
            State.MAY_BE_STALE,
            "2026Q1",
        ),
        (
            "ncci-add-on",
            "2026-11-22",
            [held("ncci-add-on", "2025Q3", "2025-07-01", None)],
            State.STALE,
            "2025Q3",
        ),
        (
            "ncci-add-on",
            "2026-11-22",
            [held("ncci-add-on", "2026Q4", "2026-10-01", None)],
            State.CURRENT,
            "2026Q4",
        ),
        (
            "ccsr",
            "2026-02-01",
            [held("ccsr", "2026.1", "2025-10-01", "2026-09-30")],
            State.CURRENT,
            "2026.1",
        ),
        (
            "gems",
            "2026-11-22",
            [held("gem-icd10cm-icd9", "2018", "2017-10-01", None)],
            State.CURRENT,
            "2018",
        ),
        (
            "gems",
            "2015-11-22",
            [held("gem-icd10cm-icd9", "2018", "2017-10-01", None)],
            State.CURRENT,
            "2018",
        ),
    ],
)
def test_how_a_data_set_stands(
    name: str, on: str, installed: list[InstalledEdition], state: State, newest: str | None
) -> None:
    status = status_of(CATALOGUE.data_sets[name], dt.date.fromisoformat(on), installed)
    assert status.state is state
    assert (status.installed.label if status.installed else None) == newest


def test_only_what_is_known_to_lack_counts_as_stale() -> None:
    assert [state for state in State if state.is_stale] == [State.STALE, State.INCOMPLETE]


def test_the_full_edition_counts_where_one_is_known_by_dates_only_too() -> None:
    full = held("icd10cm", "2026-10", "2026-10-01", "2027-09-30")
    status = status_of(
        CATALOGUE.data_sets["icd10cm"], dt.date(2026, 11, 22), [full, KNOWN_BY_DATES]
    )
    assert status.state is State.CURRENT
    assert status.installed == full


@pytest.mark.usefixtures("code_book")
def test_the_store_tells_what_it_holds() -> None:
    connection = open_store()
    try:
        installed = read_installed(connection)
    finally:
        connection.close()
    assert ("icd10cm", "2026-04") in {(each.system, each.label) for each in installed}
    assert list(installed) == sorted(installed, key=lambda each: each.valid_from)
