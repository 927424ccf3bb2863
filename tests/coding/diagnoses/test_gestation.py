from __future__ import annotations

import datetime as dt

import pytest

from nosology.coding.diagnoses.gestation import gestation, trimester_of
from nosology.model.reading import Reading
from nosology.model.record import Document

ON = dt.date(2026, 4, 14)


def readings(text: str) -> tuple[Reading, ...]:
    return (Reading(Document(text)),)


@pytest.mark.parametrize(
    ("text", "weeks", "trimester"),
    [
        ("G2P1 at 24 weeks.", 24, "2"),
        ("EGA 28w2d by ultrasound", 28, "3"),
        ("She is 13 weeks pregnant.", 13, "1"),
        ("IUP at 39 weeks gestation", 39, "3"),
        ("Pregnant, 14 wks today", 14, "2"),
        ("a 27-week pregnancy", 27, "2"),
    ],
)
def test_weeks_of_gestation(text: str, weeks: int, trimester: str) -> None:
    found = gestation(readings(text))
    assert found is not None
    assert (found.weeks, found.trimester) == (weeks, trimester)
    assert str(weeks) in text[found.span.start : found.span.end]


@pytest.mark.parametrize(
    "text",
    [
        "Follow up in 6 weeks.",
        "Pain for 3 weeks. Not pregnant.",
        "Return in 80 weeks, pregnant",
        "",
    ],
)
def test_no_weeks_of_gestation(text: str) -> None:
    assert gestation(readings(text)) is None


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        ("Pregnant. LMP 9/22/2025.", 29),
        ("Prenatal visit. EDD: July 1, 2026", 28),
        ("Prenatal visit, EDD 2026-04-14", 40),
        ("Pregnant, due date 10/01/26", 15),
    ],
)
def test_weeks_by_the_due_date_or_the_last_period(text: str, weeks: int) -> None:
    found = gestation(readings(text), ON)
    assert found is not None
    assert found.weeks == weeks
    assert gestation(readings(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "LMP 3/1/2026, regular.",
        "Pregnant, EDD 2/30/2026",
        "Pregnant, prior delivery at 34 weeks",
        "History of preterm birth with pregnancy at 30 weeks",
        "Seen 6 weeks after delivery",
        "First trimester screening was normal in pregnancy",
        "Pregnancy: bled in the first trimester, now in the third trimester",
    ],
)
def test_what_does_not_tell_how_far_the_pregnancy_is(text: str) -> None:
    assert gestation(readings(text), ON) is None


def test_the_trimester_alone() -> None:
    found = gestation(readings("Third trimester pregnancy"))
    assert found is not None
    assert (found.weeks, found.trimester) == (None, "3")


@pytest.mark.parametrize(
    ("weeks", "trimester"), [(13, "1"), (14, "2"), (27, "2"), (28, "3"), (41, "3")]
)
def test_trimester(weeks: int, trimester: str) -> None:
    assert trimester_of(weeks) == trimester
