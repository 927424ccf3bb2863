"""Changing a finished store: on a copy beside it, which takes its place in one step."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nosology.codesets.added import AddedFile, read_manifest, write_manifest
from nosology.codesets.loaders.contract import Progress
from nosology.codesets.store import (
    connect,
    locked,
    open_if_right,
)
from nosology.model.errors import MissingCodeSet

_PAGES_AT_ONCE = 4096


@dataclass(slots=True)
class StoreCopy:
    """The store as it is, and on demand its copy.

    Attributes:
        before: connection to the store as it is.
    """

    path: Path
    before: sqlite3.Connection
    progress: Progress
    connection: sqlite3.Connection | None = None

    @property
    def unfinished(self) -> Path:
        """Where the copy stands; the name under which a build removes what one left behind."""
        return self.path.with_name(f"{self.path.name}.unfinished")

    def begin(self) -> sqlite3.Connection:
        """Return a connection to the copy, in a transaction."""
        # Opened for writing, so that SQLite first undoes what a killed writer left half done.
        with contextlib.closing(connect(self.path, "rw")) as source:
            self.connection = sqlite3.connect(self.unfinished, isolation_level=None)
            # The file counts for nothing until it is renamed: undoing a part of the work is all
            # that a journal is for here, and none may be left beside it.
            self.connection.execute("PRAGMA journal_mode = OFF")
            source.backup(self.connection, pages=_PAGES_AT_ONCE, progress=self._copied)
        self.connection.execute("PRAGMA journal_mode = MEMORY")
        self.connection.execute("PRAGMA synchronous = OFF")
        self.connection.execute("BEGIN")
        return self.connection

    def _copied(self, _status: int, remaining: int, total: int) -> None:
        self.progress("copying the store", total - remaining, total)

    def replace(self) -> None:
        """Put the copy in the store's place, all of it written to the disk."""
        assert self.connection is not None, "begin() makes the copy"
        self.connection.execute("COMMIT")
        self.close()
        with self.unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        # A journal left by a killed writer belongs to the old store and would damage the new one.
        self.path.with_name(f"{self.path.name}-journal").unlink(missing_ok=True)
        self.unfinished.replace(self.path)

    def close(self) -> None:
        """Close both connections."""
        self.before.close()
        if self.connection is not None:
            self.connection.close()
            self.connection = None


@contextlib.contextmanager
def changed_copy(path: Path, sources: Path, progress: Progress) -> Iterator[StoreCopy]:
    """Give the store to one that changes it; nothing is changed unless the copy replaces it.

    Raises:
        MissingCodeSet: when the store is not the right one or its folder cannot be written.
    """
    try:
        with locked(path):
            before = open_if_right(path, sources)
            if before is None:
                raise MissingCodeSet(
                    str(path), "was changed by another version of the program; try again"
                )
            copy = StoreCopy(path, before, progress)
            copy.unfinished.unlink(missing_ok=True)
            try:
                yield copy
            finally:
                copy.close()
                with contextlib.suppress(OSError):
                    copy.unfinished.unlink(missing_ok=True)
    except (OSError, sqlite3.OperationalError) as error:
        raise MissingCodeSet(
            str(path),
            f"cannot be written ({error}); make the folder writable with enough free space, or "
            "set NOSOLOGY_HOME to a folder that is",
        ) from None


def put_in_place(copy: StoreCopy, folder: Path, manifest: list[AddedFile]) -> None:
    """Put the copy in its place, and the list with it; the list as it was, where that fails."""
    before = read_manifest(folder)
    try:
        write_manifest(folder, manifest)
        copy.replace()
    except BaseException:
        with contextlib.suppress(OSError):
            write_manifest(folder, before)
        raise


def silent(_stage: str, _done: int, _total: int) -> None:
    """Report nothing."""
