from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nosology.coding.queries import MOST
from nosology.coding.queries.templates import ways_out
from nosology.model.code import dotted
from nosology.model.encounter import Setting, encounter_from_mapping
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


FRAGMENTS = st.sampled_from(
    [
        "ASSESSMENT AND PLAN\n", "LABS: ", "1. ", "2. ", "Congestive heart failure. ", "Anemia. ",
        "Potassium 2.4 ", "(L) ", "3.5-5.1 ", "Hgb 7.1 from 9. ", "Blood cultures grew ", "MRSA. ",
        "urosepsis ", "Postoperative ileus. ", "left ", "right ", "knee osteoarthritis. ", "no ",
        "Continue levothyroxine. ", "eGFR 38 ", "CKD. ", "\n", "\t", "éñ中", "<",
        ">", "1:320 ", "%",
    ]
)  # fmt: skip


@given(st.lists(FRAGMENTS, max_size=14).map("".join), st.sampled_from(list(Setting)))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_record_is_asked_about_with_its_own_words(
    coder: Coder, text: str, setting: Setting
) -> None:
    encounter = encounter_from_mapping(
        {"id": "1", "date_of_service": ON, "setting": setting.value, "text": text or "-"}
    )
    coding = coder.code(encounter)
    assert len(coding.queries) <= 2 * MOST, "as many of diagnoses as of services"
    for query in coding.queries:
        assert query.evidence
        # A number that a service lacks is asked for without a list.
        assert query.options == () or query.options[-2:] == ways_out()
        assert len(set(query.options)) == len(query.options)
        for words in query.evidence:
            assert text[words.start : words.end] == words.quote
