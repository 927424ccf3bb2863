from __future__ import annotations

import pytest

from nosology.coding.diagnoses.studies import is_laboratory, is_only_indicator, is_study
from nosology.model.encounter import encounter_from_mapping
from nosology.model.record import Document
from nosology.workflow.code import Coder

ON = "2026-04-14"


@pytest.mark.parametrize(
    "kind", ["Radiology report", "CT abdomen", "MRI", "X-ray chest", "pathology", "Cytology"]
)
def test_studies_are_told_by_their_type(kind: str) -> None:
    assert is_study(Document("", kind))
    assert not is_laboratory(Document("", kind))


@pytest.mark.parametrize("kind", ["laboratory", "Microbiology", "lab", "labs", "Lab report"])
def test_laboratory_documents_are_told_by_their_type(kind: str) -> None:
    assert is_laboratory(Document("", kind))


@pytest.mark.parametrize(
    "kind", ["note", "discharge summary", "consultation", "labor and delivery"]
)
def test_what_is_neither(kind: str) -> None:
    assert not is_study(Document("", kind))
    assert not is_laboratory(Document("", kind))


def record(setting: str, *kinds: str) -> list[bool]:
    encounter = encounter_from_mapping(
        {
            "id": "1",
            "setting": setting,
            "documents": [{"type": kind, "author": "provider", "text": "-"} for kind in kinds],
        }
    )
    return [is_only_indicator(item, encounter) for item in encounter.record.documents]


def test_a_study_is_an_indicator_only_during_a_stay_and_beside_a_provider() -> None:
    assert record("inpatient-facility", "discharge summary", "radiology") == [False, True]
    assert record("inpatient-facility", "radiology") == [False]
    assert record("office", "note", "radiology") == [False, False]


def test_laboratory_results_are_indicators_beside_any_note() -> None:
    assert record("office", "note", "laboratory") == [False, True]
    assert record("independent-lab", "laboratory") == [False]


def test_what_a_laboratory_calls_a_result_is_no_diagnosis(coder: Coder) -> None:
    encounter = encounter_from_mapping(
        {
            "id": "1",
            "date_of_service": ON,
            "documents": [
                {"type": "note", "text": "ASSESSMENT\n1. Fatigue. Labs drawn."},
                {"type": "laboratory", "text": "IMPRESSION: Iron deficiency anemia."},
            ],
        }
    )
    assert [item.code for item in coder.code(encounter).icd10cm] == ["R5383"]
