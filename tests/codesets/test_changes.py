"""What changed between two releases, and which codes in use it touches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nosology.codesets.book import SqliteCodeBook
from nosology.codesets.changes import Affected, Changes, affected, compare
from nosology.model.code import System
from nosology.model.errors import MissingCodeSet

from .conftest import TABULAR, TinyRelease

NEW = (
    TABULAR.replace("Broken sprocket, unspecified", "Broken sprocket, not said how")
    .replace("S119", "S118")
    .replace(
        """<diag>
          <name>S10.0</name>
          <desc>Bent sprocket of crank</desc>""",
        """<diag>
          <name>S10.3</name>
          <desc>Bent sprocket of crank shaft</desc>""",
    )
    .replace(
        """<name>S11.9</name>""",
        """<name>S11.8</name><desc>Broken sprocket of wheel</desc></diag><diag>
        <name>S11.9</name>""",
    )
)


@pytest.fixture
def book(tmp_path: Path, tiny_release: TinyRelease) -> Iterator[SqliteCodeBook]:
    """Two releases: the later renames one code, adds two, and takes three away."""
    tiny_release.write(NEW, "tiny_release/new.xml")
    tiny_release.write(TABULAR)
    tiny_release.name(
        {},
        {
            "label": "2100-01",
            "file": "tiny_release/new.xml",
            "valid_from": "2100-01-01",
            "valid_to": "2100-12-31",
            "printed": 11,
            "billable": 11,
        },
    )
    text = tiny_release.sources.read_text(encoding="utf-8")
    first, last = text.rsplit("[release.anchors]", 1)
    tiny_release.sources.write_text(
        first
        + "[release.anchors]"
        + last.replace("sprocket, unspecified", "sprocket, not said how")
    )
    book = SqliteCodeBook(tmp_path / "home", tiny_release.sources)
    yield book
    book.close()


@pytest.fixture
def changes(book: SqliteCodeBook) -> Changes:
    return compare(book, System.ICD10CM, "2099-01", "2100-01")


def test_what_was_added_removed_and_revised(changes: Changes) -> None:
    assert changes.added["S118"] == "Broken sprocket of wheel"
    assert set(changes.added) == {"S118", "S103XXA", "S103XXD", "S103XXS"}
    assert [one.code for one in changes.removed] == ["S100XXA", "S100XXD", "S100XXS"]
    assert [(one.code, one.after) for one in changes.revised] == [
        ("S119", "Broken sprocket, not said how")
    ]
    assert changes.newly_specific == ()


def test_a_code_without_a_successor_is_told_the_nearest(changes: Changes) -> None:
    removal = changes.removed[0]
    assert removal.code == "S100XXA"
    assert removal.nearest[0] == "S103XXA"


def test_the_other_way_round_it_is_the_other_way_round(book: SqliteCodeBook) -> None:
    back = compare(book, System.ICD10CM, "2100-01", "2099-01")
    assert set(back.added) == {"S100XXA", "S100XXD", "S100XXS"}
    assert {one.code for one in back.removed} == {"S103XXA", "S103XXD", "S103XXS", "S118"}


def test_codes_in_use_that_are_touched(book: SqliteCodeBook, changes: Changes) -> None:
    known = book.billable_titles(book.first_day("2100-01"))
    found = affected(changes, [("S119", 3), ("T07XXXA", 99), ("S100XXA", 7), ("Z999", 1)], known)
    assert [(one.code, one.change) for one in found] == [
        ("S100XXA", "removed"),
        ("S119", "revised"),
        ("Z999", "not in either"),
    ]
    assert found[1] == Affected(
        "S119",
        3,
        "revised",
        "Broken sprocket, unspecified",
        ("S119",),
        "now: Broken sprocket, not said how",
    )


def test_a_release_that_is_not_installed_names_those_that_are(book: SqliteCodeBook) -> None:
    with pytest.raises(MissingCodeSet, match=r"installed are 2099-01, 2100-01"):
        compare(book, System.ICD10CM, "2099-01", "2100-02")
