"""A plan that was not carried out: whether one was, and why."""

from __future__ import annotations

import pytest

from nosology.coding.inpatient.treatment_plan import says_no_reason
from nosology.model.code import dotted
from nosology.model.encounter import encounter_from_mapping
from nosology.workflow.code import Coder

STAY = """Admitted for elective cholecystectomy.
HOSPITAL COURSE: {course}
DISCHARGE DIAGNOSIS: Cholelithiasis.
"""


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        ("Found to have pneumonia. Surgery was cancelled. Antibiotics.", ["Z53.09"]),
        ("The patient changed her mind. The operation was cancelled.", ["Z53.29"]),
        ("The operating room was not available. The procedure was postponed.", ["Z53.8"]),
        ("The operation was cancelled. Home the same day.", ["Z53.9"]),
        ("The operation went well.", []),
        ("The clinic visit was cancelled.", []),
    ],
)
def test_why_it_was_called_off(coder: Coder, course: str, expected: list[str]) -> None:
    coding = coder.code(
        encounter_from_mapping(
            {
                "id": "stay",
                "setting": "inpatient-facility",
                "date_of_service": "2026-04-14",
                "text": STAY.format(course=course),
            }
        )
    )
    codes = [dotted(item.code) for item in coding.icd10cm]
    assert codes[0] == "K80.20"
    assert [code for code in codes if code.startswith("Z53")] == expected


@pytest.mark.parametrize(
    ("words", "expected"), [("surgery cancelled", True), ("refused surgery", False)]
)
def test_words_without_a_reason(words: str, expected: bool) -> None:
    assert says_no_reason(words) is expected
