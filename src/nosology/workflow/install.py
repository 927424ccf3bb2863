"""Make ready what coding needs: the store of code sets and, for each release, the lexicon."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from nosology.codesets import build
from nosology.codesets.loaders.contract import Progress
from nosology.codesets.store import BuildReport
from nosology.model.code import System
from nosology.workflow.billing import service_index
from nosology.workflow.code import term_index
from nosology.workflow.search import open_code_book

# Older releases are compiled when a note of their time is first coded.
_COMPILED = 2

_INDEXING = """
import sys
from pathlib import Path
from nosology.model.code import System
from nosology.workflow.search import open_code_book
open_code_book(Path(sys.argv[1])).prepare_search(systems=[System.ICD10PCS])
"""


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
    procedures = _indexed_apart(book.path.parent)
    book.prepare_search(progress, [one for one in book.systems if one is not System.ICD10PCS])
    if procedures is not None:
        procedures.wait()
    book.prepare_search(progress)
    releases = [release for release in book.releases if release.system == System.ICD10CM]
    newest = releases[-_COMPILED:]
    for number, release in enumerate(newest):
        if progress:
            progress("compiling the lexicon", number, len(newest))
        term_index(book, release.valid_from)
    service_index(book)
    book.close()
    return report


def _indexed_apart(home: Path) -> subprocess.Popen[bytes] | None:
    """Return a process that indexes the procedures, which take half of the time; None for none.

    If it fails, what it should have made is made here afterwards.
    """
    if (os.cpu_count() or 1) == 1 or not sys.executable:
        return None
    try:
        return subprocess.Popen(
            [sys.executable, "-c", _INDEXING, str(home.resolve())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return None
