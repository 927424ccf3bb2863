"""Loaded miles: tenths rounded up below a hundred, whole miles above, never what was empty."""

from __future__ import annotations

from decimal import Decimal

import pytest

from nosology.coding.services.transport.miles import billed, loaded


@pytest.mark.parametrize(
    ("miles", "rounded"),
    [("11.13", "11.2"), ("11.10", "11.1"), ("99.91", "100"), ("100.2", "101"), ("0.04", "0.1")],
)
def test_rounding(miles: str, rounded: str) -> None:
    assert billed(Decimal(miles)) == Decimal(rounded)


@pytest.mark.parametrize(
    ("text", "miles"),
    [
        ("Loaded mileage 3.5.", ["3.5"]),
        ("7.2 loaded miles out, 7.4 loaded miles back.", ["7.2", "7.4"]),
        ("Mileage to scene 5.1 (empty).", []),
        ("Odometer at scene 45,210.3; at destination 45,216.7.", ["6.4"]),
        ("Odometer not recorded.", []),
        ("Speed limit 35 miles per hour.", []),
    ],
)
def test_what_is_told(text: str, miles: list[str]) -> None:
    assert [str(told.miles) for told in loaded(text, 0, 0)] == miles
