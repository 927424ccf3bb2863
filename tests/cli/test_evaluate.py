from __future__ import annotations

import json
from pathlib import Path

import pytest

from nosology.cli.main import main
from nosology.coding.diagnoses.statements import Sense
from nosology.model.coding import Coding, Scope
from nosology.model.encounter import Encounter
from tests.evaluation.books import ScriptedCoder, SmallBook

TEXT = "Assessment:\nHypertension\nHeadache"


class Coder:
    def __init__(self) -> None:
        self.scopes: list[Scope] = []
        self.script = ScriptedCoder({"A": [("I10", "Hypertension")], "B": [("R51", "Headache")]})

    def code(self, encounter: Encounter, scope: Scope = Scope.REPORTABLE) -> Coding:
        self.scopes.append(scope)
        return self.script(encounter)

    @staticmethod
    def senses(_encounter: Encounter) -> dict[str, frozenset[Sense]]:
        return {"E11": frozenset({Sense.PRESENT})}


@pytest.fixture
def coder(monkeypatch: pytest.MonkeyPatch) -> Coder:
    coder = Coder()
    monkeypatch.setattr("nosology.workflow.code.load_coder", lambda: coder)
    monkeypatch.setattr("nosology.cli.evaluate.open_code_book", SmallBook)
    return coder


@pytest.fixture
def dataset(tmp_path: Path) -> str:
    lines = [
        {"id": "A", "text": TEXT, "icd10cm": ["I10"]},
        {"id": "B", "text": TEXT, "icd10cm": ["E11.9"]},
    ]
    path = tmp_path / "notes.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return str(path)


@pytest.mark.usefixtures("coder")
def test_json_is_one_line(dataset: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", dataset, "--format", "json"]) == 0
    (line,) = capfd.readouterr().out.splitlines()
    fields = json.loads(line)
    assert fields["data_set"] == "notes.jsonl"
    assert fields["all"]["f1"]["value"] == 0.5
    assert fields["on"] == "2026-04-14"
    assert "errors" not in fields


@pytest.mark.usefixtures("coder")
def test_table(dataset: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", dataset, "--format", "table"]) == 0
    output = capfd.readouterr().out
    assert "category F1" in output
    assert "Headache" not in output


@pytest.mark.usefixtures("coder")
def test_errors_are_listed_with_their_text_on_request(
    dataset: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", dataset, "--errors", "--format", "table"]) == 0
    output = capfd.readouterr().out
    assert "wrong   R51" in output
    assert "[Headache]" in output
    assert "missed  E11.9" in output
    assert "read, not reported:" in output


def test_limit_and_scope_and_date_reach_the_coder(
    dataset: str, coder: Coder, capfd: pytest.CaptureFixture[str]
) -> None:
    options = ["--limit", "1", "--scope", "documented", "--on", "2025-10-01", "--format", "json"]
    assert main(["evaluate", dataset, *options]) == 0
    assert json.loads(capfd.readouterr().out)["notes"] == 1
    assert coder.scopes == [Scope.DOCUMENTED]
    assert [str(date) for date in coder.script.dates] == ["2025-10-01"]


def test_the_baseline_answers_instead_of_the_product(
    dataset: str, coder: Coder, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", dataset, "--baseline", "search", "--format", "json"]) == 0
    assert json.loads(capfd.readouterr().out)["all"]["correct"] == 1
    assert coder.scopes == []


@pytest.mark.usefixtures("coder")
@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ("", [], "holds no encounter"),
        ("{", [], "notes.jsonl:1: is not JSON"),
        ('{"id": "A", "text": "secret"}', [], "notes.jsonl:1: field 'icd10cm'"),
        (None, [], "cannot be read"),
        ("", ["--on", "2026-02-30"], "--on: is '2026-02-30'"),
        ("", ["--limit", "0"], "0 is not in the range"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(
    tmp_path: Path,
    content: str | None,
    options: list[str],
    message: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "notes.jsonl"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert main(["evaluate", str(path), *options]) == 2
    written = capfd.readouterr()
    assert written.out == ""
    (line,) = written.err.splitlines()
    assert message in line
    assert "secret" not in line
