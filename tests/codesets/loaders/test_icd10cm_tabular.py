"""A Tabular List that a user adds: whole as far as it shows by itself."""

from __future__ import annotations

import re
import sqlite3
from importlib import metadata
from pathlib import Path

import pytest

from nosology.codesets.loaders.icd10cm_tabular import LOADERS, checked_entries
from nosology.codesets.loaders.publication import Publication
from nosology.codesets.schema import tables
from nosology.model.errors import MalformedRow
from tests.codesets.conftest import TABULAR
from tests.codesets.loaders.layouts import published, zipped

[LOADER] = LOADERS

DIAGNOSIS = "<diag><name>{letter}10</name><desc>Invented {letter}</desc>{more}</diag>"


def silent(_stage: str, _done: int, _total: int) -> None:
    """Report nothing."""


def chapter(number: int, letters: str, more: str = "") -> str:
    diagnoses = "".join(DIAGNOSIS.format(letter=letter, more=more) for letter in letters)
    section = f"{letters[0]}00-{letters[-1]}99"
    return (
        f"<chapter><name>{number}</name><desc>Chapter {number}</desc>"
        f'<sectionIndex><sectionRef first="x" last="y" id="{section}">x</sectionRef></sectionIndex>'
        f'<section id="{section}"><desc>Section {section}</desc>{diagnoses}</section></chapter>\n'
    )


def tabular(last_letters: str = "XYZ", more: str = "") -> str:
    """A list of 22 chapters with a category for each letter."""
    letters = [*"ABCDEFGHIJKLMNOPQRSTV", "W" + last_letters]
    chapters = "".join(chapter(n, text, more) for n, text in enumerate(letters, start=1))
    return f"<ICD10CM.tabular><version>2099</version>\n{chapters}</ICD10CM.tabular>\n"


@pytest.fixture
def connection() -> sqlite3.Connection:
    found = sqlite3.connect(":memory:", isolation_level=None)
    found.executescript(tables())
    return found


def test_a_whole_list(tmp_path: Path, connection: sqlite3.Connection) -> None:
    publication = published(tmp_path, "icd10cm_tabular_2099.xml", tabular())
    assert LOADER.recognizes(publication)
    [edition] = LOADER.editions(publication)
    assert (edition.data_set, edition.label) == ("icd10cm", "2098-10")
    loaded = LOADER.load(connection, 1, publication, silent)
    assert (loaded.rows, loaded.billable, loaded.completeness) == (22 + 22 + 25, 25, "full")
    assert loaded.anchors[0] == "A10 Invented A"
    (nodes,) = connection.execute("SELECT count(*) FROM node WHERE release = 1").fetchone()
    assert nodes == loaded.rows


def test_seventh_characters_complete_codes(tmp_path: Path, connection: sqlite3.Connection) -> None:
    more = '<sevenChrDef><extension char="A">initial</extension></sevenChrDef>'
    loaded = LOADER.load(connection, 1, published(tmp_path, "x", tabular(more=more)), silent)
    assert loaded.billable == 25
    (code,) = connection.execute("SELECT min(code) FROM extended").fetchone()
    assert code == "A10XXXA"


def test_april_stands_in_the_name(tmp_path: Path) -> None:
    [edition] = LOADER.editions(published(tmp_path, "tabular-April-1-2099.xml", tabular()))
    assert edition.label == "2099-04"


@pytest.mark.parametrize(
    ("archive", "member", "label"),
    [
        ("april-1-2099-code-tables-tabular-index.zip", "icd10cm_tabular_2099.xml", "2099-04"),
        ("icd10cm-April-1-2099-XML.zip", "icd10cm_tabular_2099.xml", "2099-04"),
        ("tables.zip", "Apr-2099/tabular.xml", "2099-04"),
        ("2099-code-tables-tabular-index.zip", "icd10cm_tabular_2099.xml", "2098-10"),
        ("april-1-2098-code-tables.zip", "icd10cm_tabular_2099.xml", "2098-10"),
        ("april.zip", "tabular-October-2098.xml", "2098-10"),
        ("capricious-2099.zip", "icd10cm_tabular_2099.xml", "2098-10"),
    ],
)
def test_april_may_stand_in_the_name_of_the_archive(
    tmp_path: Path, archive: str, member: str, label: str
) -> None:
    (tmp_path / archive).write_bytes(zipped({member: tabular()}))
    [edition] = LOADER.editions(Publication(tmp_path / archive, member))
    assert edition.label == label


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (TABULAR, "chapter stands 1 times, expected at least 21"),
        (tabular("XY"), "has no category that begins with Z"),
        (tabular().replace("<name>7</name>", "<name>8</name>"), "is chapter 8, expected 7"),
        (tabular()[:-400], "is not well-formed XML"),
        (tabular().replace("<diag>", "<diagnosis>", 1), "column diagnosis stands in section"),
        (
            tabular().replace(
                "<desc>Invented B</desc>",
                "<desc>B</desc>"
                '<sevenChrDef><extension char="A">first</extension></sevenChrDef>'
                "<diag><name>B10.0</name><desc>B</desc></diag>"
                "<diag><name>B10.0XXA</name><desc>B</desc></diag>",
            ),
            "of B100 gives B100XXA, which is printed too",
        ),
    ],
)
def test_what_is_not_whole_is_refused(
    tmp_path: Path, connection: sqlite3.Connection, content: str, message: str
) -> None:
    with pytest.raises(MalformedRow, match=re.escape(message)):
        LOADER.load(connection, 1, published(tmp_path, "tabular.xml", content), silent)


def test_the_addenda_are_not_taken_for_the_list(tmp_path: Path) -> None:
    content = tabular().replace("<ICD10CM.tabular>", '<ICD10CM.tabular isAddenda="true">')
    with pytest.raises(MalformedRow, match="is the addenda"):
        checked_entries(published(tmp_path, "x", content), silent)


def test_the_official_list_out_of_an_archive(
    tmp_path: Path, connection: sqlite3.Connection
) -> None:
    """The embedded list, added as a user would: the same numbers without any being expected."""
    distribution = metadata.distribution("simple-icd-10-cm")
    name = "icd10c-tabular-April-1-2026.xml"
    path = Path(str(distribution.locate_file(f"simple_icd_10_cm/data/{name}")))
    (tmp_path / "table-and-index.zip").write_bytes(zipped({f"folder/{name}": path.read_bytes()}))
    publication = Publication(tmp_path / "table-and-index.zip", f"folder/{name}")
    assert LOADER.recognizes(publication)
    assert [edition.label for edition in LOADER.editions(publication)] == ["2026-04"]
    loaded = LOADER.load(connection, 1, publication, silent)
    assert (loaded.rows, loaded.billable) == (47_200, 74_719)
    terms = connection.execute(
        "SELECT text FROM note JOIN node USING (release, position)"
        " WHERE code = 'W08' AND kind = 'inclusionTerm'"
    ).fetchall()
    assert ("Fall from stool",) in terms
