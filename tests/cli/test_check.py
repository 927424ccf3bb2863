"""``nosology check``: what it answers, where it writes, and what it says of bad input."""

from __future__ import annotations

import json
import time

import pytest

pytestmark = pytest.mark.usefixtures("installed")


@pytest.fixture
def installed(home):
    """Check with the code sets of the tests."""


LINE = {
    "code": "99213",
    "units": 1,
    "date": "2026-04-14",
    "place_of_service": "11",
    "diagnoses": [1],
    "charge": "120.00",
}
CLAIM = {
    "id": "C1",
    "type": "professional",
    "payer": "medicare",
    "patient": {"id": "P1", "birth_date": "1958-03-02", "sex": "F"},
    "billing_provider": {"npi": "1234567893"},
    "diagnoses": ["I10"],
    "lines": [LINE],
}


def claim(**fields):
    return {**CLAIM, **fields}


def batch(*claims):
    return "".join((told if isinstance(told, str) else json.dumps(told)) + "\n" for told in claims)


def answers(outcome):
    return [json.loads(line) for line in outcome.output.splitlines()]


def rules_of(answer, *severities):
    return [
        item["rule"]
        for item in answer["findings"]
        if item["severity"] in (severities or ("error", "warning"))
    ]


def test_a_claim_without_a_fault_ends_with_zero(run, write):
    outcome = run("check", write("a.jsonl", batch(CLAIM)))
    [answer] = answers(outcome)
    assert outcome.status == 0
    assert outcome.errors == []
    assert answer["id"] == "C1"
    assert rules_of(answer) == []


def test_a_finding_ends_with_one_and_tells_everything(run, write):
    outcome = run("check", write("a.jsonl", batch(claim(diagnoses=["E11.9", "E10.9"]))))
    assert outcome.status == 1
    [found] = [item for item in answers(outcome)[0]["findings"] if item["rule"] == "excludes1"]
    assert list(found) == [
        *("rule", "category", "severity", "line", "codes", "message", "remedy", "authority"),
        *("releases", "carc", "override"),
    ]
    assert found["category"] == "excludes1"
    assert found["severity"] == "error"
    assert found["line"] is None
    assert found["codes"] == ["E11.9", "E10.9"]
    assert found["releases"]


def test_an_advisory_alone_ends_with_zero(run, write):
    outcome = run("check", write("a.jsonl", batch(claim(billing_provider={}))))
    assert outcome.status == 0
    assert "billing-npi-missing" in rules_of(answers(outcome)[0], "advisory")


def test_lines_are_counted_from_one(run, write):
    told = claim(lines=[LINE, {**LINE, "code": "36415", "diagnoses": [2]}])
    [answer] = answers(run("check", write("a.jsonl", batch(told))))
    [found] = [item for item in answer["findings"] if item["severity"] == "error"]
    assert (found["rule"], found["line"]) == ("diagnosis-pointer-beyond-list", 2)


def test_the_table_says_what_to_do_and_counts(run, write):
    told = batch(claim(diagnoses=["E11.9", "E10.9"]), claim(id="C2"))
    outcome = run("check", write("a.jsonl", told), "--format", "table")
    text = " ".join(outcome.output.decode().split())
    assert outcome.status == 1
    assert "E11.9, E10.9" in text
    assert "excludes1:" in text
    assert "2 claims" in text
    assert "1 clean" in text or "0 clean" in text


def test_the_table_tells_of_a_claim_that_cannot_be_read(run, write):
    outcome = run("check", write("a.jsonl", batch(claim(colour="red"))), "--format", "table")
    assert outcome.status == 2
    assert b"unknown field 'colour'" in outcome.output


def test_standard_input(run):
    outcome = run("check", "-", stdin=batch(CLAIM, claim(id="C2")).encode())
    assert [answer["id"] for answer in answers(outcome)] == ["C1", "C2"]


def test_earlier_claims_of_the_patient_count(run, write):
    told = batch(CLAIM, claim(id="C2"), claim(id="C3", patient={"id": "P2", "sex": "F"}))
    first, second, other = answers(run("check", write("a.jsonl", told)))
    assert "service-billed-before" not in rules_of(first)
    assert "service-billed-before" in rules_of(second)
    assert "service-billed-before" not in rules_of(other)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("{", "not valid JSON"),
        ('{"id": "C1", "lines": [{"code": "992', "not valid JSON"),
        ("[]", "object"),
        ("nonsense", "not valid JSON"),
        ('"text"', "object"),
        ("{}", "'id' is missing"),
        (claim(colour="red"), "unknown field 'colour'"),
        (claim(lines=[{**LINE, "colour": "red"}]), "unknown field 'colour' of lines[1]"),
        (claim(type="dental"), "field 'type' is 'dental'"),
        (claim(payer="acme"), "field 'payer' is 'acme'"),
        (claim(diagnoses="I10"), "field 'diagnoses' is"),
        (claim(lines={}), "field 'lines' is"),
        (claim(lines=[7]), "field 'lines[1]' is 7"),
        (claim(lines=[{**LINE, "diagnoses": ["1"]}]), "positions such as [1, 2]"),
        (claim(lines=[{**LINE, "code": 99213}]), "expected a text"),
        (claim(patient="Smith"), "field 'patient' is"),
        (claim(diagnoses=[{"codes": "I10"}]), "unknown field 'codes'"),
    ],
)
def test_a_claim_that_cannot_be_read_does_not_stop_the_others(run, write, bad, says):
    outcome = run("check", write("a.jsonl", batch(CLAIM, bad, claim(id="C3", patient={}))))
    first, wrong, last = answers(outcome)
    assert outcome.status == 2
    assert (first["id"], last["id"]) == ("C1", "C3")
    assert says in wrong["error"]["message"]
    assert wrong["error"]["where"].startswith("a.jsonl:2")
    assert "findings" not in wrong
    assert "Traceback" not in " ".join(outcome.errors)


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_a_file_that_cannot_be_read(run, write, name):
    write("a.jsonl", "")
    outcome = run("check", name)
    assert outcome.status == 2
    assert name in outcome.error


def test_an_empty_file_has_no_claims(run, write):
    outcome = run("check", write("a.jsonl", ""))
    assert outcome.output == b""
    assert outcome.status in {0, 2}
    assert len(outcome.errors) <= 1


def test_blank_lines_are_passed_over(run, write):
    outcome = run("check", write("a.jsonl", "\n" + batch(CLAIM) + "\n\n"))
    assert len(answers(outcome)) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"\x00\x01\x02\xff\xfe\xfd\n" * 3,
        b"%PDF-1.7\n",
        b'{"id": "C\xff"}\n',
    ],
)
def test_binary_is_told(run, write, content):
    outcome = run("check", write("a.jsonl", content))
    assert outcome.status == 2
    assert all("error" in answer for answer in answers(outcome))
    assert all("Traceback" not in line for line in outcome.errors)


def test_utf_16_is_read_or_told(run, write):
    outcome = run("check", write("a.jsonl", batch(CLAIM).encode("utf-16")))
    assert outcome.status in {0, 2}
    assert all("Traceback" not in line for line in outcome.errors)
    for answer in answers(outcome):
        assert answer.get("id") == "C1" or "error" in answer


def test_a_byte_order_mark_is_passed_over(run, write):
    outcome = run("check", write("a.jsonl", batch(CLAIM).encode("utf-8-sig")))
    assert outcome.status == 0


def test_a_claim_that_is_too_long_is_told_and_the_next_is_read(run, write):
    long = claim(payer_id="x" * 20_000)
    name = write("a.jsonl", batch(long, claim(id="C2")))
    outcome = run("check", name, "--max-size", "10KB")
    wrong, second = answers(outcome)
    assert outcome.status == 2
    assert "--max-size" in wrong["error"]["message"]
    assert second["id"] == "C2"


def test_deep_nesting_is_told(run, write):
    outcome = run("check", write("a.jsonl", '{"id": ' + "[" * 100_000 + "\n"))
    assert outcome.status == 2
    assert all("Traceback" not in line for line in outcome.errors)


def test_output_is_written_whole(run, write, tmp_path):
    name = write("a.jsonl", batch(CLAIM, claim(id="C2", diagnoses=["E11.9", "E10.9"])))
    outcome = run("check", name, "--output", "found.jsonl")
    assert outcome.status == 1
    assert outcome.output == b""
    told = (tmp_path / "found.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in told] == ["C1", "C2"]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_output_stays_as_it_was_where_nothing_can_be_read(run, write, tmp_path):
    write("found.jsonl", "before")
    outcome = run("check", "missing.jsonl", "--output", "found.jsonl")
    assert outcome.status == 2
    assert (tmp_path / "found.jsonl").read_text() == "before"


@pytest.mark.parametrize(
    "options",
    [
        ("--output", "a.jsonl"),
        ("--output", "b.jsonl", "--format", "table"),
        ("--output", "nowhere/b.jsonl"),
        ("--format", "xml"),
        ("--max-size", "much"),
        ("--rules", "missing.toml"),
    ],
)
def test_options_that_do_not_go_are_told(run, write, tmp_path, options):
    name = write("a.jsonl", batch(CLAIM))
    outcome = run("check", name, *options)
    assert outcome.status == 2
    assert outcome.error
    assert (tmp_path / "a.jsonl").read_text() == batch(CLAIM)


def test_fix_drops_a_line_that_stands_twice(run, write):
    told = claim(lines=[LINE, LINE], total_charge="240.00")
    outcome = run("check", write("a.jsonl", batch(told)), "--fix")
    [answer] = answers(outcome)
    assert outcome.status == 0
    assert [item["rule"] for item in answer["fixes"]] == ["line-twice"]
    assert len(answer["claim"]["lines"]) == 1
    assert answer["claim"]["total_charge"] == "120.00"
    again = run("check", write("b.jsonl", batch(answer["claim"])), "--fix")
    assert answers(again)[0]["fixes"] == []
    assert answers(again)[0]["claim"] == answer["claim"]


def test_fix_leaves_a_claim_as_it_was_written_where_there_is_nothing_to_mend(run, write):
    told = claim(diagnoses=["i10"])
    [answer] = answers(run("check", write("a.jsonl", batch(told)), "--fix"))
    assert answer["fixes"] == []
    assert answer["claim"] == told


def test_fix_in_the_table(run, write):
    told = claim(lines=[LINE, LINE])
    outcome = run("check", write("a.jsonl", batch(told)), "--fix", "--format", "table")
    assert b"fixed" in outcome.output


def test_without_fix_no_claim_is_answered(run, write):
    [answer] = answers(run("check", write("a.jsonl", batch(claim(lines=[LINE, LINE])))))
    assert "claim" not in answer
    assert "fixes" not in answer


STRANGE = {
    "no lines": claim(lines=[]),
    "no date": claim(lines=[{"code": "99213"}]),
    "no anything": {"id": "C1"},
    "year one": claim(lines=[{**LINE, "date": "0001-01-01"}]),
    "year 9999": claim(lines=[{**LINE, "date": "9999-12-31", "end_date": "9999-12-31"}]),
    "the first and last years": claim(
        lines=[{**LINE, "date": "1800-01-01", "end_date": "2199-12-31"}],
        patient={"birth_date": "2199-12-31", "sex": "F"},
    ),
    "units beyond all": claim(lines=[{**LINE, "units": 1e30}]),
    "units of many digits": claim(lines=[{**LINE, "units": "9" * 18, "charge": "9" * 18}] * 9),
    "units below nothing": claim(lines=[{**LINE, "units": -5, "charge": -5}]),
    "no number": claim(lines=[{**LINE, "units": "NaN", "charge": "Infinity"}]),
    "letters of other scripts": claim(
        diagnoses=["Ж10", "І10", "🦴"], lines=[{**LINE, "code": "٩٩٢١٣", "modifiers": ["２５"]}]
    ),
    "empty texts": claim(diagnoses=["", ""], lines=[{**LINE, "code": "", "modifiers": ["", ""]}]),
    "null characters": claim(diagnoses=["\0"], lines=[{**LINE, "code": "\0", "ndc": "\0"}]),
    "every day backward": claim(
        type="institutional",
        bill_type="0111",
        admission_date="2026-04-20",
        discharge_date="2026-04-10",
        statement_from="2026-04-30",
        statement_to="2026-04-01",
        received_date="2020-01-01",
        procedures=[{"code": "0BH17EZ", "date": "2030-01-01"}],
    ),
    "both a visit and a stay": claim(
        bill_type="0111", discharge_status="20", procedures=["0BH17EZ"], condition_codes=["44"]
    ),
    "a child who is older than anybody": claim(patient={"birth_date": "1801-01-01", "sex": "M"}),
}


@pytest.mark.parametrize("told", STRANGE.values(), ids=list(STRANGE))
@pytest.mark.parametrize("options", [(), ("--fix",), ("--format", "table")])
def test_strange_claims_are_answered(run, write, told, options):
    outcome = run("check", write("a.jsonl", batch(told)), *options)
    assert outcome.status in {0, 1}
    assert outcome.errors == []
    assert b"the rule failed" not in outcome.output


def test_five_thousand_lines_are_answered_in_bounded_time(run, write):
    codes = ("99213", "36415", "80053", "11042", "97597", "J9271", "71046", "97110")
    lines = [
        {**LINE, "code": codes[number % len(codes)], "units": 1 + number % 3}
        for number in range(5000)
    ]
    began = time.monotonic()
    outcome = run("check", write("a.jsonl", batch(claim(lines=lines))))
    assert time.monotonic() - began < 60
    assert outcome.status == 1
    assert b"the rule failed" not in outcome.output
    assert "too-many-lines" in rules_of(answers(outcome)[0])


def test_ten_thousand_diagnoses_are_answered_in_bounded_time(run, write):
    codes = [f"{letter}{number:02d}.{digit}" for letter in "EFGHIJKLMN" for number in range(100)
             for digit in range(10)]  # fmt: skip
    began = time.monotonic()
    outcome = run("check", write("a.jsonl", batch(claim(diagnoses=codes))))
    assert time.monotonic() - began < 60
    assert outcome.status == 1
    assert b"the rule failed" not in outcome.output


def test_patient_text_is_in_no_finding(run, write):
    told = claim(patient={"id": "SMITH-42", "birth_date": "1958-03-02", "sex": "F", "zip": "9021"})
    outcome = run("check", write("a.jsonl", batch(told)))
    assert b"SMITH-42" not in outcome.output


def test_answers_are_the_same_byte_for_byte(run, write):
    name = write("a.jsonl", batch(*STRANGE.values()))
    assert run("check", name).output == run("check", name).output
