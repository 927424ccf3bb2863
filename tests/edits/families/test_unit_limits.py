"""Limits of units: what counts together, by the indicator of the limit."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from nosology.edits.case_data import CaseFacts
from nosology.edits.cases import written_out
from nosology.edits.catalogue import rules
from nosology.edits.engine import Engine
from nosology.model.claim_fields import claim_from_mapping
from nosology.model.facts import FactBook

_MOST = 4


def _rules_of(facts: FactBook, indicator: int, lines: list[str], **fields: object) -> set[str]:
    chosen = tuple(rule for rule in rules().values() if rule.family == "unit_limits")
    engine = Engine(CaseFacts(facts, {"units": [f"97110 {_MOST} {indicator}"]}), chosen=chosen)
    claim = claim_from_mapping(written_out({"lines": lines, **fields}, "test"))
    return {item.rule for item in engine.check(claim).findings}


@given(st.lists(st.integers(1, 6), min_size=1, max_size=4))
def test_line_limit_looks_at_each_line_and_day_limit_at_all(
    facts: FactBook, units: list[int]
) -> None:
    lines = [f"97110-GP x{number}" for number in units]
    assert bool(_rules_of(facts, 1, lines)) is any(number > _MOST for number in units)
    for indicator in (2, 3):
        assert bool(_rules_of(facts, indicator, lines)) is (sum(units) > _MOST)


def test_indicator_decides_the_rule(facts: FactBook) -> None:
    assert [_rules_of(facts, number, ["97110 x9"]) for number in (1, 2, 3)] == [
        {"units-over-line-limit"},
        {"units-over-day-limit"},
        {"units-over-clinical-limit"},
    ]


def test_hospitals_have_limits_of_their_own(facts: FactBook) -> None:
    found = _rules_of(facts, 2, ["97110-GP x5 rev0420"], kind="outpatient")
    assert found == {"hospital-units-over-day-limit"}


def test_units_of_a_line_of_several_days_are_shared_among_them(facts: FactBook) -> None:
    line = {
        "code": "97110",
        "units": str(Decimal(_MOST * 3)),
        "date": "2026-04-14",
        "end_date": "2026-04-16",
        "diagnoses": [1],
    }
    assert not _rules_of(facts, 2, [line])  # type: ignore[list-item]
    assert _rules_of(facts, 2, [{**line, "end_date": "2026-04-15"}])  # type: ignore[list-item]
