from __future__ import annotations

from decimal import Decimal

import pytest

from nosology.coding.guidelines.body_mass import adult_code, child_code


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("18.2", "Z681"),
        ("19.9", "Z681"),
        ("20.0", "Z6820"),
        ("29.95", "Z6830"),
        ("32.4", "Z6832"),
        ("39.9", "Z6839"),
        ("40", "Z6841"),
        ("44.9", "Z6841"),
        ("45.0", "Z6842"),
        ("69.9", "Z6844"),
        ("70", "Z6845"),
        ("99", "Z6845"),
    ],
)
def test_adult_index(value: str, code: str) -> None:
    assert adult_code(Decimal(value)) == code


@pytest.mark.parametrize(
    ("value", "code"),
    [("4.9", "Z6851"), ("5", "Z6852"), ("84.9", "Z6852"), ("85", "Z6853"), ("95", "Z6854")],
)
def test_percentile_of_a_child(value: str, code: str) -> None:
    assert child_code(Decimal(value), is_of_95th=False) == code


@pytest.mark.parametrize(
    ("value", "code"),
    [("100", "Z6854"), ("119.9", "Z6854"), ("120", "Z6855"), ("139", "Z6855"), ("140", "Z6856")],
)
def test_percent_of_the_95th_percentile(value: str, code: str) -> None:
    assert child_code(Decimal(value), is_of_95th=True) == code
