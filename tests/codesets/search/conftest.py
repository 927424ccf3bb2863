"""A code book whose search knows the clinical lexicon, as the command's does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nosology.codesets.book import SqliteCodeBook
from nosology.workflow.search import open_code_book


@pytest.fixture(scope="session")
def code_book(nosology_home: Path) -> Iterator[SqliteCodeBook]:
    book = open_code_book(nosology_home)
    yield book
    book.close()
