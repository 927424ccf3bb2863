"""The licensed CPT files; every descriptor here is invented."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nosology.codesets.loaders.cpt import LOADERS, Length, length_of, read_cpt
from nosology.codesets.schema import tables
from nosology.model.errors import InputError, MalformedRow
from tests.codesets.loaders.layouts import cpt_file, published

[LOADER] = LOADERS


def silent(_stage: str, _done: int, _total: int) -> None:
    """Report nothing."""


@pytest.mark.parametrize("separator", ["\t", " "])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_every_code(tmp_path: Path, separator: str, end: str, encoding: str) -> None:
    content = cpt_file(separator).replace("\r\n", end).replace("crank", "crank of Zürich")
    rows = list(read_cpt(published(tmp_path, "LONGULT.txt", content.encode(encoding))))
    assert [(row.code, row.descriptor) for row in rows] == [
        ("00100", "Invented service on a crank of Zürich"),
        ("0001U", "Invented test"),
        ("99213", "Talk"),
    ]


@pytest.mark.parametrize(
    ("name", "length"),
    [("LONGULT.txt", Length.LONG), ("MEDU.txt", Length.MEDIUM), ("SHORTU.txt", Length.SHORT)],
)
def test_each_file_is_a_part_of_the_edition(tmp_path: Path, name: str, length: Length) -> None:
    publication = published(tmp_path, name, cpt_file())
    assert LOADER.recognizes(publication)
    assert LOADER.data_set_of(publication) == ("cpt", length.value)


def test_a_file_under_another_name_is_told_by_its_longest_descriptor(tmp_path: Path) -> None:
    for text, length in (("x" * 20, "short"), ("x" * 40, "medium"), ("x" * 60, "long")):
        publication = published(tmp_path, "cpt.txt", cpt_file().replace("Talk", text))
        assert LOADER.recognizes(publication)
        assert length_of(publication) == length


@pytest.mark.parametrize(
    ("name", "notice", "labels"),
    [
        ("LONGULT.txt", "A notice, copyright 2025.\r\n\r\n", []),
        ("LONGULT 2026.txt", "A notice.\r\n\r\n", ["2026"]),
        ("LONGULT.txt", "CPT (R) 2026 of the American Medical Association\r\n\r\n", ["2026"]),
    ],
)
def test_edition(tmp_path: Path, name: str, notice: str, labels: list[str]) -> None:
    editions = LOADER.editions(published(tmp_path, name, cpt_file(notice=notice)))
    assert [edition.label for edition in editions] == labels
    assert [str(edition.valid_to) for edition in editions] == ["2026-12-31"] * len(labels)


@pytest.mark.parametrize(
    "content",
    [
        "# codes of the American Medical Association\r\n99213\tTalk\r\n",
        "code,label\r\n99213,Talk\r\n",
        "The American Medical Association\r\n\r\n99213,Talk\r\n",
        "",
        "99213\tTalk\r\n",
    ],
)
def test_nothing_else_is_taken_for_it(tmp_path: Path, content: str) -> None:
    assert not LOADER.recognizes(published(tmp_path, "list.txt", content))


@pytest.mark.parametrize(("name", "columns"), [("MEDU.txt", (1, 0)), ("SHORTU.txt", (0, 1))])
def test_rows_of_the_store(tmp_path: Path, name: str, columns: tuple[int, int]) -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(tables())
    connection.execute(
        "INSERT INTO release (release, system, label, part, valid_from, valid_to, rows,"
        " completeness, remark, source, publisher, licence, sha256, loader)"
        " VALUES (1, 'cpt', '2026', '', '2026-01-01', '2026-12-31', 0, '', '', '', '', '', '', '')"
    )
    loaded = LOADER.load(connection, 1, published(tmp_path, name, cpt_file()), silent)
    assert (loaded.rows, loaded.billable, loaded.completeness) == (3, 3, "titles-only")
    # What is shown may be copied into a message; descriptors may not.
    assert loaded.anchors == ("00100", "0001U", "99213")
    found = connection.execute("SELECT * FROM dated_code WHERE code = '99213'").fetchone()
    assert found == (
        *(1, "cpt", "99213", 20260101, 20261231),
        *("Talk" * columns[0], "Talk" * columns[1], "licensed", "code", ""),
    )


@pytest.mark.parametrize(
    ("old", "new", "name", "line", "column", "message"),
    [
        ("99213\tTalk", "99213\tTalk\r\n99213\tTalk", "LONGULT.txt", 7, 1, "repeats 99213"),
        ("99213\tTalk", "9921\tTalk", "LONGULT.txt", 6, 1, "must be a CPT code"),
        ("99213\tTalk", "99213", "LONGULT.txt", 6, 6, "must be a tab or blank"),
        ("Talk", "Talk" * 8, "SHORTU.txt", 6, 7, "must be text of at most 28 characters"),
        ("Talk", "Talk\x07", "LONGULT.txt", 6, 7, "must be text"),
        ("99213\tTalk", "\x1c", "LONGULT.txt", 6, 1, "must be a CPT code"),
    ],
)
def test_what_departs_from_the_layout_is_told_without_the_text(
    tmp_path: Path, old: str, new: str, name: str, line: int, column: int, message: str
) -> None:
    with pytest.raises(MalformedRow, match=message) as caught:
        list(read_cpt(published(tmp_path, name, cpt_file().replace(old, new))))
    assert (caught.value.line, caught.value.column) == (line, column)
    assert "Talk" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"), [("", "holds no code"), ("words\r\n" * 300, "notice does not end")]
)
def test_a_file_without_codes_is_refused(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(MalformedRow, match=message):
        list(read_cpt(published(tmp_path, "LONGULT.txt", content)))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_refused_or_gives_every_row(tmp_path: Path, data: st.DataObject) -> None:
    lines = cpt_file().encode().splitlines(keepends=True)
    at = data.draw(st.integers(4, len(lines) - 1))
    line = lines[at]
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, len(line)))
    lines[at] = line[:start] + data.draw(st.binary(max_size=8)) + line[end:]
    content = b"".join(lines)
    try:
        rows = list(read_cpt(published(tmp_path, "LONGULT.txt", content)))
    except InputError:
        return
    filled = [line for line in content.split(b"\n")[3:] if line.strip()]
    assert len(rows) == len(filled)
