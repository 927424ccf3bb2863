"""The total time of a visit on its date, without time that belongs to other services.

Source: CPT E/M guidelines 2023, time: only the time of the physician or other qualified
professional counts, and none of what is reported by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nosology.coding.services.visits.said import Said, Words, cues
from nosology.model.record import Span

_MINUTES = ("minutes", "minutes2", "minutes3", "minutes4", "minutes5", "minutes6", "minutes7")
_HOURS = (("hours", "and"), ("hours2", "and2"))
_LONGEST = 240
"""Minutes beyond which a visit's time is asked about rather than billed."""
_PART = re.compile(r"(\d{1,3})\s*min")


@dataclass(frozen=True, slots=True)
class TotalTime:
    """Minutes that the record tells as the total of the visit, and where."""

    minutes: int
    span: Span


def total(words: Words) -> TotalTime | None:
    """Return the total time; None where the record tells none of the visit as a whole."""
    found = [item for item in _told(words) if 0 < item.minutes <= _LONGEST]
    said_total = [item for item in found if "total" in _text(words, item)]
    if not found:
        return _summed(words)
    item = (said_total or found)[0]
    apart = next(
        (said for said in words.all("minutes_apart") if said.reading.index == item.span.document),
        None,
    )
    return TotalTime(item.minutes - minutes_of(apart), item.span) if apart else item


def unlikely(words: Words) -> TotalTime | None:
    """Return a total time that is longer than a visit is believed to be; None for none."""
    return next((item for item in _told(words) if item.minutes > _LONGEST), None)


def _told(words: Words) -> list[TotalTime]:
    return [
        TotalTime(minutes_of(said), said.span)
        for said in words.meant("total_time")
        if _is_of_visit(said)
    ]


def _summed(words: Words) -> TotalTime | None:
    """Return the sum of the physician's parts of the day, where they are told one by one."""
    for said in words.meant("physician_time"):
        sentence = said.sentence
        text = words.lower(said.reading)
        parts = [int(part) for part in _PART.findall(text, said.end, sentence.end)]
        if len(parts) > 1:
            if sum(parts) > _LONGEST:
                return None
            return TotalTime(sum(parts), Span(said.start, sentence.end, said.reading.index))
    return None


def minutes_of(said: Said) -> int:
    """Return the minutes that the words tell."""
    for name in _MINUTES:
        if name in said.groups:
            return int(said.groups[name])
    for hours, rest in _HOURS:
        if hours in said.groups:
            return int(said.groups[hours]) * 60 + int(said.groups.get(rest, 0))
    return 0


def _is_of_visit(said: Said) -> bool:
    excluded = said.part
    # "35 minutes, excluding the procedure" speaks of the visit.
    for word in (
        "exclu",
        "not includ",
        "exclusive",
        "separate",
        "apart from",
        "outside of",
        "in addition to",
    ):
        at = excluded.find(word)
        if at >= 0:
            excluded = excluded[:at]
    return not cues()["time_of_other"].pattern.search(excluded)


def _text(words: Words, item: TotalTime) -> str:
    return words.lower(words.readings[item.span.document])[item.span.start : item.span.end]
