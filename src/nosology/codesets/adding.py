"""Adding published files to the store, and loading them again into a new one.

Files are told apart and read whole before anything is written. What is written goes into a copy of
the store, which takes its place only when every check has passed: an error or a kill leaves the
store as it was.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nosology.codesets.added import (
    MANIFEST,
    AddedFile,
    discard_unused,
    hash_of,
    keep,
    read_manifest,
)
from nosology.codesets.edition_loading import ADDED, BESIDE, load_edition
from nosology.codesets.editions import NamedEdition
from nosology.codesets.loaders.containers import damage_told
from nosology.codesets.loaders.contract import Edition, Progress
from nosology.codesets.loaders.publication import own_name
from nosology.codesets.loaders.registry import TELLS_LESS_THAN, loader_named
from nosology.codesets.recognizing import Given, Recognized, look_into
from nosology.codesets.schema import SOURCES
from nosology.codesets.store import FILE_NAME, build_store, home_folder, open_store
from nosology.codesets.store_copy import changed_copy, put_in_place, silent
from nosology.model.code import System
from nosology.model.errors import InputError, NosologyError

_DERIVED = "derived"


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one file, as one edition.

    Attributes:
        file: name of the file; that of the archive that holds it before it, if any.
        already: the same bytes were there, and nothing was changed.
        replaced: source of the edition that this file took the place of; None where it is new.
        left_out: what else the given path held and was not read.
    """

    file: str
    edition: Edition
    rows: int
    billable: int | None
    anchors: tuple[str, ...] = ()
    already: bool = False
    replaced: str | None = None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A path of which nothing was added, and why."""

    file: str
    error: NosologyError


type Outcome = Added | Refused


def add(
    paths: Sequence[Path],
    home: Path | None = None,
    *,
    named: NamedEdition | None = None,
    together: bool = False,
    progress: Progress | None = None,
    sources: Path = SOURCES,
) -> list[Outcome]:
    """Return what became of each file; a path that is refused does not keep the others out.

    Args:
        paths: published files, and archives that hold them.
        home: folder of the store; NOSOLOGY_HOME or the user's data folder where it is None.
        named: what the user says of the edition, which stands above what a file tells.
        together: raise the first refusal, and add none of the files then.
        progress: called with the stage's name, how far it is and how far it goes.
        sources: of the store.

    Raises:
        MissingCodeSet: when the store is not there and cannot be built, or cannot be written.
        InputError: when the list of added files is damaged, and with ``together`` any refusal.
    """
    report = progress or silent
    found: list[Given | Refused] = []
    for path in paths:
        try:
            found.append(look_into(path, named or NamedEdition(), report))
        except NosologyError as error:
            if together:
                raise
            found.append(Refused(own_name(path.name), error))
    given = [one for one in found if isinstance(one, Given)]
    results = iter(_add_given(given, home, together, report, sources) if given else [])
    outcomes: list[Outcome] = []
    for one in found:
        outcomes.extend([one] if isinstance(one, Refused) else next(results))
    return outcomes


def _add_given(
    given: list[Given],
    home: Path | None,
    together: bool,
    progress: Progress,
    sources: Path,
) -> list[list[Outcome]]:
    folder = home_folder(home)
    build_store(home, progress=progress, sources=sources)
    with changed_copy(folder / FILE_NAME, sources, progress) as copy:
        if (nothing_new := _all_already(copy.before, given)) is not None:
            return nothing_new
        manifest = read_manifest(folder)
        try:
            results, listed = _load(copy.begin(), given, folder, manifest, together, progress)
            if any(isinstance(one, Added) and not one.already for done in results for one in done):
                put_in_place(copy, folder, listed)
        finally:
            discard_unused(folder, read_manifest(folder))
    return results


def _load(
    connection: sqlite3.Connection,
    given: list[Given],
    folder: Path,
    manifest: list[AddedFile],
    together: bool,
    progress: Progress,
) -> tuple[list[list[Outcome]], list[AddedFile]]:
    """Return what became of each path, and the list of added files with the new ones in."""
    results: list[list[Outcome]] = []
    for path in given:
        try:
            with _savepoint(connection):
                done, manifest = _load_path(connection, path, folder, manifest, progress)
        except NosologyError as error:
            if together:
                raise
            results.append([Refused(own_name(path.path.name), error)])
        else:
            results.append(list(done))
    return results, manifest


@contextlib.contextmanager
def _savepoint(connection: sqlite3.Connection) -> Iterator[None]:
    """Undo what the block wrote where it fails."""
    connection.execute("SAVEPOINT path")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK TO path")
        raise
    finally:
        connection.execute("RELEASE path")


def _load_path(
    connection: sqlite3.Connection,
    path: Given,
    folder: Path,
    manifest: list[AddedFile],
    progress: Progress,
) -> tuple[list[Added], list[AddedFile]]:
    """Return what was loaded of a path, and the list with it in."""
    listed = list(manifest)
    done: list[Added] = []
    for one, told in path.editions():
        if (there := _already(connection, one, told, path.left_out)) is not None:
            done.append(there)
            continue
        edition, existing = _placed(connection, one, told)
        loaded = load_edition(
            connection, one.loader, one.publication, edition, one.sha256, progress
        )
        _no_longer_missing(connection, edition)
        key = (edition.data_set, edition.label, edition.part)
        earlier = next((file for file in listed if file.key == key), None)
        listed = [file for file in listed if file.key != key]
        embedded = existing is not None and not existing.source.startswith(ADDED)
        listed.append(
            AddedFile(
                *key,
                edition.valid_from.isoformat(),
                edition.valid_to.isoformat() if edition.valid_to else None,
                one.publication.name,
                one.publication.archive,
                one.sha256,
                keep(folder, one.publication, one.sha256),
                one.loader.name,
                embedded or (earlier is not None and earlier.replaced_embedded),
            )
        )
        done.append(
            Added(
                one.file,
                edition,
                loaded.rows,
                loaded.billable,
                loaded.anchors,
                replaced=existing.source if existing else None,
                left_out=path.left_out,
            )
        )
    return done, listed


@dataclass(frozen=True, slots=True)
class _Existing:
    """The release that stands in an edition's place."""

    release: int
    source: str
    loader: str
    completeness: str


def _existing(connection: sqlite3.Connection, edition: Edition) -> _Existing | None:
    found = connection.execute(
        "SELECT release, source, loader, completeness FROM release"
        " WHERE system = ? AND label = ? AND part = ?",
        (edition.data_set, edition.label, edition.part),
    ).fetchone()
    return _Existing(*found) if found else None


def _placed(
    connection: sqlite3.Connection, one: Recognized, edition: Edition
) -> tuple[Edition, _Existing | None]:
    """Return the edition in the place that the file may take, and what stands there now.

    What tells less than the release in its place stands beside it: that release goes on to answer.

    Raises:
        InputError: when it tells less than what stands there too.
    """
    held = ""
    for place in _places(edition):
        existing = _existing(connection, place)
        if existing is None or not _tells_less(one, place, existing):
            return place, existing
        held = existing.source.removeprefix(ADDED)
    raise InputError(
        one.publication.name,
        f"is {_shown(edition)}, which is installed from {held} with more than this file tells; "
        "nothing is to be added",
    )


def _places(edition: Edition) -> tuple[Edition, ...]:
    beside = replace(edition, part=BESIDE)
    return (edition,) if edition.part else (edition, beside)


def _tells_less(one: Recognized, edition: Edition, existing: _Existing) -> bool:
    richer = TELLS_LESS_THAN.get(one.loader.name)
    if richer is None:
        return False
    # What is derived has the notes and the hierarchy of the list that it is derived from; titles
    # add to it only where it knows codes by their dates alone.
    has_notes = edition.data_set == System.ICD10CM.value and (
        existing.completeness == "full"
        or (existing.loader == _DERIVED and existing.completeness != "dates-only")
    )
    return has_notes or existing.loader in richer


def _already(
    connection: sqlite3.Connection, one: Recognized, told: Edition, left_out: tuple[str, ...]
) -> Added | None:
    """Return what to answer where the same bytes are there as that edition; None if not."""
    for edition in _places(told):
        found = connection.execute(
            "SELECT rows, billable FROM release WHERE system = ? AND label = ? AND part = ?"
            " AND sha256 = ? AND valid_from = ? AND valid_to IS ?",
            (
                edition.data_set,
                edition.label,
                edition.part,
                one.sha256,
                edition.valid_from.isoformat(),
                edition.valid_to.isoformat() if edition.valid_to else None,
            ),
        ).fetchone()
        if found is not None:
            rows, billable = found
            return Added(one.file, edition, rows, billable, already=True, left_out=left_out)
    return None


def _all_already(connection: sqlite3.Connection, given: list[Given]) -> list[list[Outcome]] | None:
    """Return what to answer where nothing is new; None where something is."""
    found = [
        [_already(connection, one, told, path.left_out) for one, told in path.editions()]
        for path in given
    ]
    if any(one is None for path in found for one in path):
        return None
    return [[one for one in path if one is not None] for path in found]


@dataclass(frozen=True, slots=True)
class NotReloaded:
    """A file that was added before and that a new store could not be given."""

    file: str
    edition: str
    error: NosologyError


NOT_RELOADED = "not-reloaded"
"""Name under which the store's table ``store`` says what is missing from it -> why, as JSON."""


def reload_added(
    connection: sqlite3.Connection, home: Path, progress: Progress
) -> list[NotReloaded]:
    """Return which of the added files could not be written into a new store, and why.

    Every other one is written, without committing. One that fails leaves no row, and what comes
    with the product in its place. What is missing is written down in the store too.
    """
    try:
        manifest = read_manifest(home)
    except InputError as error:
        missing = [NotReloaded(MANIFEST, "", error)]
    else:
        missing = []
        for file in manifest:
            try:
                _reload(connection, home, file, progress)
            except NosologyError as error:
                missing.append(NotReloaded(file.name, _shown(file.edition), error))
    _write_missing(connection, {one.edition: str(one.error) for one in missing})
    return missing


def _shown(edition: Edition) -> str:
    return f"{edition.data_set} {edition.label} {edition.part}".rstrip()


def _write_missing(connection: sqlite3.Connection, missing: dict[str, str]) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO store VALUES (?, ?)", (NOT_RELOADED, json.dumps(missing))
    )


def not_reloaded(connection: sqlite3.Connection) -> dict[str, str]:
    """Return each edition that was added and that the store lacks -> why."""
    found = connection.execute("SELECT value FROM store WHERE name = ?", (NOT_RELOADED,)).fetchone()
    return dict(json.loads(found[0])) if found else {}


def installed_without(home: Path | None = None, sources: Path = SOURCES) -> dict[str, str]:
    """Return each edition that was added and that the installed store lacks -> why."""
    with contextlib.closing(open_store(home, sources)) as connection:
        return not_reloaded(connection)


def _no_longer_missing(connection: sqlite3.Connection, edition: Edition) -> None:
    missing = not_reloaded(connection)
    if missing.pop(_shown(edition), None) is not None:
        _write_missing(connection, missing)


def _reload(
    connection: sqlite3.Connection, home: Path, file: AddedFile, progress: Progress
) -> None:
    publication = file.publication(home)
    loader = loader_named(file.loader)
    if loader is None:
        raise InputError(file.name, f"was read by {file.loader}, which is no more; add it again")
    try:
        with damage_told(publication):
            found = hash_of(publication)
    except InputError as error:
        raise InputError(error.where, f"{error.message}; add it again") from None
    if found != file.sha256:
        raise InputError(file.name, "is not what was added: its copy was changed; add it again")
    load_edition(connection, loader, publication, file.edition, file.sha256, progress)
