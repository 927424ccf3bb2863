"""How long breathing was assisted: consecutive hours from what the record says of begin and end."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from nosology.coding.inpatient.procedures.acts import Act
from nosology.model.reading import Reading

_MOMENT = re.compile(
    r"(?:(?P<month>\d{1,2})/(?P<day>\d{1,2})(?:/\d{2,4})?(?:\s*(?:at|@|,)?\s*)?)?"
    r"(?:\b(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?:\s*(?P<half>am|pm))?\b"
    r"|\b(?P<clock>(?:[01]\d|2[0-3])[0-5]\d)\b(?!\s*(?:mL|g\b|mg|/))"
    r"|(?<=\d)(?!\d))(?:\s+on\s+(?P<late_month>\d{1,2})/(?P<late_day>\d{1,2})\b)?",
    re.IGNORECASE,
)
_HOURS = re.compile(
    r"(?<![/\d])(?P<number>\d+(?:\.\d+)?)[- ]*(?P<unit>hours?|hrs?|h\b|days?)", re.IGNORECASE
)
_NUMBERS = {
    name: value
    for value, name in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1
    )
}
_IN_WORDS = re.compile(
    rf"\b(?P<number>{'|'.join(_NUMBERS)})[- ](?P<unit>days?|hours?)", re.IGNORECASE
)
_MINUTES = re.compile(r"\b(?P<number>\d+)[- ]?min(?:ute)?s?\b", re.IGNORECASE)
_SPAN = re.compile(r"\s*(?:-|–|—|to|until|through|thru|till|→|->)\s*")
_VENT_BEGINS = re.compile(
    r"\b(?:re-?)?intubat(?:ed|ion)|\bvent(?:ilator|ilation)? (?:start|began|initiat)\w*|\bSIMV from"
    r"|\bvent(?:ilator)? (?:AC|SIMV|PRVC|PC|VC)\b"
    r"|\b(?:placed|put|arrived) on (?:our |the |a |mechanical )*vent|\bon (?:our|the) ventilator"
    r"|\bmechanical ventilation (?:from|since|started|begun|initiated)",
    re.IGNORECASE,
)
_VENT_ENDS = re.compile(
    r"(?<!self-)\bextubat\w+|\boff (?:the )?vent\w*|\bliberat\w+"
    r"|\bventilat\w+ (?:off|discontinued|stopped)"
    r"|\bventilat\w+ (?:was |were )?(?:continued )?until|\bwean\w+ (?:off"
    r"|from) (?:the )?vent\w*|\bterminal wean|\bexpired|\bdied",
    re.IGNORECASE,
)
_DAY, _HALF_DAY, _HOUR = 24.0, 12, 60
_LEAST, _MOST = 24.0, 96.0
_OTHER = re.compile(
    r"\b(?:HFNC|BiPAP|CPAP|high[- ]flow|intubat\w+|extubat\w+|nasal cannula|trach\w+)\b",
    re.IGNORECASE,
)
_LEAP_NEUTRAL = 2026


@dataclass(frozen=True, slots=True)
class _Moment:
    start: int
    end: int
    day: int | None
    minutes: int | None


def hours_value(act: Act) -> str | None:
    """Return the duration's value, or None where the record does not tell how long."""
    span = _span(act)
    if span is None:
        return None
    return _value(span)


def _value(span: tuple[float, float]) -> str | None:
    least, most = span
    if most < _LEAST:
        return "3"
    if least >= _LEAST and most <= _MOST:
        return "4"
    return "5" if least > _MOST else None


_FEWEST_EPISODES = 2
_LONGEST_COURSE = 60_000
"""Longer documents hold more than one course: begin and end in them are not those of one."""


def episode_values(reading: Reading) -> tuple[str, ...]:
    """Return the durations' values of the stretches of ventilation, empty for fewer than two.

    A stretch ends with an extubation; the next one begins with a new intubation, and its hours
    are counted anew.
    """
    if len(reading.text) > _LONGEST_COURSE:
        return ()
    if len(_VENT_BEGINS.findall(reading.text)) < _FEWEST_EPISODES:
        return ()
    spans: list[tuple[float, float]] = []
    begin: _Moment | None = None
    for sentence in reading.sentences:
        said = reading.said(sentence).replace("\n", " ")
        events = [(found.start(), True, found) for found in _VENT_BEGINS.finditer(said)]
        events += [(found.start(), False, found) for found in _VENT_ENDS.finditer(said)]
        for _, is_begin, found in sorted(events, key=lambda event: event[:2]):
            if is_begin:
                begin = begin or _nearest(said, found)
            elif begin is not None:
                end = _nearest(said, found)
                span = _between(begin, end) if end else None
                begin = None
                if span:
                    spans.append(span)
    values = tuple(value for value in map(_value, spans) if value)
    return values if len(values) >= _FEWEST_EPISODES else ()


def _span(act: Act) -> tuple[float, float] | None:
    """The fewest and most hours that the record allows."""
    own = act.own.text
    if "breathing" not in act.row.how:
        return _from_begin_to_end(act, True)
    at = act.mention.start - act.own.start
    behind = own[at:]
    named = act.mention.end - act.mention.start
    other = _OTHER.search(behind, named)
    behind = behind[: other.start()] if other else behind
    for text in dict.fromkeys((behind, own)):
        found = _range_in(text) or _told_in(text)
        if found:
            return found
    is_ventilation = "airway" in act.row.how
    between = _from_begin_to_end(act, is_ventilation)
    if between:
        return between
    for piece in act.rest:
        if is_ventilation and re.search(r"\bvent|\bintubat|\bextubat", piece.text, re.IGNORECASE):
            found = _range_in(piece.text) or _told_in(piece.text)
            if found:
                return found
    return None


def _moments(text: str) -> Iterator[_Moment]:
    for found in _MOMENT.finditer(text):
        if not found.group().strip():
            continue
        day = None
        if found["month"] or found["late_month"]:
            month, number = found["month"] or found["late_month"], found["day"] or found["late_day"]
            try:
                date = dt.date(_LEAP_NEUTRAL, int(month), int(number))
            except ValueError:
                continue
            day = date.toordinal()
        minutes = None
        if found["clock"]:
            minutes = int(found["clock"][:2]) * _HOUR + int(found["clock"][2:])
        elif found["hour"]:
            hour = int(found["hour"])
            half = (found["half"] or "").lower()
            if half == "pm" and hour < _HALF_DAY:
                hour += _HALF_DAY
            elif half == "am" and hour == _HALF_DAY:
                hour = 0
            minutes = hour * _HOUR + int(found["minute"])
        if day is None and minutes is None:
            continue
        yield _Moment(found.start(), found.end(), day, minutes)


def _range_in(text: str) -> tuple[float, float] | None:
    moments = list(_moments(text))
    for one, other in pairwise(moments):
        if _SPAN.fullmatch(text[one.end : other.start]):
            return _between(one, other)
    return None


def _between(one: _Moment, other: _Moment) -> tuple[float, float] | None:
    if one.day is None and other.day is None:
        if one.minutes is None or other.minutes is None or other.minutes <= one.minutes:
            return None
        hours = (other.minutes - one.minutes) / _HOUR
        return hours, hours
    first = one.day if one.day is not None else other.day
    last = other.day if other.day is not None else one.day
    if first is None or last is None or last < first:
        return None
    days = last - first
    if (one.minutes is None) is not (other.minutes is None):
        return None
    if one.minutes is not None and other.minutes is not None:
        hours = days * _DAY + (other.minutes - one.minutes) / _HOUR
        return (hours, hours) if hours > 0 else None
    return max(0.0, (days - 1) * _DAY), (days + 1) * _DAY


def _told_in(text: str) -> tuple[float, float] | None:
    found = _HOURS.search(text)
    if found:
        amount = float(found["number"])
        hours = amount * (_DAY if found["unit"].lower().startswith("d") else 1)
        if "day" in found["unit"].lower() and re.search(r"\bday[- ]?\d", text, re.IGNORECASE):
            return None
        return hours, hours
    word = _IN_WORDS.search(text)
    if word:
        amount = _NUMBERS[word["number"].lower()]
        hours = amount * (_DAY if word["unit"].lower().startswith("d") else 1)
        return hours, hours
    minutes = _MINUTES.search(text)
    if minutes:
        return float(minutes["number"]) / _HOUR, float(minutes["number"]) / _HOUR
    return None


def _from_begin_to_end(act: Act, is_ventilation: bool) -> tuple[float, float] | None:
    reading = act.reading
    if len(reading.text) > _LONGEST_COURSE:
        return None
    begin = end = None
    name = re.escape(reading.text[act.mention.start : act.mention.end].split()[-1])
    begins = (
        _VENT_BEGINS
        if is_ventilation
        else re.compile(
            rf"\b(?:to|on|started|from) (?:\w+ )?{name}|{name} (?:from|started)", re.IGNORECASE
        )
    )
    ends = (
        _VENT_ENDS
        if is_ventilation
        else re.compile(
            rf"{name} off|off {name}|then (?:room air|NC)|weaned (?:off|to)", re.IGNORECASE
        )
    )
    for sentence in reading.sentences:
        said = reading.said(sentence).replace("\n", " ")
        if begin is None and (found := begins.search(said)):
            begin = _nearest(said, found)
        if found := ends.search(said):
            end = _nearest(said, found) or end
    if begin is None or end is None:
        return None
    return _between(begin, end)


def _nearest(text: str, found: re.Match[str]) -> _Moment | None:
    moments = list(_moments(text))
    if not moments:
        return None
    return min(
        moments,
        key=lambda moment: min(abs(moment.start - found.end()), abs(found.start() - moment.end)),
    )
