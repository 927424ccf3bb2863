"""What is said of a code before it is reported."""

from __future__ import annotations

import datetime as dt

import pytest

from nosology.codesets.cautions import warnings_of
from nosology.model.code import Code, System

CODE = Code(
    System.HCPCS,
    "J0000",
    "a drug",
    billable=True,
    release="2026Q2",
    valid_from=dt.date(2024, 1, 1),
    valid_to=dt.date(2026, 3, 31),
)


@pytest.mark.parametrize(
    ("on", "warnings"),
    [
        (None, ()),
        (dt.date(2024, 1, 1), ()),
        (dt.date(2026, 3, 31), ()),
        (dt.date(2023, 12, 31), ("not valid on 2023-12-31: it begins on 2024-01-01",)),
        (dt.date(2026, 4, 1), ("not valid on 2026-04-01: it ends on 2026-03-31",)),
    ],
)
def test_a_date_outside_of_the_code_s_own_is_warned_of(
    on: dt.date | None, warnings: tuple[str, ...]
) -> None:
    assert warnings_of(CODE, on) == warnings


def test_a_release_of_another_date_is_warned_of() -> None:
    told = warnings_of(CODE, dt.date(2025, 1, 1), is_covered=False)
    assert told == ("no installed release covers 2025-01-01; release 2026Q2 answers",)
