"""Dates as input writes them."""

from __future__ import annotations

import datetime as dt

from nosology.model.errors import InputError, shown

_LENGTH = len("2026-04-14")


def parse_date(value: str, where: str) -> dt.date:
    """Return the date that ``value`` writes as YYYY-MM-DD.

    Raises:
        InputError: when it is not such a date, or no day of the calendar.
    """
    if len(value) == _LENGTH:
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise InputError(where, f"is {shown(value)}; expected a date of the calendar as YYYY-MM-DD")


def optional_date(value: object, where: str) -> dt.date | None:
    """Return the date that a field holds, or None where it holds none.

    Raises:
        InputError: when it holds something else.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return parse_date(value, where)
    raise InputError(where, f"is {shown(value)}; expected a date of the calendar as YYYY-MM-DD")


def years_from(day: dt.date, years: int) -> dt.date:
    """Return the day so many years later, or earlier for fewer than none.

    The leap day is answered with February 28, as limits of filing take it.
    """
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return dt.date(day.year + years, day.month, last)
