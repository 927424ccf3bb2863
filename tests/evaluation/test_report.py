from __future__ import annotations

import json

from nosology.evaluation.datasets import LabeledEncounter
from nosology.evaluation.mistakes import Mistake, mistakes
from nosology.evaluation.report import as_json, as_table
from nosology.evaluation.run import Evaluation, evaluate
from nosology.model.encounter import Encounter
from nosology.model.record import Document, Record
from tests.evaluation.books import ScriptedCoder, SmallBook

TEXT = "Hypertension and a headache after the fall"


def evaluated() -> tuple[Evaluation, list[Mistake]]:
    record = Record((Document(TEXT),))
    dataset = [
        LabeledEncounter(Encounter("A", record), frozenset({"I10", "W19XXXA"})),
        LabeledEncounter(Encounter("B", record), frozenset({"R51"})),
    ]
    coder = ScriptedCoder({"A": [("I10", "Hypertension")], "B": [("E119", "headache")]})
    evaluation = evaluate(dataset, coder, SmallBook())
    found = [mistake for answer in evaluation.answers for mistake in mistakes(answer, SmallBook())]
    return evaluation, found


def test_table() -> None:
    evaluation, _ = evaluated()
    lines = {line[:22].strip(): line[22:].split() for line in as_table(evaluation).splitlines()}
    assert lines["F1"][0] == "0.400"  # 2·1 / (2·1 + 1 + 2)
    assert lines["F1"][2] == "0.500"  # 2·1 / (2·1 + 1 + 1)
    assert lines["correct"] == ["1", "1"]
    assert lines["missed"] == ["2", "1"]
    assert lines["identical sets"][0] == "0.000"
    assert lines["identical sets"][2] == "0.500"
    assert lines["invalid codes"] == ["0", "of", "2"]
    assert lines["exact evidence"] == ["2", "of", "2"]
    assert lines["release"] == ["icd10cm", "2026-04"]


def test_patient_text_stands_only_in_the_listing() -> None:
    evaluation, found = evaluated()
    for answer in (as_table(evaluation), json.dumps(as_json(evaluation))):
        assert "headache" not in answer.lower()
    table = as_table(evaluation, found)
    assert "not read                                                1         0" in table
    assert "another code of the category" not in table
    assert "condition reported                                      0         1" in table
    assert "(words not found)" in table
    assert "Hypertension and a [headache] after the fall" in table


def test_json_fields() -> None:
    evaluation, found = evaluated()
    fields = as_json(evaluation, found)
    assert fields["notes"] == 2
    assert fields["core"]["f1"]["value"] == 0.5
    assert fields["all"]["precision"] == {"value": 0.5, "low": 0.0, "high": 1.0}
    assert fields["invalid_codes"] == {"count": 0, "of": 2, "rate": 0.0}
    wrong = next(item for item in fields["errors"] if item["error"] == "wrong")
    assert (wrong["id"], wrong["code"], wrong["section"]) == ("B", "E11.9", "body")
    assert TEXT[wrong["start"] : wrong["end"]] == wrong["quote"] == "headache"
    assert "errors" not in as_json(evaluation)
    json.dumps(fields)


def test_what_is_not_defined_is_a_dash_and_null() -> None:
    evaluation = evaluate([], ScriptedCoder({}), SmallBook())
    assert as_json(evaluation)["all"]["f1"] == {"value": None, "low": None, "high": None}
    assert "F1                    –" in as_table(evaluation)
