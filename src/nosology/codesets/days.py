"""Days as the store keeps them, numbers of the form yyyymmdd, and spans of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

type Span = tuple[int, int | None]
"""First and last day, both inclusive; no last day where no end is known."""


def number_of(day: dt.date) -> int:
    """Return the day as the store keeps it."""
    return day.year * 10_000 + day.month * 100 + day.day


def date_of(number: int) -> dt.date:
    """Return the day that the store's number means.

    Raises:
        ValueError: when there is no such day.
    """
    return dt.date(number // 10_000, number // 100 % 100, number % 100)


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, those that touch or overlap made one."""
    found: list[Span] = []
    for first, last in sorted(spans, key=lambda span: span[0]):
        if found:
            begun, ended = found[-1]
            if ended is None or first <= _next(ended):
                longer = None if ended is None or last is None else max(ended, last)
                found[-1] = (begun, longer)
                continue
        found.append((first, last))
    return found


def around_day(spans: Iterable[Span], day: int) -> Span | None:
    """Return the joined span that holds the day, or None."""
    for first, last in joined(spans):
        if first <= day and (last is None or day <= last):
            return first, last
    return None


def _next(day: int) -> int:
    return number_of(date_of(day) + dt.timedelta(days=1))
