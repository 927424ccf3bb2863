"""The facts of the installed code sets, opened once."""

from __future__ import annotations

import pytest

from nosology.model.facts import FactBook
from nosology.workflow.check import load_engine


@pytest.fixture(scope="session")
def facts() -> FactBook:
    return load_engine().book
