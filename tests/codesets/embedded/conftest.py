"""A store that is filled from the real extracts, and one from tables written by a test."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from nosology.codesets.archives import Extract, Extracts, ensure_extracts
from nosology.codesets.archives.catalog import Archive
from nosology.codesets.assembling import OFFLINE, extracts_folder
from nosology.codesets.embedded.loading import load_embedded
from nosology.codesets.embedded.target import LoadedRelease
from nosology.codesets.extraction.plain_table import Value, write_table
from nosology.codesets.schema import tables
from nosology.model.errors import MissingCodeSet

Rows = Callable[..., list[Any]]
Tables = Mapping[str, tuple[Sequence[str], Sequence[Sequence[Value]]]]


class Store:
    """A store in memory, what was loaded into it, and how to ask it."""

    def __init__(self, extracts: Extracts, **options: Any) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        self.connection.executescript(tables())
        self.calls: list[tuple[str, int, int]] = []
        self.loaded: list[LoadedRelease] = load_embedded(
            self.connection, extracts, lambda *call: self.calls.append(call), **options
        )

    def rows(self, query: str, *values: object) -> list[Any]:
        return self.connection.execute(query, values).fetchall()

    def valid(self, system: str, day: int) -> set[str]:
        """Return the codes, not the modifiers, of a system that are valid on a day."""
        return {
            code
            for (code,) in self.rows(
                "SELECT code FROM dated_code WHERE system = ? AND kind = 'code'"
                " AND valid_from <= ? AND (valid_to IS NULL OR valid_to >= ?)",
                system,
                day,
                day,
            )
        }


@pytest.fixture(scope="session")
def extracts(nosology_home: Path) -> Extracts:
    """Every extract of the catalog, made from the archives where it is not there."""
    found = ensure_extracts(
        extracts_folder(nosology_home),
        lambda *_: None,
        offline=bool(os.environ.get(OFFLINE)),
    )
    if found.missing:
        pytest.skip(f"archives cannot be had: {', '.join(found.missing)}")
    return found


@pytest.fixture(scope="session")
def store(extracts: Extracts) -> Iterator[Store]:
    """The store filled from all of them."""
    filled = Store(extracts)
    with contextlib.closing(filled.connection):
        yield filled


@pytest.fixture
def write_extracts(tmp_path: Path) -> Callable[[Mapping[str, Tables]], Extracts]:
    """A call that writes extracts of the tables of packages."""

    def call(packages: Mapping[str, Tables]) -> Extracts:
        present = []
        for package, content in packages.items():
            folder = tmp_path / package
            folder.mkdir()
            for name, (columns, rows) in content.items():
                write_table(folder, name, columns, rows)
            sha256 = hashlib.sha256(package.encode()).hexdigest()
            archive = Archive(package, "9", "file", sha256, 1, "nobody", "none", "", "")
            present.append(Extract(archive, folder))
        return Extracts(tuple(present), {"other": MissingCodeSet("other", "is not there")})

    return call
