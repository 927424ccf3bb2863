"""Supplies of casts and splints: by kind, material and age, only where they were put on here."""

from __future__ import annotations

import pytest

from nosology.model.encounter import encounter_from_mapping
from nosology.workflow.code import Coder


def _billed(coder: Coder, text: str, age: int) -> set[str]:
    told = {"id": "cast", "text": text, "setting": "office", "patient_age": age}
    answer = coder.code(encounter_from_mapping(told | {"date_of_service": "2026-04-14"}))
    return {item.code for item in answer.services if item.code.startswith("Q40")}


@pytest.mark.parametrize(
    ("text", "age", "codes"),
    [
        ("A short arm cast of fiberglass was applied to the right forearm.", 40, {"Q4010"}),
        ("A short arm cast of fiberglass was applied to the right forearm.", 8, {"Q4012"}),
        ("A short leg splint of plaster was applied to the left leg.", 40, {"Q4045"}),
        ("A short arm cast was applied to the right forearm.", 40, set()),
        ("The fiberglass short arm cast placed in the ED was removed.", 40, set()),
        ("Will need a fiberglass short arm cast applied next week.", 40, set()),
    ],
)
def test_supplies_of_casts(coder: Coder, text: str, age: int, codes: set[str]) -> None:
    assert _billed(coder, text, age) == codes
