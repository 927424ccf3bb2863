"""From a data set's edition to the addresses of its files."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable

from nosology.codesets.updating.calendar import CalendarEdition, filled
from nosology.codesets.updating.catalogue import Place, PublishedFile
from nosology.codesets.updating.listing import Link, links

ReadPage = Callable[[str], str]
"""Returns the HTML of a page; raises NotThere where there is none."""

_DATE_ORDERS = {8: "%m%d%Y", 10: "%m-%d-%Y"}


class NotThere(Exception):
    """There is nothing at an address: not published yet, moved or renamed."""


def find(
    place: Place, file: PublishedFile, edition: CalendarEdition, read: ReadPage
) -> tuple[Link, ...]:
    """Return the file's links at one place; none where nothing there matches.

    An address that is made from a template is returned without a look at what stands there.

    Raises:
        NotThere: when the place is a page that is not there.
    """
    variables = edition.variables()
    address = filled(place.address, variables)
    if not place.link:
        return (Link(address),)
    if place.through:
        between = re.compile(filled(place.through, variables), re.IGNORECASE)
        inner = [link for link in links(read(address), address) if between.fullmatch(link.name)]
        if not inner:
            return ()
        address = inner[0].address
    pattern = re.compile(filled(place.link, variables), re.IGNORECASE)
    return newest(links(read(address), address), pattern, file.parts, edition)


def newest(
    found: Iterable[Link], pattern: re.Pattern[str], parts: int, edition: CalendarEdition
) -> tuple[Link, ...]:
    """Return the links that make up the newest revision of the edition's file.

    The pattern's groups say what a name tells: ``posted`` the date on which a revision was
    published, ``version`` its number, ``effective`` the day on which it takes effect, ``part``
    which file of a series it is. Of two that say the same, the page's first is taken. A revision
    that lacks a part of its series is not complete and is passed over.
    """
    revisions: dict[tuple[dt.date, tuple[int, ...]], dict[str, Link]] = {}
    for link in found:
        matched = pattern.fullmatch(link.name)
        if matched is None:
            continue
        told = matched.groupdict("")
        effective = _date(told.get("effective", ""))
        if "effective" in told and not _is_within(effective, edition):
            continue
        revision = (
            max(_date(told.get("posted", "")) or dt.date.min, effective or dt.date.min),
            tuple(int(number) for number in re.findall(r"\d+", told.get("version", ""))),
        )
        revisions.setdefault(revision, {}).setdefault(told.get("part", ""), link)
    complete = {key: series for key, series in revisions.items() if len(series) >= parts}
    if not complete:
        return ()
    series = complete[max(complete)]
    return tuple(series[part] for part in sorted(series))


def _is_within(day: dt.date | None, edition: CalendarEdition) -> bool:
    if day is None or day < edition.valid_from:
        return False
    return edition.valid_to is None or day <= edition.valid_to


def _date(written: str) -> dt.date | None:
    order = _DATE_ORDERS.get(len(written))
    if order is None:
        return None
    try:
        return dt.datetime.strptime(written, order).date()
    except ValueError:
        return None
