from __future__ import annotations

import json

from nosology.evaluation.search import SearchEvaluation, evaluate_search
from nosology.evaluation.search_questions import Accepted, Question
from nosology.evaluation.search_report import as_json, as_table
from nosology.model.code import System
from tests.evaluation.search_books import Clock, ScriptedSearch, hit

CM, HCPCS = System.ICD10CM, System.HCPCS


def evaluated() -> SearchEvaluation:
    book = ScriptedSearch(
        {
            "high pressure": [hit("I10")],
            "sugar": [hit("A4253", HCPCS), hit("R739"), hit("E119")],
        }
    )
    questions = [
        Question("high pressure", CM, (Accepted(CM, "I10"),), "lay"),
        Question("sugar", CM, (Accepted(CM, "E119"), Accepted(HCPCS, "A4253")), "lay"),
        Question("pvd", CM, (Accepted(CM, "I739"),), "abbreviation"),
    ]
    return evaluate_search("dev.tsv", questions, book, clock=Clock([0.001] * 12))


def cells(table: str) -> dict[str, list[str]]:
    return {line[:26].strip(): line[26:].split() for line in table.splitlines()}


def test_table() -> None:
    table = as_table(evaluated())
    rows = cells(table)
    assert rows["all"] == ["3", "0.333", "0.667", "0.500", "0.667", "0.667", "0.667"]
    assert rows["kind lay"] == ["2", "0.500", "1.000", "0.750", "1.000", "1.000", "1.000"]
    assert rows["kind abbreviation"][1:] == ["0.000"] * 6
    assert rows["system icd10cm"] == rows["all"]
    assert rows["over all systems"] == ["p50", "1.00", "p95", "1.00", "p99", "1.00", "ms"]
    assert rows["release"] == ["icd10cm", "2026-04"]
    assert "sugar" not in table
    assert not any(line != line.rstrip() for line in table.splitlines())


def test_the_listing_says_what_stood_first_instead() -> None:
    lines = [line.strip() for line in as_table(evaluated(), lists_mistakes=True).splitlines()]
    start = lines.index("2 without a right answer in first place")
    assert lines[start + 1 :] == [
        "sugar  (icd10cm) expected E11.9 hcpcs:A4253",
        "within the system: in place 2; first R73.9, E11.9",
        "pvd  (icd10cm) expected I73.9",
        "within the system: not found; first nothing",
        "over all systems: not found; first nothing",
    ]


def test_json_fields() -> None:
    fields = as_json(evaluated(), lists_mistakes=True)
    assert fields["name"] == "dev.tsv"
    assert fields["asked"] == 3
    assert fields["within"] == {"hit_at_1": 0.3333, "hit_at_10": 0.6667, "mrr": 0.5}
    assert fields["by_kind"]["lay"]["across"]["hit_at_1"] == 1.0
    assert fields["latency_ms"]["within"] == {"p50": 1.0, "p95": 1.0, "p99": 1.0}
    sugar = fields["errors"][0]
    assert sugar["accepted"] == ["E11.9", "hcpcs:A4253"]
    assert sugar["within"] == {"rank": 2, "first": ["icd10cm:R73.9", "icd10cm:E11.9"]}
    assert sugar["across"]["rank"] == 1
    assert "errors" not in as_json(evaluated())
    json.dumps(fields)


def test_what_is_not_defined_is_a_dash_and_null() -> None:
    evaluation = evaluate_search("none", [], ScriptedSearch())
    assert as_json(evaluation)["within"] == {"hit_at_1": None, "hit_at_10": None, "mrr": None}
    assert as_json(evaluation)["latency_ms"] == {"within": None, "across": None}
    assert cells(as_table(evaluation))["all"] == ["0", *["–"] * 6]
