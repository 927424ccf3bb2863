"""Claims are read from the fields of their JSON form and written back."""

from __future__ import annotations

import datetime as dt
from dataclasses import FrozenInstanceError
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.model.claim import Claim, ClaimKind, Flaw
from nosology.model.claim_fields import claim_as_mapping, claim_from_mapping
from nosology.model.errors import InputError


def read(**fields: Any) -> Claim:
    return claim_from_mapping({"id": "C1", **fields})


def line(**fields: Any) -> Claim:
    return read(lines=[{"code": "99213", **fields}])


codes = st.text("ABCEZ0123456789", min_size=1, max_size=7)
days = st.dates(dt.date(1800, 1, 1), dt.date(2199, 12, 31)).map(dt.date.isoformat)
amounts = st.decimals(-(10**9), 10**9, places=2).map(str)
words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
provider = st.fixed_dictionaries({}, optional={"npi": words, "taxonomy": words, "zip": words})
whole = st.fixed_dictionaries(
    {"id": words},
    optional={
        "type": st.sampled_from(["professional", "institutional"]),
        "payer": st.sampled_from(["medicare", "medicaid", "commercial"]),
        "payer_id": words,
        "bill_type": st.sampled_from(["0111", "0131"]),
        "patient": st.fixed_dictionaries(
            {}, optional={"birth_date": days, "sex": st.sampled_from("FMU"), "id": words}
        ),
        "billing_provider": provider,
        "diagnoses": st.lists(
            st.one_of(codes, st.fixed_dictionaries({"code": codes}, optional={"poa": words}))
        ),
        "procedures": st.lists(st.fixed_dictionaries({"code": codes}, optional={"date": days})),
        "lines": st.lists(
            st.fixed_dictionaries(
                {},
                optional={
                    "code": codes,
                    "modifiers": st.lists(words),
                    "units": amounts,
                    "charge": amounts,
                    "date": days,
                    "end_date": days,
                    "diagnoses": st.lists(st.integers()),
                    "ndc": words,
                    "ndc_quantity": amounts,
                    "emergency": st.booleans(),
                    "rendering_provider": provider,
                },
            )
        ),
        "admission_date": days,
        "total_charge": amounts,
        "condition_codes": st.lists(words),
        "occurrence_codes": st.lists(st.fixed_dictionaries({"code": words, "date": days})),
        "value_codes": st.lists(st.fixed_dictionaries({"code": words, "amount": amounts})),
    },
)


@given(whole)
def test_what_is_written_is_read_back_the_same(fields: dict[str, Any]) -> None:
    claim = claim_from_mapping(fields)
    assert claim.flaws == ()
    assert claim_from_mapping(claim_as_mapping(claim)) == claim


@pytest.mark.parametrize("day", ["2026-02-30", "14.04.2026", "0001-01-01", "9999-12-31", 20260414])
def test_a_day_that_no_claim_has_is_a_flaw(day: object) -> None:
    claim = line(date=day)
    assert claim.lines[0].date is None
    [flaw] = claim.flaws
    assert (flaw.field, flaw.line) == ("date", 1)
    assert "expected a date of the calendar" in flaw.problem


@pytest.mark.parametrize(
    "number", ["one", "1,0", "NaN", "Infinity", "1e30", "1e-30", True, "١", "1_000", "9" * 19, []]
)
def test_a_number_that_no_form_holds_is_a_flaw(number: object) -> None:
    claim = line(units=number, charge=number)
    assert claim.lines[0].units == 0
    assert not claim.lines[0].has_units
    assert claim.lines[0].charge is None
    assert {flaw.field for flaw in claim.flaws} == {"units", "charge"}


@pytest.mark.parametrize(
    ("told", "expected"),
    [("120.00", "120.00"), (7, "7"), (0.1, "0.1"), ("-5", "-5"), ("1e3", "1000")],
)
def test_numbers_are_exact(told: object, expected: str) -> None:
    assert line(charge=told).lines[0].charge == Decimal(expected)


def test_codes_are_brought_into_one_form() -> None:
    claim = read(
        diagnoses=[" e11.9 ", {"code": "i10", "poa": "y"}],
        lines=[{"code": " j3301 ", "modifiers": ["rt"]}],
    )
    assert [item.code for item in claim.diagnoses] == ["E119", "I10"]
    assert claim.diagnoses[1].poa == "Y"
    assert (claim.lines[0].code, claim.lines[0].modifiers) == ("J3301", ("RT",))


def test_a_sex_that_is_none_is_a_flaw() -> None:
    claim = read(patient={"sex": "X"})
    assert claim.patient.sex is None
    assert claim.flaws == (Flaw("patient.sex", "is 'X'; expected F, M or U"),)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"colour": "red"}, "unknown field 'colour'"),
        ({"id": None}, "'id' is missing"),
        ({"id": True}, "field 'id'"),
        ({"id": 1.5}, "field 'id'"),
        ({"type": "dental"}, "professional, institutional"),
        ({"diagnoses": {}}, "a list"),
        ({"diagnoses": [None]}, "diagnoses[1]"),
        ({"lines": "99213"}, "a list"),
        ({"lines": [[]]}, "an object"),
        ({"lines": [{"emergency": "yes"}]}, "true or false"),
        ({"lines": [{"diagnoses": [True]}]}, "positions"),
        ({"lines": [{"modifiers": "25"}]}, "a list"),
        ({"billing_provider": "1234567893"}, "an object"),
        ({"billing_provider": {"npi": 1234567893}}, "a text"),
        ({"occurrence_codes": ["11"]}, "objects"),
    ],
)
def test_what_is_no_claim_is_an_error(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=r"^file\.jsonl:3") as caught:
        claim_from_mapping({"id": "C1", **fields}, "file.jsonl:3")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, ClaimKind.PROFESSIONAL),
        ({"type": "institutional", "bill_type": "0111"}, ClaimKind.INPATIENT),
        ({"type": "institutional", "bill_type": "111"}, ClaimKind.INPATIENT),
        ({"type": "institutional", "bill_type": "0131"}, ClaimKind.OUTPATIENT),
        ({"type": "institutional", "bill_type": "0851"}, ClaimKind.OUTPATIENT),
        ({"type": "institutional", "bill_type": "0211"}, ClaimKind.OTHER_FACILITY),
        ({"type": "institutional"}, ClaimKind.OUTPATIENT),
        ({"type": "institutional", "admission_date": "2026-04-10"}, ClaimKind.INPATIENT),
    ],
)
def test_the_kind_that_edits_go_by(fields: dict[str, Any], kind: ClaimKind) -> None:
    assert read(**fields).kind is kind


def test_a_stay_is_coded_by_its_discharge_and_a_visit_by_its_day() -> None:
    stay = read(
        type="institutional",
        bill_type="0111",
        admission_date="2026-03-30",
        discharge_date="2026-04-02",
    )
    assert stay.code_day == dt.date(2026, 4, 2)
    assert line(date="2026-04-14").code_day == dt.date(2026, 4, 14)
    assert read().code_day is None


def test_a_claim_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        read().id = "C2"  # type: ignore[misc]
