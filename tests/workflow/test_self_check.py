"""A coding is checked by the claim editor before it is answered."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from nosology.codesets import open_code_book
from nosology.model.code import System
from nosology.model.coding import Coding, Diagnosis, Evidence, Role, Service
from nosology.model.encounter import Encounter, Payer, Setting, Sex
from nosology.model.record import Document, Record
from nosology.workflow.self_check import SelfCheck, claim_of

WORDS = (Evidence(0, 0, 4, "text"),)


@pytest.fixture(scope="module")
def self_check() -> SelfCheck:
    return SelfCheck(open_code_book())


def encounter(setting: Setting = Setting.OFFICE) -> Encounter:
    return Encounter(
        "E1",
        Record((Document("text"),)),
        setting=setting,
        date_of_service=dt.date(2026, 4, 14),
        patient_age=68,
        patient_sex=Sex.FEMALE,
        payer=Payer.MEDICARE,
    )


def diagnosis(code: str, role: Role = Role.SECONDARY) -> Diagnosis:
    return Diagnosis(code, "", role, 0.9, WORDS, ())


def service(code: str, *modifiers: str, units: int = 1) -> Service:
    return Service(code, System.CPT, "", 0.9, WORDS, (), modifiers, units, ("I10",))


def coding(*services: Service, diagnoses: tuple[Diagnosis, ...] = ()) -> Coding:
    first = (diagnosis("I10", Role.FIRST_LISTED),)
    return Coding("E1", diagnoses or first, "0", services=services)


def test_what_passes_is_answered_as_it_is(self_check: SelfCheck) -> None:
    answer = coding(service("99213"))
    assert self_check.checked(answer, encounter()) is answer


def test_a_pair_that_is_denied_is_asked_about(self_check: SelfCheck) -> None:
    answer = self_check.checked(coding(service("11042"), service("97597")), encounter())
    (query,) = [item for item in answer.queries if item.topic == "ptp"]
    assert "97597" in query.question
    assert query.evidence == WORDS
    assert len(query.options) == 2


def test_a_manifestation_goes_behind_its_etiology_and_says_why(self_check: SelfCheck) -> None:
    listed = (diagnosis("F0280", Role.FIRST_LISTED), diagnosis("G309"))
    answer = self_check.checked(coding(diagnoses=listed), encounter())
    assert [item.code for item in answer.icd10cm] == ["G309", "F0280"]
    assert [item.role for item in answer.icd10cm] == [Role.FIRST_LISTED, Role.SECONDARY]
    assert all(item.rationale for item in answer.icd10cm)
    assert answer.queries == ()


def test_what_has_no_single_remedy_is_asked_and_left(self_check: SelfCheck) -> None:
    listed = (diagnosis("E119", Role.FIRST_LISTED), diagnosis("E109"))
    answer = self_check.checked(coding(diagnoses=listed), encounter())
    assert [item.code for item in answer.icd10cm] == ["E119", "E109"]
    assert "excludes1" in {query.topic for query in answer.queries}


def test_claim_of_a_stay_carries_what_the_record_tells() -> None:
    claim = claim_of(coding(), encounter(Setting.INPATIENT_FACILITY))
    assert (claim.bill_type, claim.discharge_date, claim.statement_to) == (
        "0111",
        None,
        dt.date(2026, 4, 14),
    )
    assert claim.patient.birth_date == dt.date(1958, 4, 14)


def test_claim_of_an_office_points_lines_to_diagnoses() -> None:
    claim = claim_of(coding(service("99213", "25")), encounter())
    (line,) = claim.lines
    assert (line.diagnoses, line.modifiers, line.units) == ((1,), ("25",), Decimal(1))
    assert line.place_of_service == "11"
