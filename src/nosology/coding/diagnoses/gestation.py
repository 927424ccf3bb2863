"""How far a pregnancy is: completed weeks or the trimester, as the record states or dates them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nosology.model.reading import Reading, SectionKind
from nosology.model.record import Span

_WEEK = r"(?P<weeks>\d{1,2})(?: ?(?:\+ ?[0-6]|[0-6]/7))?[ -]?(?:w|wks?|weeks?)(?![a-z])"
_NOT_AGO = r"(?!,?\s+(?:ago|post|pp\b|after|old\b|later|from now|prior|follow))"
_SPEAKS_OF = (
    *("pregnan", "gestation", "trimester", "gravid", "prenatal", "antenatal", "obstetric"),
    *("deliver", "labor ", "eclampsia", "iup", "ega ", "ega:", "edd", "edc"),
)
_NUMBERED = re.compile(r"\bG\d{1,2} ?P\d")
_WEEKS = (
    re.compile(
        r"\b(?:EGA|GA|gestational age|IUP|pregnan(?:t|cy)|gravida|primi(?:gravida|para)"
        rf"|multi(?:gravida|para)|G\d{{1,2}} ?P\d{{1,4}})\b[^.\n]{{0,30}}?\b{_WEEK}{_NOT_AGO}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b{_WEEK}{_NOT_AGO}[^.\n]{{0,25}}?"
        r"\b(?:gestation|gestational age|pregnant|pregnancy|EGA|IUP)\b",
        re.IGNORECASE,
    ),
    re.compile(rf"\btrimester\b[^.\n]{{0,20}}?\b{_WEEK}{_NOT_AGO}", re.IGNORECASE),
    re.compile(r"\bat (?P<weeks>\d{1,2}) weeks(?:,? and)? [0-6] days?\b", re.IGNORECASE),
    re.compile(r"\b(?P<weeks>\d{1,2})w ?[0-6]d\b", re.IGNORECASE),
    re.compile(
        rf"\b(?:deliver(?:y|ed)|cesarean|c-section|labor)\b[^.\n]{{0,30}}? at {_WEEK}{_NOT_AGO}",
        re.IGNORECASE,
    ),
)
_TRIMESTER = re.compile(
    r"\b(?P<nth>first|second|third|1st|2nd|3rd)[- ]trimester\b"
    r"(?! (?:screen|ultrasound|us\b|scan|labs?\b|bleed|loss|miscarriage|test))",
    re.IGNORECASE,
)
_NTH = {"first": "1", "1st": "1", "second": "2", "2nd": "2", "third": "3", "3rd": "3"}
_EARLIER = re.compile(
    r"\b(?:history|h/o|hx|prior|previous(?:ly)?|last|born|mother)\b[^.,;\n]*$", re.IGNORECASE
)
_REACH = 45
_DATE = (
    r"(?P<date>\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{1,2},? \d{4})"
)
_DUE = re.compile(
    r"\b(?:EDD|EDC|due date|(?:estimated|expected) (?:due date|date of (?:delivery|confinement)))\b"
    rf"[^\d\n]{{0,25}}?{_DATE}",
    re.IGNORECASE,
)
_LAST_PERIOD = re.compile(
    rf"\b(?:LMP|last menstrual period)\b[^\d\n]{{0,25}}?{_DATE}", re.IGNORECASE
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TERM_DAYS = 280
"""From the last menstrual period to the estimated date of delivery."""
_FEWEST, _MOST = 4, 44
_SECOND, _THIRD = 14, 28


@dataclass(frozen=True, slots=True)
class Gestation:
    """How far the pregnancy is, and where the record says so.

    Attributes:
        weeks: completed weeks; None where only the trimester is stated.
        trimester: 1, 2 or 3.
    """

    weeks: int | None
    trimester: str
    span: Span


def gestation(readings: Sequence[Reading], on: dt.date | None = None) -> Gestation | None:
    """Return how far the pregnancy is: weeks stated, else dated, else the trimester, else None.

    Weeks of an earlier pregnancy and those told in the past history do not count.

    Args:
        readings: the record.
        on: the date of service, from which the due date and the last menstrual period count; None
            leaves them out.
    """
    telling = [reading for reading in readings if _tells(reading.text)]
    if not telling:
        return None
    return _stated(telling) or (_dated(telling, on) if on else None) or _in_trimester(telling)


def _tells(text: str) -> bool:
    """Whether the text may speak of a pregnancy: most do not, and are read no further."""
    lowered = text.lower()
    return any(words in lowered for words in _SPEAKS_OF) or bool(_NUMBERED.search(text))


def trimester_of(weeks: int) -> str:
    """Return 1, 2 or 3.

    Source: ICD-10-CM Tabular List, note at chapter 15: the first ends before 14 weeks 0 days, the
    second before 28 weeks 0 days.
    """
    if weeks < _SECOND:
        return "1"
    return "2" if weeks < _THIRD else "3"


def _stated(readings: Sequence[Reading]) -> Gestation | None:
    for reading in readings:
        for pattern in _WEEKS:
            for found in _current(pattern, reading):
                weeks = int(found["weeks"])
                if _FEWEST <= weeks <= _MOST:
                    return _of(weeks, reading, found)
    return None


def _dated(readings: Sequence[Reading], on: dt.date) -> Gestation | None:
    for pattern, at_start in ((_DUE, -_TERM_DAYS), (_LAST_PERIOD, 0)):
        for reading in readings:
            for found in _current(pattern, reading):
                date = _date(found["date"])
                if date is None:
                    continue
                weeks = (on - date - dt.timedelta(days=at_start)).days // 7
                if _FEWEST <= weeks <= _MOST:
                    return _of(weeks, reading, found)
    return None


def _in_trimester(readings: Sequence[Reading]) -> Gestation | None:
    """The trimester, if the record speaks of one only."""
    stated = [
        (_NTH[found["nth"].lower()], reading, found)
        for reading in readings
        for found in _current(_TRIMESTER, reading)
    ]
    if len({nth for nth, _, _ in stated}) != 1:
        return None
    nth, reading, found = stated[0]
    return Gestation(None, nth, Span(found.start(), found.end(), reading.index))


def _of(weeks: int, reading: Reading, found: re.Match[str]) -> Gestation:
    return Gestation(weeks, trimester_of(weeks), Span(found.start(), found.end(), reading.index))


def _current(pattern: re.Pattern[str], reading: Reading) -> Iterator[re.Match[str]]:
    for found in pattern.finditer(reading.text):
        told = found.start(found.lastgroup) if found.lastgroup else found.start()
        before = reading.text[max(0, told - _REACH) : told]
        if not _EARLIER.search(before) and not _is_past(reading, found.start()):
            yield found


def _is_past(reading: Reading, place: int) -> bool:
    return any(
        section.start <= place < section.end
        and section.kind in (SectionKind.PAST_MEDICAL_HISTORY, SectionKind.PAST_SURGICAL_HISTORY)
        for section in reading.sections
    )


def _date(said: str) -> dt.date | None:
    """The date, written as in the United States or in ISO form; None where there is no such day."""
    numbers = [int(number) for number in re.findall(r"\d+", said)]
    try:
        if "-" in said:
            return dt.date(*numbers)
        if "/" in said:
            month, day, year = numbers
            return dt.date(year + 2000 if year < 100 else year, month, day)
        day, year = numbers
        return dt.date(year, _MONTHS.index(said[:3].lower()) + 1, day)
    except ValueError:
        return None
