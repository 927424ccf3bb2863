from __future__ import annotations

from nosology.evaluation.baseline import SearchCoder
from nosology.evaluation.run import has_exact_evidence
from nosology.model.encounter import Encounter
from nosology.model.reading import Section, SectionKind
from nosology.model.record import Document, Record
from tests.evaluation.books import SmallBook

TEXT = (
    "HISTORY\nPneumonia last year\nASSESSMENT\n1. Hypertension\n• headache\n- diabetes\n"
    "He will watch his diet for the diabetes and return to us after about three months.\n"
)


def code(text: str) -> tuple[Record, list[str], bool]:
    middle = text.index("ASSESSMENT")
    sections = (
        Section(SectionKind.PAST_MEDICAL_HISTORY, 0, 8, middle),
        Section(SectionKind.ASSESSMENT, middle, middle + 11, len(text)),
    )
    record = Record((Document(text),))
    coding = SearchCoder(SmallBook(), lambda document: sections)(Encounter("A", record))
    exact = all(has_exact_evidence(item, record) for item in coding.icd10cm)
    return record, [item.code for item in coding.icd10cm], exact


def test_one_billable_code_for_each_short_line_of_the_assessment() -> None:
    _, codes, exact = code(TEXT)
    assert codes == ["I10", "E119"]
    assert exact


def test_a_code_is_answered_once() -> None:
    _, codes, _ = code("HISTORY\nx\nASSESSMENT\nhypertension\nhypertension\n")
    assert codes == ["I10"]
