"""Times of infusions as they are written, and the hours that they make."""

from __future__ import annotations

import pytest

from nosology.coding.services.infusions.hierarchy import further_hours
from nosology.coding.services.infusions.times import Ran, ran


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("0900-1015", 75),
        ("09:00 to 10:15", 75),
        ("9:00 am - 10:15 am", 75),
        ("11:30 - 1:00 pm", 90),
        ("0910 -> 1225", 195),
        ("start 1000, stop 1020", 20),
        ("Started at 9:05 am; ended at 9:35 am", 30),
        ("Pump on 13:00, off 15:08", 128),
        ("2330-0030", 60),
        ("over 90 minutes", 90),
        ("infused over 1 hour and 30 minutes", 90),
        ("over 46 hours", 2760),
        ("over two hours", 120),
        ("for half an hour", 30),
    ],
)
def test_minutes(text: str, minutes: int) -> None:
    found = ran(text, 0, len(text))
    assert found.minutes == minutes
    assert found.last > found.first


@pytest.mark.parametrize(
    "text",
    ["START 10:05 STOP ____", "at 0905", "observed 30 minutes", "vitals every 30 min", "4/12/2026"],
)
def test_no_length_is_told(text: str) -> None:
    assert ran(text, 0, len(text)).minutes is None


def test_a_lone_time_is_a_start() -> None:
    assert ran("given at 0905", 0, 13).start == 9 * 60 + 5


def test_minutes_beside_each_other() -> None:
    one, other = Ran(600, 720, 120), Ran(660, 780, 120)
    assert one.minutes_beside(other) == 60
    assert one.minutes_beside(Ran(720, 780, 60)) == 0
    assert one.minutes_beside(Ran(None, None, 60)) == 0


@pytest.mark.parametrize(
    ("minutes", "hours"),
    [(16, 0), (60, 0), (90, 0), (91, 1), (150, 1), (151, 2), (210, 2), (211, 3)],
)
def test_further_hours(minutes: int, hours: int) -> None:
    assert further_hours(minutes) == hours
