"""A release made of another one's entries and of the codes valid at another time."""

from __future__ import annotations

import pytest

from nosology.codesets.deriving import DerivedEntries, derive
from nosology.codesets.loading import as_nodes
from nosology.codesets.tabular import Level, SeventhCharacter, TabularEntry
from nosology.model.errors import InputError

CHARACTERS = (SeventhCharacter("A", "initial"), SeventhCharacter("D", "later"))


def entry(level: Level, code: str, parent: str | None, has_children: bool = False) -> TabularEntry:
    return TabularEntry(level, code, f"title of {code}", parent, 1, has_children)


BASE = [
    entry(Level.CHAPTER, "1", None, True),
    entry(Level.SECTION, "A00-A02", "1", True),
    entry(Level.CATEGORY, "A00", "A00-A02", True),
    entry(Level.SUBDIVISION, "A000", "A00"),
    entry(Level.SUBDIVISION, "A001", "A00", True),
    entry(Level.SUBDIVISION, "A0011", "A001"),
    TabularEntry(
        Level.CATEGORY, "A01", "title of A01", "A00-A02", 1, True, seventh_characters=CHARACTERS
    ),
    entry(Level.SUBDIVISION, "A010", "A01"),
    entry(Level.SUBDIVISION, "A011", "A01"),
]


def billable(derived: DerivedEntries) -> set[str]:
    nodes = as_nodes(derived.entries, withdrawn=derived.withdrawn)
    printed = {node.entry.code for node in nodes if node.billable}
    return printed | {code for node in nodes for code, _ in node.extended()}


def derived_to(wanted: set[str], titles: dict[str, str] | None = None) -> DerivedEntries:
    nodes = as_nodes(BASE)
    completed = {code: node.entry.code for node in nodes for code, _ in node.extended()}
    held = {node.entry.code for node in nodes if node.billable} | set(completed)
    assert held == HELD
    return derive(BASE, completed, held, wanted, titles)


HELD = {"A000", "A0011", "A010XXA", "A010XXD", "A011XXA", "A011XXD"}


@pytest.mark.parametrize(
    "wanted",
    [
        HELD,
        HELD - {"A000"} | {"A0000", "A0009"},  # divided
        HELD - {"A0011"} | {"A001"},  # not yet divided
        HELD - {"A0011"},  # its only division gone: the heading goes with it
        HELD - {"A010XXD"},  # one seventh character withdrawn
        HELD - {"A010XXA", "A010XXD"},
        HELD | {"A02"},  # a new category that is a code
        HELD | {"A021", "A029"},  # a new category with codes
        HELD | {"A0012"},
    ],
)
def test_the_codes_are_those_that_are_wanted(wanted: set[str]) -> None:
    derived = derived_to(wanted)
    assert billable(derived) == wanted
    assert derived.added == wanted - HELD
    assert derived.removed == HELD - wanted


def test_order_and_parents_are_those_of_the_codes() -> None:
    derived = derived_to(HELD - {"A000"} | {"A0000", "A0009", "A0010"})
    codes = [one.code for one in derived.entries]
    assert codes[2:9] == ["A00", "A000", "A0000", "A0009", "A001", "A0010", "A0011"]
    parents = {one.code: one.parent for one in derived.entries}
    assert (parents["A0009"], parents["A0010"]) == ("A000", "A001")


def test_what_is_added_has_its_own_title_or_none() -> None:
    derived = derived_to(HELD | {"A0012", "A02"}, {"A02": "Newcomer", "A000": "Renamed"})
    titles = {one.code: one.title for one in derived.entries}
    assert (titles["A02"], titles["A0012"], titles["A000"]) == ("Newcomer", "", "Renamed")
    assert titles["A0011"] == "title of A0011"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("B00", "no section in which category B00 could stand"),
        ("A0101", "would divide A010, which seventh characters complete"),
    ],
)
def test_a_code_without_a_place_is_an_error(code: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        derived_to(HELD | {code})
