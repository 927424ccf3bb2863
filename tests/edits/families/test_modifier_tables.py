"""The tables of modifiers: each names modifiers that there are, and says nothing twice."""

from __future__ import annotations

import datetime as dt

import pytest

from nosology.edits.families.modifier_conflicts import conflicts
from nosology.edits.families.modifier_fit import fits
from nosology.edits.families.modifier_form import _misplaced, _ranks
from nosology.edits.families.pairs import _openers
from nosology.model.facts import FactBook

DAY = dt.date(2026, 4, 14)


def test_every_modifier_of_the_tables_exists(facts: FactBook) -> None:
    named = {*fits(), *_ranks(), *(item for pair in conflicts() for item in pair), *_openers()[0]}
    assert {item for item in named if facts.modifier(item, DAY) is None} == set()


def test_modifiers_that_open_a_pair_are_those_of_the_outpatient_editor(facts: FactBook) -> None:
    every, site, distinct = _openers()
    for modifier in every:
        known = facts.modifier(modifier, DAY)
        assert known is not None
        assert "ncci" in known.flags, modifier
    assert site | distinct < every
    assert not site & distinct


def test_no_modifier_conflicts_with_itself() -> None:
    assert all(one < other for one, other in conflicts())


@pytest.mark.parametrize(
    ("modifier", "code", "fits_it"),
    [
        ("25", "99213", True),
        ("25", "92014", True),
        ("25", "G0101", True),
        ("25", "20610", False),
        ("59", "97140", True),
        ("59", "99285", False),
        ("91", "0001U", True),
        ("91", "0500T", False),
        ("QW", "87880", True),
        ("JZ", "Q5103", True),
        ("JW", "96413", False),
        ("AA", "00142", True),
        ("AA", "99213", False),
        ("95", "99214", True),
        ("95", "20610", False),
        ("RR", "E0601", True),
        ("F5", "26010", True),
        ("TA", "11750", True),
        ("LD", "92928", True),
    ],
)
def test_modifier_fits(modifier: str, code: str, fits_it: bool) -> None:
    assert all(fit.takes(code) for fit in fits()[modifier]) is fits_it


@pytest.mark.parametrize(
    ("modifiers", "found"),
    [
        (("26", "59", "LT"), None),
        (("LT", "26"), ("26", "LT")),
        (("59", "26"), ("26", "59")),
        (("LT", "59"), None),
        (("ZZ", "26"), None),
    ],
)
def test_what_decides_the_price_stands_first(
    modifiers: tuple[str, ...], found: tuple[str, str] | None
) -> None:
    assert _misplaced(modifiers) == found
