"""Opens the code book for a command, with a progress bar where its store must be built first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nosology.model.code import CodeBook


def open_code_book() -> CodeBook:
    """Return the code book of the installed releases, built first where that has not been done.

    Raises:
        MissingCodeSet: when it is not there and cannot be built.
    """
    from nosology import codesets

    build_visibly()
    return codesets.open_code_book()


def build_visibly() -> None:
    """Build the store with a progress bar where there is none; an existing one is not touched."""
    from nosology.codesets.store import FILE_NAME, home_folder

    if (home_folder() / FILE_NAME).exists():
        return
    from nosology.cli.progress import progress_bar
    from nosology.codesets import build

    with progress_bar() as report:
        build(progress=report)
