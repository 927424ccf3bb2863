"""Filling a new store: the embedded releases, those derived from them, and what the user added."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from nosology.codesets.loading import Node, Progress, check_hash, load_release
from nosology.codesets.sources import Source, read_sources
from nosology.model.errors import MissingCodeSet

CODE_DATES = "code-dates"


def assemble(connection: sqlite3.Connection, home: Path, sources: Path, progress: Progress) -> None:
    """Write everything that a store holds into its empty tables, without committing.

    Raises:
        MissingCodeSet: when a source is not installed or cannot be read.
        InputError: when a source is not what it should be.
    """
    listed = read_sources(sources)
    located = [(source, source.locate()) for source in listed.releases if not source.is_archived]
    loaded: dict[str, tuple[int, list[Node]]] = {}
    for source, file in located:
        loaded[source.label] = _load(connection, source, file, progress)
    connection.execute("INSERT INTO wording (wording) VALUES ('optimize')")


def _load(
    connection: sqlite3.Connection, source: Source, file: Path, progress: Progress
) -> tuple[int, list[Node]]:
    try:
        check_hash(source, file)
        nodes = load_release(connection, source, file, progress)
    except OSError as error:
        raise MissingCodeSet(
            str(file), f"cannot be read ({error.strerror}); reinstall {source.package}"
        ) from None
    (number,) = connection.execute(
        "SELECT release FROM release WHERE system = ? AND label = ? AND part = ''",
        (source.system.value, source.label),
    ).fetchone()
    return number, nodes
