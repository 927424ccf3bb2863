"""The tables of chapters 1 to 4 and 10 name codes that exist, each fact once, with its source."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pytest

from nosology.codesets.book import SqliteCodeBook
from nosology.model.code import plain
from nosology.model.tables import Row, rows, table

ON = dt.date(2026, 4, 14)
COLUMNS = {
    "acute_and_chronic.tsv": ("acute", "chronic", "source"),
    "chemotherapy_effects.tsv": ("condition", "becomes", "source"),
    "diabetes_with.tsv": ("condition", "suffix", "keeps_condition", "source"),
    "general_terms.tsv": ("general", "exact", "source"),
    "hiv_related.tsv": ("code", "name", "source"),
    "infection_sequelae.tsv": ("acute", "sequela", "source"),
    "influenza_with.tsv": ("condition", "J09", "J10", "J11", "keeps_condition", "source"),
    "manifestation_alone.tsv": ("manifestation", "alone", "source"),
    "organism_hosts.tsv": ("condition", "organism", "source"),
    "organisms.tsv": ("name", "code", "source"),
    "resistances.tsv": ("name", "code", "source"),
    "secondary_sites.tsv": ("site", "code", "within", "primary", "source"),
}
CODES = {
    "acute_and_chronic.tsv": ("acute", "chronic"),
    "chemotherapy_effects.tsv": ("condition", "becomes"),
    "diabetes_with.tsv": ("condition",),
    "general_terms.tsv": ("general", "exact"),
    "hiv_related.tsv": ("code",),
    "infection_sequelae.tsv": ("acute", "sequela"),
    "influenza_with.tsv": ("condition",),
    "manifestation_alone.tsv": ("manifestation", "alone"),
    "organism_hosts.tsv": ("condition", "organism"),
    "organisms.tsv": ("code",),
    "resistances.tsv": ("code",),
    "secondary_sites.tsv": ("code", "within", "primary"),
}
REPORTED = {
    "chemotherapy_effects.tsv": "becomes",
    "infection_sequelae.tsv": "sequela",
    "manifestation_alone.tsv": "alone",
    "organisms.tsv": "code",
    "resistances.tsv": "code",
    "secondary_sites.tsv": "code",
}
"""The columns whose code goes into an answer as it is."""
SAID_ONCE = {name: columns[:1] for name, columns in COLUMNS.items()} | {
    "acute_and_chronic.tsv": ("acute", "chronic"),
    "general_terms.tsv": ("general", "exact"),
    "organism_hosts.tsv": ("condition", "organism"),
}


@pytest.fixture(scope="module")
def known(code_book: SqliteCodeBook) -> frozenset[str]:
    """Every code, category and subcategory that the Tabular List prints."""
    return frozenset(title.code for title in code_book.titles(ON))


def facts(name: str) -> Iterator[Row]:
    return rows(table("nosology.coding.guidelines", name), COLUMNS[name])


@pytest.mark.parametrize("name", COLUMNS)
def test_every_fact_has_its_source_and_is_said_once(name: str) -> None:
    listed = list(facts(name))
    assert listed
    assert [row.line for row in listed if not row["source"]] == []
    said = Counter(tuple(row[column] for column in SAID_ONCE[name]) for row in listed)
    assert [fact for fact, times in said.items() if times > 1] == []


@pytest.mark.parametrize("name", CODES)
def test_every_code_is_printed_in_the_tabular_list(name: str, known: frozenset[str]) -> None:
    unknown = [
        (row.line, code)
        for row in facts(name)
        for column in CODES[name]
        for code in row[column].split()
        if plain(code) not in known
    ]
    assert unknown == []


@pytest.mark.parametrize("name", REPORTED)
def test_every_code_that_is_reported_is_billable(name: str, code_book: SqliteCodeBook) -> None:
    column = REPORTED[name]
    assert [
        row.line for row in facts(name) if not code_book.is_billable(plain(row[column]), ON)
    ] == []


def test_every_influenza_with_a_condition_is_billable(code_book: SqliteCodeBook) -> None:
    for row in facts("influenza_with.tsv"):
        for category in ("J09", "J10", "J11"):
            suffix = plain(row[category])
            assert not suffix or code_book.is_billable(category + suffix, ON), row.line


def test_every_complication_of_diabetes_is_billable(code_book: SqliteCodeBook) -> None:
    for row in facts("diabetes_with.tsv"):
        for category in ("E08", "E09", "E10", "E11", "E13"):
            assert code_book.is_billable(category + row["suffix"], ON), row.line


def test_the_bound_of_a_secondary_site_holds_its_code() -> None:
    for row in facts("secondary_sites.tsv"):
        assert plain(row["code"]).startswith(plain(row["within"])), row.line
