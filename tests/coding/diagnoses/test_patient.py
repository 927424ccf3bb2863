from __future__ import annotations

import pytest

from nosology.coding.diagnoses.patient import facts_of, gestation
from nosology.model.encounter import encounter_from_mapping
from nosology.model.reading import Reading
from nosology.model.record import Document


def readings(text: str) -> tuple[Reading, ...]:
    return (Reading(Document(text)),)


@pytest.mark.parametrize(
    ("text", "weeks", "trimester"),
    [
        ("G2P1 at 24 weeks.", 24, "2"),
        ("EGA 28w2d by ultrasound", 28, "3"),
        ("She is 13 weeks pregnant.", 13, "1"),
        ("IUP at 39 weeks gestation", 39, "3"),
        ("Pregnant, 14 wks today", 14, "2"),
        ("a 27-week pregnancy", 27, "2"),
    ],
)
def test_weeks_of_gestation(text: str, weeks: int, trimester: str) -> None:
    found = gestation(readings(text))
    assert found is not None
    assert (found.weeks, found.trimester) == (weeks, trimester)
    assert str(weeks) in text[found.span.start : found.span.end]


@pytest.mark.parametrize(
    "text",
    [
        "Follow up in 6 weeks.",
        "Pain for 3 weeks. Not pregnant.",
        "Return in 80 weeks, pregnant",
        "",
    ],
)
def test_no_weeks_of_gestation(text: str) -> None:
    assert gestation(readings(text)) is None


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
