from __future__ import annotations

import pytest

from nosology.codesets.book import SqliteCodeBook
from nosology.workflow.code import Coder


@pytest.fixture(scope="session")
def coder(code_book: SqliteCodeBook) -> Coder:
    """One coder for all cases, on the embedded release."""
    return Coder(code_book)
