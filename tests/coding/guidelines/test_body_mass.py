from __future__ import annotations

from decimal import Decimal

import pytest

from nosology.coding.guidelines.body_mass import adult_code


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
