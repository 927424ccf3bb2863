"""Taking added releases out of the store again."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from nosology.codesets.added import AddedFile, discard_unused, read_manifest, write_manifest
from nosology.codesets.edition_loading import ADDED, clear_release, drop_compiled
from nosology.codesets.loaders.contract import Progress
from nosology.codesets.schema import SOURCES
from nosology.codesets.store import FILE_NAME, build_store, home_folder, locked
from nosology.codesets.store_copy import changed_copy, put_in_place, silent
from nosology.model.errors import InputError


@dataclass(frozen=True, slots=True)
class Removed:
    """A release that was taken out.

    Attributes:
        source: the file that it came from.
        is_embedded_again: whether the release that comes with the product is back in its place.
    """

    data_set: str
    label: str
    part: str
    source: str
    is_embedded_again: bool


def remove(
    data_set: str,
    label: str,
    home: Path | None = None,
    *,
    progress: Progress | None = None,
    sources: Path = SOURCES,
) -> list[Removed]:
    """Return the added releases of that name, which are no longer in the store.

    Raises:
        InputError: when there is none, or it comes with the product.
        MissingCodeSet: as for ``add``.
    """
    report = progress or silent
    folder = home_folder(home)
    build_store(home, progress=progress, sources=sources)
    with changed_copy(folder / FILE_NAME, sources, report) as copy:
        manifest = read_manifest(folder)
        leaving = [file for file in manifest if (file.data_set, file.label) == (data_set, label)]
        staying = [file for file in manifest if file not in leaving]
        added = _added_releases(copy.before, data_set, label)
        if not added and not leaving:
            raise _not_removable(copy.before, data_set, label)
        removed = [
            Removed(
                data_set,
                label,
                part,
                source.removeprefix(ADDED),
                any(file.part == part and file.replaced_embedded for file in leaving),
            )
            for _, part, source in added
        ]
        is_rebuilt = any(one.is_embedded_again for one in removed)
        if not is_rebuilt:
            connection = copy.begin()
            for number, _, _ in added:
                clear_release(connection, number)
            drop_compiled(connection, data_set)
            put_in_place(copy, folder, staying)
            discard_unused(folder, staying)
    if is_rebuilt:
        # What comes with the product is not kept beside what replaced it.
        _rebuild(folder, manifest, staying, report, sources)
    return removed


def _added_releases(
    connection: sqlite3.Connection, data_set: str, label: str
) -> list[tuple[int, str, str]]:
    return connection.execute(
        "SELECT release, part, source FROM release WHERE system = ? AND label = ?"
        " AND substr(source, 1, ?) = ? ORDER BY part",
        (data_set, label, len(ADDED), ADDED),
    ).fetchall()


def _not_removable(connection: sqlite3.Connection, data_set: str, label: str) -> InputError:
    where = f"{data_set} {label}"
    held = connection.execute(
        "SELECT source FROM release WHERE system = ? AND label = ?", (data_set, label)
    ).fetchone()
    if held:
        return InputError(
            where,
            f"comes with the product ({held[0]}) and every new store has it; only what was added "
            "can be removed",
        )
    added = connection.execute(
        "SELECT DISTINCT system || ' ' || label FROM release WHERE substr(source, 1, ?) = ?"
        " ORDER BY 1",
        (len(ADDED), ADDED),
    ).fetchall()
    names = ", ".join(row[0] for row in added) or "nothing"
    return InputError(where, f"is not installed; added were: {names}")


def _rebuild(
    folder: Path,
    before: list[AddedFile],
    staying: list[AddedFile],
    progress: Progress,
    sources: Path,
) -> None:
    write_manifest(folder, staying)
    try:
        build_store(folder, force=True, progress=progress, sources=sources)
    except BaseException:
        with contextlib.suppress(OSError):
            write_manifest(folder, before)
        raise
    with locked(folder / FILE_NAME):
        discard_unused(folder, read_manifest(folder))
