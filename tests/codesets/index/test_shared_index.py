"""Navigation of the official index, where it stands beside the project."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from nosology.codesets.index import IndexBook, Table, index_wordings
from nosology.codesets.index.words import split
from nosology.codesets.loaders.publication import Publication
from nosology.codesets.release import Rows
from nosology.model.code import System
from nosology.model.errors import InputError
from tests.codesets.loaders.icd10_files import store_of

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> Iterator[Rows]:
    indexes = shared_data / "codesets" / "icd10cm_index_2025"
    files = [
        indexes / "ICD10CM_2025_Index.csv",
        indexes / "icd-10-cm-eindex-2025.xml",
        indexes / "icd-10-cm-drug-2025.xml",
        indexes / "icd-10-cm-neoplasm-2025.xml",
        shared_data / "codesets" / "icd10pcs" / "icd10pcs_index_2025.xml",
    ]
    with store_of(map(Publication, files)) as asked:
        yield asked


@pytest.fixture(scope="module")
def book(rows: Rows) -> IndexBook:
    return IndexBook(rows)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("Fracture, traumatic, radius, lower end", "S5250-"),
        ("distal radius fracture", "S5250-"),
        ("diabetes type 2 with ckd", "E1122"),
        ("Abdominalgia", "R109"),
        ("low back pain", "M5450"),
        ("uti", "N390"),
        ("copd", "J449"),
        ("nstemi", "I214"),
        ("Neoplasm, breast, benign", "D24-"),
        ("cancer of the prostate", "C61"),
        ("neoplasm malignant lung upper lobe", "C341-"),
        ("aspirin adverse effect", "T39015"),
        ("overdose of acetaminophen suicide attempt", "T391X2"),
        ("fall from ladder", "W11"),
    ],
)
def test_what_coders_type_leads_to_the_code(book: IndexBook, query: str, code: str) -> None:
    assert code in [found.code for found in book.find(query).codes]


@pytest.mark.parametrize(
    ("query", "codes"),
    [("Cholecystectomy", ["0FB4-", "0FT4-"]), ("excision stomach", ["0DB6-"])],
)
def test_procedures(book: IndexBook, query: str, codes: list[str]) -> None:
    found = book.find(query, system=System.ICD10PCS)
    assert [code.code for code in found.codes] == codes


def test_terms_are_found_again_by_their_own_words(book: IndexBook, rows: Rows) -> None:
    paths: dict[int, tuple[str, ...]] = {}
    coded: list[tuple[tuple[str, ...], str]] = []
    [(release,)] = rows("SELECT release FROM release WHERE system = 'icd10cm-index'")
    for position, parent, title, modifiers, code in rows(
        "SELECT position, parent, title, modifiers, code FROM index_term WHERE release = ?"
        " ORDER BY position",
        release,
    ):
        paths[position] = (*paths.get(parent, ()), title or f"({modifiers})")
        if code:
            coded.append((paths[position], code))
    drawn = random.Random(20251001).sample(coded, 150)
    written = worded = 0
    for path, code in drawn:
        written += book.find(", ".join(path), table=Table.DISEASES).path == path
        try:
            found = book.find(" ".join(word for part in path for word in split(part)))
        except InputError:
            continue
        worded += any(one.code == code for one in found.codes)
    assert written >= 148
    assert worded >= 144


def test_most_references_lead_to_a_code(rows: Rows) -> None:
    wordings = dict(index_wordings(rows))
    assert len(wordings) > 180_000
    assert wordings["abdominalgia"] == "R109"
    assert wordings["abnormal blood pressure elevated"] == "R030"
    assert wordings["neoplasm breast benign"] == "D24-"
    assert wordings["aspirin adverse effect"] == "T39015"
