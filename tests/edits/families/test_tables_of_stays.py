"""What is wrong in the tables of ages, sexes and conditions of coverage is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from nosology.edits.families import ages, coverage_conditions, sexes
from nosology.model.errors import MalformedRow


def _header(columns: tuple[str, ...]) -> str:
    return "\t".join(columns) + "\n"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("99381\t\t1\tdefinition\tinfants\tCPT", "highest"),
        ("99381\tyoung\t\tdefinition\tinfants\tCPT", "lowest"),
        ("99381\t\t11m\thabit\tinfants\tCPT", "basis"),
    ],
)
def test_ages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, row: str, column: str) -> None:
    file = tmp_path / "ages.tsv"
    file.write_text(_header(ages.COLUMNS) + row + "\n", encoding="utf-8")
    monkeypatch.setattr(ages, "table", lambda *_: file)
    with pytest.raises(MalformedRow, match=rf"ages\.tsv:2.*{column}"):
        ages._limits.__wrapped__()


def test_sexes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "sexes.tsv"
    file.write_text(_header(sexes.COLUMNS) + "58150\tW\tuterus\tCPT\n", encoding="utf-8")
    monkeypatch.setattr(sexes, "table", lambda *_: file)
    with pytest.raises(MalformedRow, match=r"sexes\.tsv:2"):
        sexes._services.__wrapped__()


@pytest.mark.parametrize(
    "row", ["0SR20JZ\t\t\tsixty\t\ttoo old\tNCD", "0SR20JZ\t\t\t\t0SR20JZ\tno condition\tNCD"]
)
def test_conditions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, row: str) -> None:
    file = tmp_path / "conditions.tsv"
    file.write_text(_header(coverage_conditions.COLUMNS) + row + "\n", encoding="utf-8")
    monkeypatch.setattr(coverage_conditions, "table", lambda *_: file)
    with pytest.raises(MalformedRow, match=r"conditions\.tsv:2"):
        coverage_conditions.conditions.__wrapped__()
