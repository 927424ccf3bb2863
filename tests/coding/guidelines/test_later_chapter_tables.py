"""The tables of chapters 15 to 21 name codes that exist, each fact once, with its source."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from nosology.codesets.book import SqliteCodeBook
from nosology.coding.guidelines.drug_codes import Manner, manner_of, named, substances
from nosology.model.code import plain
from nosology.model.tables import Row, rows, table

ON = dt.date(2026, 4, 14)
OBSTETRIC = ("condition", "family", "puerperium", "keeps_condition", "from_week", "before_week")
TABLES = {
    "aftercare.tsv": (("status", "aftercare", "source"), ("status", "aftercare")),
    "birth_measures.tsv": (
        ("measure", "heading", "low", "high", "code", "source"),
        ("heading", "code"),
    ),
    "drug_codes.tsv": (("name", "substance", "source"), ("substance",)),
    "drug_induced.tsv": (
        ("condition", "drug_induced", "source"),
        ("condition", "drug_induced"),
    ),
    "examinations.tsv": (("without", "with", "findings", "source"), ("without", "with")),
    "first_listed.tsv": (("code", "position", "source"), ("code",)),
    "injury_severity.tsv": (("prefix", "rank", "kind"), ("prefix",)),
    "injury_sites.tsv": (("site", "superficial", "severe", "source"), ("superficial", "severe")),
    "obstetric.tsv": ((*OBSTETRIC, "source"), ("condition", "family", "puerperium")),
    "perinatal.tsv": (("condition", "newborn", "source"), ("condition", "newborn")),
}
"""Each table's columns, and those of them that hold codes or the beginnings of codes."""
REPORTED = {
    "aftercare.tsv": "aftercare",
    "birth_measures.tsv": "code",
    "drug_induced.tsv": "drug_induced",
    "perinatal.tsv": "newborn",
}
"""The columns whose code goes into an answer as it is."""
SAID_ONCE = {name: columns[:1] for name, (columns, _) in TABLES.items()} | {
    "birth_measures.tsv": ("measure", "heading", "low"),
    "obstetric.tsv": ("condition", "from_week"),
}


@pytest.fixture(scope="module")
def printed(code_book: SqliteCodeBook) -> frozenset[str]:
    return frozenset(title.code for title in code_book.titles(ON))


def facts(name: str) -> Iterator[Row]:
    return rows(table("nosology.coding.guidelines", name), TABLES[name][0])


@pytest.mark.parametrize("name", TABLES)
def test_every_fact_has_its_source_and_is_said_once(name: str) -> None:
    listed = list(facts(name))
    assert listed
    assert [row.line for row in listed if not row[TABLES[name][0][-1]]] == []
    said = Counter(tuple(row[column] for column in SAID_ONCE[name]) for row in listed)
    assert [fact for fact, times in said.items() if times > 1] == []


@pytest.mark.parametrize("name", TABLES)
def test_every_code_begins_a_printed_one(name: str, printed: frozenset[str]) -> None:
    beginnings = {code[:length] for code in printed for length in range(1, len(code) + 1)}
    unknown = [
        (row.line, code)
        for row in facts(name)
        for column in TABLES[name][1]
        for code in row[column].split()
        if plain(code) not in beginnings
    ]
    assert unknown == []


@pytest.mark.parametrize("name", REPORTED)
def test_a_code_that_is_answered_is_billable(name: str, code_book: SqliteCodeBook) -> None:
    def is_open(code: str) -> bool:
        """A category stands for its codes, of which each is answered with the ending it has."""
        is_category = len(code) == 3
        below = code_book.subtree(code, ON) if is_category else ()
        return code_book.is_billable(code, ON) or any(title.billable for title in below)

    closed = [
        (row.line, row[REPORTED[name]])
        for row in facts(name)
        if not is_open(plain(row[REPORTED[name]]))
    ]
    assert closed == []


def test_every_medicine_has_a_code_for_its_adverse_effect(code_book: SqliteCodeBook) -> None:
    def is_coded(stem: str) -> bool:
        return any(
            code_book.is_billable(f"{beginning:X<6}A", ON)
            for beginning in (stem + "5", stem.ljust(5, "X") + "5")
        )

    assert [name for name, stem in substances().items() if not is_coded(stem)] == []


def test_a_longer_name_is_found_before_one_within_it() -> None:
    found = re.search(named(), "after oral contrast dye was given")
    assert found
    assert found[0] == "contrast dye"


@pytest.mark.parametrize(
    ("code", "manner"),
    [
        ("T360X5A", Manner.ADVERSE_EFFECT),
        ("T45511A", Manner.ACCIDENTAL),
        ("T424X2A", Manner.SELF_HARM),
        ("T383X6D", Manner.UNDERDOSING),
        ("T7801XA", None),
        ("I10", None),
    ],
)
def test_how_a_substance_acted(code: str, manner: Manner | None) -> None:
    assert manner_of(code) is manner
