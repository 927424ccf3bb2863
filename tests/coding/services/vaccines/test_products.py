"""The table of vaccines agrees with the catalogue, and every number is valid."""

from __future__ import annotations

import datetime as dt

from nosology.codesets.book import SqliteCodeBook
from nosology.coding.services.catalogue import catalogue, system_of_code
from nosology.coding.services.vaccines.products import joined, products
from tests.coding.services.supplied_cases import ON

ADMINISTRATION = "vaccine-administration"


def _concepts() -> set[str]:
    return {
        name
        for name, concept in catalogue().concepts.items()
        if concept.area == "vaccines" and name != ADMINISTRATION
    }


def test_every_vaccine_is_described() -> None:
    assert _concepts() == set(products())


def test_every_number_is_valid(code_book: SqliteCodeBook) -> None:
    day = dt.date.fromisoformat(ON)
    invalid = [
        entry.code
        for entries in catalogue().by_concept.values()
        for entry in entries
        if entry.area == "vaccines"
        and not code_book.is_billable(entry.code, day, system_of_code(entry.code))
    ]
    assert invalid == []


def test_parts_are_vaccines_and_name_one() -> None:
    parts = [product.parts for product in products().values() if product.parts]
    assert len(parts) == len(set(parts))
    assert all(part in products() for held in parts for part in held)
    assert joined(frozenset({"dtap", "polio"})) == "dtap-ipv"
    assert joined(frozenset({"tdap", "polio"})) == ""


def test_components_are_counted() -> None:
    counted = {name: products()[name].components for name in ("tdap", "mmr", "mmrv", "hpv-9")}
    assert counted == {"tdap": 3, "mmr": 3, "mmrv": 4, "hpv-9": 1}
