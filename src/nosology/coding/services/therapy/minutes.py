"""Minutes and units: quarter hours added up over the day, or rounded service by service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nosology.coding.services.acts import Act
from nosology.coding.services.draft import ServiceCase
from nosology.model.record import Span

_QUARTER = 15
_LEAST = 8


@dataclass(frozen=True, slots=True)
class Minutes:
    """Minutes that are told of a service."""

    number: int
    span: Span


def minutes_of(act: Act, case: ServiceCase, others: Sequence[Act]) -> Minutes | None:
    """Return the minutes told of the act: behind it up to the next service, else before it."""
    reading, sentence = act.reading, act.sentence
    text = reading.text
    line_end = text.find("\n", act.mention.end)
    end = len(text) if line_end < 0 else line_end
    start = max(sentence.start, act.line_start)
    for other in others:
        if other.reading.index != reading.index:
            continue
        if start < other.mention.end <= act.mention.start:
            start = other.mention.end
        if act.mention.end <= other.mention.start < end:
            end = other.mention.start
    found = case.facts.in_document(reading, "minutes")
    behind = [told for told in found if act.mention.end <= told.start < end]
    before = [told for told in found if start <= told.start and told.end <= act.mention.start]
    told = behind[0] if behind else before[-1] if before else None
    if told is None:
        return None
    return Minutes(int(str(told.value).split(".")[0]), Span(told.start, told.end, reading.index))


def quarters(minutes: int) -> int:
    """Return the quarter hours of a time: one is full with its eighth minute."""
    return (minutes + _QUARTER - _LEAST) // _QUARTER if minutes >= _LEAST else 0


def allotted(minutes: Sequence[int], total: int | None = None) -> list[int]:
    """Return the units of timed services, whose sum follows from the total of their minutes.

    Each service has a unit for every full quarter hour; what the total allows beyond goes to those
    with the most minutes left.

    Args:
        minutes: of each service.
        total: timed minutes of the day as the record tells them, where that is less.
    """
    summed = sum(minutes) if total is None else min(total, sum(minutes))
    allowed = quarters(summed)
    units = [number // _QUARTER for number in minutes]
    while sum(units) > allowed:
        least = min((i for i, unit in enumerate(units) if unit), key=lambda i: minutes[i])
        units[least] -= 1
    left = sorted(
        range(len(minutes)), key=lambda i: (-(minutes[i] - units[i] * _QUARTER), -minutes[i], i)
    )
    for place in left:
        if sum(units) >= allowed:
            break
        if minutes[place] - units[place] * _QUARTER > 0:
            units[place] += 1
    return units
