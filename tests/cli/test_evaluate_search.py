from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from nosology.cli.main import main
from tests.evaluation.search_books import ScriptedSearch, hit

QUERIES = "query\tsystem\taccepted\tkind\tnote\nsugar\ticd10cm\tE11.9\tlay\n"
INDEX = (
    "RowID,Letter,Level,Term,See,SeeAlso,NonEssModif,Code\n"
    "1,H,0,Hypertension,,,,I10\n2,P,0,Pneumonia,,,,J18.9\n"
)


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> ScriptedSearch:
    book = ScriptedSearch({"sugar": [hit("R739")], "Hypertension": [hit("I10")]})
    monkeypatch.setattr("nosology.cli.evaluate.open_code_book", lambda on, **_: book)
    return book


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    paths = {"--search": tmp_path / "queries.tsv", "--index": tmp_path / "index.csv"}
    paths["--search"].write_text(QUERIES, encoding="utf-8")
    paths["--index"].write_text(INDEX, encoding="utf-8")
    return {option: str(path) for option, path in paths.items()}


def test_json_is_one_line_with_every_set(
    book: ScriptedSearch, files: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    options = [part for pair in files.items() for part in pair]
    assert main(["evaluate", *options, "--on", "2026-05-01", "--format", "json"]) == 0
    (line,) = capfd.readouterr().out.splitlines()
    fields = json.loads(line)
    assert [item["name"] for item in fields["sets"]] == ["queries.tsv", "index.csv"]
    assert [item["within"]["hit_at_1"] for item in fields["sets"]] == [0.0, 0.5]
    assert fields["sets"][1]["by_chapter"]["9"]["within"]["hit_at_1"] == 1.0
    assert fields["on"] == "2026-05-01"
    assert {on for _, on, _, _ in book.asked} == {dt.date(2026, 5, 1)}


@pytest.mark.usefixtures("book")
def test_table_and_errors(files: dict[str, str], capfd: pytest.CaptureFixture[str]) -> None:
    asked = ["evaluate", "--search", files["--search"], "--format", "table"]
    assert main(asked) == 0
    assert "expected" not in capfd.readouterr().out
    assert main([*asked, "--errors"]) == 0
    assert "sugar  (icd10cm) expected E11.9" in capfd.readouterr().out


@pytest.mark.usefixtures("book")
def test_count_and_seed_decide_what_is_drawn(
    files: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    drawn = set()
    for seed in range(8):
        options = ["--index", files["--index"], "--count", "1", "--seed", str(seed)]
        assert main(["evaluate", *options, "--format", "json"]) == 0
        (answered,) = json.loads(capfd.readouterr().out)["sets"]
        assert answered["asked"] == 1
        drawn.add(tuple(answered["by_chapter"]))
    assert drawn == {("9",), ("10",)}


@pytest.mark.usefixtures("book")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "give either a DATASET of notes, or --search or --index"),
        (["notes.jsonl", "--search", "{--search}"], "give either a DATASET"),
        (["--search", "{--search}", "--limit", "2"], "--limit goes with a DATASET of notes"),
        (["--index", "{--index}", "--baseline", "search"], "--baseline goes with a DATASET"),
        (["--search", "{--search}", "--seed", "2"], "--seed goes with --index"),
        (["notes.jsonl", "--count", "2"], "--count goes with --index"),
        (["--index", "{--index}", "--count", "0"], "0 is not in the range"),
        (["--index", "{--index}", "--on", "2019-01-01"], "index.csv: holds no term"),
        (["--index", "{--search}"], "queries.tsv:1: column 1 header must be RowID"),
        (["--search", "{--index}"], "index.csv:1: column 1 header must be query"),
        (["--search", "none.tsv"], "none.tsv: cannot be read"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(
    files: dict[str, str],
    options: list[str],
    message: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    given = [
        files.get(option.strip("{}"), option) if "{" in option else option for option in options
    ]
    assert main(["evaluate", *given]) == 2
    written = capfd.readouterr()
    assert written.out == ""
    assert message in written.err
