"""Reads the edit, payment and grouping data of the store back as typed answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nosology.codesets.reference.book import ReferenceBook

__all__ = ["open_reference_book"]


def open_reference_book(home: Path | None = None) -> ReferenceBook:
    """Return a book over the store, which is built on first use.

    Args:
        home: folder of the store; NOSOLOGY_HOME or the user's data folder where it is None.

    Raises:
        MissingCodeSet: when the store is not there and cannot be built.
    """
    from nosology.codesets.reader import StoreReader
    from nosology.codesets.reference.book import ReferenceBook
    from nosology.codesets.schema import SOURCES
    from nosology.codesets.store import home_folder

    return ReferenceBook(StoreReader(home_folder(home), SOURCES).rows)
