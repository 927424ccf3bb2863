"""Make ready what coding needs: the store of code sets and, for each release, the lexicon."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nosology.codesets import build
from nosology.codesets.store import BuildReport
from nosology.model.code import System
from nosology.workflow.code import term_index
from nosology.workflow.search import open_code_book

# Older releases are compiled when a note of their time is first coded.
_COMPILED = 2

type Progress = Callable[[str, int, int], None]


def install(
    home: Path | None = None, *, force: bool = False, progress: Progress | None = None
) -> BuildReport:
    """Build the store where it is missing or out of date, and compile the lexicon into it.

    Args:
        home: folder of the store; by default ``NOSOLOGY_HOME`` or the user's data folder.
        force: build again even where the store is as it should be.
        progress: told what is being done, how much is done, and how much there is.

    Raises:
        MissingCodeSet: when a source is not there.
        InputError: when the folder cannot be written.
    """
    report = build(home, force=force, retry=True, progress=progress)
    book = open_code_book(home)
    book.prepare_search(progress)
    releases = [release for release in book.releases if release.system == System.ICD10CM]
    newest = releases[-_COMPILED:]
    for number, release in enumerate(newest):
        if progress:
            progress("compiling the lexicon", number, len(newest))
        term_index(book, release.valid_from)
    book.close()
    return report
