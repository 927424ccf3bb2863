"""``nosology codesets diff`` and the files that it reads and writes."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from nosology.cli.code_list import read_codes_in_use
from nosology.cli.spreadsheet import Sheet, write_spreadsheet
from nosology.model.errors import InputError

SHEETS = [
    Sheet("Added", ("Code", "Used"), [("E11.9", 3), ("=1+1", 4)]),
    Sheet("Removed", ("Code",), []),
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("E11.9\nI10\n", [("E119", 1), ("I10", 1)]),
        ("code,count\nE11.9,12\n\ni10,1\n", [("E119", 12), ("I10", 1)]),
        ('Code\tUses\nE11.9\t"1,200"\n', [("E119", 1200)]),
        ("\ufeffE11.9,2\r\nE119,3", [("E119", 5)]),
        ("E11.9,", [("E119", 1)]),
    ],
)
def test_codes_in_use_are_read(tmp_path: Path, text: str, found: list[tuple[str, int]]) -> None:
    path = tmp_path / "codes.csv"
    path.write_text(text, encoding="utf-8", newline="")
    assert read_codes_in_use(path) == found


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "holds no code"),
        (b"code\n", "holds no code"),
        (b"E11.9\nnot a code\n", "codes.csv:2: begins with 'not a code'"),
        (b"E11.9,x\n", "codes.csv:1: has the count 'x', expected a whole number"),
        (b"E11.9\n\xff\n", "codes.csv:2: is not UTF-8"),
        (b"E11900000000\n", "too long for a code"),
        (b"PK\x03\x04\x00\x00", "begins with|holds no code"),
    ],
)
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "codes.csv"
    path.write_bytes(data)
    with pytest.raises(InputError, match=message):
        read_codes_in_use(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_codes_in_use(tmp_path / "none.csv")


def test_csv_has_the_tables_one_below_the_other(tmp_path: Path) -> None:
    path = tmp_path / "changes.csv"
    write_spreadsheet(path, SHEETS)
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert rows == [
        ["table", "Code", "Used"],
        ["Added", "E11.9", "3"],
        ["Added", "=1+1", "4"],
        ["table", "Code"],
    ]


def test_a_workbook_is_the_same_each_time_and_holds_no_formula(tmp_path: Path) -> None:
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    write_spreadsheet(first, SHEETS)
    write_spreadsheet(second, SHEETS)
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in page
        assert "Removed" in book.read("xl/workbook.xml").decode()


def test_another_suffix_is_refused_before_anything_is_done(run, tmp_path: Path) -> None:
    outcome = run("codesets", "diff", "icd10cm", "2026-04", "2026-10", "-o", tmp_path / "x.pdf")
    assert outcome.status == 2
    assert "must end in .xlsx or .csv" in outcome.error


def test_a_release_that_is_not_installed(run) -> None:
    outcome = run("codesets", "diff", "icd10cm", "1999-10", "2026-04")
    assert outcome.status == 3
    assert "installed are" in outcome.error


def test_changes_and_affected_codes(run, tmp_path: Path) -> None:
    codes = tmp_path / "codes.csv"
    codes.write_text("I42.0,5\nE11.9,100\n", encoding="utf-8")
    arguments = ("codesets", "diff", "icd10cm", "2026-04", "2026-10")
    outcome = run(*arguments, "--codes", codes, "-o", tmp_path / "out.xlsx")
    assert outcome.status == 0
    answer = json.loads(outcome.output)
    assert len(answer["added"]) == 190
    assert {"code": "I42.0", "count": 5} | answer["affected"][0] == answer["affected"][0]
    assert answer["affected"][0]["instead"] == ["I42.00", "I42.01", "I42.09"]
    assert len(answer["affected"]) == 1
    assert "dates only" in answer["remarks"][0]
    assert (tmp_path / "out.xlsx").exists()


def test_codes_without_a_title_are_counted_in_the_remarks(run) -> None:
    told = json.loads(run("codesets", "diff", "icd10pcs", "2026-04", "2026-10").output)
    untitled = [one["code"] for one in told["added"] if one["display"] is None]
    assert told["remarks"] == [
        f"2026-10: no title is known of {len(untitled)} of the {len(told['added'])} added"
    ]
