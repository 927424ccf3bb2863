"""Indicators of a stay: what is mended, and what counts as acquired in the hospital."""

from __future__ import annotations

import pytest

from nosology.edits.catalogue import rules
from nosology.edits.engine import Engine
from nosology.edits.families.present_on_admission import acquired_conditions
from nosology.model.claim_fields import claim_from_mapping
from nosology.model.facts import FactBook


def test_only_the_former_1_of_exempt_codes_is_taken_out(facts: FactBook) -> None:
    claim = claim_from_mapping(
        {
            "id": "C1",
            "type": "institutional",
            "payer": "medicare",
            "bill_type": "0111",
            "admission_date": "2026-04-10",
            "discharge_date": "2026-04-14",
            "diagnoses": [
                {"code": "J18.9", "poa": "Y"},
                {"code": "Z79.4", "poa": "1"},
                {"code": "N17.9", "poa": "1"},
                {"code": "Z99.2", "poa": "Y"},
                {"code": "Z87.891", "poa": "1"},
            ],
        }
    )
    engine = Engine(facts, chosen=(rules()["poa-1-withdrawn"],))
    done = engine.mend(claim)
    assert done.claim is not None
    assert [item.poa for item in done.claim.diagnoses] == ["Y", None, "1", "Y", None]
    assert len(done.fixes) == 2
    assert done.findings == ()


@pytest.mark.parametrize(
    ("code", "condition"),
    [
        ("T81501A", "HAC 01"),
        ("T800XXA", "HAC 02"),
        ("T8039XA", "HAC 03"),
        ("L89154", "HAC 04"),
        ("L8943", "HAC 04"),
        ("S72001B", "HAC 05"),
        ("S42001B", "HAC 05"),
        ("S060XAA", "HAC 05"),
        ("T3110", "HAC 05"),
        ("T83511A", "HAC 06"),
        ("T80211A", "HAC 07"),
        ("E1110", "HAC 09"),
    ],
)
def test_conditions_acquired(code: str, condition: str) -> None:
    found = acquired_conditions(code)
    assert [item.name[: len(condition)] for item in found] == [condition]
    assert found[0].procedures == ()


@pytest.mark.parametrize(
    "code",
    ["T81501D", "L89152", "L8945", "S72001D", "S42001A", "T3100", "T83510A", "E1165", "J189"],
)
def test_other_conditions(code: str) -> None:
    assert acquired_conditions(code) == ()


@pytest.mark.parametrize(
    ("principal", "diagnosis", "procedure", "condition"),
    [
        ("I25.10", "J98.51", "02100Z9", "HAC 08"),
        ("M16.11", "I26.99", "0SR9019", "HAC 10"),
        ("E66.01", "K95.01", "0D164ZA", "HAC 11"),
        ("M48.061", "T81.41XA", "0SG00A0", "HAC 12"),
        ("I49.5", "T82.7XXA", "0JH606Z", "HAC 13"),
        ("J18.9", "J95.811", "02HV33Z", "HAC 14"),
    ],
)
def test_conditions_that_need_an_operation(
    facts: FactBook, principal: str, diagnosis: str, procedure: str, condition: str
) -> None:
    engine = Engine(facts, chosen=(rules()["condition-acquired-in-hospital"],))

    def found(first: str, done: str) -> list[str]:
        told = {
            "id": "C1",
            "type": "institutional",
            "payer": "medicare",
            "bill_type": "0111",
            "admission_date": "2026-04-10",
            "discharge_date": "2026-04-14",
            "diagnoses": [{"code": first, "poa": "Y"}, {"code": diagnosis, "poa": "N"}],
            "procedures": [{"code": done, "date": "2026-04-11"}],
        }
        return [item.message for item in engine.check(claim_from_mapping(told)).findings]

    assert [condition in message for message in found(principal, procedure)] == [True]
    assert found(principal, "0FT44ZZ") == []
    if condition == "HAC 11":
        assert found("K21.9", procedure) == []
