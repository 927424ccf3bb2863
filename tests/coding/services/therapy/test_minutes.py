"""Minutes to units: the total of the day decides, and never more than it allows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.coding.services.therapy.minutes import allotted, quarters


@pytest.mark.parametrize(
    ("minutes", "units"), [(7, 0), (8, 1), (22, 1), (23, 2), (37, 2), (38, 3), (53, 4)]
)
def test_quarters(minutes: int, units: int) -> None:
    assert quarters(minutes) == units


@pytest.mark.parametrize(
    ("minutes", "units"),
    [
        ([16, 8], [1, 1]),
        ([20, 9, 7], [1, 1, 0]),
        ([24, 23], [2, 1]),
        ([7, 7], [1, 0]),
        ([5], [0]),
        ([33, 7], [2, 1]),
    ],
)
def test_allotted(minutes: list[int], units: list[int]) -> None:
    assert allotted(minutes) == units


def test_a_lower_total_that_is_told_decides() -> None:
    assert allotted([30], 22) == [1]


@given(st.lists(st.integers(0, 120), max_size=6))
def test_units_never_exceed_what_the_total_allows(minutes: list[int]) -> None:
    assert sum(allotted(minutes)) <= quarters(sum(minutes))
