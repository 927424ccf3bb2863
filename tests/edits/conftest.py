"""The facts of the installed code sets, opened once."""

from __future__ import annotations

import pytest

from nosology.codesets import open_code_book
from nosology.codesets.facts import StoreFacts
from nosology.model.facts import FactBook
from nosology.workflow.check import built_in_fees


@pytest.fixture(scope="session")
def facts() -> FactBook:
    return StoreFacts(open_code_book(), built_in_fees)
