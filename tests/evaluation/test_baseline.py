from __future__ import annotations

from nosology.evaluation.baseline import SearchCoder
from nosology.evaluation.run import has_exact_evidence
from nosology.model.encounter import Encounter
from nosology.model.record import Document, Record
from tests.evaluation.books import SmallBook

TEXT = (
    "PAST MEDICAL HISTORY\nPneumonia last year\n"
    "ASSESSMENT\n1. Hypertension\n• headache\n- diabetes\n"
    "He will watch his diet for the diabetes and return to us after about three months.\n"
)


def code(text: str) -> tuple[Record, list[str], bool]:
    record = Record((Document(text),))
    coding = SearchCoder(SmallBook())(Encounter("A", record))
    exact = all(has_exact_evidence(item, record) for item in coding.icd10cm)
    return record, [item.code for item in coding.icd10cm], exact


def test_one_billable_code_for_each_short_line_of_the_assessment() -> None:
    _, codes, exact = code(TEXT)
    assert codes == ["I10", "E119"]
    assert exact


def test_a_code_is_answered_once() -> None:
    _, codes, _ = code("PAST MEDICAL HISTORY\nx\nASSESSMENT\nhypertension\nhypertension\n")
    assert codes == ["I10"]
