"""What holds of the families about codes as a whole, beyond the cases of their rules."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nosology.edits.catalogue import rules
from nosology.edits.diagnosis_faults import faults
from nosology.edits.engine import Engine
from nosology.edits.families.additional_codes import told_in_parts
from nosology.edits.families.first_listed import SECONDARY, position_of, positions
from nosology.edits.families.service_validity import replacements
from nosology.edits.view import ClaimView
from nosology.model.claim_fields import claim_from_mapping
from nosology.model.code_ranges import named_in
from nosology.model.facts import FactBook
from nosology.model.finding import Category

DAY = dt.date(2026, 4, 14)
FAMILIES = frozenset(
    {"additional_codes", "code_validity", "diagnosis_pointers", "excludes", "external_causes"}
    | {"first_listed", "laterality", "procedure_validity", "repeated_diagnoses", "sequencing"}
    | {"service_validity", "unspecified"}
)
_CODE = st.text("0123456789AEIORSTWXZ", max_size=8)


def _view(facts: FactBook, *codes: str) -> ClaimView:
    line = {"code": "99213", "date": DAY.isoformat(), "diagnoses": [1]}
    return ClaimView(
        claim_from_mapping({"id": "C1", "diagnoses": list(codes), "lines": [line]}), facts
    )


@settings(max_examples=300, deadline=None)
@given(code=_CODE)
def test_a_code_is_billable_or_has_exactly_one_fault(facts: FactBook, code: str) -> None:
    found = faults(_view(facts, code))
    assert len(found) == (0 if facts.diagnosis(code, DAY).is_billable else 1)


@settings(max_examples=200, deadline=None)
@given(code=_CODE)
def test_what_must_be_meant_is_billable(facts: FactBook, code: str) -> None:
    for fault in faults(_view(facts, code)):
        assert not fault.only or facts.diagnosis(fault.only, DAY).is_billable


@settings(max_examples=150, deadline=None)
@given(code=st.text("0123456789ADGIJOT", min_size=1, max_size=7))
def test_a_service_is_valid_or_objected_to_once(facts: FactBook, code: str) -> None:
    chosen = tuple(item for item in rules().values() if item.family == "service_validity")
    line = {"code": code, "date": DAY.isoformat(), "units": 1, "diagnoses": [1]}
    claim = claim_from_mapping({"id": "C1", "diagnoses": ["I10"], "lines": [line]})
    found = Engine(facts, chosen=chosen).check(claim).findings
    wrong = [item for item in found if item.severity.value == "error"]
    assert len(wrong) == (0 if facts.service(code, DAY).is_valid(DAY) else 1)


@pytest.mark.parametrize("code", sorted(replacements()))
def test_a_replacement_is_valid_when_the_old_code_no_longer_is(facts: FactBook, code: str) -> None:
    old, new = facts.service(code, DAY), facts.service(replacements()[code].code, DAY)
    _, ended = old.spans[-1]
    assert ended is not None
    assert not old.is_valid(DAY)
    assert new.is_valid(ended + dt.timedelta(days=1)) or new.is_valid(DAY)


def test_the_codes_that_are_needed_are_those_that_the_notes_name(facts: FactBook) -> None:
    checked = 0
    for parts in told_in_parts().values():
        for part in parts:
            if part.source.startswith("Tabular List") and not part.code.startswith("R65"):
                notes = facts.notes(part.code, DAY).use_additional
                named = named_in(notes)
                assert any(
                    one.holds(need.first) or need.holds(one.first)
                    for one in named
                    for need in part.needs
                ), part.code
                checked += 1
    assert checked > 20


def test_places_of_codes_exist_and_the_longest_heading_decides(facts: FactBook) -> None:
    assert all(facts.diagnosis(code, DAY).exists for code in positions())
    assert position_of("Z006") == "either"
    assert position_of("Z0000") == "first"
    assert position_of("Z6841") == SECONDARY
    assert position_of("I10") == "either"


_VALID = ("I10", "E119", "E1122", "N184", "F0280", "G309", "H2511", "H2512", "H2513", "M25569")
_LATER = ("S72001S", "T39395A", "W19XXXA", "Y92009", "Z6841", "R6520", "U071")
_FAULTY = ("W19A", "E1O9", "25000", "R05", "", "X")
_LISTED = st.sampled_from((*_VALID, *_LATER, *_FAULTY))


@settings(max_examples=200, deadline=None)
@given(
    codes=st.lists(_LISTED, max_size=14),
    pointers=st.lists(st.integers(-1, 15), max_size=6),
    is_stay=st.booleans(),
)
def test_no_rule_fails_and_mending_comes_to_an_end(
    facts: FactBook, codes: list[str], pointers: list[int], is_stay: bool
) -> None:
    engine = Engine(
        facts, chosen=tuple(item for item in rules().values() if item.family in FAMILIES)
    )
    fields: dict[str, object] = {
        "id": "C1",
        "diagnoses": codes,
        "procedures": ["0DTJ4ZZ", "OBH17EZ", ""],
        "lines": [
            {"code": "66984", "modifiers": ["RT"], "date": "2026-04-14", "diagnoses": pointers},
            {"code": "", "date": "2026-04-14", "revenue_code": "0250"},
        ],
    }
    if is_stay:
        fields |= {"type": "institutional", "bill_type": "0111", "discharge_date": "2026-04-14"}
    claim = claim_from_mapping(fields)
    before = engine.check(claim)
    assert not any(item.category is Category.NOT_EVALUATED for item in before.findings)
    mended = engine.mend(claim)
    assert len(mended.fixes) < 50
    assert mended.claim is not None
    assert engine.mend(mended.claim).fixes == ()


def test_mending_ends_and_keeps_the_diagnoses(facts: FactBook) -> None:
    """Two manifestations of two diseases in the wrong order are put right, and stay so."""
    claim = claim_from_mapping(
        {
            "id": "C1",
            "diagnoses": ["W19.A", "N18.4", "I10.X", "E11.22", "F02.80", "G30.9", "N18.4"],
            "lines": [{"code": "99213", "date": "2026-04-14", "diagnoses": [2, 7], "units": 1}],
        }
    )
    engine = Engine(facts)
    mended = engine.mend(claim)
    assert mended.claim is not None
    codes = [item.code for item in mended.claim.diagnoses]
    assert sorted(codes) == ["E1122", "F0280", "G309", "I10", "N184", "W19XXXA"]
    assert codes[0] != "W19XXXA"
    assert codes.index("E1122") < codes.index("N184")
    assert codes.index("G309") < codes.index("F0280")
    assert mended.claim.lines[0].diagnoses == (codes.index("N184") + 1,)
    assert engine.mend(mended.claim).fixes == ()
    assert all(first != second for first, second in pairwise(codes))
