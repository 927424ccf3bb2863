"""What a stay reports, where the record's words and the documents' order decide."""

from __future__ import annotations

import pytest

from nosology.model.code import dotted
from nosology.model.encounter import encounter_from_mapping
from nosology.workflow.code import Coder


def codes(
    coder: Coder, *documents: tuple[str, str], setting: str = "inpatient-facility"
) -> list[str]:
    coding = coder.code(
        encounter_from_mapping(
            {
                "id": "stay",
                "setting": setting,
                "date_of_service": "2026-04-14",
                "documents": [{"type": kind, "text": text} for kind, text in documents],
            }
        )
    )
    return [dotted(item.code) for item in coding.icd10cm]


SUMMARY = ("discharge summary", "DISCHARGE DIAGNOSIS: Acute pancreatitis.")


@pytest.mark.parametrize(
    "note",
    [
        "ASSESSMENT: Acute cystitis - start ceftriaxone.",
        "IMPRESSION\n1. Acute cystitis, treated with ceftriaxone",
    ],
)
def test_what_an_earlier_note_treated_stands(coder: Coder, note: str) -> None:
    assert codes(coder, ("h&p", note), SUMMARY) == ["K85.90", "N30.00"]


@pytest.mark.parametrize(
    "note",
    [
        "ASSESSMENT: Possible acute cystitis - start ceftriaxone.",
        "ASSESSMENT: Acute cystitis.",
        "ASSESSMENT: Dysuria - phenazopyridine given.",
        "ASSESSMENT: Pancreatitis - fluids given.",
    ],
)
def test_what_an_earlier_note_doubted_or_left_alone_does_not(coder: Coder, note: str) -> None:
    assert codes(coder, ("h&p", note), SUMMARY) == ["K85.90"]


def test_the_order_of_the_documents_does_not_matter(coder: Coder) -> None:
    note = ("h&p", "ASSESSMENT: Acute cystitis - start ceftriaxone. Gout, allopurinol.")
    assert codes(coder, note, SUMMARY) == codes(coder, SUMMARY, note)


@pytest.mark.parametrize(
    ("said", "is_reported"),
    [
        ("A pacemaker was placed on 4/12.", False),
        ("She underwent pacemaker implantation on hospital day 2.", False),
        ("She has had a pacemaker since 2019.", True),
    ],
)
def test_a_device_is_a_status_if_it_is_older_than_the_stay(
    coder: Coder, said: str, is_reported: bool
) -> None:
    text = f"DISCHARGE DIAGNOSIS: Gout.\nPAST MEDICAL HISTORY: {said if is_reported else 'None.'}\n"
    if not is_reported:
        text += f"HOSPITAL COURSE: {said}\n"
    assert ("Z95.0" in codes(coder, ("discharge summary", text))) is is_reported


def test_a_physician_reports_the_note_of_the_day(coder: Coder) -> None:
    coding = coder.code(
        encounter_from_mapping(
            {
                "id": "day",
                "setting": "inpatient-professional",
                "date_of_service": "2026-04-14",
                "documents": [
                    {
                        "type": "progress note",
                        "date": "2026-04-13",
                        "text": "ASSESSMENT\n1. Acute cystitis",
                    },
                    {
                        "type": "progress note",
                        "date": "2026-04-14",
                        "text": "ASSESSMENT\n1. Gout\n2. Hypokalemia, resolved\n"
                        "3. Probable pneumonia",
                    },
                ],
            }
        )
    )
    assert [dotted(item.code) for item in coding.icd10cm] == ["M10.9", "E87.6"]
