"""What short records support of the area, as ``cases.yaml`` tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from nosology.workflow.code import Coder
from tests.coding.services.supplied_cases import Supplied, assert_supports, supplied_cases

CASES = list(supplied_cases(Path(__file__).with_name("cases.yaml")))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_lines(coder: Coder, case: Supplied) -> None:
    answer = coder.code(case.encounter)
    assert_supports(answer, case, "diagnostics")
    cited = {reason.rule for item in answer.services for reason in item.rationale}
    cited |= {reason.rule for item in answer.suggestions for reason in item.rationale}
    cited |= {reason.rule for item in answer.icd10cm for reason in item.rationale}
    assert case.rules <= cited
