"""When something ran: start, stop and length in minutes, as records of infusions tell it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nosology.coding.services.attributes.numbers import number_of

_DAY = 24 * 60
_HOUR = 60
_HALF = 12
_FLOWSHEET_LINES = 300
_TIME = (
    r"(?P<{0}h>[01]?\d|2[0-4]):?(?P<{0}m>[0-5]\d)\s*(?:hrs?\b|hours\b)?"
    r"\s*(?P<{0}p>[ap]\.?\s?m\b\.?)?"
)
_AT = r"(?:\s*(?:time|at|infusion))*\s*[:=@-]?\s*"
_LABEL_START = rf"\b(?:start(?:ed|ing)?|began|begun|begin|initiated|hung|from|on){_AT}"
_LABEL_STOP = (
    r"\b(?:stop(?:ped|ping)?|end(?:ed|ing)?|complet\w+|finish\w*|discontinued|off|until|through|thru"
    rf"|to|d/c){_AT}"
)
_LABELED = re.compile(
    rf"{_LABEL_START}{_TIME.format('a')}(?P<gap>[^\d]{{0,60}}?)"
    rf"{_LABEL_STOP}{_TIME.format('b')}(?![\d/-])",
    re.IGNORECASE,
)
_FLOWSHEET = re.compile(
    rf"^[ \t|*-]*{_TIME.format('a')}[ \t|:-]+[^\n]*\b(?:start(?:ed)?|hung|initiated|began|begun)\b"
    rf"[^\n]*\n[ \t|*-]*{_TIME.format('b')}[ \t|:-]+[^\n]{{0,24}}?"
    r"\b(?:stop(?:ped)?|end(?:ed)?|complet\w+|finish\w*|done|infused)\b",
    re.IGNORECASE | re.MULTILINE,
)
"""Lines that begin with their time: ``1002 drug start``, ``1032 stop``."""
_RANGE = re.compile(
    rf"(?<![\d/.:-]){_TIME.format('a')}\s*(?:-+>?|–|—|→|>|to|until|through|thru)"
    rf"\s*{_TIME.format('b')}(?![\d/:-])",
    re.IGNORECASE,
)
_LONE = re.compile(
    r"(?:\b(?:at|@|start(?:ed)?(?:\s+(?:time|at))?:?|time:?|began(?: at)?)\s*|(?<![\d/.,:-]))"
    rf"{_TIME.format('a')}(?![\d/:-])(?!\s*(?:mg|mcg|mL|cc|units?|kg|%))",
    re.IGNORECASE,
)
_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|thirty|forty-five|sixty"
    "|ninety|an?|half an"
)
_LENGTH = re.compile(
    r"(?:\b(?:over|for|x|×|lasting|duration|total(?: time| infusion time)?(?: of)?|infusion time"
    r"|run(?:ning)? (?:over|for)|infused (?:over|for|in)|=|\()\s*:?\s*(?:about )?)?"
    rf"(?<![\w.-])(?P<number>\d{{1,3}}(?:\.\d{{1,2}})?|{_WORDS})\s*-?\s*"
    r"(?P<unit>hours?|hrs?|hr|h|minutes?|mins?|min)\b"
    r"(?:,?\s*(?:and\s+)?(?P<more>\d{1,2})\s*-?\s*(?:minutes?|mins?|min|m)\b)?"
    r"(?!\s*(?:before|prior|later|ago|after|post|apart|observ\w+))",
    re.IGNORECASE,
)
_LONG_WORDS = {"forty-five": 45, "thirty": 30, "sixty": 60, "ninety": 90, "half an": 0}
_OBSERVED = re.compile(
    r"\b(?:observ\w+|monitor\w+|wait\w*|watch\w*|relief|within|after|each|every|q|vitals|VS)\b[^.;]{0,20}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Ran:
    """When something ran.

    Attributes:
        start: minute of the day, and ``stop``; None where not told.
        minutes: that it lasted; None where neither times nor a length tell it.
        first: where the words stand that say so, and ``last``; equal where none do.
    """

    start: int | None = None
    stop: int | None = None
    minutes: int | None = None
    first: int = 0
    last: int = 0

    def minutes_beside(self, other: Ran) -> int:
        """Return how long both ran at the same time, as far as their clock times tell."""
        if self.start is None or self.stop is None or other.start is None or other.stop is None:
            return 0
        return max(min(self.stop, other.stop) - max(self.start, other.start), 0)


def ran(text: str, start: int, end: int) -> Ran:
    """Return the first time that the text between two places tells."""
    for pattern in (_LABELED, _RANGE):
        for match in pattern.finditer(text, start, end):
            begin, stop = _minute(match, "a"), _minute(match, "b")
            if begin is None or stop is None:
                continue
            return Ran(begin, stop, (stop - begin) % _DAY, match.start(), match.end())
    length = _length(text, start, end)
    lone = _lone(text, start, end)
    if length is not None:
        minutes, first, last = length
        begin = lone[0] if lone else None
        stop = begin + minutes if begin is not None else None
        return Ran(begin, stop, minutes, first, last)
    if lone is not None:
        return Ran(lone[0], None, None, lone[1], lone[2])
    return Ran()


def in_flowsheet(text: str, at: int) -> Ran:
    """Return when what stands at a place ran, where its line and the next begin with the times."""
    line = text.rfind("\n", 0, at) + 1
    match = _FLOWSHEET.match(text, line, min(len(text), at + _FLOWSHEET_LINES))
    if match is None:
        return Ran()
    begin, stop = _minute(match, "a"), _minute(match, "b")
    if begin is None or stop is None:
        return Ran()
    return Ran(begin, stop, (stop - begin) % _DAY, match.start(), match.end())


def _length(text: str, start: int, end: int) -> tuple[int, int, int] | None:
    for match in _LENGTH.finditer(text, start, end):
        if _OBSERVED.search(text[max(start, match.start() - 30) : match.start()]):
            continue
        written = match["number"].lower()
        if written == "half an":
            return 30, match.start(), match.end()
        number = _LONG_WORDS.get(written)
        value = float(number) if number else float(number_of(written) or 0)
        minutes = value * _HOUR if match["unit"].lower().startswith("h") else value
        minutes += float(match["more"] or 0)
        if minutes:
            return int(minutes), match.start(), match.end()
    return None


def _lone(text: str, start: int, end: int) -> tuple[int, int, int] | None:
    for match in _LONE.finditer(text, start, end):
        written = match[0]
        if ":" not in written and not re.search(
            r"(?:at|@|start|time|began)|\b[012]\d[0-5]\d\b", written, re.I
        ):
            continue
        minute = _minute(match, "a")
        if minute is not None:
            return minute, match.start(), match.end()
    return None


def _minute(match: re.Match[str], which: str) -> int | None:
    hour, minute = int(match[f"{which}h"]), int(match[f"{which}m"])
    groups = match.groupdict()
    half = groups[f"{which}p"]
    if which == "a" and half is None and groups.get("bp") and hour <= _HALF:
        other = int(groups["bh"]) % _HALF
        is_later = groups["bp"].lower().startswith("p")
        half = "am" if is_later and hour % _HALF > other else groups["bp"]
    if half and hour <= _HALF:
        hour = hour % _HALF + (_HALF if half.lower().startswith("p") else 0)
    if hour == 24 and minute:
        return None
    return hour * _HOUR + minute
