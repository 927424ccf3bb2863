"""Services of one sex."""

from __future__ import annotations

import pytest

from nosology.edits.families.sexes import sex_of
from nosology.model.encounter import Sex


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("55866", Sex.MALE),
        ("52601", Sex.MALE),
        ("G0103", Sex.MALE),
        ("58150", Sex.FEMALE),
        ("59400", Sex.FEMALE),
        ("88175", Sex.FEMALE),
    ],
)
def test_services_of_one_sex(service: str, expected: Sex) -> None:
    found = sex_of(service)
    assert found is not None
    assert found[0] is expected


@pytest.mark.parametrize(
    "service", ["52000", "50590", "55920", "55970", "55980", "76856", "77067", "88173", "00840", ""]
)
def test_services_of_either_sex(service: str) -> None:
    assert sex_of(service) is None
