"""The official files, where they stand beside the project: counted a second way."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from nosology.codesets.loaders.icd10_terms import stored_code
from nosology.codesets.loaders.icd10cm_index import read_index, read_index_spreadsheet
from nosology.codesets.loaders.icd10cm_table import read_table
from nosology.codesets.loaders.icd10pcs_definitions import read_definitions
from nosology.codesets.loaders.icd10pcs_index import read_pcs_index
from nosology.codesets.loaders.icd10pcs_tables import read_tables
from nosology.codesets.loaders.publication import Publication

pytestmark = pytest.mark.shared


@pytest.fixture
def indexes(shared_data: Path) -> Path:
    return shared_data / "codesets" / "icd10cm_index_2025"


@pytest.fixture
def procedures(shared_data: Path) -> Path:
    return shared_data / "codesets" / "icd10pcs"


def tags(path: Path) -> Counter[str]:
    """Count the elements by what begins them, without an XML reader."""
    return Counter(re.findall(r"<([A-Za-z]+)[ >]", path.read_text(encoding="utf-8")))


def test_every_term_of_the_external_cause_index(indexes: Path) -> None:
    path = indexes / "icd-10-cm-eindex-2025.xml"
    rows = list(read_index(Publication(path), "the index"))
    count = tags(path)
    assert len(rows) == count["mainTerm"] + count["term"] == 8064
    assert sum(bool(row.code) for row in rows) == count["code"]
    assert sum(bool(row.see) for row in rows) == count["see"]
    assert sum(bool(row.modifiers) for row in rows) == count["nemod"]


@pytest.mark.parametrize(
    ("name", "terms"),
    [("icd-10-cm-drug-2025.xml", 7428), ("icd-10-cm-neoplasm-2025.xml", 1939)],
)
def test_every_cell_of_the_tables(indexes: Path, name: str, terms: int) -> None:
    path = indexes / name
    rows = list(read_table(Publication(path), "the table"))
    text = path.read_text(encoding="utf-8")
    codes = Counter(
        (int(column), stored_code(code))
        for column, code in re.findall(r'<cell col="(\d)">([^<-][^<]*)</cell>', text)
    )
    assert len(rows) == terms
    assert Counter(cell for row in rows for cell in row.cells) == codes


def test_every_row_of_the_spreadsheet(indexes: Path) -> None:
    path = indexes / "ICD10CM_2025_Index.csv"
    rows = list(read_index_spreadsheet(Publication(path)))
    with path.open(encoding="utf-8", newline="") as file:
        printed = list(csv.DictReader(file))
    assert len(rows) == len(printed) == 81_024
    assert [row.code for row in rows] == [stored_code(one["Code"]) for one in printed]
    assert [row.level for row in rows] == [int(one["Level"]) for one in printed]


def test_every_term_of_the_procedure_index(procedures: Path) -> None:
    path = procedures / "icd10pcs_index_2025.xml"
    rows = list(read_pcs_index(Publication(path)))
    count = tags(path)
    assert len(rows) == count["mainTerm"] + count["term"] == 24_484
    assert sum(bool(row.code) for row in rows) == count["code"] + count["codes"] + count["tab"]
    assert sum(bool(row.see) for row in rows) == count["see"]
    assert sum(bool(row.use_value) for row in rows) == count["use"]


@pytest.mark.parametrize(("year", "rows"), [("2025", 2859), ("2026", 2913)])
def test_every_line_of_the_definitions(procedures: Path, year: str, rows: int) -> None:
    path = procedures / f"icd10pcs_definitions_{year}.xml"
    assert len(list(read_definitions(Publication(path)))) == rows


@pytest.mark.parametrize(
    ("year", "tables", "day"), [("2025", 908, 20241001), ("2026", 914, 20251001)]
)
def test_the_tables_make_the_codes_that_the_medicare_code_editor_holds_valid(
    shared_data: Path, procedures: Path, year: str, tables: int, day: int
) -> None:
    found = list(read_tables(Publication(procedures / f"icd10pcs_tables_{year}.xml")))
    made = [
        table.prefix + "".join(values)
        for table in found
        for row in table.rows
        for values in _products([[value for value, _ in axis.values] for axis in row])
    ]
    with (shared_data / "codesets" / "other" / "mce_i10sg_master.csv").open(newline="") as file:
        valid = {
            row["code"]
            for row in csv.DictReader(file)
            if int(row["start"]) <= day <= int(row["end"])
        }
    assert len(found) == tables
    assert len(made) == len(set(made)), "a code stands in two rows"
    assert set(made) == valid


def _products(axes: list[list[str]]) -> list[tuple[str, ...]]:
    made: list[tuple[str, ...]] = [()]
    for axis in axes:
        made = [(*values, value) for values in made for value in axis]
    return made
