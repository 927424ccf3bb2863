"""The tables of procedures: what they name exists in the code set."""

from __future__ import annotations

import datetime as dt

import pytest

from nosology.codesets.book import SqliteCodeBook
from nosology.coding.inpatient.procedures.catalog import (
    axis_words,
    body_parts,
    name_index,
    named,
)
from nosology.coding.inpatient.procedures.completing import Tables
from nosology.coding.inpatient.procedures.special import RULES

ON = dt.date(2026, 4, 14)
HOWS = {
    "near",
    "bedside", "part", "each", "step", "optional", "airway", "breathing", "scoped", "bleeding",
    "generic", "told", "labor", "delivery", "tear", "episiotomy", "transfusion", "given", "placed",
    "injury", "closed", "atend", "titled", "adhesions", "thrombolysis", "sphincterotomy",
    "fractions", "policy", "curettage", "chemotherapy", "therapy", "harvest", "patch", "umbilical",
    "performed",
}  # fmt: skip


@pytest.fixture(scope="module")
def tables(code_book: SqliteCodeBook) -> Tables:
    return Tables(code_book, ON)


def test_every_name_leads_to_tables_that_exist(tables: Tables) -> None:
    missing = [
        (row.names[0], head)
        for row in named()
        for pattern in row.patterns
        for head in pattern.tables()
        if len(pattern.tables()) == 1 and not tables.values(head)
    ]
    assert missing == []


def test_every_fixed_body_part_exists_in_its_table(tables: Tables) -> None:
    wrong = []
    for row in named():
        for pattern in row.patterns:
            values = pattern.body.split("/")
            if len(pattern.tables()) == 1 and all(value.isalnum() for value in values):
                offered = tables.values(pattern.table)
                wrong += [(row.names[0], value) for value in values if value not in offered]
    assert wrong == []


def test_every_rule_that_a_name_asks_for_is_known() -> None:
    asked = {row.special for row in named()} - {"", "none"}
    assert asked - set(RULES) == set()
    assert {word for row in named() for word in row.how} - HOWS == set()


def test_every_part_of_the_body_exists_in_its_system(tables: Tables) -> None:
    systems = {part.system for group in body_parts() for part in group}
    offered = {
        system: {
            value for table in tables.values(system) for value in tables.values(system + table)
        }
        for system in systems
    }
    wrong = [
        (part.system, part.name, value)
        for group in body_parts()
        for part in group
        for value in (part.unsided, part.right, part.left, part.both)
        if value and value not in offered[part.system]
    ]
    assert wrong == []


def test_names_are_found_by_their_words() -> None:
    assert len(name_index()) > len(named())


def test_lines_on_an_axis_are_those_of_the_code() -> None:
    assert {line.value for line in axis_words("device", "02RF0")} >= {"8", "J"}
    assert axis_words("device", "0DTJ4") == ()
