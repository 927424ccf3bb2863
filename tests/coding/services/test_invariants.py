"""What must hold of every answer, whatever the record: over the records of all gold cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest

from nosology.codesets.book import SqliteCodeBook
from nosology.coding.services.catalogue import system_of_code
from nosology.coding.services.modifiers.listing import modifiers, opening, places
from nosology.model.coding import Coding, Service
from nosology.model.encounter import Setting
from nosology.workflow.code import Coder
from nosology.workflow.pairs import ReferencePairs, pairs_of
from tests.coding.service_gold_files import ServiceCase, service_cases

CASES = list(service_cases())
DISTINCT = frozenset({"59", "XE", "XP", "XS", "XU"})
SCREENING_AND_DIAGNOSTIC = "GG"
MOST_POINTERS = 4

type Answers = dict[str, Coding]


@pytest.fixture(scope="module")
def answers(coder: Coder) -> Answers:
    return {case.id: coder.code(case.encounter) for case in CASES}


@pytest.fixture(scope="module")
def pairs(code_book: SqliteCodeBook) -> dict[bool, ReferencePairs | None]:
    return {
        is_hospital: pairs_of(code_book, is_hospital=is_hospital) for is_hospital in (False, True)
    }


def of(case: ServiceCase, pairs: dict[bool, ReferencePairs | None]) -> ReferencePairs:
    found = pairs[case.encounter.setting is Setting.HOPD_FACILITY]
    assert found is not None, "the embedded release holds edits"
    return found


def denied(case: ServiceCase, answer: Coding, edits: ReferencePairs) -> Iterator[str]:
    """Yield the pairs of the answer that an edit would deny as they stand."""
    on = case.encounter.date_of_service
    for one, other in combinations(answer.services, 2):
        pair = edits.pair(one.code, other.code, on)
        if pair is None or pair.indicator not in (0, 1) or one.code == other.code:
            continue
        paid, unpaid = (one, other) if pair.column1 == one.code else (other, one)
        if pair.indicator == 0 or not is_open(paid, unpaid):
            yield f"{shown(paid)} beside {shown(unpaid)} ({pair.indicator})"


def is_open(paid: Service, unpaid: Service) -> bool:
    here, there = places(paid.modifiers), places(unpaid.modifiers)
    return bool(
        opening(unpaid.modifiers)
        or set(opening(paid.modifiers)) - DISTINCT
        or (here and there and not here & there)
        or SCREENING_AND_DIAGNOSTIC in paid.modifiers
    )


def shown(item: Service) -> str:
    return "-".join([item.code, *item.modifiers])


def test_no_answer_holds_a_pair_that_an_edit_denies(
    answers: Answers, pairs: dict[bool, ReferencePairs | None]
) -> None:
    found = {case.id: list(denied(case, answers[case.id], of(case, pairs))) for case in CASES}
    assert {name: held for name, held in found.items() if held} == {}


def test_every_add_on_has_its_main_service(
    answers: Answers, pairs: dict[bool, ReferencePairs | None]
) -> None:
    lonely = []
    for case in CASES:
        codes = {item.code for item in answers[case.id].services}
        for code in codes:
            primaries = of(case, pairs).primaries(code, case.encounter.date_of_service)
            if primaries and not codes & set(primaries):
                lonely.append((case.id, code))
    assert lonely == []


def test_every_number_and_modifier_is_valid(answers: Answers, code_book: SqliteCodeBook) -> None:
    wrong = []
    for case in CASES:
        on = case.encounter.date_of_service
        for item in answers[case.id].services:
            if not code_book.is_billable(item.code, on, system_of_code(item.code)):
                wrong.append((case.id, item.code))
            if unknown := set(item.modifiers) - modifiers().keys():
                wrong.append((case.id, f"{item.code}: {sorted(unknown)}"))
            if len(set(item.modifiers)) != len(item.modifiers) or item.units <= 0:
                wrong.append((case.id, f"{shown(item)} x{item.units}"))
    assert wrong == []


def test_every_service_has_exact_evidence_and_reasons(answers: Answers) -> None:
    for case in CASES:
        texts = [document.text for document in case.encounter.record.documents]
        answer = answers[case.id]
        suggested = [item for item in answer.suggestions if isinstance(item, Service)]
        for item in [*answer.services, *suggested]:
            assert item.evidence, (case.id, item.code)
            assert item.rationale, (case.id, item.code)
            for words in item.evidence:
                assert texts[words.document][words.start : words.end] == words.quote


def test_every_pointer_is_an_answered_diagnosis(answers: Answers) -> None:
    for case in CASES:
        answer = answers[case.id]
        codes = {item.code for item in answer.icd10cm}
        for item in answer.services:
            assert len(item.diagnoses) <= MOST_POINTERS
            assert set(item.diagnoses) <= codes, (case.id, item.code)
            assert not codes or item.diagnoses, (case.id, item.code, "points to nothing")


def test_no_line_stands_twice_but_for_containers(answers: Answers) -> None:
    twice = []
    for case in CASES:
        lines = [shown(item) for item in answers[case.id].services]
        twice += [(case.id, line) for line in set(lines) if lines.count(line) > 1]
    assert twice == []


def test_the_same_record_gives_the_same_answer(coder: Coder, answers: Answers) -> None:
    for case in CASES[::7]:
        assert coder.code(case.encounter).as_json() == answers[case.id].as_json()


def test_a_hospital_stay_has_no_lines(coder: Coder) -> None:
    for case in CASES[::23]:
        stay = replace(case.encounter, setting=Setting.INPATIENT_FACILITY)
        assert coder.code(stay).services == ()
