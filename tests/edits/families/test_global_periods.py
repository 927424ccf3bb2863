"""The days of a global period: on the day it ends still in it, on the next no more."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.edits.cases import written_out
from nosology.edits.catalogue import rules
from nosology.edits.engine import Engine
from nosology.edits.history import History
from nosology.model.claim_fields import claim_from_mapping
from nosology.model.facts import FactBook

OPERATED = dt.date(2025, 11, 3)
PATIENT = {"id": "P1", "birth_date": "1958-03-02", "sex": "F"}


@pytest.fixture(scope="session")
def engine(facts: FactBook) -> Engine:
    chosen = tuple(rule for rule in rules().values() if rule.family == "global_periods")
    return Engine(facts, chosen=chosen)


def _found(engine: Engine, operation: str, line: str, days: int) -> list[str]:
    earlier = written_out(
        {"id": "H1", "date": OPERATED.isoformat(), "lines": [operation], "patient": PATIENT}, "test"
    )
    day = OPERATED + dt.timedelta(days=days)
    later = written_out({"date": day.isoformat(), "lines": [line], "patient": PATIENT}, "test")
    history = History()
    history.add(claim_from_mapping(earlier))
    claim = claim_from_mapping(later)
    found = engine.check(claim, history.of(claim)).findings
    return [item.rule for item in found if item.category.value != "not-evaluated"]


@given(st.integers(-3, 120), st.sampled_from([("27447", 90), ("17110", 10), ("20610", 0)]))
def test_visit_is_held_from_the_day_after_to_the_last(
    engine: Engine, days: int, operation: tuple[str, int]
) -> None:
    code, length = operation
    expected = []
    if length == 90 and -1 <= days <= 0:
        expected = ["visit-with-major-surgery"]
    elif 1 <= days <= length:
        expected = ["visit-in-global-period"]
    assert _found(engine, code, "99213", days) == expected


@pytest.mark.parametrize("modifier", ["58", "78", "79"])
def test_return_is_told_by_a_modifier(engine: Engine, modifier: str) -> None:
    assert _found(engine, "27447-RT", "27447-LT", 30) == ["procedure-in-global-period"]
    assert _found(engine, "27447-RT", f"27447-{modifier}-LT", 30) == []


@pytest.mark.parametrize("modifier", ["80", "AS", "55", "53"])
def test_who_has_not_the_care_after_is_let_pass(engine: Engine, modifier: str) -> None:
    assert _found(engine, f"27447-{modifier}", "99213", 30) == []
