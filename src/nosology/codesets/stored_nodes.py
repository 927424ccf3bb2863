"""Reading a release of the Tabular List back from the store, so that another is made of it."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections import defaultdict
from dataclasses import dataclass, replace

from nosology.codesets.loading import Node
from nosology.codesets.tabular import (
    Level,
    NoteKind,
    SeventhCharacter,
    TabularEntry,
    TabularNote,
)
from nosology.model.code import System


@dataclass(frozen=True, slots=True)
class Base:
    """A release with notes, of which another may be made."""

    release: int
    label: str


def nearest_base(connection: sqlite3.Connection, before: dt.date) -> Base | None:
    """Return the newest ICD-10-CM release with notes that began before a day; None for none."""
    found = connection.execute(
        "SELECT release, label FROM release WHERE system = ? AND part = ''"
        " AND completeness = 'full' AND valid_from < ?"
        " ORDER BY valid_from DESC, label DESC LIMIT 1",
        (System.ICD10CM.value, before.isoformat()),
    ).fetchone()
    return Base(*found) if found else None


def read_nodes(connection: sqlite3.Connection, release: int) -> list[Node]:
    """Return the nodes that were written under the release's number, in tabular order.

    The lines of the file that they came from are not known any more.
    """
    definitions = _definitions(connection, release)
    notes = _notes(connection, release)
    completed: dict[int, set[str]] = defaultdict(set)
    for position, code in connection.execute(
        "SELECT position, code FROM extended WHERE release = ?", (release,)
    ):
        completed[position].add(code)
    nodes: list[Node] = []
    numbers: list[int | None] = []
    with_children: set[int] = set()
    for position, code, level, title, parent, last, number, is_header in connection.execute(
        "SELECT position, code, level, title, parent, last, definition, is_header FROM node"
        " WHERE release = ? ORDER BY position",
        (release,),
    ):
        # What is the same as above is not printed again.
        inherited = None if parent is None else numbers[parent]
        definition = definitions[number] if number is not None else ()
        entry = TabularEntry(
            Level(level),
            code,
            title,
            None if parent is None else nodes[parent].entry.code,
            0,
            False,
            notes.get(position, ()),
            () if number == inherited else definition,
        )
        # A section that only groups other sections has none of its own.
        if parent is not None and not (
            level == Level.SECTION and nodes[parent].entry.level is Level.SECTION
        ):
            with_children.add(parent)
        numbers.append(number)
        node = Node(position, entry, parent, last, definition, bool(is_header))
        made = {code for code, _ in node.extended()}
        nodes.append(replace(node, withdrawn=frozenset(made - completed[position])))
    return [
        replace(node, entry=replace(node.entry, has_children=True))
        if node.position in with_children
        else node
        for node in nodes
    ]


def _definitions(
    connection: sqlite3.Connection, release: int
) -> dict[int, tuple[SeventhCharacter, ...]]:
    found: dict[int, tuple[SeventhCharacter, ...]] = defaultdict(tuple)
    for number, character, meaning, also in connection.execute(
        "SELECT definition, character, meaning, also FROM definition WHERE release = ?"
        " ORDER BY definition, sequence",
        (release,),
    ):
        wordings = tuple(also.split("\n")) if also else ()
        found[number] = (*found[number], SeventhCharacter(character, meaning, wordings))
    return found


def _notes(connection: sqlite3.Connection, release: int) -> dict[int, tuple[TabularNote, ...]]:
    found: dict[int, tuple[TabularNote, ...]] = defaultdict(tuple)
    for kind, position, text in connection.execute(
        "SELECT kind, position, text FROM note WHERE release = ? ORDER BY position, sequence",
        (release,),
    ):
        found[position] = (*found[position], TabularNote(NoteKind(kind), text))
    return found
