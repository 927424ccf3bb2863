"""Every term with its codes, as coding is handed it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from nosology.codesets.index import IndexBook, IndexedTerm, answering
from nosology.codesets.index.data_sets import Table
from nosology.codesets.release import read_releases
from tests.codesets.loaders.icd10_files import BOOKS, store_of, written


@pytest.fixture
def found(tmp_path: Path) -> list[IndexedTerm]:
    with store_of(written(tmp_path, name) for name in BOOKS) as rows:
        return list(IndexBook(rows).terms(dt.date(2025, 1, 1)))


def test_a_term_has_the_titles_above_it_without_nonessential_modifiers(
    found: list[IndexedTerm],
) -> None:
    titles = {term.titles: term.code for term in found}
    assert titles["Fracture, sudden", "crank", "lower end"] == "S101-"
    assert titles["Fracture, sudden",] == "S109"


def test_a_reference_to_one_term_is_followed_and_others_lead_nowhere(
    found: list[IndexedTerm],
) -> None:
    titles = {term.titles: term.code for term in found}
    assert titles["Ache",] == "R52"
    assert titles["Fracture, sudden", "crank", "bottom end"] == "S101-"
    assert not {"Circle", "Crank", "Cancer", "Aching"} & {main for main, *_ in titles}


def test_a_pair_has_both_its_codes(found: list[IndexedTerm]) -> None:
    [pair] = [term for term in found if term.manifestation]
    assert (pair.titles[-1], pair.code, pair.manifestation) == ("rust", "R521", "M498-")


def test_a_row_of_a_table_has_a_term_for_each_column_with_a_code(found: list[IndexedTerm]) -> None:
    wheel = {term.column: term.code for term in found if term.titles[1:] == ("wheel",)}
    assert wheel["primary"] == "C509-"
    assert wheel["benign"] == "D24-"
    assert "in_situ" not in wheel
    assert {term.column for term in found if term.titles == ("Ointment",)} == {
        *("accidental", "self_harm", "assault", "undetermined", "adverse_effect"),
    }


def test_each_index_answers_with_one_edition(tmp_path: Path) -> None:
    with store_of([written(tmp_path, "icd-10-cm-index-2025.xml")]) as rows:
        answers = answering(read_releases(rows), dt.date(2031, 1, 1))
    assert {name: release.label for name, release in answers.items()} == {Table.DISEASES: "2024-10"}
    assert answering((), None) == {}
