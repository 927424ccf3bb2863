"""Plain tables: what is written is read back, and nothing else is."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.codesets.extraction.manifest import hash_of
from nosology.codesets.extraction.plain_table import read_table, write_table
from nosology.model.errors import InputError, MalformedRow

COLUMNS = ("code", "title")
FIELD = st.text(st.characters(exclude_characters="\t\n\r", exclude_categories=["Cs"]))


@given(rows=st.lists(st.tuples(FIELD, FIELD)))
def test_rows_are_read_back(tmp_path_factory: pytest.TempPathFactory, rows: list[object]) -> None:
    folder = tmp_path_factory.mktemp("table")
    written = write_table(folder, "name", COLUMNS, rows)  # type: ignore[arg-type]
    assert (written.name, written.rows) == ("name.tsv.gz", len(rows))
    assert written.sha256 == hash_of(folder / written.name)
    assert [tuple(row) for row in read_table(folder / written.name, COLUMNS)] == rows


def test_the_same_rows_give_the_same_file(tmp_path: Path) -> None:
    rows = [("A", None), ("B", 7)] * 5000
    first = write_table(tmp_path, "first", COLUMNS, rows)
    assert write_table(tmp_path, "second", COLUMNS, rows).sha256 == first.sha256
    assert next(read_table(tmp_path / first.name, COLUMNS)) == ["A", ""]
    assert first.rows == 10_000


@pytest.mark.parametrize("row", [("a\tb", "c"), ("a\nb", "c"), ("a\rb", "c"), ("a",), ("a",) * 3])
def test_a_value_that_would_break_the_table_is_refused(
    tmp_path: Path, row: tuple[str, ...]
) -> None:
    with pytest.raises(InputError, match=r"name\.tsv\.gz: row 2 does not fit 2 fields"):
        write_table(tmp_path, "name", COLUMNS, [("a", "b"), row])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("other\ttitle\n", r":1: column 1 is 'other', expected 'code'"),
        ("code\n", r":1: column 1 is 'code', expected 'code'"),
        ("code\ttitle\nA\n", r":2: column 1 is the last, expected 2"),
        ("code\ttitle\nA\tB\tC\n", r":2: column 3 is the last, expected 2"),
    ],
)
def test_another_table_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "t.tsv.gz"
    path.write_bytes(gzip.compress(text.encode()))
    with pytest.raises(MalformedRow, match=message):
        list(read_table(path, COLUMNS))


@pytest.mark.parametrize("data", [b"junk", gzip.compress(b"code\ttitle\nA\tB\n")[:-9]])
def test_a_file_that_cannot_be_unpacked_is_an_error(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "t.tsv.gz"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"cannot be read .* remove it"):
        list(read_table(path, COLUMNS))


def test_bytes_that_are_no_text_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "t.tsv.gz"
    path.write_bytes(gzip.compress(b"code\ttitle\n\xff\xfe\tB\n"))
    with pytest.raises(InputError, match="cannot be read"):
        list(read_table(path, COLUMNS))
