"""Opens the code book for a command, with a progress bar where its store must be built first."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from nosology.cli.main import tell

if TYPE_CHECKING:
    from nosology.codesets.book import SqliteCodeBook


def open_code_book(on: dt.date | None = None, *, is_searched: bool = False) -> SqliteCodeBook:
    """Return the code book of the installed releases, built first where that has not been done.

    Where no release covers the date of service, standard error says which one answers instead.

    Args:
        on: the date of service that will be asked for.
        is_searched: whether its search is to know the lexicon, which takes a moment to load.

    Raises:
        MissingCodeSet: when it is not there and cannot be built.
    """
    build_visibly()
    if is_searched:
        from nosology.workflow.search import open_code_book as open_book
    else:
        from nosology.codesets import open_code_book as open_book
    book = open_book()
    if on is not None and not book.covers(on):
        tell("--on", f"no installed release covers {on}; release {book.release(on)} answers")
    return book


def build_visibly() -> None:
    """Build the store with a progress bar where there is none; an existing one is not touched."""
    from nosology.codesets.store import FILE_NAME, home_folder, missing_archives

    if (home_folder() / FILE_NAME).exists():
        return
    from nosology.cli.progress import progress_bar
    from nosology.codesets import build

    with progress_bar() as report:
        built = build(progress=report)
    if missing := missing_archives(built.path):
        tell(
            "codesets",
            f"without the data of {', '.join(missing)}, which could not be had, only a part of "
            "the code sets is installed; nosology codesets list says why, and nosology codesets "
            "build tries again",
        )
