"""The gold cases: what they claim is checked mechanically, and the product answers them."""

from __future__ import annotations

from collections import Counter

import pytest

from nosology.codesets.book import SqliteCodeBook
from nosology.model.code import dotted, plain
from nosology.model.code_ranges import named_in
from nosology.model.coding import Coding
from nosology.model.encounter import Setting
from nosology.workflow.code import Coder
from tests.coding.gold_files import GoldCase, gold_cases

CASES = gold_cases()
FEWEST = 250


@pytest.mark.parametrize("case", CASES, ids=str)
def test_answer(coder: Coder, case: GoldCase) -> None:
    answer = coder.code(case.encounter)
    codes = [dotted(item.code) for item in answer.icd10cm]
    assert [code for code in case.codes if code not in codes] == [], "missed"
    assert [code for code in codes if code not in case.codes and code not in case.may] == []
    assert codes[:1] == list(case.codes[:1]), "first-listed"
    told = {dotted(item.code): item.poa for item in answer.icd10cm}
    assert {code: told[code] for code in case.poa} == case.poa
    assert case.queries <= {query.topic for query in answer.queries}
    assert_evidence(case, answer)


def assert_evidence(case: GoldCase, answer: Coding) -> None:
    for item in answer.icd10cm:
        assert item.evidence
        for words in item.evidence:
            text = case.encounter.record.documents[words.document].text
            assert text[words.start : words.end] == words.quote


@pytest.mark.parametrize("case", CASES, ids=str)
def test_codes_are_valid_and_may_stand_together(code_book: SqliteCodeBook, case: GoldCase) -> None:
    on = case.encounter.date_of_service
    every = [plain(code) for code in (*case.codes, *case.may)]
    assert [code for code in every if not code_book.is_billable(code, on)] == []
    assert len(set(case.codes)) == len(case.codes)
    assert not case.may & set(case.codes)
    assert case.codes or case.queries, "expects nothing"
    certain = [plain(code) for code in case.codes]
    for code in certain:
        barred = named_in(code_book.lookup(code, on).excludes1)
        both = [other for other in certain if any(named.holds(other) for named in barred)]
        assert code in both or not both, f"{code} excludes {both}"
    for prefix in map(plain, case.never):
        assert not any(code.startswith(prefix) and len(prefix) == len(code) for code in certain)


def test_ids_are_unique_and_every_case_says_its_trap_and_authority() -> None:
    assert [name for name, times in Counter(case.id for case in CASES).items() if times > 1] == []
    assert all(case.trap.strip() and case.authority.strip() for case in CASES)


def test_every_setting_has_cases_and_there_are_enough() -> None:
    assert {case.encounter.setting for case in CASES} == set(Setting)
    assert len(CASES) >= FEWEST
