"""Which edition an official ICD-10 file is: the year of its version or name, and April's by a name.

The year is the fiscal one, from October 1 to September 30. What changes within it is published
again on April 1 with the same year in it, often under the same name, so that only the archive or
folder that it came in may say April.
"""

from __future__ import annotations

import datetime as dt
import re

from nosology.codesets.loaders.contract import Edition
from nosology.codesets.loaders.publication import Publication

_VERSION = re.compile(r"<version>\s*(20\d\d)\b([^<]*)</version>")
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_APRIL = re.compile(r"(?<![a-z])apr(il)?(?![a-z])", re.IGNORECASE)
_OCTOBER = re.compile(r"(?<![a-z])oct(ober)?(?![a-z])", re.IGNORECASE)


def editions_of_version(publication: Publication, data_set: str) -> tuple[Edition, ...]:
    """Return the edition by the file's element ``version``; empty where it has none."""
    found = _VERSION.search(publication.head_text())
    if found is None:
        return ()
    return _edition(int(found[1]), f"{found[2]} {publication.name}", publication, data_set)


def editions_of_name(
    publication: Publication, data_set: str, part: str = ""
) -> tuple[Edition, ...]:
    """Return the edition by the only year in the file's name, or in that of the archive it is in.

    Empty where neither has exactly one.
    """
    year = _only_year(publication.name)
    if year is None and not _YEAR.search(publication.name):
        year = _only_year(publication.archive)
    if year is None:
        return ()
    return _edition(year, publication.name, publication, data_set, part)


def _only_year(name: str) -> int | None:
    years = set(_YEAR.findall(name))
    return int(years.pop()) if len(years) == 1 else None


def _edition(
    year: int, described: str, publication: Publication, data_set: str, part: str = ""
) -> tuple[Edition, ...]:
    """Return the edition of the fiscal year: April's where it is described so, else October's."""
    last = dt.date(year, 9, 30)
    if _APRIL.search(described) or (
        not _OCTOBER.search(described) and _came_in_april(publication, year)
    ):
        return (Edition(data_set, f"{year}-04", dt.date(year, 4, 1), last, part),)
    return (Edition(data_set, f"{year - 1}-10", dt.date(year - 1, 10, 1), last, part),)


def _came_in_april(publication: Publication, year: int) -> bool:
    """Return whether archive or folder are named after April, and after no other year."""
    where = f"{publication.archive} {publication.member or ''}"
    return bool(_APRIL.search(where)) and set(_YEAR.findall(where)) <= {str(year)}
