"""``nosology.check``: the command's answer as a typed call."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

import nosology
from nosology.model.claim_fields import claim_from_mapping
from nosology.model.errors import InputError

pytestmark = pytest.mark.usefixtures("code_book")

LINE = {
    "code": "99213",
    "units": 1,
    "date": "2026-04-14",
    "place_of_service": "11",
    "diagnoses": [1],
    "charge": "120.00",
}
CLAIM: dict[str, Any] = {
    "id": "C1",
    "payer": "medicare",
    "patient": {"id": "P1", "birth_date": "1958-03-02", "sex": "F"},
    "billing_provider": {"npi": "1234567893"},
    "diagnoses": ["I10"],
    "lines": [LINE],
}


def test_fields_and_claims_are_answered_alike() -> None:
    before = copy.deepcopy(CLAIM)
    assert nosology.check(CLAIM) == nosology.check(claim_from_mapping(CLAIM))
    assert before == CLAIM
    assert not nosology.check(CLAIM).needs_action


def test_earlier_claims_count() -> None:
    found = nosology.check({**CLAIM, "id": "C2"}, earlier=[CLAIM])
    assert "service-billed-before" in [item.rule for item in found.findings]
    stranger = {**CLAIM, "patient": {"id": "P2", "birth_date": "1958-03-02", "sex": "F"}}
    assert nosology.check({**CLAIM, "id": "C2"}, earlier=[stranger]) == nosology.check(
        {**CLAIM, "id": "C2"}
    )


def test_fixes() -> None:
    answer = nosology.check({**CLAIM, "lines": [LINE, LINE]}, fix=True)
    assert [fix.rule for fix in answer.fixes] == ["line-twice"]
    assert answer.claim is not None
    assert len(answer.claim.lines) == 1
    assert nosology.check(CLAIM).claim is None


def test_own_rules(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[severity]\nexcludes1 = "off"\n')
    told = {**CLAIM, "diagnoses": ["E11.9", "E10.9"]}
    assert "excludes1" in [item.rule for item in nosology.check(told).findings]
    assert "excludes1" not in [item.rule for item in nosology.check(told, rules=[own]).findings]


def test_what_is_no_claim_is_an_error() -> None:
    with pytest.raises(InputError, match="unknown field 'colour'"):
        nosology.check({**CLAIM, "colour": "red"})
