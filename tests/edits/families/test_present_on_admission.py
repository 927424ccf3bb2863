"""Indicators of a stay: what is mended, and what counts as acquired in the hospital."""

from __future__ import annotations

import pytest

from nosology.edits.catalogue import rules
from nosology.edits.engine import Engine
from nosology.edits.families.present_on_admission import acquired_condition
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
    assert acquired_condition(code).startswith(condition)


@pytest.mark.parametrize(
    "code",
    ["T81501D", "L89152", "L8945", "S72001D", "S42001A", "T3100", "T83510A", "E1165", "J189"],
)
def test_other_conditions(code: str) -> None:
    assert acquired_condition(code) == ""
