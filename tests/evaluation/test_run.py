from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from nosology.evaluation.datasets import LabeledEncounter
from nosology.evaluation.metrics import Counts, Share
from nosology.evaluation.run import DATE_OF_SERVICE, evaluate, has_exact_evidence
from nosology.model.coding import Coding, Evidence
from nosology.model.encounter import Encounter
from nosology.model.record import Document, Record
from tests.evaluation.books import ScriptedCoder, SmallBook, diagnosis

BOOK = SmallBook()
TEXT = "Hypertension. Headache."


def labeled(identifier: str, *gold: str, date: dt.date | None = None) -> LabeledEncounter:
    record = Record((Document(TEXT),))
    return LabeledEncounter(Encounter(identifier, record, date_of_service=date), frozenset(gold))


def test_scores_what_the_coder_answers() -> None:
    coder = ScriptedCoder({"A": [("I10", "Hypertension"), ("R51", "Headache")], "B": []})
    result = evaluate([labeled("A", "I10"), labeled("B", "E119")], coder, BOOK)
    assert result.every.counts == Counts(correct=1, wrong=1, missed=1)
    assert result.every.score.f1 == float(Fraction(1, 2))
    assert result.invalid == Share(1, 2), "R51 may not stand on a claim"
    assert result.exact_evidence == Share(2, 2)
    assert result.releases == {"icd10cm": "2026-04"}


def test_a_note_without_a_date_is_coded_on_the_fixed_one() -> None:
    coder = ScriptedCoder({})
    own = dt.date(2025, 12, 31)
    evaluate([labeled("A"), labeled("B", date=own)], coder, BOOK)
    assert coder.dates == [DATE_OF_SERVICE, own]
    evaluate([labeled("A")], coder, BOOK, dt.date(2025, 10, 1))
    assert coder.dates[-1] == dt.date(2025, 10, 1)


def test_validity_is_asked_for_the_date_of_the_note() -> None:
    coder = ScriptedCoder({"A": [("I10", "Hypertension")]})
    assert evaluate([labeled("A", date=dt.date(2019, 1, 1))], coder, BOOK).invalid == Share(1, 1)


def test_a_code_answered_twice_is_one_decision_but_two_items() -> None:
    coder = ScriptedCoder({"A": [("I10", "Hypertension"), ("I10", "Headache")]})
    result = evaluate([labeled("A", "I10")], coder, BOOK)
    assert result.every.counts == Counts(correct=1, wrong=0, missed=0)
    assert result.exact_evidence == Share(2, 2)


def test_an_empty_data_set_defines_nothing() -> None:
    result = evaluate([], ScriptedCoder({}), BOOK)
    assert result.every.score.f1 is None
    assert result.invalid.rate is None


@pytest.mark.parametrize(
    ("evidence", "exact"),
    [
        ([Evidence(0, 0, 12, "Hypertension")], True),
        ([Evidence(0, 0, 12, "Hypertension"), Evidence(0, 14, 22, "Headache")], True),
        ([], False),
        ([Evidence(0, 0, 12, "hypertension")], False),
        ([Evidence(0, 0, 12, "Hypertension"), Evidence(0, 14, 22, "headaches")], False),
        ([Evidence(1, 0, 12, "Hypertension")], False),
        ([Evidence(-1, 0, 12, "Hypertension")], False),
        ([Evidence(0, -1, 12, TEXT[-1:12])], False),
        ([Evidence(0, 3, 3, "")], False),
    ],
)
def test_exact_evidence(evidence: list[Evidence], exact: bool) -> None:
    item = diagnosis("I10", *evidence)
    assert has_exact_evidence(item, Record((Document(TEXT),))) is exact


def test_evidence_that_is_not_exact_is_counted() -> None:
    def code(encounter: Encounter) -> Coding:
        return Coding(encounter.id, (diagnosis("I10"),), "0")

    assert evaluate([labeled("A", "I10")], code, BOOK).exact_evidence == Share(0, 1)
