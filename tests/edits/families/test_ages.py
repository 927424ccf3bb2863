"""Ages that services and diagnoses are for."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.edits.families.ages import AgeLimit, ServiceAges, ages_of

DAY = dt.date(2026, 4, 14)
BIRTHS = st.dates(dt.date(1910, 1, 1), DAY)


def _limits(service: str) -> ServiceAges:
    found = ages_of(service)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "services",
    [
        ("99381", "99382", "99383", "99384", "99385", "99386", "99387"),
        ("99391", "99392", "99393", "99394", "99395", "99396", "99397"),
        ("36555", "36556"),
        ("42820", "42821"),
        ("90700", "90715"),
        ("54160", "54161"),
    ],
    ids=lambda services: services[0],
)
@given(born=BIRTHS)
def test_services_by_age_are_for_one_each(services: tuple[str, ...], born: dt.date) -> None:
    assert sum(_limits(service).holds(born, DAY) for service in services) == 1


@given(born=st.dates(dt.date(2020, 4, 15), DAY))
def test_critical_care_of_children_has_a_code_for_each_day_of_life(born: dt.date) -> None:
    # The month in which a child of two years has both codes is that of the 25th month.
    held = [code for code in ("99468", "99471", "99475") if _limits(code).holds(born, DAY)]
    assert held
    assert len(held) == 1 or held == ["99471", "99475"]


@pytest.mark.parametrize(
    ("born", "unit", "expected"),
    [
        (dt.date(2026, 3, 17), "d", 28),
        (dt.date(2026, 3, 15), "m", 0),
        (dt.date(2026, 3, 14), "m", 1),
        (dt.date(2024, 4, 15), "m", 23),
        (dt.date(2024, 2, 29), "y", 2),
        (dt.date(1986, 4, 15), "y", 39),
        (DAY, "y", 0),
    ],
)
def test_age(born: dt.date, unit: str, expected: int) -> None:
    assert AgeLimit(0, unit).age(born, DAY) == expected


def test_a_visit_of_any_age_has_no_limits() -> None:
    assert ages_of("99213") is None
    assert ages_of("9938") is None
    assert ages_of("") is None
