"""Days reckoned by years."""

from __future__ import annotations

import datetime as dt

import pytest

from nosology.model.dates import years_from


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [
        ("2026-04-14", 1, "2027-04-14"),
        ("2026-04-14", -3, "2023-04-14"),
        ("2024-02-29", 1, "2025-02-28"),
        ("2024-02-29", -3, "2021-02-28"),
    ],
)
def test_the_day_so_many_years_away(day: str, years: int, expected: str) -> None:
    assert years_from(dt.date.fromisoformat(day), years) == dt.date.fromisoformat(expected)
