"""An order file of the next fiscal year: new codes with titles, on the hierarchy and notes before.

The file is made of the store's own list and of the codes that come and go, whose titles are
invented; everything that a user asks is then asked of the release that it becomes.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import sqlite3
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

import pytest

from nosology.codesets.adding import Added, add
from nosology.codesets.book import SqliteCodeBook
from nosology.codesets.changes import compare
from nosology.codesets.store import FILE_NAME
from nosology.model.code import System
from nosology.model.encounter import encounter_from_mapping
from nosology.workflow.code import Coder
from tests.codesets.loaders.layouts import code_file, order_file

BEFORE, NEW = "2026-04", "2026-10"
ON = dt.date(2026, 11, 22)
NAME = "icd10cm_order_2027.txt"
SPROCKET = "Cardiomyopathy of the sprocket"
REMARK = f"codes and titles of this edition; hierarchy and notes are those of {BEFORE}"

type Rows = tuple[tuple[str, int, str], ...]


def rows_of_new_year(store: Path) -> Rows:
    """Return code, flag and title of each row that the next year's order file would have."""
    with contextlib.closing(sqlite3.connect(store)) as connection:
        [base], [new] = (
            connection.execute(
                "SELECT release FROM release WHERE system = 'icd10cm' AND label = ?", (label,)
            ).fetchone()
            for label in (BEFORE, NEW)
        )
        found: dict[str, tuple[int, str]] = {
            code: (billable, title)
            for code, billable, title in connection.execute(
                "SELECT code, billable, title FROM node WHERE release = ?"
                " AND level IN ('category', 'subdivision')",
                (base,),
            )
        }
        for code, title, meaning in connection.execute(
            "SELECT extended.code, title, meaning FROM extended JOIN node USING (release, position)"
            " JOIN definition USING (release, definition, character) WHERE release = ?",
            (base,),
        ):
            found[code] = (1, f"{title}, {meaning}")
        changes = connection.execute(
            "SELECT code, change FROM change WHERE release = ?", (new,)
        ).fetchall()
    for code in (code for code, change in changes if change == "removed"):
        del found[code]
    for code in (code for code, change in changes if change == "added"):
        found[code] = (1, SPROCKET if code == "I4201" else f"Invented title of {code}")
    billable = sorted(code for code, (flag, _) in found.items() if flag)
    for code in list(found):
        # What stood above codes that are gone stands above nothing.
        place = bisect_left(billable, code)
        if not billable[place : place + 1] or not billable[place].startswith(code):
            del found[code]
    for code in (code for code, change in changes if change == "added"):
        for length in range(3, len(code)):
            heading = code[:length]
            if not heading.endswith("X"):
                found.setdefault(heading, (0, f"Invented heading {heading}"))
    order = sorted(found, key=lambda code: (code.startswith("U"), code))
    return tuple((code, *found[code]) for code in order)


@pytest.fixture(scope="module")
def new_year(nosology_home: Path, code_book: SqliteCodeBook) -> Rows:
    assert code_book.release(ON) == NEW
    return rows_of_new_year(nosology_home / FILE_NAME)


@pytest.fixture(scope="module")
def home(nosology_home: Path, new_year: Rows, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a copy of the store to which the order file was added."""
    folder = tmp_path_factory.mktemp("new-year")
    shutil.copy(nosology_home / FILE_NAME, folder)
    if (search := nosology_home / "search").is_dir():
        # What has not changed need not be indexed again.
        shutil.copytree(search, folder / search.name, ignore=shutil.ignore_patterns("*.lock"))
    path = folder / NAME
    path.write_text(order_file(new_year), newline="")
    [added] = add([path], folder)
    assert isinstance(added, Added), added
    assert (added.edition.label, added.billable) == (NEW, sum(flag for _, flag, _ in new_year))
    assert added.replaced == f"{BEFORE} and code-dates"
    return folder


@pytest.fixture(scope="module")
def book(home: Path) -> Iterator[SqliteCodeBook]:
    found = SqliteCodeBook(home)
    yield found
    found.close()


def test_the_release_is_the_files_with_the_notes_before_it(
    book: SqliteCodeBook, new_year: Rows
) -> None:
    [release] = [one for one in book.releases if one.label == NEW and one.system == System.ICD10CM]
    assert (release.completeness, release.remark) == ("titles-only", REMARK)
    assert (release.valid_from, release.valid_to) == (dt.date(2026, 10, 1), dt.date(2027, 9, 30))
    assert list(book.billable_codes(ON)) == sorted(code for code, flag, _ in new_year if flag)
    assert book.billable_titles(ON) == {code: title for code, flag, title in new_year if flag}


def test_a_new_code_has_its_title_and_the_notes_above_it(book: SqliteCodeBook) -> None:
    code = book.lookup("I42.01", ON)
    assert (code.display, code.billable, code.release) == (SPROCKET, True, NEW)
    assert code.valid_from == dt.date(2026, 10, 1)
    assert code.parents == ("I420", "I42", "I30-I5A", "9")
    assert [note.text for note in code.includes] == ["myocardiopathy"]
    assert any("I25.5" in note.text for note in code.excludes2)


def test_what_was_there_before_is_as_it_was(book: SqliteCodeBook) -> None:
    for name in ("E11.22", "S52.501A", "W08", "A00"):
        before, now = book.lookup(name, dt.date(2026, 4, 14)), book.lookup(name, ON)
        for field in ("display", "parents", "children", "excludes1", "use_additional",
                      "inclusion_terms", "seventh_characters"):  # fmt: skip
            assert getattr(now, field) == getattr(before, field), (name, field)


@pytest.mark.parametrize(
    ("heading", "parents", "children"),
    [
        ("K6A0", ("K6A", "K65-K68", "11"), ("K6A01", "K6A09")),
        (
            "T52811",
            ("T5281", "T528", "T52", "T51-T65", "T07-T88", "19"),
            ("T52811A", "T52811D", "T52811S"),
        ),
        ("I420", ("I42", "I30-I5A", "9"), ("I4200", "I4201", "I4209")),
    ],
)
def test_a_new_heading_stands_in_the_tree(
    book: SqliteCodeBook, heading: str, parents: tuple[str, ...], children: tuple[str, ...]
) -> None:
    found = book.lookup(heading, ON)
    assert (found.display, found.billable) == (f"Invented heading {heading}", False)
    assert (found.parents, found.children) == (parents, children)
    titles = [title.code for title in book.subtree(heading, ON)]
    assert titles == [heading, *children]


def test_no_title_is_missing(book: SqliteCodeBook, home: Path) -> None:
    with contextlib.closing(sqlite3.connect(home / FILE_NAME)) as connection:
        assert connection.execute("SELECT code FROM node WHERE title = ''").fetchall() == []


def test_search_finds_what_is_new_on_its_days_only(book: SqliteCodeBook) -> None:
    [found, *_] = book.search(SPROCKET, ON)
    assert (found.code, found.display) == ("I4201", SPROCKET)
    assert all(hit.code != "I4201" for hit in book.search(SPROCKET, dt.date(2026, 9, 30)))


def test_what_changed_is_told_with_titles(book: SqliteCodeBook, new_year: Rows) -> None:
    changes = compare(book, System.ICD10CM, BEFORE, NEW)
    assert (len(changes.added), len(changes.removed), changes.revised) == (190, 30, ())
    titles = {code: title for code, _, title in new_year}
    assert changes.added == {code: titles[code] for code in changes.added}
    assert changes.remarks == (f"{NEW}: {REMARK}",)


def test_a_note_is_coded_with_what_is_new(book: SqliteCodeBook) -> None:
    note = f"ASSESSMENT AND PLAN\n1. {SPROCKET}. Rest.\n2. Primary hypertension.\n"
    fields = {"id": "1", "text": note, "date_of_service": ON.isoformat()}
    coding = Coder(book).code(encounter_from_mapping(fields))
    assert [one.code for one in coding.icd10cm] == ["I4201", "I10"]
    assert coding.releases["icd10cm"] == NEW


def test_a_code_file_gives_the_same_codes_with_the_headings_before(
    nosology_home: Path, new_year: Rows, tmp_path: Path
) -> None:
    shutil.copy(nosology_home / FILE_NAME, tmp_path)
    path = tmp_path / "icd10cm_codes_2027.txt"
    path.write_text(code_file(new_year), newline="")
    [added] = add([path], tmp_path)
    assert isinstance(added, Added), added
    with contextlib.closing(SqliteCodeBook(tmp_path)) as found:
        assert found.remark(ON) == REMARK
        assert list(found.billable_codes(ON)) == sorted(code for code, flag, _ in new_year if flag)
        assert found.lookup("I42.01", ON).display == SPROCKET
        assert found.lookup("I42", ON).display == "Cardiomyopathy"
