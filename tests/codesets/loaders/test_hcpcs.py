"""The fixed-width file of HCPCS Level II, with records that go on."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nosology.codesets.adding import Added, add
from nosology.codesets.book import SqliteCodeBook
from nosology.codesets.labels import cpt_modifiers
from nosology.codesets.loaders.hcpcs import LOADERS, read_hcpcs
from nosology.codesets.schema import tables
from nosology.codesets.store import FILE_NAME
from nosology.model.code import System
from nosology.model.errors import InputError, MalformedRow
from tests.codesets.loaders.layouts import HCPCS, hcpcs_record, published

[LOADER] = LOADERS


def silent(_stage: str, _done: int, _total: int) -> None:
    """Report nothing."""


def test_records_are_joined(tmp_path: Path) -> None:
    rows = list(read_hcpcs(published(tmp_path, "x", HCPCS)))
    assert [(row.code, row.kind, row.title) for row in rows] == [
        (
            "A0021",
            "code",
            "Sprocket service, outside the state, per mile, with a driver who knows the way",
        ),
        ("J1100", "code", "Injection, oil, 1 mg"),
        ("LT", "modifier", "Left side of the machine as seen by its driver"),
    ]
    assert rows[1].terminated == 20251231
    assert rows[0].terminated is None
    assert rows[0].status == "coverage=C; betos=O1A; price=00; action=N"


def test_rows_of_the_store(tmp_path: Path) -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(tables())
    publication = published(tmp_path, "HCPC2026_APR_ANWEB.txt", HCPCS.replace("\r\n", "\n"))
    loaded = LOADER.load(connection, 1, publication, silent)
    assert (loaded.rows, loaded.billable) == (3, 2)
    assert loaded.anchors == (
        "A0021 Sprocket outside",
        "J1100 Oil injection",
        "J1100 Oil injection",
    )
    assert connection.execute(
        "SELECT system, code, valid_from, valid_to, short_title, title_source, kind FROM dated_code"
    ).fetchall() == [
        ("hcpcs", "A0021", 20200101, None, "Sprocket outside", "official", "code"),
        ("hcpcs", "J1100", 20200101, 20251231, "Oil injection", "official", "code"),
        ("hcpcs", "LT", 20200101, None, "Left side", "official", "modifier"),
    ]


@pytest.mark.parametrize(
    ("name", "label", "first"),
    [
        ("HCPC2026_APR_ANWEB.txt", "2026Q2", "2026-04-01"),
        ("HCPC2026_JAN_ANWEB_12122025.txt", "2026Q1", "2026-01-01"),
        ("HCPC2025_OCT_ANWEB_v2.txt", "2025Q4", "2025-10-01"),
        ("october-2025-alpha-numeric-hcpcs-file.txt", "2025Q4", "2025-10-01"),
        ("hcpcs 2026Q3.txt", "2026Q3", "2026-07-01"),
    ],
)
def test_edition(tmp_path: Path, name: str, label: str, first: str) -> None:
    [edition] = LOADER.editions(published(tmp_path, name, HCPCS))
    assert (edition.data_set, edition.label, edition.part) == ("hcpcs", label, "anweb")
    assert edition.valid_from.isoformat() == first


def test_a_code_with_one_date_only(tmp_path: Path) -> None:
    record = hcpcs_record("A0021", 100, 3, "Sprocket service", effective="")
    [row] = read_hcpcs(published(tmp_path, "x", record))
    assert row.valid_from == 20200101


def test_a_name_without_a_quarter_tells_no_edition(tmp_path: Path) -> None:
    assert LOADER.editions(published(tmp_path, "HCPC2026_ANWEB.txt", HCPCS)) == ()


@pytest.mark.parametrize(
    "content", ["", "A0021\tSprocket\r\n", "00001 A00     0 Bent", "\x00" * 50]
)
def test_nothing_else_is_taken_for_it(tmp_path: Path, content: str) -> None:
    assert LOADER.recognizes(published(tmp_path, "HCPC2026_APR_ANWEB.txt", HCPCS))
    assert not LOADER.recognizes(published(tmp_path, "x", content))


FIRST = hcpcs_record("A0021", 100, 3, "Sprocket service")


@pytest.mark.parametrize(
    ("content", "line", "column", "message"),
    [
        (hcpcs_record("A0021", 100, 4, "further"), 1, 1, "whose first record is missing"),
        (FIRST + hcpcs_record("A0022", 200, 4, "further"), 2, 1, "whose first record is missing"),
        (FIRST + hcpcs_record("A0021", 100, 4, "further"), 2, 6, "does not follow the record"),
        (FIRST + FIRST, 2, 1, "repeats A0021, which line 1 already has"),
        (FIRST[:293] + FIRST, 1, 293, "is followed by more than a record holds"),
        (FIRST[:292] + "A002100200" + "4x", 1, 293, "is followed by more than a record holds"),
        (FIRST + hcpcs_record("A0021", 200, 4, "x", "y"), 2, 92, "must be blank in a further"),
        (FIRST[:280] + "\r\n", 1, 281, "is cut short"),
        (FIRST.replace("20200101", "20201301"), 1, 269, "must be a date as yyyymmdd"),
        (FIRST.replace("2020010120210101", " " * 16), 1, 269, "must hold at least one date"),
        (FIRST.replace("O1A", "o1a"), 1, 257, "must be a BETOS category"),
        (FIRST.replace("00100", "0010x"), 1, 6, "must be a number of five digits"),
        (FIRST.replace("001003", "001009"), 1, 11, "must be one of 3, 4, 7, 8"),
        (FIRST.replace("A0021", "AA021"), 1, 1, "must be a code such as J1100"),
        (hcpcs_record("LTX", 100, 7, "x"), 1, 1, "must be a modifier in columns 4-5"),
        (hcpcs_record("A0021", 100, 3, ""), 1, "description", "of A0021 is empty"),
        ("", 1, 1, "the file is empty"),
    ],
)
def test_what_departs_from_the_layout_is_told(
    tmp_path: Path, content: str, line: int, column: int | str, message: str
) -> None:
    with pytest.raises(MalformedRow, match=message) as caught:
        list(read_hcpcs(published(tmp_path, "x", content)))
    assert (caught.value.line, caught.value.column) == (line, column)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_refused_or_gives_every_row(tmp_path: Path, data: st.DataObject) -> None:
    lines = HCPCS.encode().splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1))
    line = lines[at]
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, len(line)))
    lines[at] = line[:start] + data.draw(st.binary(max_size=8)) + line[end:]
    try:
        rows = list(read_hcpcs(published(tmp_path, "x", b"".join(lines))))
    except InputError:
        return
    whole = list(read_hcpcs(published(tmp_path, "y", HCPCS)))
    assert [row.kind for row in rows] == [row.kind for row in whole]
    assert sum(len(row.texts) for row in rows) == sum(len(row.texts) for row in whole)


@pytest.mark.shared
def test_the_whole_list_written_as_published(tmp_path: Path, shared_data: Path) -> None:
    """The list as others passed it on, put back into its layout, is read as it was."""
    source = shared_data / "codesets" / "hcpcs" / "hcpcs_level2_2026q2_combined.csv"
    with source.open(encoding="utf-8", newline="") as file:
        listed = [row for row in csv.DictReader(file) if row["source"].endswith("ANWEB")]
    lines = []
    for row in listed:
        first = 3 if row["kind"] == "code" else 7
        words, texts = row["long"].split(), [""]
        for word in words:
            if len(texts[-1]) + len(word) >= 80:
                texts.append("")
            texts[-1] = f"{texts[-1]} {word}".strip()
        for number, text in enumerate(texts):
            record = first if number == 0 else first + 1
            lines.append(
                hcpcs_record(
                    row["code"],
                    100 * (number + 1),
                    record,
                    text,
                    row["short"][:28] if record == first else "",
                    added=row["add"],
                    effective=row["eff"],
                    terminated=row["term"],
                    action=row["action"],
                    betos=row["betos"],
                )
            )
    rows = list(read_hcpcs(published(tmp_path, "HCPC2025_OCT_ANWEB.txt", "".join(lines))))
    assert len(rows) == len(listed) == 8846
    assert [(row.code, row.title) for row in rows] == [
        (row["code"], " ".join(row["long"].split())) for row in listed
    ]


def test_modifiers_have_the_descriptions_of_the_file(
    nosology_home: Path, code_book: SqliteCodeBook, tmp_path: Path
) -> None:
    """What comes with the product names the modifiers of HCPCS Level II in words of its own."""
    before = code_book.lookup("LT", dt.date(2026, 4, 14), System.HCPCS)
    assert {"modifier", "title-own"} <= set(before.flags)
    shutil.copy(nosology_home / FILE_NAME, tmp_path)
    path = tmp_path / "HCPC2026_OCT_ANWEB.txt"
    path.write_text(HCPCS, newline="")
    [added] = add([path], tmp_path)
    assert isinstance(added, Added), added
    assert added.edition.label == "2026Q4"
    title = "Left side of the machine as seen by its driver"
    with closing(SqliteCodeBook(tmp_path)) as book:
        # In the quarter of the file, and on earlier days, since the title is the same code's.
        for on in (dt.date(2026, 11, 22), dt.date(2026, 4, 14)):
            found = book.lookup("LT", on, System.HCPCS)
            assert (found.display, found.billable) == (title, False)
        assert book.lookup("P1", dt.date(2026, 4, 14), System.HCPCS).display
        of_cpt = book.lookup("25", dt.date(2026, 4, 14), System.CPT)
        assert of_cpt.display == cpt_modifiers()["25"].label


def test_labels_of_cpt_modifiers_reach_the_store(
    nosology_home: Path, code_book: SqliteCodeBook
) -> None:
    assert code_book.path == nosology_home / FILE_NAME
    with closing(sqlite3.connect(code_book.path)) as connection:
        found = connection.execute(
            "SELECT DISTINCT code, title FROM dated_code WHERE system = 'cpt'"
            " AND kind = 'modifier' AND title_source = 'own'"
        ).fetchall()
        untitled = connection.execute(
            "SELECT code FROM dated_code WHERE system = 'cpt' AND kind = 'modifier'"
            " AND title_source <> 'own'"
        ).fetchall()
    labels = {code: one.label for code, one in cpt_modifiers().items()}
    assert len(found) > 40
    assert dict(found).items() <= labels.items()
    assert untitled == []
