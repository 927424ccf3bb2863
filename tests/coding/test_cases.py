from __future__ import annotations

import datetime as dt

import pytest

from nosology.coding.rules import rules
from nosology.coding.services.review import compare
from nosology.model.code import dotted
from nosology.model.coding import Coding, Diagnosis, Procedure, Scope, Service, system_of
from nosology.model.encounter import encounter_from_mapping
from nosology.model.review import ClaimLine, claim_lines
from nosology.workflow.code import Coder
from tests.coding.case_files import CodingCase, coding_cases

CASES = coding_cases()
ON = "2026-04-14"


def coded(coder: Coder, case: CodingCase) -> Coding:
    fields: dict[str, object] = {
        "id": case.name,
        "documents": [
            {"type": kind, "author": author, "text": text} for author, text, kind in case.documents
        ],
        "setting": case.setting,
        "date_of_service": ON,
        "patient_age": case.age,
        "patient_sex": case.sex,
        "payer": case.payer,
        "patient_status": case.status,
    }
    return coder.code(encounter_from_mapping(fields), Scope(case.scope))


def line(item: Service) -> str:
    """Return a billed line as the cases write it: ``99214-25``, ``J3301 x4``."""
    written = "-".join((item.code, *sorted(item.modifiers)))
    return written if item.units == 1 else f"{written} x{item.units}"


def claimed(lines: tuple[str, ...]) -> tuple[ClaimLine, ...]:
    """Return the claim whose lines are written as :func:`line` writes them."""
    fields = []
    for written in lines:
        number, _, units = written.partition(" x")
        code, *modifiers = number.split("-")
        fields.append({"code": code, "modifiers": modifiers, "units": int(units or 1)})
    return claim_lines({"id": "claim", "lines": fields})


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(coder: Coder, case: CodingCase) -> None:
    coding = coded(coder, case)
    codes = [dotted(item.code) for item in coding.icd10cm]
    if case.codes is not None:
        assert codes == list(case.codes)
    assert set(case.has) <= set(codes)
    assert not set(case.lacks) & set(codes)
    if case.services is not None:
        assert sorted(map(line, coding.services)) == sorted(case.services)
    if case.procedures is not None:
        assert {item.code for item in coding.icd10pcs} == set(case.procedures)
    assert set(case.suggests) <= {item.code for item in coding.suggestions}
    answered: list[Diagnosis | Procedure | Service]
    answered = [*coding.icd10cm, *coding.icd10pcs, *coding.services]
    suggested = [item for item in coding.suggestions if not isinstance(item, Diagnosis)]
    applied = {reason.rule for item in (*answered, *suggested) for reason in item.rationale}
    if case.billed is not None:
        reviewed = compare(claimed(case.billed), coding).lines
        assert [f"{item.code} {item.verdict}" for item in reviewed] == list(case.reviewed)
        applied |= {reason.rule for item in reviewed for reason in item.rationale}
    assert set(case.hits) <= applied
    assert not set(case.passes) & applied
    for item in answered:
        system = system_of(item)
        assert coder.book.is_billable(item.code, dt.date.fromisoformat(ON), system)
        assert item.evidence
        assert item.rationale
        for words in item.evidence:
            text = case.documents[words.document][1]
            assert text[words.start : words.end] == words.quote


@pytest.mark.parametrize("rule", sorted(rules()))
def test_rule_has_a_case_that_hits_and_one_that_passes(rule: str) -> None:
    assert any(rule in case.hits for case in CASES), f"no case in which {rule} decides"
    assert any(rule in case.passes for case in CASES), f"no case in which {rule} stays out"


def test_cases_name_only_rules_that_exist() -> None:
    named = {rule for case in CASES for rule in (*case.hits, *case.passes)}
    assert named <= set(rules())
