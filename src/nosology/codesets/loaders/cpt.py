"""The licensed CPT data files: long, medium and short descriptors, as the licensee receives them.

A file begins with the licensor's notice, ends it with a blank line, and has a code and its
descriptor on each line after that. LONGULT.txt parts them with a tab, MEDU.txt and SHORTU.txt with
a blank, and either way is taken. The descriptors go into the licensee's own store and nowhere else.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from nosology.codesets.loaders.contract import Edition, Loaded, Progress
from nosology.codesets.loaders.periods import names, year_of
from nosology.codesets.loaders.publication import Publication
from nosology.model.code import System
from nosology.model.errors import MalformedRow

# What leaves a line empty; control characters that Python counts as blank too are damage.
_BLANK = " \t\r\n"
_ROW = re.compile(r"(\d{4}[0-9A-Z])(?:\t| +)(\S.*)")
_CODE = re.compile(r"\d{4}[0-9A-Z]")
_NOTICE = re.compile(r"american medical association", re.IGNORECASE)
_NAME = re.compile(r"(?<![a-z])(long|med|short)u", re.IGNORECASE)
_EDITION = re.compile(r"\bcpt\W{0,4}(?:\(r\)\s*)?(20\d\d)\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_LONGEST_NOTICE = 200
_BATCH = 1000


class Length(StrEnum):
    """Which of the three descriptors a file has; also the part of the edition that it is."""

    LONG = "long"
    MEDIUM = "medium"
    SHORT = "short"


_LIMITS = {Length.LONG: 4000, Length.MEDIUM: 48, Length.SHORT: 28}
_BY_NAME = {"long": Length.LONG, "med": Length.MEDIUM, "short": Length.SHORT}


@dataclass(frozen=True, slots=True)
class CptRow:
    """One code with its descriptor."""

    line: int
    code: str
    descriptor: str


def length_of(publication: Publication) -> Length:
    """Return which descriptor the file has: by its name, otherwise by the longest in its head."""
    if found := _NAME.search(publication.name):
        return _BY_NAME[found[1].lower()]
    lines = publication.head_text().splitlines()
    longest = max(
        (len(found[2].strip()) for line in lines if (found := _ROW.match(line))), default=0
    )
    fitting = (length for length in reversed(Length) if longest <= _LIMITS[length])
    return next(fitting, Length.LONG)


def read_cpt(publication: Publication) -> Iterator[CptRow]:
    """Yield every code with its descriptor.

    Raises:
        MalformedRow: naming line and column of the first departure from the layout; never the
            descriptor itself.
    """
    limit = _LIMITS[length_of(publication)]
    seen: dict[str, int] = {}
    for number, line in publication.lines(_encoding(publication)):
        if not seen and not _CODE.match(line):
            if number > _LONGEST_NOTICE:
                raise _wrong(publication, number, 1, "must be a code: the notice does not end")
            continue
        if not line.strip(_BLANK):
            continue
        code = line[:5]
        if not _CODE.fullmatch(code):
            raise _wrong(publication, number, 1, "must be a CPT code of five characters")
        found = _ROW.fullmatch(line.rstrip())
        if found is None:
            raise _wrong(publication, number, 6, "must be a tab or blank before a descriptor")
        descriptor = found[2].strip()
        if len(descriptor) > limit or not descriptor.isprintable():
            raise _wrong(publication, number, 7, f"must be text of at most {limit} characters")
        if code in seen:
            raise _wrong(
                publication, number, 1, f"repeats {code}, which line {seen[code]} already has"
            )
        seen[code] = number
        yield CptRow(number, code, descriptor)
    if not seen:
        raise _wrong(publication, 1, 1, "is missing: the file holds no code")


def _encoding(publication: Publication) -> str:
    """Return UTF-8, or the code page of Windows for a file that is not: both are given out."""
    with publication.open() as file:
        try:
            for line in file:
                line.decode()
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def _wrong(publication: Publication, line: int, column: int, message: str) -> MalformedRow:
    return MalformedRow(
        publication.name,
        line,
        column,
        f"{message}; expected LONGULT.txt, MEDU.txt or SHORTU.txt as the licensor gives it",
    )


@dataclass(frozen=True, slots=True)
class CptLoader:
    """Loads one of the three files."""

    name: str = "cpt-descriptors"
    title: str = "licensed CPT files LONGULT.txt, MEDU.txt and SHORTU.txt"
    publisher: str = "American Medical Association"
    licence: str = "CPT, copyright American Medical Association; by the user's own licence"

    def recognizes(self, publication: Publication) -> bool:
        """Return whether codes follow the licensor's notice, or the name is one of the three."""
        lines = publication.head_text().splitlines()
        first = next((n for n, line in enumerate(lines) if _CODE.match(line)), None)
        if first is None or first > _LONGEST_NOTICE or not _ROW.fullmatch(lines[first].rstrip()):
            return False
        notice = "\n".join(lines[:first])
        if notice.startswith("#"):  # a list of ours or of others, which may speak of the licensor
            return False
        return bool(_NAME.search(publication.name) or _NOTICE.search(notice))

    def editions(self, publication: Publication) -> tuple[Edition, ...]:
        """Return the year that the name states, or the notice as in "CPT 2026"."""
        data_set, part = self.data_set_of(publication)
        for name in names(publication):
            if found := _YEAR.search(name):
                return (year_of(data_set, int(found[1]), part),)
        # The year of the copyright does not tell: it is now the edition's, now the one before.
        found = _EDITION.search(publication.head_text()[:8000])
        return (year_of(data_set, int(found[1]), part),) if found else ()

    def data_set_of(self, publication: Publication) -> tuple[str, str]:
        """Return the code set, and which of the three descriptors the file has."""
        return System.CPT.value, length_of(publication).value

    def load(
        self,
        connection: sqlite3.Connection,
        release: int,
        publication: Publication,
        progress: Progress,
    ) -> Loaded:
        """Write every code with its descriptor under the release's number."""
        is_short = length_of(publication) is Length.SHORT
        first, last = connection.execute(
            "SELECT valid_from, valid_to FROM release WHERE release = ?", (release,)
        ).fetchone()
        first, last = (int(day.replace("-", "")) if day else None for day in (first, last))
        rows = list(self._counted(publication, progress))
        connection.executemany(
            "INSERT INTO dated_code VALUES (?, ?, ?, ?, ?, ?, ?, 'licensed', 'code', '')",
            (
                (
                    release,
                    System.CPT.value,
                    row.code,
                    first,
                    last,
                    "" if is_short else row.descriptor,
                    row.descriptor if is_short else "",
                )
                for row in rows
            ),
        )
        # Numbers only: what is shown may be copied into a message, where descriptors may not go.
        anchors = tuple(row.code for row in (rows[0], rows[len(rows) // 2], rows[-1]))
        return Loaded(len(rows), len(rows), anchors, "titles-only")

    def _counted(self, publication: Publication, progress: Progress) -> Iterator[CptRow]:
        stage = f"{publication.name}: reading codes"
        total = max(publication.size // 60, 1)
        for count, row in enumerate(read_cpt(publication)):
            if count % _BATCH == 0:
                progress(stage, min(count, total), total)
            yield row
        progress(stage, total, total)


LOADERS = (CptLoader(),)
