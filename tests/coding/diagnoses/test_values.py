from __future__ import annotations

import pytest

from nosology.coding.diagnoses.values import of_code, relations
from nosology.language.analytes import analytes
from nosology.model.encounter import encounter_from_mapping
from nosology.workflow.code import Coder


def quotes(coder: Coder, text: str) -> dict[str, list[str]]:
    encounter = encounter_from_mapping({"id": "1", "date_of_service": "2026-04-14", "text": text})
    return {
        item.code: [words.quote for words in item.evidence]
        for item in coder.code(encounter).icd10cm
    }


def test_a_value_stands_beside_the_statement_it_belongs_to(coder: Coder) -> None:
    text = "LABS: Potassium 2.9 (L), sodium 139\nASSESSMENT\n1. Hypokalemia. Replace orally.\n"
    assert quotes(coder, text) == {"E876": ["Hypokalemia", "Potassium 2.9 (L)"]}


def test_a_value_on_the_usual_side_does_not(coder: Coder) -> None:
    text = "LABS: TSH 2.1\nASSESSMENT\n1. Hypothyroidism. Continue levothyroxine.\n"
    assert quotes(coder, text) == {"E039": ["Hypothyroidism"]}


def test_a_value_alone_makes_no_diagnosis(coder: Coder) -> None:
    text = "LABS: Potassium 2.9 (L), A1c 11.2%\nASSESSMENT\n1. Low back pain.\n"
    assert list(quotes(coder, text)) == ["M5450"]


def test_high_sugar_does_not_make_diabetes_hyperglycemic(coder: Coder) -> None:
    text = "LABS: A1c 11.2%, glucose 312\nASSESSMENT\n1. Type 2 diabetes. Start insulin.\n"
    found = quotes(coder, text)
    assert found["E119"] == ["Type 2 diabetes", "A1c 11.2%"]
    assert "E1165" not in found


def test_an_earlier_value_is_no_evidence(coder: Coder) -> None:
    text = "LABS: Sodium up to 136 from 121\nASSESSMENT\n1. Hyponatremia. Recheck.\n"
    assert quotes(coder, text) == {"E871": ["Hyponatremia"]}


def test_relations_name_analytes_that_exist() -> None:
    listed = [relation for same in relations().values() for relation in same]
    assert {relation.analyte for relation in listed} <= set(analytes())
    assert {relation.direction for relation in listed} <= {"low", "high", "any", "abnormal"}


@pytest.mark.parametrize(
    ("code", "analyte"),
    [
        ("E1165", "glucose"),
        ("D638", "hemoglobin"),
        ("J189", "respiratory culture"),
        ("E43", "body mass index"),
    ],
)
def test_ranges_reach_every_code_in_them(code: str, analyte: str) -> None:
    assert analyte in {relation.analyte for relation in of_code(code)}
