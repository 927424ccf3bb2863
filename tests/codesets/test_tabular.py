"""The loader of the Tabular List in XML."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nosology.codesets.sources import read_sources
from nosology.codesets.tabular import (
    Level,
    NoteKind,
    SeventhCharacter,
    TabularEntry,
    TabularNote,
    read_tabular,
)
from nosology.model.errors import MalformedRow

from .conftest import TABULAR

Write = Callable[[str], Path]


@pytest.fixture
def entries(write_tabular: Write) -> dict[str, TabularEntry]:
    return {entry.code: entry for entry in read_tabular(write_tabular(TABULAR))}


def test_every_entry_comes_before_what_stands_below_it(entries: dict[str, TabularEntry]) -> None:
    assert list(entries) == [
        *("1", "S10-T07", "S10-S12", "S10", "S100", "S101", "S101X", "S101X3", "S101X34"),
        *("S1012", "S11", "S119", "T07-T07", "T07"),
    ]


def test_levels_and_parents(entries: dict[str, TabularEntry]) -> None:
    found = {code: (entry.level, entry.parent) for code, entry in entries.items()}
    assert found["1"] == (Level.CHAPTER, None)
    assert found["S10-S12"] == (Level.SECTION, "S10-T07")
    assert found["S10"] == (Level.CATEGORY, "S10-S12")
    assert found["S101X3"] == (Level.SUBDIVISION, "S101X")


def test_a_section_that_groups_others_stands_above_them(entries: dict[str, TabularEntry]) -> None:
    assert entries["S10-T07"].parent == "1"
    assert entries["S10-S12"].parent == "S10-T07"
    assert entries["T07-T07"].parent == "S10-T07"


def test_a_section_of_one_category_does_not_take_its_name(
    entries: dict[str, TabularEntry],
) -> None:
    assert entries["T07"].parent == "T07-T07"


def test_every_kind_of_note_is_read(entries: dict[str, TabularEntry]) -> None:
    kinds = {note.kind for entry in entries.values() for note in entry.notes}
    assert kinds == set(NoteKind)
    assert entries["S10"].notes == (
        TabularNote(NoteKind.INCLUDES, "warped sprocket"),
        TabularNote(NoteKind.EXCLUDES1, "broken sprocket (S11.-)"),
        TabularNote(NoteKind.USE_ADDITIONAL, "code for the tool (Y99)"),
        TabularNote(NoteKind.USE_ADDITIONAL, "code for the place (Y92)"),
        TabularNote(NoteKind.CODE_ALSO, "any rust (S12)"),
        TabularNote(NoteKind.SEVENTH_CHARACTER, "One of these belongs to each code of S10"),
    )


def test_space_within_a_note_is_made_single(entries: dict[str, TabularEntry]) -> None:
    assert entries["S100"].notes[0].text == "Crooked crank sprocket"


def test_the_table_of_visual_impairment_becomes_lines(entries: dict[str, TabularEntry]) -> None:
    assert [note.text for note in entries["T07"].notes] == [
        "category of visual impairment 1: maximum less than 6/18, 20/70; "
        "minimum equal to or better than 6/60"
    ]


def test_a_note_after_a_seventh_character_is_its_further_wording(
    entries: dict[str, TabularEntry],
) -> None:
    assert entries["S10"].seventh_characters == (
        SeventhCharacter("A", "initial encounter", ("first visit",)),
        SeventhCharacter("D", "subsequent encounter"),
        SeventhCharacter("S", "sequela"),
    )


def test_the_line_of_an_entry_is_known(entries: dict[str, TabularEntry]) -> None:
    line = TABULAR.splitlines()[entries["S119"].line - 1 : entries["S119"].line + 1]
    assert [part.strip() for part in line] == ["<diag>", "<name>S11.9</name>"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("<name>S11</name>", "<name>S1</name>", "a category"),
        ("<name>S11.9</name>", "<name>S12.9</name>", "begins with S11"),
        ("<name>S11.9</name>", "<name>S11</name>", "begins with S11"),
        ("<name>S11.9</name>", "", "column name must stand once in diag"),
        ("<desc>Broken sprocket</desc>", "<desc> </desc>", "column desc is empty"),
        ("<note>warped sprocket</note>", "<note/>", "column note is empty"),
        ("<note>warped sprocket</note>", "warped", "column includes holds text of its own"),
        ("<name>T07</name>", "<name>S10</name>", "repeats S10, which line 23 already defines"),
        ("<includes><note>w", "<incldes><note>w", "incldes stands in diag"),
        ('char="D"', 'char="DD"', "must be one letter or digit, found 'DD'"),
        ('char="D"', 'char="A"', "defines A twice"),
        ('char="D"', "", "must be one letter or digit, found ''"),
        ('<section id="T07">', '<section id="T7">', "must have an id such as A00-A09"),
        ('<section id="T07">', '<section id="T08">', "names 'T07', which the chapter lacks"),
        ('placeholder="true"', 'place="true"', "unknown attribute place"),
        ("<name>1</name>", "<name>One</name>", "must be a chapter's number, found 'One'"),
        (
            "<ICD10CM.tabular>",
            '<ICD10CM.tabular isAddenda="true">',
            "is the addenda, expected the complete Tabular List",
        ),
        ("ICD10CM.tabular", "ICD10CM.index", "is this the complete Tabular List in XML?"),
        ("<version>2099</version>", "<!-- -->&bomb;", "not well-formed"),
        ("<ICD10CM.tabular>", '<!DOCTYPE x [<!ENTITY b "b">]><ICD10CM.tabular>', "DOCTYPE"),
        ('encoding="utf-8"', 'encoding="utf-99"', "encoding"),
    ],
)
def test_a_departure_from_the_layout_is_an_error_with_its_place(
    write_tabular: Write, old: str, new: str, message: str
) -> None:
    assert old in TABULAR
    path = write_tabular(TABULAR.replace(old, new))
    with pytest.raises(MalformedRow, match=r"^tabular\.xml:\d+: ") as caught:
        list(read_tabular(path))
    assert message in str(caught.value)


def test_the_error_names_the_line_where_the_departure_is(write_tabular: Write) -> None:
    bad = TABULAR.replace("<note>any rust (S12)</note>", "<notte>any rust (S12)</notte>")
    with pytest.raises(MalformedRow) as caught:
        list(read_tabular(write_tabular(bad)))
    assert "<notte>" in bad.splitlines()[caught.value.line - 1]
    assert caught.value.column == "notte"


def test_a_list_without_chapters_is_an_error(write_tabular: Write) -> None:
    with pytest.raises(MalformedRow, match="complete Tabular List"):
        list(read_tabular(write_tabular("<ICD10CM.tabular></ICD10CM.tabular>")))


LINES = TABULAR.splitlines(keepends=True)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_corrupted_line_is_read_or_named_never_a_crash(
    write_tabular: Write, data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(LINES) - 1))
    line = LINES[number]
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, len(line)))
    damage = data.draw(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=8))
    text = "".join([*LINES[:number], line[:start] + damage + line[end:], *LINES[number + 1 :]])
    path = write_tabular(text)
    named = entries = None
    try:
        entries = list(read_tabular(path))
    except MalformedRow as error:
        named = error
    if named is not None:
        assert 1 <= named.line <= text.count("\n") + 1
    else:
        assert entries
        assert all(entry.title for entry in entries)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(length=st.integers(0, len(TABULAR.rstrip()) - 1))
def test_a_list_cut_off_anywhere_is_an_error(write_tabular: Write, length: int) -> None:
    with pytest.raises(MalformedRow):
        list(read_tabular(write_tabular(TABULAR[:length])))


def test_the_embedded_release_is_read_whole() -> None:
    source = read_sources().releases[0]
    levels = [entry.level for entry in read_tabular(source.locate())]
    assert levels.count(Level.CHAPTER) == 22
    assert levels.count(Level.SECTION) == 297
    assert levels.count(Level.CATEGORY) + levels.count(Level.SUBDIVISION) == 46_881
