"""JSON lines that are none: told on their line of the answer, and the batch goes on."""

import json

import pytest

GOOD = '{"id": "good", "date_of_service": "2026-04-14", "text": "diabetes"}'


def answers(outcome):
    return [json.loads(line) for line in outcome.output.splitlines()]


@pytest.mark.parametrize(
    ("line", "identifier", "told"),
    [
        ("{", None, "is not valid JSON at column 2"),
        ("not json", None, "is not valid JSON at column 1"),
        ('["a"]', None, "is a list; expected an object"),
        ("null", None, "is null; expected an object"),
        ('"text"', None, "is a text; expected an object"),
        ("7", None, "is a number or truth value; expected an object"),
        ('{"id": "E2", "text": "a", "colour": 1}', "E2", "unknown field 'colour'"),
        ('{"id": "E2"}', "E2", "field 'text'"),
        ('{"text": "a"}', None, "field 'id'"),
        ('{"id": "", "text": "a"}', None, "field 'id'"),
        ('{"id": true, "text": "a"}', None, "field 'id'"),
        ('{"id": 7, "text": 7}', "7", "field 'text': must be a text"),
        ('{"id": "E2", "date_of_service": "2026-02-30", "text": "a"}', "E2", "date_of_service"),
        ('{"id": "E2", "setting": "garden", "text": "a"}', "E2", "field 'setting'"),
        ('{"id": "E2", "text": "a", "text": "b"}', None, "field 'text' stands twice"),
        ('{"id": "E2", "text": "a", "patient_age": NaN}', None, "has NaN, which is not JSON"),
        ('{"id": "E2", "text": "a", "patient_age": -Infinity}', None, "has -Infinity"),
        ('{"id": "E2", "text": "a", "patient_age": 1e999}', "E2", "field 'patient_age'"),
        ('{"id": "E2", "text": "a \\ud83d b"}', None, "has half of a UTF-16 pair"),
        ("[" * 100_000, None, "nested too deeply"),
        ('{"id": "E2", "patient_age": ' + "9" * 5000 + "}", None, "too many digits"),
        ('{"id": "E2", "text": "unanswerable"}', "E2", "cannot be answered"),
    ],
)
@pytest.mark.usefixtures("coder")
def test_bad_line_is_answered_in_its_place(run, write, line, identifier, told):
    outcome = run("code", "--input", write("in.jsonl", f"{GOOD}\n{line}\n{GOOD}\n"))
    first, bad, last = answers(outcome)
    assert first == last
    assert first["icd10cm"][0]["code"] == "E11.9"
    assert list(bad) == ["id", "error"]
    assert list(bad["error"]) == ["where", "message"]
    assert bad["id"] == identifier
    assert told in outcome.error
    assert outcome.status == 2


@pytest.mark.usefixtures("coder")
def test_where_names_file_and_line(run, write):
    outcome = run("code", "--input", write("in.jsonl", f"{GOOD}\n\n{{\n"))
    assert outcome.error.startswith("nosology: in.jsonl:3: is not valid JSON")
    assert answers(outcome)[1]["error"]["where"] == "in.jsonl:3"


@pytest.mark.usefixtures("coder")
def test_bytes_that_are_not_utf8(run, write):
    outcome = run("code", "--input", write("in.jsonl", b'{"id": "E1", "text": "An\xe4mie"}\n'))
    assert "byte 0xE4 at offset 24 of the line is not UTF-8" in outcome.error
    assert answers(outcome)[0]["id"] is None


@pytest.mark.usefixtures("coder")
def test_line_longer_than_the_limit_does_not_take_the_next_with_it(run, write):
    long = '{"id": "long", "text": "' + "a" * 5000 + '"}'
    name = write("in.jsonl", f"{long}\n{GOOD}\n{long}")
    outcome = run("code", "--input", name, "--max-size", "1kB")
    first, second, third = answers(outcome)
    assert first["error"] == {
        "where": "in.jsonl:1",
        "message": "is longer than the 1 kB of one encounter; raise --max-size",
    }
    assert second["icd10cm"][0]["code"] == "E11.9"
    assert third["error"]["where"] == "in.jsonl:3"
    assert outcome.error.endswith("(1 more in the output)")


@pytest.mark.usefixtures("coder")
def test_line_of_50_megabytes(run, write):
    long = b'{"id": "long", "text": "' + b"a" * 50_000_000 + b'"}\n'
    outcome = run("code", "--input", write("in.jsonl", long + GOOD.encode()))
    assert "in.jsonl:1: is longer than the 5 MB of one encounter" in outcome.error
    assert answers(outcome)[1]["id"] == "good"


@pytest.mark.usefixtures("coder")
def test_error_of_the_program_does_not_end_the_batch_nor_show_the_note(run, write, monkeypatch):
    monkeypatch.delenv("NOSOLOGY_DEBUG", raising=False)
    name = write("in.jsonl", '{"id": "E1", "text": "crash Jane Roe"}\n' + GOOD)
    outcome = run("code", "--input", name)
    assert "internal error (KeyError in nosology.cli.answers:" in outcome.error
    assert b"Roe" not in outcome.output
    assert "Roe" not in outcome.error
    assert answers(outcome)[1]["id"] == "good"
    assert outcome.status == 70


@pytest.mark.usefixtures("coder")
def test_missing_code_set_for_one_encounter(run, write):
    outcome = run(
        "code", "--input", write("in.jsonl", f'{{"id": 1, "text": "no release"}}\n{GOOD}')
    )
    assert outcome.status == 3
    assert len(answers(outcome)) == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty; expected one JSON object"),
        (b"\n  \n", "is empty; expected one JSON object"),
        (GOOD.encode("utf-16"), "is UTF-16; JSON lines must be UTF-8"),
        (b"\x1f\x8b\x08\x00", "looks like a gzip archive; expected one JSON object a line"),
        (b"%PDF-1.7", "looks like a PDF document; expected one JSON object a line"),
    ],
)
@pytest.mark.usefixtures("never_loaded")
def test_file_that_is_no_json_lines(run, write, content, told):
    outcome = run("code", "--input", write("in.jsonl", content), "--output", "out.jsonl")
    assert told in outcome.error
    assert outcome.error.startswith("nosology: in.jsonl: ")
    assert outcome.status == 2


@pytest.mark.usefixtures("never_loaded")
def test_nothing_is_left_behind_where_the_input_fails(run, write, tmp_path):
    run("code", "--input", write("in.jsonl", b""), "--output", "out.jsonl")
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


@pytest.mark.usefixtures("never_loaded")
def test_missing_input(run):
    outcome = run("code", "--input", "nowhere.jsonl")
    assert outcome.error == "nosology: nowhere.jsonl: no such file; check the name"
    assert outcome.status == 2


@pytest.mark.usefixtures("never_loaded")
def test_directory_as_input(run, tmp_path):
    outcome = run("code", "--input", tmp_path)
    assert "is a directory; expected a file of JSON lines" in outcome.error
