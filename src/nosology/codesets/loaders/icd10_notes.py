"""Giving a list of ICD-10-CM titles the hierarchy and notes of the list with notes before it."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from nosology.codesets.derived_release import (
    Derived,
    billable_codes,
    derived_from,
    write_derived,
)
from nosology.codesets.edition_loading import part_being_written
from nosology.codesets.stored_nodes import Base, nearest_base, read_nodes
from nosology.model.errors import InputError


@dataclass(frozen=True, slots=True)
class Told:
    """What became of it.

    Attributes:
        rows: entries that were written; 0 where there is no list that would fit.
        remark: what the user should know; where nothing was written, how to go on after "without
            notes".
    """

    rows: int
    remark: str = ""


def write_with_notes(
    connection: sqlite3.Connection,
    release: int,
    codes: Mapping[str, str],
    headings: Mapping[str, str],
) -> Told:
    """Write a release of these codes and headings with the notes of the newest list before it.

    Args:
        connection: the store's.
        release: number under which to write.
        codes: billable code -> title.
        headings: what stands above them -> title; empty where the file does not tell it.
    """
    base = _base_for(connection, release)
    if base is None:
        return Told(0)
    derived = _derived(connection, base, codes, headings)
    if derived is None:
        return Told(0, f"; those of {base.label} do not fit its codes")
    write_derived(connection, release, derived)
    connection.execute("UPDATE release SET based_on = ? WHERE release = ?", (base.release, release))
    return Told(
        len(derived.nodes),
        f"codes and titles of this edition; hierarchy and notes are those of {base.label}",
    )


def _base_for(connection: sqlite3.Connection, release: int) -> Base | None:
    # What stands beside a list of its own edition is never asked for notes.
    if part_being_written(connection, release):
        return None
    (first,) = connection.execute(
        "SELECT valid_from FROM release WHERE release = ?", (release,)
    ).fetchone()
    return nearest_base(connection, dt.date.fromisoformat(first))


def _derived(
    connection: sqlite3.Connection,
    base: Base,
    codes: Mapping[str, str],
    headings: Mapping[str, str],
) -> Derived | None:
    """Return the base changed to the codes; None where they have no place in it."""
    try:
        derived = derived_from(read_nodes(connection, base.release), codes, headings)
    except InputError:
        return None
    printed = {node.entry.code for node in derived.nodes}
    if billable_codes(derived.nodes) != codes.keys() or not headings.keys() <= printed:
        return None
    return derived
