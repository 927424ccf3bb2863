"""What the indexes and tables of ICD-10-CM are read as, row by row."""

from __future__ import annotations

from pathlib import Path

import pytest

from nosology.codesets.loaders.icd10_terms import IndexRow, split_modifiers
from nosology.codesets.loaders.icd10cm_index import read_index, read_index_spreadsheet
from nosology.codesets.loaders.icd10cm_table import read_table
from nosology.codesets.loaders.publication import Publication
from nosology.model.errors import MalformedRow
from tests.codesets.loaders.icd10_files import FILES, empty_store, loader_of, silent, written

INDEX = "icd-10-cm-index-2025.xml"
NEOPLASMS = "icd-10-cm-neoplasm-2025.xml"
SPREADSHEET = "ICD10CM_2025_Index.csv"


def index_rows(folder: Path, text: str | None = None) -> list[IndexRow]:
    return list(read_index(written(folder, INDEX, text), "the index"))


def table_rows(folder: Path, name: str, text: str | None = None) -> list[IndexRow]:
    return list(read_table(written(folder, name, text), "the table"))


def test_a_title_is_read_without_its_nonessential_modifiers(tmp_path: Path) -> None:
    ache, *_ = index_rows(tmp_path)
    assert (ache.title, ache.modifiers) == ("Ache", ("dull", "of unknown origin, sharp"))
    assert (ache.level, ache.see, ache.code) == (0, "Pain", "")


def test_what_follows_the_modifiers_belongs_to_the_title(tmp_path: Path) -> None:
    [pain] = [row for row in index_rows(tmp_path) if row.title.startswith("Pain")]
    assert (pain.title, pain.modifiers) == ("Pain, pains, painful NEC", ("acute",))


def test_levels_codes_and_pairs(tmp_path: Path) -> None:
    rows = {row.title: row for row in index_rows(tmp_path)}
    assert (rows["lower end"].level, rows["lower end"].code) == (2, "S101-")
    assert (rows["rust"].code, rows["rust"].manifestation) == ("R521", "M498-")
    assert rows["in"].category == "R101"
    assert rows["Cancer"].see_also == "Neoplasm, by site, malignant"


def test_a_term_may_have_modifiers_only(tmp_path: Path) -> None:
    [somatic] = [row for row in index_rows(tmp_path) if not row.title]
    assert (somatic.modifiers, somatic.category) == (("somatic",), "R53")


@pytest.mark.parametrize(
    ("written_so", "instead", "message"),
    [
        ("<code>R52</code>", "<code>R5</code>", "column code must be an ICD-10-CM code"),
        ("<code>R52</code>", "<code>T36-T50</code>", "column code must be an ICD-10-CM code"),
        ("<code>R52</code>", "<code></code>", "column code is empty"),
        ("<code>R52</code>", "<code>R52</code><code>R53</code>", "column code stands twice"),
        ("<manif>M49.8-</manif>", "<manif></manif>", "column manif is empty"),
        ("<title>rust</title>", "", "column title must stand once in term, found 0"),
        ("<title>rust</title>", "<title> </title>", "column title is empty"),
        ("<title>rust</title>", "<title>a</title><title>b</title>", "found 2 times"),
    ],
)
def test_what_does_not_follow_the_layout_is_refused_with_its_line(
    tmp_path: Path, written_so: str, instead: str, message: str
) -> None:
    text = FILES[INDEX][0].replace(written_so, instead, 1)
    line = text[: text.index("<term level", text.index("Pain,"))].count("\n") - 3
    with pytest.raises(MalformedRow, match=message) as caught:
        index_rows(tmp_path, text)
    assert line <= caught.value.line <= line + 9


@pytest.mark.parametrize(
    ("printed", "manifestation", "note"),
    [("[M49.8-]", "M498-", ""), ("M49.8-", "M498-", ""), ("of the spine", "", "of the spine")],
)
def test_a_manifestation_in_words_becomes_a_note(
    tmp_path: Path, printed: str, manifestation: str, note: str
) -> None:
    text = FILES[INDEX][0].replace("<manif>M49.8-</manif>", f"<manif>{printed}</manif>")
    [rust] = [row for row in index_rows(tmp_path, text) if row.title == "rust"]
    assert (rust.manifestation, rust.note) == (manifestation, note)


def test_a_category_in_words_is_kept(tmp_path: Path) -> None:
    text = FILES[INDEX][0].replace("<seecat>R53</seecat>", "<seecat>R53 to R59</seecat>")
    [somatic] = [row for row in index_rows(tmp_path, text) if not row.title]
    assert somatic.category == "R53 to R59"


@pytest.mark.parametrize(
    ("text", "outside", "inside"),
    [
        ("(acute) (chronic)", "", ("acute", "chronic")),
        ("(s) or tract  (complete)", "or tract", ("s", "complete")),
        ("(acquired (secondary))", "", ("acquired (secondary)",)),
        ("(one) (two)-half) end", "-half end", ("one", "two")),
        ("(never closed", "", ("never closed",)),
        ("()", "", ()),
        ("", "", ()),
    ],
)
def test_brackets_are_taken_apart(text: str, outside: str, inside: tuple[str, ...]) -> None:
    assert split_modifiers(text) == (outside, inside)


def test_cells_without_a_code_are_left_out(tmp_path: Path) -> None:
    rows = {row.title: row for row in table_rows(tmp_path, NEOPLASMS)}
    assert rows["wheel"].cells == (
        (2, "C509-"),
        (3, "C7981"),
        (5, "D24-"),
        (6, "D486-"),
        (7, "D493"),
    )
    assert rows["hub"].cells == ((2, "C500-"),)


def test_an_explanation_in_place_of_a_manifestation_is_a_note(tmp_path: Path) -> None:
    rows = {row.title: row for row in table_rows(tmp_path, NEOPLASMS)}
    assert (rows["hub"].note, rows["hub"].manifestation) == ("middle of the wheel", "")


@pytest.mark.parametrize(
    ("written_so", "instead", "message"),
    [
        ('<cell col="2">C80.1</cell>', '<cell col="1">C80.1</cell>', "must be a column from 2"),
        ('<cell col="2">C80.1</cell>', '<cell col="8">C80.1</cell>', "must be a column from 2"),
        ('<cell col="2">C80.1</cell>', "<cell>C80.1</cell>", "must be a column from 2"),
        ('<cell col="3">C79.9</cell>', '<cell col="2">C79.9</cell>', "is 2 after column 2"),
        ('<cell col="2">C80.1</cell>', '<cell col="2">none</cell>', "or a hyphen, found 'none'"),
        ('<cell col="2">C80.1</cell>', '<cell col="2"></cell>', "or a hyphen, found ''"),
    ],
)
def test_a_cell_that_does_not_follow_the_layout_is_refused(
    tmp_path: Path, written_so: str, instead: str, message: str
) -> None:
    text = FILES[NEOPLASMS][0].replace(written_so, instead, 1)
    with pytest.raises(MalformedRow, match=message):
        table_rows(tmp_path, NEOPLASMS, text)


def test_the_spreadsheet_gives_the_same_rows(tmp_path: Path) -> None:
    rows = list(read_index_spreadsheet(written(tmp_path, SPREADSHEET)))
    assert [(row.level, row.title, row.code) for row in rows] == [
        (0, "Ache", ""),
        (0, "Pain, pains NEC", "R52"),
        (1, "crank", "S101-"),
        (2, "", "F4541"),
        (0, "Zinc", "T565X-"),
    ]
    assert rows[1].modifiers == ("acute", "sharp")
    assert rows[2].see_also == "subcategory M14.8-"
    assert rows[2].modifiers == ("of unknown (late) origin",)


def test_the_spreadsheet_says_what_it_lacks(tmp_path: Path) -> None:
    with empty_store() as connection:
        loaded = loader_of(SPREADSHEET).load(connection, 1, written(tmp_path, SPREADSHEET), silent)
    assert "second code" in loaded.remark


@pytest.mark.parametrize(
    ("written_so", "instead", "line", "column"),
    [
        ("RowID,Letter", "Letter,RowID", 1, 1),
        ("\n2,P,0", "\n3,P,0", 3, "RowID"),
        ("\n3,P,1", "\n3,P,2", 4, "Level"),
        ("\n3,P,1", "\n3,P,x", 4, "Level"),
        ("\n3,P,1", "\n3,P,10", 4, "Level"),
        ("\n3,P,1", "\n3,p,1", 4, "Letter"),
        ("R52", "R5 2", 3, "Code"),
        (",(somatic),", ",,", 5, "Term"),
        ("(somatic),F45.41", "(somatic)", 5, 7),
        ('"Pain, pains"', '"Pain, pains', 6, 1),
    ],
)
def test_a_row_of_the_spreadsheet_that_does_not_fit_is_refused(
    tmp_path: Path, written_so: str, instead: str, line: int, column: int | str
) -> None:
    text = FILES[SPREADSHEET][0].replace(written_so, instead, 1)
    with pytest.raises(MalformedRow) as caught:
        list(read_index_spreadsheet(written(tmp_path, SPREADSHEET, text)))
    assert (caught.value.line, caught.value.column) == (line, column)


def test_a_spreadsheet_without_rows_is_refused(tmp_path: Path) -> None:
    head = FILES[SPREADSHEET][0].partition("\n")[0]
    with pytest.raises(MalformedRow, match="is missing"):
        list(read_index_spreadsheet(written(tmp_path, SPREADSHEET, head)))


def test_a_spreadsheet_of_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / SPREADSHEET
    path.write_bytes(FILES[SPREADSHEET][0].replace("Zinc", "Zinč").encode("cp1250"))
    with pytest.raises(MalformedRow, match="not UTF-8"):
        list(read_index_spreadsheet(Publication(path)))


def test_the_tree_is_kept_as_ranges(tmp_path: Path) -> None:
    with empty_store() as connection:
        loader_of(INDEX).load(connection, 1, written(tmp_path, INDEX), silent)
        found = connection.execute(
            "SELECT title, position, parent, last FROM index_term WHERE title IN"
            " ('Fracture, sudden', 'lower end', 'Round') ORDER BY position"
        ).fetchall()
    assert found == [
        ("Fracture, sudden", 7, None, 11),
        ("lower end", 9, 8, 9),
        ("Round", 18, None, 18),
    ]
