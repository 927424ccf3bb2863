"""The gold cases of inpatient procedures: checked mechanically, and answered by the product."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from _pytest.mark.structures import ParameterSet

from nosology.codesets.book import SqliteCodeBook
from nosology.coding.inpatient.procedures.coder import ProcedureAnswer, ProcedureCoder
from nosology.language.pipeline import Reader
from nosology.model.code import System
from nosology.model.encounter import Encounter
from tests.coding.gold_encounters import encounter_of

FOLDER = Path(__file__).parent / "gold_procedures"
REQUIRED = frozenset({"procedures"})
OPTIONAL = frozenset({"may", "never", "queries"})
FEWEST = 120
OPEN: dict[str, str] = {
    "pcs-b-009": "pictures of the coronaries under a label in short form",
}
"""Cases that are not yet answered wholly, and why; one that is answered must leave this list."""


@dataclass(frozen=True, slots=True)
class ProcedureCase:
    """A record and the procedures that must and must not follow."""

    id: str
    encounter: Encounter
    procedures: tuple[str, ...]
    may: frozenset[str]
    never: tuple[str, ...]
    queries: frozenset[str]

    def __str__(self) -> str:
        return self.id


def _case(fields: dict[str, Any]) -> ProcedureCase:
    encounter = encounter_of(fields, REQUIRED, OPTIONAL)
    return ProcedureCase(
        id=encounter.id,
        encounter=encounter,
        procedures=tuple(map(str, fields["procedures"])),
        may=frozenset(map(str, fields.get("may", ()))),
        never=tuple(map(str, fields.get("never", ()))),
        queries=frozenset(map(str, fields.get("queries", ()))),
    )


def procedure_cases() -> list[ProcedureCase]:
    """Return the cases of every file."""
    return [
        _case(fields)
        for path in sorted(FOLDER.glob("*.yaml"))
        for fields in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


CASES = procedure_cases()


def answer_of(code_book: SqliteCodeBook, encounter: Encounter) -> ProcedureAnswer:
    """Return what the product answers."""
    reader = Reader()
    readings = tuple(
        reader.read(document, number) for number, document in enumerate(encounter.record.documents)
    )
    return ProcedureCoder(code_book, encounter.date_of_service).code(encounter, readings)


def _marked(case: ProcedureCase) -> ParameterSet:
    reason = OPEN.get(case.id)
    marks = (pytest.mark.xfail(reason=reason, strict=True),) if reason else ()
    return pytest.param(case, id=case.id, marks=marks)


@pytest.mark.parametrize("case", [_marked(case) for case in CASES])
def test_answer(code_book: SqliteCodeBook, case: ProcedureCase) -> None:
    answer = answer_of(code_book, case.encounter)
    codes = [item.code for item in answer.procedures]
    assert [code for code in case.procedures if code not in codes] == [], "missed"
    assert [code for code in codes if code not in case.procedures and code not in case.may] == []
    assert [code for code in codes if code.startswith(case.never)] == [] or not case.never
    assert case.queries <= {query.topic for query in answer.queries}
    assert len(set(codes)) == len(codes)
    for item in answer.procedures:
        assert item.evidence
        assert item.rationale
        for words in item.evidence:
            text = case.encounter.record.documents[words.document].text
            assert text[words.start : words.end] == words.quote


@pytest.mark.parametrize("case", CASES, ids=str)
def test_codes_are_valid(code_book: SqliteCodeBook, case: ProcedureCase) -> None:
    on = case.encounter.date_of_service
    every = (*case.procedures, *case.may)
    assert [code for code in every if not code_book.is_billable(code, on, System.ICD10PCS)] == []
    assert not set(case.procedures) & case.may
    assert not [code for code in every if case.never and code.startswith(case.never)]


def test_ids_are_unique_and_cases_are_many() -> None:
    assert [name for name, times in Counter(case.id for case in CASES).items() if times > 1] == []
    assert len(CASES) >= FEWEST
