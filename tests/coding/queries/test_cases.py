from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from nosology.coding.queries import MOST
from nosology.coding.queries.templates import ways_out
from nosology.model.code import dotted
from nosology.model.encounter import encounter_from_mapping
from nosology.workflow.code import Coder

CASES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8")
)
FIELDS = {"name", "text", "documents", "setting", "codes", "asks", "shows", "offers", "lacks"}
ON = "2026-04-14"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(coder: Coder, case: dict[str, Any]) -> None:
    assert set(case) <= FIELDS
    fields: dict[str, Any] = {
        key: case[key] for key in ("text", "documents", "setting") if key in case
    }
    encounter = encounter_from_mapping({"id": "1", "date_of_service": ON, **fields})
    coding = coder.code(encounter)
    queries = coding.queries
    assert [query.topic for query in queries] == case["asks"]
    questions = " ".join(query.question for query in queries)
    options = [option for query in queries for option in query.options]
    for words in case.get("shows", ()):
        assert words in questions
    assert set(case.get("offers", ())) <= set(options)
    for words in case.get("lacks", ()):
        assert words not in questions
        assert not any(words in option for option in options)
    if "codes" in case:
        assert [dotted(item.code) for item in coding.icd10cm] == case["codes"]
    assert len(queries) <= MOST
    for query in queries:
        assert query.options[-2:] == ways_out()
        assert len(query.options) >= 4
        assert query.evidence
        for words in query.evidence:
            text = encounter.record.documents[words.document].text
            assert text[words.start : words.end] == words.quote
            assert " ".join(words.quote.split())[:160] in query.question


def test_same_record_same_questions(coder: Coder) -> None:
    case = next(case for case in CASES if len(case["asks"]) == MOST)
    encounter = encounter_from_mapping(
        {"id": "1", "date_of_service": ON, "setting": case["setting"], "text": case["text"]}
    )
    assert coder.code(encounter).queries == coder.code(encounter).queries
