"""The sample notes: the same text in every form, and gold codes that a claim could carry."""

import json
from pathlib import Path

import pytest

from nosology.cli.encounters import Line, read_encounter
from nosology.model.encounter import ENCOUNTER_FIELDS, Encounter

SAMPLES = Path(__file__).parents[2] / "samples"


def read(name):
    return [json.loads(line) for line in (SAMPLES / name).read_text("utf-8").splitlines()]


def test_every_note_is_an_encounter_with_gold_codes():
    encounters, gold = read("encounters.jsonl"), read("gold.jsonl")
    notes = {path.stem: path.read_bytes().decode() for path in SAMPLES.glob("*.txt")}
    assert len(notes) >= 8
    assert {fields["id"]: fields["text"] for fields in encounters} == notes
    assert [
        {name: value for name, value in fields.items() if name in ENCOUNTER_FIELDS}
        for fields in gold
    ] == encounters


@pytest.mark.parametrize("number", range(len(read("encounters.jsonl"))))
def test_encounter_is_read(number):
    content = (SAMPLES / "encounters.jsonl").read_bytes().splitlines()[number]
    assert isinstance(read_encounter(Line("samples", content, 0), 10**6), Encounter)


@pytest.mark.parametrize("fields", read("gold.jsonl"), ids=lambda fields: fields["id"])
def test_gold_codes_are_valid_and_billable_on_the_date(code_book, fields):
    import datetime as dt

    on = dt.date.fromisoformat(fields["date_of_service"])
    assert code_book.covers(on)
    codes = [code.replace(".", "") for code in fields["icd10cm"]]
    assert len(set(codes)) == len(codes) >= 2
    assert [code for code in codes if not code_book.is_billable(code, on)] == []


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.txt")), ids=lambda path: path.stem)
def test_note_is_of_the_length_of_a_note(path):
    assert 150 <= len(path.read_text("utf-8").split()) <= 400


def test_samples_are_coded_with_exact_evidence_and_the_same_each_time(
    run, nosology_home, code_book
):
    first = run("code", "--input", SAMPLES / "encounters.jsonl")
    assert (first.status, first.errors) == (0, [])
    encounters = read("encounters.jsonl")
    codings = [json.loads(line) for line in first.output.splitlines()]
    assert [coding["id"] for coding in codings] == [fields["id"] for fields in encounters]
    for fields, coding in zip(encounters, codings, strict=True):
        assert coding["icd10cm"], fields["id"]
        for item in coding["icd10cm"]:
            assert code_book.is_billable(item["code"].replace(".", ""))
            assert item["evidence"]
            for words in item["evidence"]:
                assert fields["text"][words["start"] : words["end"]] == words["quote"]
    again = run("code", "--input", SAMPLES / "encounters.jsonl", "--jobs", "2")
    assert again.output == first.output
