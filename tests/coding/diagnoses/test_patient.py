from __future__ import annotations

import pytest

from nosology.coding.diagnoses.patient import facts_of
from nosology.model.encounter import encounter_from_mapping
from nosology.model.reading import Reading
from nosology.model.record import Document


def readings(text: str) -> tuple[Reading, ...]:
    return (Reading(Document(text)),)


@pytest.mark.parametrize(
    ("text", "sex", "facts"),
    [
        ("She says her knee hurts.", None, {"female"}),
        ("Mr. Example is a 40-year-old man.", None, {"male"}),
        ("He came with his wife; she and her mother wait.", None, set()),
        ("She says her knee hurts.", "M", {"male"}),
        ("She is 30 weeks pregnant.", None, {"female", "trimester", "trimester-3"}),
    ],
)
def test_facts(text: str, sex: str | None, facts: set[str]) -> None:
    encounter = encounter_from_mapping({"id": "1", "text": text, "patient_sex": sex})
    assert facts_of(encounter, readings(text)) == facts
