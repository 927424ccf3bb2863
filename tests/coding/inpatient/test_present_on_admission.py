"""Present on admission: what the record says of a condition, and what is exempt."""

from __future__ import annotations

import pytest

from nosology.model.code import dotted
from nosology.model.encounter import encounter_from_mapping
from nosology.workflow.code import Coder

STAY = """DISCHARGE SUMMARY

HISTORY OF PRESENT ILLNESS: Admitted with fever and cough for three days.

DISCHARGE DIAGNOSES
1. Pneumonia.
2. Hypertension.
3. {condition}.

HOSPITAL COURSE
{course}
"""


def indicators(coder: Coder, condition: str, course: str) -> dict[str, str | None]:
    coding = coder.code(
        encounter_from_mapping(
            {
                "id": "stay",
                "setting": "inpatient-facility",
                "date_of_service": "2026-04-14",
                "text": STAY.format(condition=condition, course=course),
            }
        )
    )
    return {dotted(item.code): item.poa for item in coding.icd10cm}


@pytest.mark.parametrize(
    ("condition", "code", "course", "expected"),
    [
        (
            "Acute kidney injury",
            "N17.9",
            "He developed acute kidney injury on hospital day 3.",
            "N",
        ),
        ("Acute kidney injury", "N17.9", "Acute kidney injury on admission, resolved.", "Y"),
        ("Acute kidney injury", "N17.9", "Fluids were given.", "Y"),
        ("Hypokalemia", "E87.6", "Potassium was repleted.", "U"),
        ("Hypokalemia", "E87.6", "Hypokalemia was present on admission.", "Y"),
        ("Delirium", "R41.0", "Delirium began during this hospitalization.", "N"),
        (
            "Pressure ulcer of sacral region, stage 2",
            "L89.152",
            "It is not possible to say whether the pressure ulcer was present on admission.",
            "W",
        ),
        ("Old myocardial infarction", "I25.2", "No chest pain.", None),
        ("Chronic systolic heart failure", "I50.22", "Weight stable.", "Y"),
    ],
)
def test_what_is_said_of_the_condition_decides(
    coder: Coder, condition: str, code: str, course: str, expected: str | None
) -> None:
    found = indicators(coder, condition, course)
    assert found["J18.9"] == "Y"
    assert code in found
    assert found[code] == expected


def test_only_a_hospital_stay_has_indicators(coder: Coder) -> None:
    coding = coder.code(
        encounter_from_mapping(
            {"id": "visit", "date_of_service": "2026-04-14", "text": "ASSESSMENT\n1. Gout."}
        )
    )
    assert [item.poa for item in coding.icd10cm] == [None]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Delirium, cleared by hospital day 2.", "U"),
        ("Delirium on hospital day 2.", "N"),
        ("Postoperative delirium.", "N"),
        ("All of the above were present on arrival.", "Y"),
    ],
)
def test_what_a_word_of_time_is_said_of(coder: Coder, said: str, expected: str) -> None:
    assert indicators(coder, "Delirium", said)["R41.0"] == expected


def test_what_followed_an_operation_before_the_stay_was_brought_along(coder: Coder) -> None:
    said = "Readmitted on day 9 from a bowel resection. Postoperative ileus."
    assert indicators(coder, "Ileus", said)["K56.7"] == "Y"


def test_what_comes_of_a_delivery_came_with_it(coder: Coder) -> None:
    coding = coder.code(
        encounter_from_mapping(
            {
                "id": "delivery",
                "setting": "inpatient-facility",
                "date_of_service": "2026-04-14",
                "patient_sex": "F",
                "patient_age": 24,
                "text": "OB DISCHARGE SUMMARY\nSVD of a live female at 39w1d.\nFinal diagnoses\n"
                "Preeclampsia with severe features, delivered\nSecond degree perineal laceration\n",
            }
        )
    )
    found = {dotted(item.code): item.poa for item in coding.icd10cm}
    assert (found["O14.14"], found["O70.1"], found["Z37.0"]) == ("Y", "N", None)
