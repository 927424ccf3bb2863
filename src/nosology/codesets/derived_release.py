"""A release that has another one's hierarchy and notes, with codes and titles of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

from nosology.codesets.deriving import derive
from nosology.codesets.loading import Node, as_nodes, count_billable, write_nodes
from nosology.codesets.recording import Recorded, record_release
from nosology.codesets.sources import DerivedSource
from nosology.model.errors import InputError


@dataclass(frozen=True, slots=True)
class Derived:
    """What a release holds that is made of another one.

    Attributes:
        titles: of codes and headings, as the release has them itself.
        added: codes that the base lacks.
        removed: codes of the base that the release lacks.
    """

    nodes: list[Node]
    titles: Mapping[str, str]
    added: frozenset[str]
    removed: frozenset[str]


def derived_from(
    base: list[Node], wanted: Mapping[str, str], headings: Mapping[str, str] | None = None
) -> Derived:
    """Return the base changed to the codes that are wanted.

    Args:
        base: nodes of the release that it is based on.
        wanted: billable codes of the release -> title, empty where it is that of the base or none.
        headings: what stands above the codes -> title, where the release tells it.

    Raises:
        InputError: where a code that is wanted has no place in the base.
    """
    headings = headings or {}
    completed = {
        code: node.entry.code
        for node in base
        for code, _ in replace(node, withdrawn=frozenset()).extended()
    }
    held = {node.entry.code for node in base if node.billable}
    held.update(code for node in base for code, _ in node.extended())
    titles = {code: title for code, title in (*headings.items(), *wanted.items()) if title}
    derived = derive(
        [node.entry for node in base], completed, held, set(wanted), titles, set(headings)
    )
    definitions = {node.entry.code: node.definition for node in base}
    nodes = [
        replace(node, definition=definitions.get(node.entry.code, node.definition))
        for node in as_nodes(derived.entries, withdrawn=derived.withdrawn)
    ]
    return Derived(nodes, titles, derived.added, derived.removed)


def billable_codes(nodes: list[Node]) -> Set[str]:
    """Return the codes that may stand on a claim, seventh characters added."""
    printed = {node.entry.code for node in nodes if node.billable}
    return printed | {code for node in nodes for code, _ in node.extended()}


def load_derived(
    connection: sqlite3.Connection,
    source: DerivedSource,
    base: list[Node],
    wanted: Mapping[str, str],
    base_release: int,
) -> None:
    """Write a release that shares the base's entries, without committing.

    Args:
        connection: the store's.
        source: what the release is and how many codes it must have.
        base: nodes of the release that it is based on.
        wanted: billable codes of the release -> title, empty where it is that of the base or none.
        base_release: number of the base in the store.

    Raises:
        InputError: when the counts are not those that the sources expect.
    """
    derived = derived_from(base, wanted)
    billable = count_billable(derived.nodes)
    for what, found, expected in (
        ("billable codes", billable, source.billable),
        ("codes added", len(derived.added), source.added),
        ("codes removed", len(derived.removed), source.removed),
    ):
        if found != expected:
            raise InputError(
                f"{source.system} {source.label}",
                f"holds {found} {what}, expected {expected}; what it is made of is not what "
                "sources.toml describes",
            )
    release = record_release(
        connection,
        Recorded(
            system=source.system.value,
            label=source.label,
            valid_from=source.valid_from,
            valid_to=source.valid_to,
            rows=len(derived.nodes),
            billable=billable,
            completeness=source.completeness,
            remark=source.remark,
            based_on=base_release,
            source=f"{source.based_on} and {source.codes}",
            publisher=source.publisher,
            licence=source.licence,
            sha256="",
            loader="derived",
        ),
    )
    write_derived(connection, release, derived)


def write_derived(connection: sqlite3.Connection, release: int, derived: Derived) -> None:
    """Write the nodes, and what sets them apart from the base's, under the release's number."""
    write_nodes(connection, release, derived.nodes)
    connection.executemany(
        "INSERT INTO change VALUES (?, ?, ?, ?)",
        (
            (release, code, change, derived.titles.get(code, ""))
            for change, codes in (("added", derived.added), ("removed", derived.removed))
            for code in sorted(codes)
        ),
    )
