"""Which period a file is for, read from its name or from a line of its introduction."""

from __future__ import annotations

import datetime as dt
import re

from nosology.codesets.loaders.contract import Edition
from nosology.codesets.loaders.publication import Publication

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_QUARTER = re.compile(r"(20\d\d)[-_ ]?q([1-4])(?!\d)", re.IGNORECASE)
_EFFECTIVE = re.compile(r"eff\w*[-_ ]+(\d\d)-(\d\d)-(20\d\d)", re.IGNORECASE)
_PERIOD = re.compile(
    r"effective\s+([a-z]+)\s+(\d{1,2}),\s*(20\d\d)\s+(?:through|to|-)\s+([a-z]+)\s+(\d{1,2}),\s*(20\d\d)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


def names(publication: Publication) -> tuple[str, ...]:
    """Return the names that may say what the file is, the nearest first."""
    return (publication.name, publication.archive) if publication.archive else (publication.name,)


def quarter(data_set: str, year: int, number: int, part: str = "") -> Edition:
    """Return the edition for one quarter of a calendar year."""
    first = dt.date(year, 3 * number - 2, 1)
    after = dt.date(year + number // 4, 3 * number % 12 + 1, 1)
    return Edition(data_set, f"{year}Q{number}", first, after - dt.timedelta(days=1), part)


def year_of(data_set: str, year: int, part: str = "") -> Edition:
    """Return the edition for a calendar year."""
    return Edition(data_set, str(year), dt.date(year, 1, 1), dt.date(year, 12, 31), part)


def quarter_of_names(data_set: str, publication: Publication, part: str = "") -> Edition | None:
    """Return the quarter that a name states, as ``2026Q2`` or ``Eff_04-01-2026``."""
    for name in names(publication):
        if found := _QUARTER.search(name):
            return quarter(data_set, int(found[1]), int(found[2]), part)
        if edition := _effective(data_set, name, part):
            return edition
    return None


def quarter_of_text(data_set: str, text: str, part: str = "") -> Edition | None:
    """Return the quarter that a text states as the period in which it is effective."""
    if found := _PERIOD.search(text):
        first = _day(found[1], found[2], found[3])
        last = _day(found[4], found[5], found[6])
        if first and last and first.day == 1 and first.month % 3 == 1 and first <= last:
            number = first.month // 3 + 1
            return Edition(data_set, f"{first.year}Q{number}", first, last, part)
    return _effective(data_set, text, part)


def year_of_names(publication: Publication) -> int | None:
    """Return the year that a name states."""
    for name in names(publication):
        if found := _YEAR.search(name):
            return int(found[1])
    return None


def month_of(text: str) -> int | None:
    """Return the number of the month whose English name or abbreviation it is."""
    short = text[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else None


def _effective(data_set: str, text: str, part: str) -> Edition | None:
    found = _EFFECTIVE.search(text)
    if found is None or found[2] != "01" or int(found[1]) not in (1, 4, 7, 10):
        return None
    return quarter(data_set, int(found[3]), int(found[1]) // 3 + 1, part)


def _day(month: str, day: str, year: str) -> dt.date | None:
    number = month_of(month)
    try:
        return dt.date(int(year), number, int(day)) if number else None
    except ValueError:
        return None
