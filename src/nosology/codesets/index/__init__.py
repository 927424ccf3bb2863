"""Navigation of the official indexes: from the words of a term to codes, as a coder goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nosology.codesets.index.answer import Hop, IndexChild, IndexCode, IndexTerm
from nosology.codesets.index.book import IndexBook
from nosology.codesets.index.data_sets import DATA_SETS, FILES, TABLES, Table
from nosology.codesets.index.listing import IndexedTerm, answering
from nosology.codesets.index.wordings import index_wordings

if TYPE_CHECKING:
    from pathlib import Path

    from nosology.model.code import CodeBook

__all__ = [
    "DATA_SETS",
    "FILES",
    "TABLES",
    "Hop",
    "IndexBook",
    "IndexChild",
    "IndexCode",
    "IndexTerm",
    "IndexedTerm",
    "Table",
    "answering",
    "index_wordings",
    "open_index_book",
]


def open_index_book(home: Path | None = None, code_book: CodeBook | None = None) -> IndexBook:
    """Return a book over the indexes that the store holds; the store is built on first use.

    Args:
        home: folder of the store; NOSOLOGY_HOME or the user's data folder where it is None.
        code_book: verifies the codes that a term leads to.

    Raises:
        MissingCodeSet: when a source is not installed or the store cannot be written.
    """
    from nosology.codesets.reader import StoreReader
    from nosology.codesets.schema import SOURCES
    from nosology.codesets.store import home_folder

    return IndexBook(StoreReader(home_folder(home), SOURCES).rows, code_book)
