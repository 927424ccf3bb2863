"""The table of doses: well formed, each code known, the dose of each unit as published."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from nosology.codesets.book import SqliteCodeBook
from nosology.coding.services.catalogue import catalogue, system_of_code
from nosology.coding.services.drugs.doses import COUNTED, Container, doses, former_codes
from nosology.model.code import System
from tests.coding.services.supplied_cases import ON

FEWEST = 350
_UNITS = {
    **{"mg": "mg", "milligrams": "mg", "mcg": "mcg", "microgram": "mcg", "micrograms": "mcg"},
    **{"g": "g", "gm": "g", "gram": "g", "grams": "g", "unit": "unit", "units": "unit"},
    **{
        "iu": "unit",
        "i.u.": "unit",
        "usp units": "unit",
        "usp unit": "unit",
        "ml": "mL",
        "cc": "mL",
        "meq": "mEq",
    },
    **{"millicurie": "mCi", "millicuries": "mCi", "microcurie": "uCi", "microcuries": "uCi"},
}
_DOSE = re.compile(
    r"(?:(\d[\d,]*(?:\.\d+)?|\.\d+)\s?|(?:per|each) )"
    r"(milligrams|mg|mcg|micrograms?|grams?|gm?|usp units?|units?|iu|i\.u\.|ml|cc|meq"
    r"|millicuries?|microcuries?)(?![a-z])"
)


def test_there_are_enough() -> None:
    assert len(doses()) >= FEWEST


def test_every_drug_of_the_catalogue_has_a_dose() -> None:
    named = {
        entry.code
        for entries in catalogue().by_concept.values()
        for entry in entries
        if entry.area == "drugs"
    }
    assert named == {code for code, dose in doses().items() if dose.last is None}


def test_every_code_is_valid_or_has_ended(code_book: SqliteCodeBook) -> None:
    day = dt.date.fromisoformat(ON)
    invalid = [
        dose.code
        for dose in doses().values()
        if (dose.last is None or dose.last >= day)
        and not code_book.is_billable(dose.code, day, system_of_code(dose.code))
    ]
    assert invalid == []


def test_a_code_that_ended_has_one_that_stands() -> None:
    ended = {dose.code for dose in doses().values() if dose.last is not None}
    assert {former.code for former in former_codes()} == ended
    assert all(doses()[former.replaced_by].last is None for former in former_codes())


def test_a_suffix_names_one_product() -> None:
    biosimilars = [code for code in doses() if code.startswith("Q51")]
    assert len(biosimilars) > 40
    concepts = [
        (entry.concept, entry.when)
        for entries in catalogue().by_concept.values()
        for entry in entries
        if entry.code in biosimilars
    ]
    assert len(concepts) == len(set(concepts))


def test_units_are_begun_ones() -> None:
    dose = doses()["J1885"]
    assert [dose.units(Decimal(amount), "mg") for amount in (15, 16, 60)] == [1, 2, 4]
    assert dose.units(Decimal("0.03"), "g") == 2
    assert dose.units(Decimal(1), "mL") is None


def test_containers() -> None:
    assert doses()["J0897"].container is Container.SINGLE
    assert doses()["J9267"].container is Container.MULTIPLE
    assert doses()["J3420"].container is Container.UNKNOWN


@pytest.mark.shared
def test_units_are_those_of_hcpcs(shared_data: Path) -> None:
    published = dict(_hcpcs(shared_data))
    wrong = []
    for dose in doses().values():
        if system_of_code(dose.code) is not System.HCPCS or dose.unit in COUNTED:
            continue
        assert dose.code in published, dose.code
        amounts = set(published[dose.code])
        # Combinations are told by their parts or by the whole.
        whole = {(sum(value for value, _ in published[dose.code]), unit) for _, unit in amounts}
        if (dose.amount, dose.unit) not in amounts | whole | {(Decimal(1), "mg")} and amounts:
            wrong.append((dose.code, dose.amount, dose.unit, amounts))
    assert wrong == []


@pytest.mark.shared
def test_units_are_those_of_medicare_prices(shared_data: Path) -> None:
    wrong = []
    for code, amount, unit in _prices(shared_data):
        dose = doses().get(code)
        if dose is None or dose.unit in COUNTED or unit not in _UNITS:
            continue
        if dose.in_own_unit(amount, _UNITS[unit]) != dose.amount:
            wrong.append((code, amount, unit, dose.amount, dose.unit))
    assert wrong == []


def _hcpcs(folder: Path) -> Iterator[tuple[str, list[tuple[Decimal, str]]]]:
    path = folder / "codesets" / "hcpcs" / "hcpcs_level2_2026q2_combined.csv"
    with path.open(encoding="utf-8", errors="replace") as file:
        for row in csv.DictReader(file):
            text = (row["long"] or row["short"]).lower()
            yield (
                row["code"],
                [
                    (Decimal((number or "1").replace(",", "")), _UNITS[unit])
                    for number, unit in _DOSE.findall(text)
                ],
            )


def _prices(folder: Path) -> Iterator[tuple[str, Decimal, str]]:
    (path,) = (folder / "codesets" / "asp_2026_01").glob("*Payment Limit*")
    with path.open(encoding="cp1252") as file:
        for row in csv.reader(file):
            if len(row) > 2 and re.fullmatch(r"[A-Z0-9]{5}", row[0]):
                match = re.fullmatch(r"([\d,.]+)\s*([A-Za-z.]+)", row[2].strip())
                if match:
                    yield row[0], Decimal(match[1].replace(",", "")), match[2].lower()
