"""``nosology check`` of 837 files: told from JSON lines by how they begin."""

import json
from pathlib import Path

import pytest

from nosology.model.claim_fields import claim_from_mapping
from tests.claims.x12.made import BILLING, SUBSCRIBER, VISIT, file_of

CLAIM = VISIT.replace("E119*ABF:I10", "E119*ABF:E109")
FILE = file_of(BILLING, SUBSCRIBER, CLAIM)


@pytest.fixture(autouse=True)
def _with_code_sets(home):
    """Every check here needs a store."""


def answers(outcome):
    return [json.loads(line) for line in outcome.output.splitlines()]


def rules(answer):
    return {item["rule"] for item in answer["findings"]}


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\r\n "])
def test_an_837_is_checked_as_claims_are(run, write, before):
    name = write("claims.837", before + FILE)
    outcome = run("check", name, "--format", "json")
    (answer,) = answers(outcome)
    assert (outcome.status, answer["id"]) == (1, "C1")
    assert "excludes1" in rules(answer)


def test_an_837_on_standard_input(run):
    outcome = run("check", "-", "--format", "json", stdin=FILE)
    assert [answer["id"] for answer in answers(outcome)] == ["C1"]


def test_json_lines_on_standard_input(run):
    outcome = run("check", "-", "--format", "json", stdin=b'{"id": "J1", "lines": []}\n')
    assert [answer["id"] for answer in answers(outcome)] == ["J1"]


def test_claims_before_the_end_of_a_cut_file_are_answered(run, write):
    second = CLAIM.replace("CLM*C1", "CLM*C2")
    cut = file_of(BILLING, SUBSCRIBER, CLAIM, second)[:-90]
    outcome = run("check", write("cut.837", cut), "--format", "json")
    first, failed = answers(outcome)
    assert (outcome.status, first["id"], failed["id"]) == (2, "C1", "C2")
    assert failed["error"]["where"].startswith("cut.837:segment ")
    assert outcome.error.startswith("nosology: cut.837:segment ")


def test_a_value_that_cannot_be_read_is_a_finding(run, write):
    name = write("bad.837", FILE.replace(b"D8*20260414", b"D8*20260231"))
    (answer,) = answers(run("check", name, "--format", "json"))
    (found,) = (item for item in answer["findings"] if item["rule"] == "field-not-readable")
    assert (found["line"], "segment " in found["message"]) == (1, True)


def test_a_remittance_is_called_by_its_name(run, write):
    name = write("paid.835", FILE.replace(b"ST*837", b"ST*835"))
    outcome = run("check", name, "--format", "json")
    assert (outcome.status, answers(outcome)[0]["id"]) == (2, None)
    assert "a remittance advice (835)" in outcome.error


def test_a_claim_that_is_too_large(run, write):
    outcome = run("check", write("claims.837", FILE), "--max-size", "50")
    assert outcome.status == 2
    assert "raise --max-size" in outcome.error


def test_mended_claims_are_written_as_json_that_is_read_back(run, write):
    name = write("claims.837", FILE)
    (answer,) = answers(run("check", name, "--fix", "--format", "json"))
    claim = claim_from_mapping(answer["claim"])
    assert (claim.id, claim.lines[0].code) == ("C1", "99213")


def test_the_sample(run):
    sample = Path(__file__).parents[2] / "samples" / "claims.837"
    outcome = run("check", sample, "--format", "json")
    visit, stay = answers(outcome)
    assert (outcome.status, visit["id"], stay["id"]) == (1, "VISIT-1", "STAY-1")
    assert "diagnosis-pointer-beyond-list" in rules(visit)
    assert {item["severity"] for item in stay["findings"]} <= {"not-evaluated"}
