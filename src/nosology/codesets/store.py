"""The store: one SQLite file, built whole beside its place and then moved into it.

Whoever builds holds the lock, writes to a file of a fixed name in the same folder, checks it, and
renames it over the store in one step. A build that fails or is killed leaves the old store as it
was, and its unfinished file is removed or overwritten by the next one.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nosology.codesets.schema import APPLICATION_ID, SOURCES, fingerprint, tables
from nosology.model.errors import MissingCodeSet

if TYPE_CHECKING:
    from nosology.codesets.loaders.contract import Progress

FILE_NAME = "codesets.sqlite3"
_SQLITE_HEADER = b"SQLite format 3\x00"
_LOCK_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a call to build did.

    Attributes:
        built: False where the store was already the right one.
    """

    path: Path
    built: bool
    seconds: float


def home_folder(home: Path | None = None) -> Path:
    """Return the folder that holds the store: given, from NOSOLOGY_HOME, or the user's own."""
    if home is not None:
        return home
    if named := os.environ.get("NOSOLOGY_HOME"):
        return Path(named)
    # Imported here: it is not needed where the folder is named.
    from platformdirs import user_data_path

    return user_data_path("nosology", appauthor=False)


def open_store(home: Path | None = None, sources: Path = SOURCES) -> sqlite3.Connection:
    """Return a read-only connection to the right store, building it first where it is not there.

    Raises:
        MissingCodeSet: when the store is not there and cannot be built.
    """
    path = home_folder(home) / FILE_NAME
    connection = open_if_right(path, sources)
    if connection is None:
        build_store(home, sources=sources)
        connection = open_if_right(path, sources)
    if connection is None:
        raise MissingCodeSet(
            str(path), "cannot be read after it was built; check the disk, then build it again"
        )
    return connection


def build_store(
    home: Path | None = None,
    *,
    force: bool = False,
    retry: bool = False,
    progress: Progress | None = None,
    sources: Path = SOURCES,
) -> BuildReport:
    """Return what was done to have the right store in its place.

    With ``force`` the store is built again even where it is the right one; with ``retry`` where it
    lacks what an archive would have given that could not be had.

    Raises:
        MissingCodeSet: when a source is not installed or the folder cannot be written.
        InputError: when a source is not what it should be.
    """
    # Imported here: a finished store is opened without any of it.
    import time

    start = time.perf_counter()
    path = home_folder(home) / FILE_NAME
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path):
            # Another process may have built it while this one waited.
            built = (
                force or not _is_right(path, sources) or (retry and bool(missing_archives(path)))
            )
            if built:
                _build(path, sources, progress)
    except (OSError, sqlite3.OperationalError) as error:
        # The place is named already, and an error's number tells nobody anything.
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise MissingCodeSet(
            str(path),
            f"cannot be written ({reason}); make the folder writable with enough free space, or "
            "set NOSOLOGY_HOME to a folder that is",
        ) from None
    return BuildReport(path, built, time.perf_counter() - start)


def missing_archives(path: Path) -> dict[str, str]:
    """Return each package of which the store at the path lacks the data -> the reason."""
    with contextlib.closing(connect_read_only(path)) as connection:
        row = connection.execute("SELECT value FROM store WHERE name = 'missing'").fetchone()
    return dict(json.loads(row[0])) if row else {}


def _build(path: Path, sources: Path, progress: Progress | None) -> None:
    from nosology.codesets.assembling import assemble

    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        with contextlib.closing(sqlite3.connect(unfinished, isolation_level=None)) as connection:
            # The file counts for nothing until it is renamed, so no journal need protect it.
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.executescript(tables())
            connection.execute("BEGIN")
            assemble(connection, path.parent, sources, progress or _silent)
            connection.execute(
                "INSERT INTO store VALUES ('fingerprint', ?)", (fingerprint(sources),)
            )
            connection.execute("COMMIT")
        with unfinished.open("rb+") as file_to_sync:
            os.fsync(file_to_sync.fileno())
        # A journal left by a killed writer belongs to the old store and would damage the new one.
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
        unfinished.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Report nothing."""


@contextlib.contextmanager
def locked(path: Path, seconds: float = _LOCK_SECONDS) -> Iterator[None]:
    """Hold the only right to write what stands there; the system lets go when a process dies."""
    from filelock import FileLock, Timeout

    try:
        with FileLock(path.with_suffix(".lock"), timeout=seconds):
            yield
    except Timeout:
        raise MissingCodeSet(
            str(path),
            f"is held by another process for more than {seconds:.0f} seconds; end that process "
            "or wait for it, then try again",
        ) from None


def _is_right(path: Path, sources: Path) -> bool:
    connection = open_if_right(path, sources)
    if connection is None:
        return False
    connection.close()
    return True


def open_if_right(path: Path, sources: Path) -> sqlite3.Connection | None:
    """Return a connection to the store, or None where it is missing, cut off or out of date."""
    if not _is_whole(path):
        return None
    connection = connect_read_only(path)
    try:
        row = connection.execute("SELECT value FROM store WHERE name = 'fingerprint'").fetchone()
    except sqlite3.DatabaseError:
        row = None
    if row is None or row[0] != fingerprint(sources):
        connection.close()
        return None
    return connection


def _is_whole(path: Path) -> bool:
    """Return whether the file is a store of the length that its header gives.

    SQLite itself notices a file that was cut off only when it reaches the missing pages.
    """
    try:
        with path.open("rb") as file:
            header = file.read(100)
            size = os.fstat(file.fileno()).st_size
    except OSError:
        return False
    if len(header) < 100 or not header.startswith(_SQLITE_HEADER):
        return False
    page = int.from_bytes(header[16:18])
    page = 65536 if page == 1 else page
    pages = int.from_bytes(header[28:32])
    application = int.from_bytes(header[68:72])
    return application == APPLICATION_ID and size == page * pages


def connect_read_only(path: Path) -> sqlite3.Connection:
    """Return a connection that never writes."""
    return connect(path, "ro")


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Return a connection to a file that is there, in a mode of SQLite's: ``ro`` or ``rw``."""
    # With a mode in the address SQLite never creates a file that is not there.
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}",
        uri=True,
        timeout=5,
        isolation_level=None,
        check_same_thread=False,
    )


def write_artefact(
    path: Path, name: str, data: bytes, sources: Path = SOURCES, replaces: str | None = None
) -> bool:
    """Return whether the data was kept under the name, in place of those whose name begins so.

    It is not where the store cannot be written, or another process has put one of other sources in
    its place since, to which the data would not belong.
    """
    try:
        with (
            locked(path, seconds=5),
            contextlib.closing(connect(path, "rw")) as connection,
        ):
            kept = connection.execute(
                "INSERT OR REPLACE INTO artefact SELECT ?, ? WHERE EXISTS"
                " (SELECT 1 FROM store WHERE name = 'fingerprint' AND value = ?)",
                (name, data, fingerprint(sources)),
            )
            if replaces and kept.rowcount == 1:
                connection.execute(
                    "DELETE FROM artefact WHERE name <> ? AND substr(name, 1, ?) = ?",
                    (name, len(replaces), replaces),
                )
            return kept.rowcount == 1
    except (OSError, sqlite3.Error, MissingCodeSet):
        return False
