"""Code sets by date of service: the releases, the store that holds them, and the book to read it.

Nothing is loaded until it is asked for, so that a lookup never waits for what a build needs.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from nosology.model.code import System

if TYPE_CHECKING:
    from nosology.codesets.book import SqliteCodeBook
    from nosology.codesets.loaders.contract import Progress
    from nosology.codesets.release import InstalledRelease
    from nosology.codesets.search.knowledge import Knowledge
    from nosology.codesets.store import BuildReport

__all__ = ["build", "installed_releases", "open_code_book", "release_for_date"]


def open_code_book(home: Path | None = None, knowledge: Knowledge | None = None) -> SqliteCodeBook:
    """Return a book over the store, which is built on first use.

    Args:
        home: folder of the store; NOSOLOGY_HOME or the user's data folder where it is None.
        knowledge: terms and short forms of a higher layer that search takes in.

    Raises:
        MissingCodeSet: when a source is not installed or the store cannot be written.
    """
    from nosology.codesets.book import SqliteCodeBook

    return SqliteCodeBook(home, knowledge=knowledge)


def build(
    home: Path | None = None,
    *,
    force: bool = False,
    retry: bool = False,
    progress: Progress | None = None,
) -> BuildReport:
    """Return what was done to have an up-to-date store in place.

    Args:
        home: as for ``open_code_book``.
        force: build again even where the store is up to date.
        retry: build again where the store lacks what an archive would have given.
        progress: called with the stage's name, how far it is and how far it goes.

    Raises:
        MissingCodeSet: when a source is not installed or the folder cannot be written.
        InputError: when a source is not what it should be.
    """
    from nosology.codesets.store import build_store

    return build_store(home, force=force, retry=retry, progress=progress)


def installed_releases(home: Path | None = None) -> list[InstalledRelease]:
    """Return the releases that the store holds, by system and from the oldest on."""
    book = open_code_book(home)
    try:
        return list(book.releases)
    finally:
        book.close()


def release_for_date(
    on: dt.date | None, system: System = System.ICD10CM, home: Path | None = None
) -> InstalledRelease:
    """Return the release that answers for the date of service; its ``covers`` says how well.

    Raises:
        MissingCodeSet: when no release of the system is installed.
    """
    from nosology.codesets.release import release_for

    return release_for(installed_releases(home), on, system)
