"""Values of elements: days, amounts, counts. What is no such value is None, never an error."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

AMOUNT = "expected an amount or count such as 120.00"
DAY = "expected a day of the calendar as CCYYMMDD"
_DAY_DIGITS = 8
_LONGEST_NUMBER = 20
"""An amount has up to 18 digits, a sign and a point."""


def day(text: str) -> dt.date | None:
    """Return the day that ``CCYYMMDD`` names; a time behind it (``CCYYMMDDHHMM``) is left out."""
    if len(text) not in {_DAY_DIGITS, 12, 14} or not (text.isascii() and text.isdigit()):
        return None
    try:
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def days(text: str) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and the last day of a range ``CCYYMMDD-CCYYMMDD``."""
    first, _, last = text.partition("-")
    return day(first), day(last)


def number(text: str) -> Decimal | None:
    """Return a decimal number as it is written."""
    digits = text.removeprefix("-").replace(".", "", 1)
    if len(text) > _LONGEST_NUMBER or not (digits.isascii() and digits.isdigit()):
        return None
    return Decimal(text)


def count(text: str) -> Decimal | None:
    """Return a decimal number, a whole one without decimals: ``1.00`` is 1."""
    read = number(text)
    if read is None or read != read.to_integral_value():
        return read
    return read.to_integral_value()
