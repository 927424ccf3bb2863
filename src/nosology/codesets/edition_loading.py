"""Writing one edition of a published file into the tables, in place of the one before it."""

from __future__ import annotations

import sqlite3

from nosology.codesets.loaders.containers import damage_told
from nosology.codesets.loaders.contract import Edition, Loaded, Loader, Progress
from nosology.codesets.loaders.publication import Publication
from nosology.codesets.recording import Recorded, record_release
from nosology.model.code import System
from nosology.model.errors import InputError

ADDED = "added: "
"""What ``source`` of a release begins with that a user added."""

BESIDE = "titles"
"""Part of an edition of which more is known than the file tells: it stands beside that."""

_COMING = "\x01"
_COUNTED = ("node", "dated_code")


def load_edition(
    connection: sqlite3.Connection,
    loader: Loader,
    publication: Publication,
    edition: Edition,
    sha256: str,
    progress: Progress,
) -> Loaded:
    """Return what was written of the file, checked; it stands in the edition's place then.

    An edition that was there is removed only after the new one has been written. What was written
    of a file that fails is removed again, so that it holds without a journal to undo it.

    Raises:
        InputError: when the file departs from its layout, or nothing of it reaches the store.
    """
    release = record_release(
        connection,
        Recorded(
            system=edition.data_set,
            label=edition.label,
            part=_COMING + edition.part,
            valid_from=edition.valid_from,
            valid_to=edition.valid_to,
            rows=0,
            billable=None,
            source=ADDED + publication.name,
            publisher=loader.publisher,
            licence=loader.licence,
            sha256=sha256,
            loader=loader.name,
        ),
    )
    try:
        with damage_told(publication):
            loaded = loader.load(connection, release, publication, progress)
        _check(connection, release, edition, publication.name, loaded)
    except sqlite3.IntegrityError as error:
        clear_release(connection, release)
        raise InputError(
            publication.name,
            f"holds two rows where one may stand ({error}); the file is damaged: download it again",
        ) from None
    except InputError:
        clear_release(connection, release)
        raise
    _take_the_place(connection, release, edition)
    remark = loaded.remark
    if edition.part == BESIDE and edition.data_set == System.ICD10CM.value:
        remark = f"{remark}; the list of this edition with notes answers"
    connection.execute(
        "UPDATE release SET part = ?, rows = ?, billable = ?, completeness = ?, remark = ?"
        " WHERE release = ?",
        (
            edition.part,
            loaded.rows,
            loaded.billable,
            loaded.completeness,
            remark,
            release,
        ),
    )
    drop_compiled(connection, edition.data_set)
    return loaded


def part_being_written(connection: sqlite3.Connection, release: int) -> str:
    """Return which part of its edition a release is to be, while it is being written."""
    (part,) = connection.execute(
        "SELECT part FROM release WHERE release = ?", (release,)
    ).fetchone()
    return str(part).removeprefix(_COMING)


def _check(
    connection: sqlite3.Connection, release: int, edition: Edition, name: str, loaded: Loaded
) -> None:
    if loaded.rows < 1 or not any(_rows_of(connection, release).values()):
        raise InputError(name, "holds no row of data; download it again")
    if edition.data_set not in {system.value for system in System}:
        return
    written = _rows_of(connection, release)
    if loaded.rows not in [written.get(table) for table in _COUNTED]:
        counts = ", ".join(f"{written.get(table, 0)} in {table}" for table in _COUNTED)
        raise InputError(name, f"has {loaded.rows} rows, of which the store holds {counts}")


def _take_the_place(connection: sqlite3.Connection, release: int, edition: Edition) -> None:
    earlier = connection.execute(
        "SELECT release FROM release WHERE system = ? AND label = ? AND part = ?",
        (edition.data_set, edition.label, edition.part),
    ).fetchone()
    if earlier is not None:
        connection.execute(
            "UPDATE release SET based_on = ? WHERE based_on = ?", (release, earlier[0])
        )
        clear_release(connection, earlier[0])


def drop_compiled(connection: sqlite3.Connection, data_set: str) -> None:
    """Remove what was compiled from a code set that is no longer as it was.

    It is compiled again when it is needed.
    """
    if data_set in {system.value for system in System}:
        connection.execute("DELETE FROM artefact")


def clear_release(connection: sqlite3.Connection, release: int) -> None:
    """Remove the release and every row that was written under its number."""
    for table in _tables_of_releases(connection):
        connection.execute(f"DELETE FROM {table} WHERE release = ?", (release,))


def _rows_of(connection: sqlite3.Connection, release: int) -> dict[str, int]:
    """Return how many rows each table of data holds of the release."""
    return {
        table: connection.execute(
            f"SELECT count(*) FROM {table} WHERE release = ?", (release,)
        ).fetchone()[0]
        for table in _tables_of_releases(connection)
        if table != "release"
    }


def _tables_of_releases(connection: sqlite3.Connection) -> list[str]:
    """Return every table with the column ``release``, which says whose a row is."""
    return [
        row[0]
        for row in connection.execute(
            "SELECT list.name FROM pragma_table_list AS list, pragma_table_info(list.name) AS info"
            " WHERE list.schema = 'main' AND list.type IN ('table', 'virtual')"
            " AND info.name = 'release' ORDER BY list.name"
        )
    ]
