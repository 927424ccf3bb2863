"""Diagnoses that an order states as codes, for those who never see the patient."""

from __future__ import annotations

import pytest

from nosology.model.encounter import encounter_from_mapping
from nosology.workflow.code import Coder


@pytest.mark.parametrize(
    ("setting", "text", "pointers"),
    [
        ("independent-lab", "TSH 9.8. Dx E03.9", ("E039",)),
        ("independent-lab", "Dx E03.9, E78.5\nTSH 9.8", ("E039", "E785")),
        ("independent-lab", "TSH 9.8. Dx E03.99", ()),
        ("independent-lab", "TSH 9.8", ()),
    ],
)
def test_pointers(coder: Coder, setting: str, text: str, pointers: tuple[str, ...]) -> None:
    answer = coder.code(
        encounter_from_mapping(
            {"id": "order", "text": text, "setting": setting, "date_of_service": "2026-04-14"}
        )
    )
    (line,) = answer.services
    assert line.code == "84443"
    assert line.diagnoses == pointers
    stated = {item.code for item in answer.icd10cm}
    assert set(pointers) == stated


def test_a_note_on_a_patient_is_coded_by_its_words(coder: Coder) -> None:
    answer = coder.code(
        encounter_from_mapping(
            {
                "id": "note",
                "text": "POC glucose 112 today. Dx E03.9",
                "date_of_service": "2026-04-14",
            }
        )
    )
    assert "E039" not in {item.code for item in answer.icd10cm}
