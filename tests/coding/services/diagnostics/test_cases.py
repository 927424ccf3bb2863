"""What short records support of the area, as ``cases.yaml`` tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from nosology.workflow.code import Coder
from tests.coding.services.supplied_cases import Supplied, assert_supports, supplied_cases

CASES = list(supplied_cases(Path(__file__).with_name("cases.yaml")))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_lines(coder: Coder, case: Supplied) -> None:
    assert_supports(coder.code(case.encounter), case, "diagnostics")
