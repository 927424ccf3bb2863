from __future__ import annotations

import pytest

from nosology.model.code import Note
from nosology.model.code_ranges import CodeRange, named_in, ranges_by_note


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("type of heart failure, if known (I50.-)", ["I50", "I509", "I5021"], ["I51", "I49"]),
        ("infectious agent (B95-B97)", ["B95", "B9620", "B974"], ["B94", "B98"]),
        ("site of ulcer (L97.4-, L97.5-)", ["L97421", "L97509"], ["L97321", "L984"]),
        ("nocturia (R35.1)", ["R351"], ["R350", "R35"]),
        ("COVID-19 (U07.1)", ["U071"], ["U099", "U07"]),
        ("complication of care (T82.0- - T82.9)", ["T820", "T82855A"], ["T81", "T83"]),
    ],
)
def test_codes_named_in_a_note(text: str, inside: list[str], outside: list[str]) -> None:
    ranges = named_in([Note(text, "X00")])
    assert ranges
    for code in inside:
        assert any(found.holds(code) for found in ranges), code
    for code in outside:
        assert not any(found.holds(code) for found in ranges), code


@pytest.mark.parametrize("text", ["", "the underlying condition, such as:", "grade 2 or 3 (mild)"])
def test_a_note_may_name_no_code(text: str) -> None:
    assert named_in([Note(text, "X00")]) == ()


def test_a_range_includes_what_is_below_its_last_code() -> None:
    assert CodeRange.parse("J00-J22").holds("J209")
    assert CodeRange.parse("J00-J22").holds("J22")
    assert not CodeRange.parse("J00-J22").holds("J30")
    assert CodeRange.parse("S83.2").holds("S83241A")


def test_each_range_comes_with_the_note_that_names_it() -> None:
    first, second = Note("mania (F30.-)", "F31"), Note("cyclothymia (F34.0)", "F31")
    found = ranges_by_note((first, second))
    assert [(named.first, note) for named, note in found] == [("F30", first), ("F340", second)]


def test_a_code_outside_parentheses_is_part_of_the_description() -> None:
    note = Note("pneumoconiosis with tuberculosis, any type in A15 (J65)", "A17")
    assert [named.first for named, _ in ranges_by_note((note,))] == ["J65"]
