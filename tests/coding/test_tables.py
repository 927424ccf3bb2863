"""The relation tables name codes that exist, once, and answer as they are written."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest

from nosology.codesets.book import SqliteCodeBook
from nosology.coding.diagnoses.knowledge import CodeRange, knowledge
from nosology.coding.services.catalogue import CONCEPT_COLUMNS, SERVICE_COLUMNS
from nosology.model.code import plain
from nosology.model.tables import Row, parts, rows, table

ON = dt.date(2026, 4, 14)
TABLES = {
    "absorption.tsv": ("symptom", "explained_by", "source"),
    "symptom_codes.tsv": ("code", "name_in_our_words", "source"),
    "history_of.tsv": ("active", "history", "source"),
    "family_history_of.tsv": ("active", "family_history", "source"),
    "chronic.tsv": ("code", "name", "source"),
    "lifelong.tsv": ("code", "name", "source"),
    "drugs.tsv": ("drug", "kind", "treats", "long_term_code", "source"),
}
PREFIXES = {
    "absorption.tsv": ("symptom", "explained_by"),
    "symptom_codes.tsv": ("code",),
    "history_of.tsv": ("active",),
    "family_history_of.tsv": ("active",),
    "chronic.tsv": ("code",),
    "lifelong.tsv": ("code",),
    "drugs.tsv": ("treats",),
}
"""The columns that hold codes, prefixes or ranges of categories."""
REPORTED = {
    "history_of.tsv": "history",
    "family_history_of.tsv": "family_history",
    "drugs.tsv": "long_term_code",
}
"""The columns whose code goes into an answer."""
SAID_ONCE = {name: columns[:1] for name, columns in TABLES.items()} | {
    "absorption.tsv": ("symptom", "explained_by")
}


@pytest.fixture(scope="module")
def known(code_book: SqliteCodeBook) -> frozenset[str]:
    """Every code, category and subcategory that the Tabular List prints."""
    return frozenset(title.code for title in code_book.titles(ON))


def facts(name: str) -> Iterator[Row]:
    return rows(table("nosology.coding.diagnoses", name), TABLES[name])


def where(row: Row) -> str:
    return f"{row.file}:{row.line} {' | '.join(row.cells.values())}"


def none_of(offenders: Iterable[str]) -> None:
    """Fail with every offender, one a line."""
    listed = list(offenders)
    assert not listed, "\n" + "\n".join(listed)


def ends(cell: str) -> Iterator[str]:
    """The codes that a cell names: one, several, or the two ends of a range."""
    return (plain(end) for item in cell.split() for end in item.split("-"))


@pytest.mark.parametrize("name", TABLES)
def test_table_has_facts_each_with_its_source(name: str) -> None:
    listed = list(facts(name))
    assert listed
    none_of(where(row) for row in listed if not row["source"])


@pytest.mark.parametrize("name", PREFIXES)
def test_every_code_is_printed_in_the_tabular_list(name: str, known: frozenset[str]) -> None:
    none_of(
        where(row)
        for row in facts(name)
        for column in PREFIXES[name]
        if not set(ends(row[column])) <= known
    )


@pytest.mark.parametrize("name", PREFIXES)
def test_every_range_is_in_order(name: str) -> None:
    def in_order(text: str) -> bool:
        first, _, last = text.partition("-")
        return not last or (len(first) == len(last) and first < last)

    none_of(
        where(row)
        for row in facts(name)
        for column in PREFIXES[name]
        if not all(map(in_order, row[column].split()))
    )


@pytest.mark.parametrize("name", REPORTED)
def test_every_code_that_is_reported_is_billable(name: str, code_book: SqliteCodeBook) -> None:
    none_of(
        where(row)
        for row in facts(name)
        if (code := plain(row[REPORTED[name]])) or name != "drugs.tsv"
        if not code_book.is_billable(code, ON)
    )


@pytest.mark.parametrize("name", SAID_ONCE)
def test_nothing_is_said_twice(name: str) -> None:
    said = Counter(tuple(row[column].lower() for column in SAID_ONCE[name]) for row in facts(name))
    none_of(" | ".join(fact) for fact, times in said.items() if times > 1)


def test_no_two_codes_explain_each_other(known: frozenset[str]) -> None:
    """Else neither of the two would be reported."""
    tables = knowledge()
    symptoms = [code for code in sorted(known) if code.startswith(tuple(tables.absorption))]

    def held_by(explaining: CodeRange) -> Iterator[str]:
        for code in symptoms[bisect_left(symptoms, explaining.first) :]:
            if not explaining.holds(code):
                return
            yield code

    explained = {
        (symptom, other)
        for symptom in symptoms
        for length in range(3, len(symptom) + 1)
        for explaining in tables.absorption.get(symptom[:length], ())
        for other in held_by(explaining)
    }
    none_of(
        f"{symptom} and {other}"
        for symptom, other in sorted(explained)
        if symptom < other and (other, symptom) in explained
    )


def test_every_explanation_is_found() -> None:
    known = knowledge()
    none_of(
        where(row)
        for row in facts("absorption.tsv")
        for diagnosis in ends(row["explained_by"])
        if not known.explains(plain(row["symptom"]), diagnosis)
    )


@pytest.mark.parametrize("name", ["history_of.tsv", "family_history_of.tsv"])
def test_every_history_is_found(name: str) -> None:
    answer = {
        "history_of.tsv": knowledge().personal_history,
        "family_history_of.tsv": knowledge().family_history,
    }[name]
    for row in facts(name):
        if "-" not in row["active"]:
            assert answer(plain(row["active"])) == plain(row[REPORTED[name]]), where(row)
        for end in ends(row["active"]):
            assert answer(end), where(row)


@pytest.mark.parametrize("name", ["chronic.tsv", "lifelong.tsv"])
def test_every_lasting_condition_is_found(name: str) -> None:
    answer = {"chronic.tsv": knowledge().is_chronic, "lifelong.tsv": knowledge().is_lifelong}[name]
    none_of(where(row) for row in facts(name) if not all(map(answer, ends(row["code"]))))


def test_every_drug_is_found_by_its_name_in_lower_case() -> None:
    drugs = knowledge().drugs
    none_of(
        where(row)
        for row in facts("drugs.tsv")
        if row["drug"] != row["drug"].lower() or row["drug"] not in drugs
    )


def test_a_cell_lists_its_parts_and_keeps_the_semicolons_of_an_expression() -> None:
    assert parts(r"office; home;  clinic") == ("office", "home", "clinic")
    assert parts(r"\bstent\b[^.;\n]{0,9}; wire") == (r"\bstent\b[^.;\n]{0,9}", "wire")
    assert parts("") == ()


def test_cells_of_the_catalogue_separate_with_a_space() -> None:
    none_of(
        where(row)
        for folder, columns in (("concepts", CONCEPT_COLUMNS), ("services", SERVICE_COLUMNS))
        for source in table("nosology.coding.services.catalogue", folder).iterdir()
        if source.name.endswith(".tsv")
        for row in rows(source, columns)
        if any(re.search(r";(?! )", cell) for cell in row.cells.values())
    )
