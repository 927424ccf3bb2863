"""Pairs: whose services count together, and that the order of lines tells nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.edits.case_data import CaseFacts
from nosology.edits.cases import written_out
from nosology.edits.catalogue import rules
from nosology.edits.engine import Engine
from nosology.edits.history import History
from nosology.model.claim_fields import claim_from_mapping
from nosology.model.facts import FactBook
from nosology.model.finding import Finding

OTHER = "1245319599"
GROUP = "1679576722"
_PAIRS = {"pairs": ["11042 97597 1", "80053 80048 0"]}


@pytest.fixture(scope="session")
def engine(facts: FactBook) -> Engine:
    chosen = tuple(rule for rule in rules().values() if rule.family == "pairs")
    return Engine(CaseFacts(facts, _PAIRS), chosen=chosen)


def _line(code: str, npi: str = "", specialty: str = "", *modifiers: str) -> dict[str, Any]:
    line: dict[str, Any] = {
        "code": code,
        "units": 1,
        "date": "2026-04-14",
        "diagnoses": [1],
        "modifiers": list(modifiers),
    }
    if npi:
        line["rendering_provider"] = {"npi": npi, "specialty": specialty}
    return line


def _found(engine: Engine, lines: list[dict[str, Any]], **fields: Any) -> tuple[Finding, ...]:
    claim = claim_from_mapping({**written_out({}, "test"), **fields, "lines": lines})
    return tuple(
        item for item in engine.check(claim).findings if item.category.value != "not-evaluated"
    )


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        (("", ""), ("", ""), True),
        ((OTHER, "08"), (OTHER, "08"), True),
        (("1234567893", "08"), (OTHER, "08"), True),
        (("1234567893", "08"), (OTHER, "02"), False),
        (("1234567893", ""), (OTHER, ""), False),
    ],
)
def test_practitioners_of_one_specialty_count_as_one(
    engine: Engine, first: tuple[str, str], second: tuple[str, str], is_one: bool
) -> None:
    lines = [_line("11042", *first), _line("97597", *second)]
    assert bool(_found(engine, lines, billing_provider={"npi": GROUP})) is is_one


def test_earlier_claim_of_a_facility_does_not_count_against_a_practitioner(engine: Engine) -> None:
    patient = {"patient": {"id": "P1", "birth_date": "1958-03-02", "sex": "F"}}
    facility = claim_from_mapping(
        written_out({"kind": "outpatient", "lines": ["80053"], **patient}, "test")
    )
    own = claim_from_mapping(written_out({"lines": ["80048"], **patient}, "test"))
    history = History()
    history.add(facility)
    assert not [item for item in engine.check(own, history.of(own)).findings if item.line]


def test_each_line_of_the_second_code_is_reported_once(engine: Engine) -> None:
    lines = [_line("80053"), _line("80053", "", "", "91"), _line("80048"), _line("80048")]
    assert [item.line for item in _found(engine, lines)] == [3, 4]


def test_finding_names_the_edition_of_the_pairs(engine: Engine) -> None:
    (found,) = _found(engine, [_line("80053"), _line("80048")])
    assert "(pairs of case)" in found.message
    assert found.codes == ("80053", "80048")


@given(
    st.permutations(
        [
            ("11042", ""),
            ("97597", ""),
            ("97597", "XS"),
            ("80053", ""),
            ("80048", "59"),
            ("85025", ""),
        ]
    )
)
def test_order_of_lines_changes_line_numbers_alone(
    engine: Engine, told: list[tuple[str, str]]
) -> None:
    lines = [_line(code, "", "", *([modifier] if modifier else [])) for code, modifier in told]
    found = _found(engine, lines)
    named = sorted((item.rule, told[(item.line or 0) - 1]) for item in found)
    assert named == [
        ("pair-never-paid-together", ("80048", "59")),
        ("pair-without-modifier", ("97597", "")),
    ]
