from __future__ import annotations

import json

from nosology.evaluation.datasets import LabeledEncounter
from nosology.evaluation.metrics import Share
from nosology.evaluation.mistakes import Mistake, mistakes
from nosology.evaluation.report import as_json, as_table
from nosology.evaluation.run import Evaluation, evaluate
from nosology.model.code import System
from nosology.model.coding import Coding, Evidence, Procedure, Service
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


def billed() -> Evaluation:
    """A note of which two lines are gold and two answered, one of them with another modifier."""
    words = Evidence(0, 0, 12, "Hypertension")

    def service(code: str, *modifiers: str) -> Service:
        return Service(code, System.CPT, "plain", 0.9, (words,), (), modifiers)

    def code(encounter: Encounter) -> Coding:
        return Coding(
            encounter.id,
            (),
            "0",
            icd10pcs=(Procedure("0DTJ4ZZ", "plain", 0.9, (words,), ()),),
            services=(service("99213"), service("20610", "LT")),
        )

    labeled = LabeledEncounter(
        Encounter("A", Record((Document(TEXT),))),
        frozenset(),
        frozenset({"0DTJ4ZZ"}),
        frozenset({"99213 x1", "20610-RT x1"}),
        has_diagnoses=False,
    )
    return evaluate([labeled], code, SmallBook())


def test_services_are_scored_by_number_and_by_line() -> None:
    evaluation = billed()
    assert evaluation.services is not None
    assert evaluation.lines is not None
    assert evaluation.procedures is not None
    assert evaluation.services.score.f1 == 1.0
    assert evaluation.lines.score.f1 == 0.5
    assert evaluation.procedures.score.precision == 1.0
    assert evaluation.every.score.f1 is None, "nobody chose diagnoses"
    assert evaluation.exact_evidence == Share(3, 3)
    assert evaluation.invalid == Share(3, 3), "the small book has none of them"


def test_what_was_chosen_is_reported() -> None:
    fields = as_json(billed())
    assert fields["service_lines"]["recall"]["value"] == 0.5
    assert "category_f1" not in fields["services"]
    assert fields["icd10pcs"]["correct"] == 1
    table = as_table(billed())
    assert "ICD-10-PCS codes        services                lines, as billed" in table
    evaluation, _ = evaluated()
    assert "services" not in as_json(evaluation)
    assert "lines, as billed" not in as_table(evaluation)
