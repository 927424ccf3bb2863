"""Filling a new store: the embedded releases, those derived from them, and what the user added."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nosology.codesets.added import FOLDER
from nosology.codesets.days import number_of
from nosology.codesets.derived_release import load_derived
from nosology.codesets.loaders.contract import Progress
from nosology.codesets.loading import Node, check_hash, load_release
from nosology.codesets.sources import DerivedSource, Source, Sources, read_sources
from nosology.model.errors import MissingCodeSet

if TYPE_CHECKING:
    from nosology.codesets.archives.extracts import Extracts

CODE_DATES = "code-dates"
OFFLINE = "NOSOLOGY_OFFLINE"


def assemble(connection: sqlite3.Connection, home: Path, sources: Path, progress: Progress) -> None:
    """Write everything that a store holds into its empty tables, without committing.

    What an archive would give that cannot be had is left out, and the reason is written down; the
    installed release is always there.

    Raises:
        MissingCodeSet: when the installed release is not there or cannot be read.
        InputError: when a source is not what it should be.
    """
    listed = read_sources(sources)
    # Found before anything is fetched: without it there is nothing to build.
    located = {
        source.label: source.locate() for source in listed.releases if not source.is_archived
    }
    extracts = _extracts(home, progress) if listed.is_archives_read else None
    if extracts is not None:
        located |= {
            source.label: extracts.path(source.package, Path(source.file).name)
            for source in listed.releases
            if source.is_archived and source.package in extracts
        }
    bases = {
        source.label: _load(connection, source, located[source.label], progress)
        for source in listed.releases
        if source.label in located
    }
    if extracts is not None:
        from nosology.codesets.embedded.loading import load_embedded

        load_embedded(connection, extracts, progress)
        _load_derived(connection, listed, bases, extracts, progress)
        connection.execute(
            "INSERT INTO store VALUES ('missing', ?)",
            (json.dumps({name: str(reason) for name, reason in extracts.missing.items()}),),
        )
    if (home / FOLDER).is_dir():
        from nosology.codesets.adding import reload_added

        reload_added(connection, home, progress)


def extracts_folder(home: Path) -> Path:
    """Return where the packages' extracts are kept.

    They hold nothing of the user's and serve every home, so that a virtual environment keeps them
    beside what it has installed; elsewhere they stand beside the store.
    """
    if sys.prefix != sys.base_prefix:
        shared = Path(sys.prefix, "share", "nosology")
        if os.access(shared if shared.exists() else sys.prefix, os.W_OK):
            return shared
    return home


def _extracts(home: Path, progress: Progress) -> Extracts:
    from nosology.codesets.archives.extracts import ensure_extracts

    return ensure_extracts(extracts_folder(home), progress, offline=bool(os.environ.get(OFFLINE)))


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


def _load_derived(
    connection: sqlite3.Connection,
    listed: Sources,
    bases: Mapping[str, tuple[int, list[Node]]],
    extracts: Extracts,
    progress: Progress,
) -> None:
    for number, source in enumerate(listed.derived):
        progress("deriving releases", number, len(listed.derived))
        base = bases.get(source.based_on)
        wanted = _codes(connection, source, extracts)
        if base is not None and wanted:
            load_derived(connection, source, base[1], wanted, base[0])


def _codes(
    connection: sqlite3.Connection, source: DerivedSource, extracts: Extracts
) -> dict[str, str]:
    """Return the billable codes of the release -> title; empty where their source is missing."""
    if source.codes == CODE_DATES:
        day = number_of(source.valid_from)
        found = connection.execute(
            "SELECT code FROM code_dates WHERE system = ? AND valid_from <= ?"
            " AND (valid_to IS NULL OR valid_to >= ?)",
            (source.system.value, day, day),
        )
        return {code: "" for (code,) in found}
    from nosology.codesets.extraction.plain_table import SUFFIX, read_table

    package, _, table = source.codes.partition(":")
    if package not in extracts:
        return {}
    rows = read_table(extracts.path(package, f"{table}{SUFFIX}"), ("code", "title"))
    return {row[0]: row[1] for row in rows}
