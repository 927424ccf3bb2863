"""Visits: the levels and their elements, time beyond the first hour, the weight of a problem."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from nosology.coding.services.visits.critical import further
from nosology.coding.services.visits.elements import Level
from nosology.coding.services.visits.numbers import leveled
from nosology.coding.services.visits.problems import Weight, weight_of
from nosology.model.coding import Coding
from nosology.model.encounter import encounter_from_mapping
from nosology.workflow.code import Coder

LEVELS: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("levels.yaml").read_text(encoding="utf-8")
)


def _coded(coder: Coder, text: str) -> Coding:
    return coder.code(
        encounter_from_mapping(
            {
                "id": "case",
                "setting": "office",
                "date_of_service": "2026-04-14",
                "patient_status": "established",
                "text": text,
            }
        )
    )


@pytest.mark.parametrize("case", LEVELS, ids=lambda case: str(case["id"]))
def test_level(coder: Coder, case: dict[str, Any]) -> None:
    answer = _coded(coder, case["text"])
    (visit,) = [item for item in answer.services if item.worksheet]
    found = {element.part: element.level for element in visit.worksheet if not element.evidence}
    expected = {part: case[part] for part in ("problems", "data", "risk")}
    assert {part: found[part] for part in expected} == expected
    assert visit.code == case["code"]


def test_the_worksheet_quotes_the_record(coder: Coder) -> None:
    text = LEVELS[0]["text"]
    answer = _coded(coder, text)
    (visit,) = [item for item in answer.services if item.worksheet]
    quoted = [words for element in visit.worksheet for words in element.evidence]
    assert quoted
    assert all(text[words.start : words.end] == words.quote for words in quoted)


@pytest.mark.parametrize(
    ("minutes", "cpt", "medicare"),
    [(30, 0, 0), (74, 0, 0), (75, 1, 0), (103, 1, 0), (104, 1, 1), (105, 2, 1), (134, 2, 2)],
)
def test_critical_care_beyond_the_first_hour(minutes: int, cpt: int, medicare: int) -> None:
    assert further(minutes, is_medicare=False) == cpt
    assert further(minutes, is_medicare=True) == medicare


def test_numbers_rise_with_level_and_time() -> None:
    numbers = leveled("office-visit", "new")
    assert [number.code for number in numbers] == ["99202", "99203", "99204", "99205"]
    assert [number.minutes for number in numbers] == [15, 30, 45, 60]
    assert [number.level for number in numbers] == [
        Level.STRAIGHTFORWARD,
        Level.LOW,
        Level.MODERATE,
        Level.HIGH,
    ]


@pytest.mark.parametrize(
    ("code", "weight"),
    [
        ("J00", Weight.MINOR),
        ("N3000", Weight.ACUTE),
        ("I10", Weight.CHRONIC),
        ("E1165", Weight.WORSE),
        ("J189", Weight.SYSTEMIC),
        ("S52501A", Weight.COMPLICATED),
        ("N6321", Weight.UNCERTAIN),
        ("I214", Weight.THREAT),
        ("Z7984", Weight.NONE),
        ("W19XXXA", Weight.NONE),
    ],
)
def test_weight_of_a_diagnosis(code: str, weight: Weight) -> None:
    assert weight_of(code) is weight
