"""The catalogue: read strictly, every number valid, every condition answerable."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal

import pytest

from nosology.codesets.book import SqliteCodeBook
from nosology.coding.lexicon.bags import bag_of
from nosology.coding.services import drugs, infusions, vaccines
from nosology.coding.services.attributes.facts import attributes
from nosology.coding.services.catalogue import area_of, catalogue, system_of_code
from nosology.coding.services.catalogue.conditions import Truth, conditions
from nosology.coding.services.catalogue.units import units
from nosology.coding.services.visits.numbers import CIRCUMSTANCES

ON = dt.date(2026, 4, 14)
FEWEST = 1500
OF_THE_ENCOUNTER = frozenset({"age", "sex", "payer", "setting", "specialty", "patient", "with"})


def test_holds_the_most_billed_services() -> None:
    assert len(catalogue().by_code) >= FEWEST


def test_every_number_is_valid_and_has_a_label(code_book: SqliteCodeBook) -> None:
    codes = sorted(catalogue().by_code)
    invalid = [code for code in codes if not code_book.is_billable(code, ON, system_of_code(code))]
    assert invalid == []
    shown = {code: code_book.lookup(code, ON, system_of_code(code)).display for code in codes}
    assert [code for code, label in shown.items() if not label] == []


def test_every_condition_asks_for_what_can_be_told() -> None:
    known = attributes().keys() | OF_THE_ENCOUNTER | CIRCUMSTANCES
    known |= drugs.TOLD | infusions.TOLD | vaccines.TOLD
    asked = {
        condition.name: entry.code
        for entry in catalogue().by_code.values()
        for condition in entry.when
    }
    asked |= {
        entry.units.attribute: entry.code
        for entries in catalogue().by_concept.values()
        for entry in entries
        if entry.units.attribute
    }
    assert {name: code for name, code in asked.items() if name not in known} == {}


def test_every_concept_that_is_billed_has_words_and_no_two_share_them() -> None:
    concepts = catalogue().concepts.values()
    assert [concept.name for concept in concepts if not concept.terms] == []
    bags = Counter(
        frozenset(bag)
        for concept in concepts
        for bag in {frozenset(bag_of(term)) for term in concept.terms}
    )
    assert [sorted(bag) for bag, times in bags.items() if times > 1 or not bag] == []


def test_concepts_named_in_conditions_and_inclusions_exist() -> None:
    known = catalogue()
    named = {
        value: entry.code
        for entries in known.by_concept.values()
        for entry in entries
        for condition in entry.when
        if condition.name == "with"
        for value in condition.values
    }
    assert {value: code for value, code in named.items() if value not in known.concepts} == {}


@pytest.mark.parametrize(
    ("cell", "told", "truth"),
    [
        ("side=left", ("left",), Truth.YES),
        ("side=left|right", ("right",), Truth.YES),
        ("side=left", (), Truth.UNTOLD),
        ("side!=left", ("left",), Truth.NO),
        ("site=face", ("cheek", "face"), Truth.YES),
        ("cm<=2.5", (Decimal("2.5"),), Truth.YES),
        ("cm>2.5", (Decimal("2.5"),), Truth.NO),
        ("views=2", (Decimal(2),), Truth.YES),
        ("views=*", (Decimal(2),), Truth.YES),
    ],
)
def test_condition(cell: str, told: tuple[str | Decimal, ...], truth: Truth) -> None:
    (condition,) = conditions(cell)
    assert condition.of(told) is truth


@pytest.mark.parametrize("cell", ["side", "cm<=long", "=left", "Side=left"])
def test_what_is_no_condition_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match=r"condition|number"):
        conditions(cell)


@pytest.mark.parametrize(
    ("cell", "number", "expected"),
    [
        ("", None, 1),
        ("count", 3, 3),
        ("count-1", 1, 0),
        ("minutes/15", 31, 3),
        ("(minutes-30)/30", 95, 3),
        ("count", None, None),
    ],
)
def test_units(cell: str, number: int | None, expected: int | None) -> None:
    told = None if number is None else Decimal(number)
    assert units(cell).of(lambda _: told) == expected


def test_a_table_belongs_to_the_area_before_its_hyphen() -> None:
    assert area_of("procedures-skin.tsv") == "procedures"
    assert area_of("visits.tsv") == "visits"
