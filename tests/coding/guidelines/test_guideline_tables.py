"""The tables of the guidelines name codes that exist, rules that are listed, and no fact twice."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pytest

from nosology.codesets.book import SqliteCodeBook
from nosology.coding.rules import rules
from nosology.model.code import plain
from nosology.model.tables import Row, rows, table

ON = dt.date(2026, 4, 14)
COMBINATIONS = ("condition", "with", "becomes", "beside", "unless", "rule", "source")
TABLES = {
    "combinations.tsv": (COMBINATIONS, ("condition", "with")),
    "stroke_deficits.tsv": (
        ("deficit", "characters", "side", "beside", "acute", "source"),
        ("deficit",),
    ),
    "urinary_symptoms.tsv": (("words", "code", "source"), ()),
    "osteoporosis_sites.tsv": (("fracture", "site", "side_at", "source"), ("fracture",)),
    "dementia_behavior.tsv": (("words", "characters", "source"), ()),
    "nicotine_products.tsv": (("words", "character", "source"), ()),
}
"""Each table's columns, and those of them that hold codes."""


@pytest.fixture(scope="module")
def known(code_book: SqliteCodeBook) -> frozenset[str]:
    """Every code, category and subcategory that the Tabular List prints."""
    return frozenset(title.code for title in code_book.titles(ON))


def facts(name: str) -> Iterator[Row]:
    return rows(table("nosology.coding.guidelines", name), TABLES[name][0])


@pytest.mark.parametrize("name", TABLES)
def test_every_fact_has_its_source_and_is_said_once(name: str) -> None:
    listed = list(facts(name))
    assert listed
    assert [row.line for row in listed if not row["source"]] == []
    columns = TABLES[name][1] or TABLES[name][0][:1]
    said = Counter(tuple(row[column] for column in columns) for row in listed)
    assert [fact for fact, times in said.items() if times > 1] == []


@pytest.mark.parametrize("name", TABLES)
def test_every_code_is_printed_in_the_tabular_list(name: str, known: frozenset[str]) -> None:
    unknown = [
        (row.line, row[column])
        for row in facts(name)
        for column in TABLES[name][1]
        if plain(row[column]) not in known
    ]
    assert unknown == []


def test_a_combination_is_billable_and_decided_by_a_listed_rule(
    code_book: SqliteCodeBook,
) -> None:
    for row in facts("combinations.tsv"):
        assert code_book.is_billable(plain(row["becomes"]), ON), row.line
        assert row["rule"] in rules(), row.line
        beside = row["beside"]
        assert beside in {"", "same", "first"} or code_book.is_billable(plain(beside), ON)


def test_combining_comes_to_an_end() -> None:
    """No condition combines, over however many steps, into itself."""
    steps: dict[str, set[str]] = {}
    for row in facts("combinations.tsv"):
        steps.setdefault(row["condition"], set()).add(row["becomes"])
    for condition, combined in steps.items():
        seen: set[str] = set()
        ahead = set(combined)
        while ahead:
            code = ahead.pop()
            assert code != condition
            if code not in seen:
                seen.add(code)
                ahead |= steps.get(code, set())


def test_every_deficit_has_a_sequela(code_book: SqliteCodeBook) -> None:
    for row in facts("stroke_deficits.tsv"):
        side = "1" if row["side"] == "yes" else ""
        for stroke in ("I690", "I691", "I692", "I693", "I698"):
            assert code_book.is_billable(stroke + row["characters"] + side, ON), row.line


def test_every_site_has_a_fracture_in_osteoporosis(known: frozenset[str]) -> None:
    for row in facts("osteoporosis_sites.tsv"):
        for kind in ("M800", "M808"):
            assert any(code.startswith(kind + row["site"]) for code in known), row.line


def test_every_behavior_and_product_has_a_code(code_book: SqliteCodeBook) -> None:
    for row in facts("dementia_behavior.tsv"):
        for severity in ("F03B", "F028", "F015"):
            assert code_book.is_billable(severity + row["characters"], ON), row.line
    for row in facts("nicotine_products.tsv"):
        assert code_book.is_billable(f"F172{row['character']}0", ON), row.line
