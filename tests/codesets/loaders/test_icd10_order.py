"""Order files and code files of both code sets."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nosology.codesets.loaders.icd10_order import (
    LOADERS,
    TitleRow,
    as_entries,
    read_code_file,
    read_order_file,
)
from nosology.codesets.loaders.publication import Publication
from nosology.codesets.schema import tables
from nosology.model.errors import InputError, MalformedRow
from tests.codesets.loaders.layouts import (
    ORDER_ROWS,
    PCS_ROWS,
    code_file,
    order_file,
    published,
    zipped,
)

ORDER, CODES = LOADERS


def silent(_stage: str, _done: int, _total: int) -> None:
    """Report nothing."""


@pytest.fixture
def connection() -> sqlite3.Connection:
    found = sqlite3.connect(":memory:", isolation_level=None)
    found.executescript(tables())
    found.execute(
        "INSERT INTO release (release, system, label, part, valid_from, valid_to, rows,"
        " completeness, remark, source, publisher, licence, sha256, loader)"
        " VALUES (1, 'x', '2098-10', '', '2098-10-01', '2099-09-30', 0, '', '', '', '', '', '', '')"
    )
    return found


def test_every_row_of_an_order_file(tmp_path: Path) -> None:
    rows = list(read_order_file(published(tmp_path, "order.txt", order_file())))
    assert [(row.code, int(row.billable), row.title) for row in rows] == list(ORDER_ROWS)
    assert rows[3] == TitleRow(4, "A001XXA", True, rows[3].title, ORDER_ROWS[3][2])


def test_every_row_of_a_code_file(tmp_path: Path) -> None:
    rows = list(read_code_file(published(tmp_path, "codes.txt", code_file(PCS_ROWS))))
    assert [(row.code, row.title) for row in rows] == [
        (code, title) for code, flag, title in PCS_ROWS if flag
    ]


@pytest.mark.parametrize(
    "changed",
    [
        lambda text: text.replace("\r\n", "\n"),
        lambda text: text.removesuffix("\r\n"),
        lambda text: "\ufeff" + text,
    ],
    ids=["line feeds", "no final line end", "byte order mark"],
)
def test_line_ends_do_not_matter(tmp_path: Path, changed) -> None:
    for rows in (ORDER_ROWS, PCS_ROWS):
        plain = list(read_order_file(published(tmp_path, "plain.txt", order_file(rows))))
        publication = published(tmp_path, "x.txt", changed(order_file(rows)))
        assert ORDER.recognizes(publication)
        assert list(read_order_file(publication)) == plain


@pytest.mark.parametrize(
    ("content", "order", "codes"),
    [
        (order_file(), True, False),
        (order_file(PCS_ROWS), True, False),
        (code_file(), False, True),
        (code_file(PCS_ROWS), False, True),
        ("Add:         A000    Bent sprocket\r\n", False, False),
        ("code,title\r\nA000,Bent sprocket\r\n", False, False),
        ("", False, False),
        ("\x00\x01\x02", False, False),
    ],
)
def test_told_apart_by_content(tmp_path: Path, content: str, order: bool, codes: bool) -> None:
    publication = published(tmp_path, "anything", content)
    assert (ORDER.recognizes(publication), CODES.recognizes(publication)) == (order, codes)


@pytest.mark.parametrize(
    ("name", "archive", "label", "first", "last"),
    [
        ("icd10cm_order_2026.txt", None, "2025-10", "2025-10-01", "2026-09-30"),
        ("icd10cm-order-April-2026.txt", None, "2026-04", "2026-04-01", "2026-09-30"),
        ("icd10cm_order_2026.txt", "april-1-2026-code-descriptions.zip", "2026-04", None, None),
        ("icd10cm_order_2026.txt", "2026-code-descriptions.zip", "2025-10", None, None),
        ("icd10cm_order_2026.txt", "downloads of 2027.zip", "2025-10", None, None),
        ("icd10cm_order_2026.txt", "april-1-2025-code-descriptions.zip", "2025-10", None, None),
        ("order.txt", "april-1-2026-code-descriptions.zip", "2026-04", None, None),
    ],
)
def test_edition(
    tmp_path: Path, name: str, archive: str | None, label: str, first: str | None, last: str | None
) -> None:
    if archive is None:
        publication = published(tmp_path, name, order_file())
    else:
        (tmp_path / archive).write_bytes(zipped({name: order_file()}))
        publication = Publication(tmp_path / archive, name)
    [edition] = ORDER.editions(publication)
    assert (edition.data_set, edition.label, edition.part) == ("icd10cm", label, "")
    if first is not None:
        assert (edition.valid_from.isoformat(), str(edition.valid_to)) == (first, last)


def test_edition_of_pcs_stands_beside_what_else_is_known(tmp_path: Path) -> None:
    [edition] = CODES.editions(published(tmp_path, "icd10pcs_codes_2026.txt", code_file(PCS_ROWS)))
    assert (edition.data_set, edition.label, edition.part) == ("icd10pcs", "2025-10", "titles")


def test_a_name_without_a_year_tells_no_edition(tmp_path: Path) -> None:
    publication = published(tmp_path, "order.txt", order_file())
    assert ORDER.editions(publication) == ()
    assert ORDER.data_set_of(publication) == ("icd10cm", "")


def test_hierarchy_is_that_of_the_headers(tmp_path: Path, connection: sqlite3.Connection) -> None:
    loaded = ORDER.load(connection, 1, published(tmp_path, "order.txt", order_file()), silent)
    assert (loaded.rows, loaded.billable, loaded.completeness) == (9, 5, "titles-only")
    nodes = connection.execute(
        "SELECT code, level, billable, parent, last FROM node WHERE release = 1 ORDER BY position"
    ).fetchall()
    assert nodes == [
        ("A00", "category", 0, None, 4),
        ("A000", "subdivision", 1, 0, 1),
        ("A001", "subdivision", 0, 0, 4),
        ("A001XXA", "subdivision", 1, 2, 3),
        ("A001XXD", "subdivision", 1, 2, 4),
        ("Z99", "category", 0, None, 6),
        ("Z999", "subdivision", 1, 5, 6),
        ("U07", "category", 0, None, 8),
        ("U071", "subdivision", 1, 7, 8),
    ]


def test_pcs_codes_have_the_dates_that_are_known(
    tmp_path: Path, connection: sqlite3.Connection
) -> None:
    connection.executemany(
        "INSERT INTO code_dates VALUES ('icd10pcs', ?, ?, ?)",
        [("0016070", 20151001, None), ("0016071", 20151001, 20160930)],
    )
    loaded = ORDER.load(connection, 1, published(tmp_path, "x", order_file(PCS_ROWS)), silent)
    assert (loaded.rows, loaded.billable) == (3, 3)
    found = connection.execute(
        "SELECT code, valid_from, valid_to, title, title_source FROM dated_code ORDER BY code"
    ).fetchall()
    assert [row[:3] for row in found] == [
        ("0016070", 20151001, None),
        ("0016071", 20981001, 20990930),  # its known dates are of another time
        ("XY0VX83", 20981001, 20990930),
    ]
    assert found[0][3:] == ("Bypass Sprocket to Crank, Open Approach", "official")


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "message"),
    [
        ("00002 A000", "00001 A000", 2, 1, "does not follow"),
        ("00002 A000", "0000x A000", 2, 1, "must be an order number"),
        ("00002 A000 ", "00002 A0.0 ", 2, 7, "must be an ICD-10-CM code"),
        ("A000    1", "A000    2", 2, 15, "must be 0 or 1, found '2'"),
        ("A000    1", "A000   x1", 2, 14, "must be blank"),
        ("A000    1 ", "A000    1x", 2, 16, "must be blank"),
        ("00005 A001XXD", "00005 A001XXA", 5, 7, "repeats A001XXA, which line 4 already has"),
        ("00003 A001    0", "00003 A001    1", 3, 15, "is 1 although codes stand below A001"),
        ("00007 Z999    1", "00007 Z999    0", 7, 15, "is 0 although no codes stand below"),
        ("00001 A00     0", "00001 B00     0", 2, 7, "A000 stands below no category"),
    ],
)
def test_what_departs_from_the_layout_is_told(
    tmp_path: Path,
    connection: sqlite3.Connection,
    old: str,
    new: str,
    line: int,
    column: int,
    message: str,
) -> None:
    assert order_file().count(old) == 1
    publication = published(tmp_path, "order.txt", order_file().replace(old, new))
    with pytest.raises(MalformedRow, match=message) as caught:
        ORDER.load(connection, 1, publication, silent)
    assert (caught.value.file, caught.value.line, caught.value.column) == (
        "order.txt",
        line,
        column,
    )


@pytest.mark.parametrize("rows", [ORDER_ROWS[:5], PCS_ROWS[:3]])
def test_a_file_without_its_end_is_refused(tmp_path: Path, rows) -> None:
    with pytest.raises(MalformedRow, match="is cut short: download it again"):
        list(read_order_file(published(tmp_path, "order.txt", order_file(rows))))


def test_a_file_of_another_encoding_is_refused(tmp_path: Path) -> None:
    content = order_file().replace("wheel", "whéel").encode("cp1252")
    with pytest.raises(
        MalformedRow, match=r"order\.txt:3: column \d+ holds a byte that is not UTF"
    ):
        list(read_order_file(published(tmp_path, "order.txt", content)))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_refused_or_gives_every_row(tmp_path: Path, data: st.DataObject) -> None:
    is_order = data.draw(st.booleans())
    rows = data.draw(st.sampled_from([ORDER_ROWS, PCS_ROWS]))
    lines = (order_file if is_order else code_file)(rows).encode().splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1))
    line = lines[at]
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, len(line)))
    lines[at] = line[:start] + data.draw(st.binary(max_size=8)) + line[end:]
    publication = published(tmp_path, "x", b"".join(lines))
    try:
        found = list((read_order_file if is_order else read_code_file)(publication))
        as_entries(found, "x", has_headers=is_order)
    except InputError:
        return
    assert len(found) == len(b"".join(lines).decode("utf-8-sig").split("\n")) - (
        b"".join(lines).endswith(b"\n")
    )
