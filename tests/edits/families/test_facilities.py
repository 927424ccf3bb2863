"""Rules of facilities, places of service, drugs and ambulances: everyday claims, and any claim."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nosology.edits.cases import written_out
from nosology.edits.catalogue import rules
from nosology.edits.engine import Engine
from nosology.edits.families import drug_packages, transport
from nosology.edits.families.bill_types import forms, frequencies
from nosology.edits.families.places_of_service import fits as place_fits
from nosology.edits.families.places_of_service import places
from nosology.edits.families.revenue_fit import fits as revenue_fits
from nosology.model.claim_fields import claim_from_mapping
from nosology.model.facts import FactBook
from nosology.model.finding import Severity

FAMILIES = frozenset(
    {
        *("bill_types", "drug_packages", "drug_waste", "outpatient_care", "outpatient_coverage"),
        *("outpatient_diagnoses",),
        *("outpatient_days", "outpatient_periods", "outpatient_products", "outpatient_units"),
        *("places_of_service", "revenue_codes", "revenue_fit", "transport"),
    }
)
RULES = tuple(rule for rule in rules().values() if rule.family in FAMILIES)
EVERYDAY = tomllib.loads(
    Path(__file__).with_name("everyday_claims.toml").read_text(encoding="utf-8")
)
CODES = (
    *("99213", "99283", "G0463", "99291", "G0378", "G0379", "33533", "49000", "45378", "33249"),
    *("C1722", "J0897", "J1200", "J3490", "J0330", "36430", "P9016", "A0427", "A0425", "A0436"),
    *("E0143", "80053", "97110", "V2785", "38240", "G0390", "96372", "27447", "C2616", ""),
)
MODIFIERS = ("25", "50", "52", "73", "CA", "JW", "JZ", "RH", "SH", "QN", "QL", "GP", "95", "GY")
PLACES = ("", "02", "10", "11", "12", "21", "22", "23", "31", "41", "42", "30")
REVENUE_CODES = ("", "0001", "0250", "0381", "0420", "0450", "0510", "0540", "0636", "0762", "0990")


@pytest.mark.parametrize("name", EVERYDAY)
def test_everyday_claims_are_let_pass(facts: FactBook, name: str) -> None:
    claim = claim_from_mapping(written_out(EVERYDAY[name], name))
    found = Engine(facts, chosen=RULES).check(claim).findings
    assert [
        (item.rule, item.line) for item in found if item.severity is not Severity.NOT_EVALUATED
    ] == []


@st.composite
def claims(draw: st.DrawFn) -> dict[str, Any]:
    """Any claim of codes, modifiers and places that these rules are about."""
    is_facility = draw(st.booleans())
    lines = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "code": st.sampled_from(CODES),
                    "modifiers": st.lists(st.sampled_from(MODIFIERS), max_size=3),
                    "units": st.sampled_from((0, 1, 2, "9.43", 104)),
                    "date": st.sampled_from(("2026-04-14", "2026-04-15")),
                    "charge": st.sampled_from(("0", "1.00", "100.00")),
                    "ndc": st.sampled_from(("", "55513071001", "5551371001", "55513-710-01", "x")),
                    "revenue_code" if is_facility else "place_of_service": st.sampled_from(
                        REVENUE_CODES if is_facility else PLACES
                    ),
                }
            ),
            max_size=6,
        )
    )
    told: dict[str, Any] = {
        "id": "C1",
        "payer": draw(st.sampled_from(("medicare", "medicaid", "commercial"))),
        "diagnoses": ["I10"],
        "lines": lines,
    }
    if is_facility:
        bills = ("", "131", "0111", "0121", "0131", "0141", "0851", "0711", "0341", "0999")
        told["type"] = "institutional"
        told["bill_type"] = draw(st.sampled_from(bills))
        told["discharge_status"] = draw(st.sampled_from(("01", "20")))
        told["condition_codes"] = draw(st.sampled_from(([], ["G0"], ["41"], ["89"])))
    return told


@given(told=claims())
@settings(max_examples=150, deadline=None)
def test_no_rule_fails_and_the_order_of_lines_does_not_matter(
    facts: FactBook, told: dict[str, Any]
) -> None:
    engine = Engine(facts, chosen=RULES)
    found = engine.check(claim_from_mapping(told)).findings
    assert not any("failed" in item.message for item in found)
    turned = engine.check(claim_from_mapping({**told, "lines": told["lines"][::-1]})).findings
    # Of hours of observation on several lines the second objects, whichever that is.
    assert {(item.rule, item.codes) for item in found} == {
        (item.rule, item.codes) for item in turned
    }


def test_tables_name_what_there_is() -> None:
    assert forms()["13"].means == "hospital, outpatient"
    assert {"1", "7", "8"} <= frequencies()
    assert all(len(place) == 2 and place.isdigit() for place in places())
    assert all(fit.services and fit.places and fit.remedy for fit in place_fits())
    assert all(fit.services and fit.revenue_codes and fit.remedy for fit in revenue_fits())
    assert {"J3490", "C9399"} <= drug_packages.unclassified()


def test_runs_begin_where_a_patient_can_be_and_end_where_one_can_be_taken() -> None:
    known = transport.runs()
    assert known["RH"]
    assert known["SH"]
    assert not known["RP"]
    assert "HS" not in known
    assert "XH" not in known
    assert len(known) == 100
