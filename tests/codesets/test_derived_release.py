"""Releases read back from the store, and made of one another."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from nosology.codesets.derived_release import billable_codes, derived_from, write_derived
from nosology.codesets.loading import Node, as_nodes, write_nodes
from nosology.codesets.recording import Recorded, record_release
from nosology.codesets.schema import tables
from nosology.codesets.sources import SeventhCharacterLimit
from nosology.codesets.stored_nodes import nearest_base, read_nodes
from nosology.codesets.tabular import read_tabular

from .conftest import TABULAR

WITHDRAWN = frozenset({"S100XXD", "S1012X1"})
LIMIT = SeventhCharacterLimit("S10", "2", "1", 1, "")


@pytest.fixture
def connection() -> sqlite3.Connection:
    found = sqlite3.connect(":memory:", isolation_level=None)
    found.executescript(tables())
    return found


@pytest.fixture
def nodes(write_tabular: Callable[[str], Path]) -> list[Node]:
    """The tiny list, some of whose completed codes are withdrawn."""
    return as_nodes(list(read_tabular(write_tabular(TABULAR))), (), WITHDRAWN)


def record(connection: sqlite3.Connection, label: str, **others: object) -> int:
    recorded = Recorded(
        system="icd10cm",
        label=label,
        valid_from=dt.date.fromisoformat(f"{label}-01"),
        valid_to=None,
        rows=0,
        billable=None,
        source="",
        publisher="",
        licence="",
        sha256="",
        loader="",
    )
    return record_release(connection, dataclasses.replace(recorded, **others))  # type: ignore[arg-type]


def contents(connection: sqlite3.Connection, release: int) -> list[list[tuple[object, ...]]]:
    return [
        connection.execute(
            f"SELECT * FROM {table} WHERE release = ? ORDER BY 1, 2, 3, 4", (release,)
        ).fetchall()
        for table in ("node", "extended", "definition", "note")
    ]


def test_what_is_read_back_is_written_the_same(
    connection: sqlite3.Connection, nodes: list[Node]
) -> None:
    write_nodes(connection, 1, nodes)
    again = read_nodes(connection, 1)
    assert billable_codes(again) == billable_codes(nodes)
    assert not billable_codes(again) & WITHDRAWN
    write_nodes(connection, 2, again)
    first, second = contents(connection, 1), contents(connection, 2)
    assert [[row[1:] for row in table] for table in first] == [
        [row[1:] for row in table] for table in second
    ]
    assert all(first)


def test_nothing_but_lines_is_lost(connection: sqlite3.Connection, nodes: list[Node]) -> None:
    write_nodes(connection, 1, nodes)
    for one, before in zip(read_nodes(connection, 1), nodes, strict=True):
        expected = dataclasses.replace(before.entry, line=0)
        assert dataclasses.replace(one.entry, seventh_characters=()) == dataclasses.replace(
            expected, seventh_characters=()
        )
        assert (one.parent, one.last, one.definition, one.is_header, one.billable) == (
            before.parent,
            before.last,
            before.definition,
            before.is_header,
            before.billable,
        )


def test_a_limit_in_words_is_kept(
    connection: sqlite3.Connection, write_tabular: Callable[[str], Path]
) -> None:
    text = TABULAR.replace("<name>S10.12</name>", "<name>S10.122</name>")
    nodes = as_nodes(list(read_tabular(write_tabular(text))), (LIMIT,))
    assert {code for code in billable_codes(nodes) if code.startswith("S1012")} == {"S101221"}
    write_nodes(connection, 1, nodes)
    wanted = dict.fromkeys(billable_codes(nodes) | {"S118"}, "")
    derived = derived_from(read_nodes(connection, 1), wanted)
    assert billable_codes(derived.nodes) == wanted.keys()


@pytest.mark.parametrize("back", [set(), {"S100XXD"}, set(WITHDRAWN)])
def test_what_was_withdrawn_stays_so_until_it_is_wanted(nodes: list[Node], back: set[str]) -> None:
    wanted = (billable_codes(nodes) - {"S100XXS"}) | back
    derived = derived_from(nodes, dict.fromkeys(wanted, ""))
    assert billable_codes(derived.nodes) == wanted
    assert (derived.added, derived.removed) == (back, {"S100XXS"})


def test_headings_have_their_own_titles(connection: sqlite3.Connection, nodes: list[Node]) -> None:
    codes = dict.fromkeys(billable_codes(nodes) - {"S119"}, "")
    codes |= {"S11901": "Cracked", "S1199": "Snapped", "S129": "Lost"}
    headings = {"S11": "Renamed", "S119": "Divided", "S1190": "Cracks", "S12": "New category"}
    derived = derived_from(nodes, codes, headings)
    assert billable_codes(derived.nodes) == codes.keys()
    found = {node.entry.code: node for node in derived.nodes}
    titles = {code: found[code].entry.title for code in (*headings, "S11901")}
    assert titles == {**headings, "S11901": "Cracked"}
    parents = {code: found[code].entry.parent for code in ("S119", "S1190", "S11901", "S129")}
    assert parents == {"S119": "S11", "S1190": "S119", "S11901": "S1190", "S129": "S12"}
    assert found["S10"].entry.notes == nodes[found["S10"].position].entry.notes
    write_derived(connection, 1, derived)
    assert connection.execute(
        "SELECT code, change, title FROM change ORDER BY code"
    ).fetchall() == [
        ("S119", "removed", "Divided"),
        ("S11901", "added", "Cracked"),
        ("S1199", "added", "Snapped"),
        ("S129", "added", "Lost"),
    ]


def test_the_base_is_the_newest_list_with_notes_before(connection: sqlite3.Connection) -> None:
    record(connection, "2095-10")
    record(connection, "2096-10")
    record(connection, "2097-10", completeness="titles-only")
    record(connection, "2097-04", part="titles")
    record(connection, "2097-05", system="icd10pcs")
    for day, label in (("2098-10-01", "2096-10"), ("2096-10-01", "2095-10")):
        base = nearest_base(connection, dt.date.fromisoformat(day))
        assert base is not None
        assert base.label == label
    assert nearest_base(connection, dt.date(2095, 10, 1)) is None
