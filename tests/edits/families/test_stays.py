"""Everyday stays and visits to which the rules of stays, ages and sexes do not object."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.edits.catalogue import rules
from nosology.edits.engine import Engine
from nosology.model.claim_fields import claim_from_mapping
from nosology.model.facts import FactBook

FAMILIES = frozenset(
    {
        "ages",
        "inpatient_diagnoses",
        "inpatient_procedures",
        "present_on_admission",
        "sexes",
        "stays",
    }
)
STAY: dict[str, Any] = {
    "id": "C1",
    "type": "institutional",
    "payer": "medicare",
    "bill_type": "0111",
    "patient": {"birth_date": "1950-01-01", "sex": "M"},
    "billing_provider": {"npi": "1234567893"},
    "admission_type": "1",
    "admission_source": "1",
    "admission_date": "2026-04-10",
    "discharge_date": "2026-04-15",
    "discharge_status": "01",
}


@pytest.fixture(scope="module")
def engine(facts: FactBook) -> Engine:
    return Engine(facts, chosen=tuple(item for item in rules().values() if item.family in FAMILIES))


@pytest.mark.parametrize(
    "told",
    [
        {
            "diagnoses": [
                {"code": "J96.01", "poa": "Y"},
                {"code": "J44.1", "poa": "Y"},
                {"code": "N17.9", "poa": "N"},
                {"code": "Z79.4"},
                {"code": "Z87.891"},
            ],
            "procedures": [{"code": "5A1955Z", "date": "2026-04-10"}],
        },
        {
            "discharge_date": "2026-04-12",
            "admission_type": "3",
            "discharge_status": "06",
            "diagnoses": [{"code": "M17.11", "poa": "Y"}, {"code": "I10", "poa": "Y"}],
            "procedures": [{"code": "0SRC0J9", "date": "2026-04-10"}],
        },
        {
            "patient": {"birth_date": "1994-05-06", "sex": "F"},
            "payer": "medicaid",
            "diagnoses": [
                {"code": "O70.1", "poa": "N"},
                {"code": "O99.214", "poa": "Y"},
                {"code": "Z3A.39"},
                {"code": "Z37.0"},
            ],
            "procedures": [{"code": "10E0XZZ", "date": "2026-04-10"}],
        },
        {
            "patient": {"birth_date": "2026-04-10", "sex": "F"},
            "payer": "commercial",
            "admission_type": "4",
            "admission_source": "5",
            "diagnoses": [{"code": "Z38.00"}, {"code": "P59.9", "poa": "N"}],
        },
        {
            "bill_type": "0112",
            "discharge_date": None,
            "statement_from": "2026-04-10",
            "statement_to": "2026-05-10",
            "discharge_status": "30",
            "diagnoses": [{"code": "I63.512", "poa": "Y"}],
        },
    ],
    ids=["ventilated", "knee", "delivery", "newborn", "interim"],
)
def test_everyday_stays(engine: Engine, told: dict[str, Any]) -> None:
    assert engine.check(claim_from_mapping({**STAY, **told})).findings == ()


@pytest.mark.parametrize(
    ("patient", "diagnoses", "services"),
    [
        ({"birth_date": "1950-01-01", "sex": "M"}, ["N40.1", "R35.0"], ["99214", "84153", "51798"]),
        ({"birth_date": "1990-01-01", "sex": "F"}, ["Z01.419"], ["99395", "88175", "87624"]),
        ({"birth_date": "2025-10-10", "sex": "F"}, ["Z00.129"], ["99391", "90460", "90697"]),
        ({"birth_date": "1950-01-01", "sex": "F"}, ["C50.911"], ["99215", "77067", "90662"]),
        ({"birth_date": "1980-01-01", "sex": "M"}, ["Z30.2"], ["55250"]),
    ],
    ids=["prostate", "well-woman", "infant", "breast", "vasectomy"],
)
def test_everyday_visits(
    engine: Engine, patient: dict[str, str], diagnoses: list[str], services: list[str]
) -> None:
    claim = claim_from_mapping(
        {
            "id": "C1",
            "payer": "commercial",
            "patient": patient,
            "diagnoses": diagnoses,
            "lines": [
                {"code": code, "date": "2026-04-14", "place_of_service": "11", "diagnoses": [1]}
                for code in services
            ],
        }
    )
    assert engine.check(claim).findings == ()


@given(
    digits=st.sampled_from(("0111", "0112", "0113", "0114", "0117")),
    status=st.sampled_from(("01", "02", "20", "30", "86")),
)
def test_bill_type_and_status_have_one_objection_at_most(digits: str, status: str) -> None:
    chosen = (rules()["still-patient-on-final-bill"], rules()["discharged-on-interim-bill"])
    engine = Engine(_NoFacts(), chosen=chosen)  # type: ignore[arg-type]
    told = {**STAY, "bill_type": digits, "discharge_status": status, "diagnoses": []}
    found = engine.check(claim_from_mapping(told)).findings
    agree = digits == "0117" or (status == "30") == (digits in {"0112", "0113"})
    assert len(found) == (not agree)


class _NoFacts:
    """A book that nothing is asked of."""
