"""Amounts, National Drug Codes and waste as they are written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from nosology.coding.services.drugs.amounts import Per, amounts, surface, weight
from nosology.coding.services.drugs.doses import doses
from nosology.coding.services.drugs.lines import is_sum_of
from nosology.coding.services.drugs.ndc import ndc_in, normalized
from nosology.coding.services.drugs.waste import waste_in
from nosology.coding.services.drugs.wording import is_not_ours, route_in


@pytest.mark.parametrize(
    ("text", "value", "unit", "per"),
    [
        ("60 mg", "60", "mg", Per.DOSE),
        ("1,000 mcg", "1000", "mcg", Per.DOSE),
        ("2.4 million units", "2400000", "unit", Per.DOSE),
        ("1 L", "1000", "mL", Per.DOSE),
        ("40 mg/mL", "40", "mg", Per.VOLUME),
        ("5 mg/kg", "5", "mg", Per.WEIGHT),
        ("85 mg/m2", "85", "mg", Per.SURFACE),
        ("200 mL/hr", "200", "mL", Per.RATE),
        ("100 mg single-dose vial", "100", "mg", Per.PACKAGE),
        ("20 mEq", "20", "mEq", Per.DOSE),
    ],
)
def test_amounts(text: str, value: str, unit: str, per: Per) -> None:
    (found,) = amounts(text, 0, len(text))
    assert (found.value, found.unit, found.per) == (Decimal(value), unit, per)
    assert text[found.start : found.end] == text


def test_counted_vials() -> None:
    text = "two 150 mg vials"
    (found,) = amounts(text, 0, len(text))
    assert found.total == 300


def test_what_is_no_amount() -> None:
    assert list(amounts("5 mgs2 or T11 unitary", 0, 20)) == []


def test_weight_and_surface() -> None:
    assert weight("Weight: 82.5 kg") == Decimal("82.5")
    assert weight("BMI 30") is None
    assert surface("BSA 1.88") == Decimal("1.88")


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("0409-3796-01", "00409379601"),
        ("50242-040-62", "50242004062"),
        ("60574-4114-1", "60574411401"),
        ("00069-0809-01", "00069080901"),
        ("00069080901", "00069080901"),
        ("0409-379-01", ""),
    ],
)
def test_drug_codes_have_eleven_digits(written: str, digits: str) -> None:
    assert normalized(written) == digits


def test_a_drug_code_is_found_by_its_label() -> None:
    text = "phone 0409-3796-01, NDC# 0409-3796-01"
    assert ndc_in(text, 0, len(text))[0] == "00409379601"
    assert ndc_in(text, 0, 18)[0] == ""


@pytest.mark.parametrize(
    ("text", "amount", "is_none"),
    [
        ("35 mg discarded", "35", False),
        ("wasted 35 mg", "35", False),
        ("no waste", "0", True),
        ("nothing discarded", "0", True),
        ("entire vial used", "0", True),
        ("five 100 mg vials, remainder discarded", "90", False),
    ],
)
def test_waste(text: str, amount: str, is_none: bool) -> None:
    found = waste_in(text, 0, len(text), doses()["Q5103"], Decimal(410))
    assert (found.amount, found.is_none) == (Decimal(amount), is_none)


def test_waste_that_is_not_told() -> None:
    assert waste_in("given slowly", 0, 12, doses()["Q5103"], Decimal(410)).amount is None
    assert waste_in("rest was discarded", 0, 18, doses()["Q5103"], Decimal(410)).is_rest


def test_doses_that_whole_containers_hold() -> None:
    packages = (Decimal(100), Decimal(400))
    assert is_sum_of(Decimal(600), packages)
    assert not is_sum_of(Decimal(650), packages)


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("60 mg IM", "IM"),
        ("in the left deltoid", "IM"),
        ("subcutaneously", "SC"),
        ("IV push", "IV"),
        ("100 mg / 250 mL NS", "IV"),
        ("into the right knee", "IA"),
        ("by nebulizer 0912-0924", "INH"),
        ("4 mg ODT", "PO"),
        ("intravitreal", "IVT"),
        ("slowly", ""),
    ],
)
def test_routes(text: str, route: str) -> None:
    assert route_in(text) == route


def test_whose_drug_it_was() -> None:
    assert is_not_ours("shipped to her home by her specialty pharmacy")
    assert not is_not_ours("given from our stock")
