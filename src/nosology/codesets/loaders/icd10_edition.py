"""Which edition an official ICD-10 file is: told by its version, and by its name for April's."""

from __future__ import annotations

import datetime as dt
import re

from nosology.codesets.loaders.contract import Edition
from nosology.codesets.loaders.publication import Publication

_VERSION = re.compile(r"<version>\s*(20\d\d)\b([^<]*)</version>")
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_APRIL = re.compile(r"(?<![a-z])apr(il)?(?![a-z])", re.IGNORECASE)


def editions_of_version(publication: Publication, data_set: str) -> tuple[Edition, ...]:
    """Return the edition by the file's element ``version``; empty where it has none."""
    found = _VERSION.search(publication.head_text())
    if found is None:
        return ()
    return _edition(int(found[1]), f"{found[2]} {publication.name}", data_set)


def editions_of_name(publication: Publication, data_set: str) -> tuple[Edition, ...]:
    """Return the edition by the only year in the file's name; empty where there is none."""
    years = set(_YEAR.findall(publication.name))
    if len(years) != 1:
        return ()
    return _edition(int(years.pop()), publication.name, data_set)


def _edition(year: int, described: str, data_set: str) -> tuple[Edition, ...]:
    # The year is the fiscal one, from October 1 to September 30. What changes within it is
    # published again on April 1 with the same year, and only the name tells.
    last = dt.date(year, 9, 30)
    if _APRIL.search(described):
        return (Edition(data_set, f"{year}-04", dt.date(year, 4, 1), last),)
    return (Edition(data_set, f"{year - 1}-10", dt.date(year - 1, 10, 1), last),)
