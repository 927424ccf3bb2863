"""Reads the NCCI procedure-to-procedure pairs, for practitioners and for hospitals.

Layout of the published text file (tab separated, after a licence and a header of several lines):

====== ==========================================================================================
column what
====== ==========================================================================================
1      code of column 1, which is paid
2      code of column 2, which is not, unless a modifier allows both
3      ``*`` where the pair existed before 1996
4      first day, yyyymmdd
5      last day, yyyymmdd; ``*`` where there is none
6      modifier indicator: 0 not allowed, 1 allowed, 9 not applicable
7      rationale
====== ==========================================================================================

A second layout, in which the list is often passed on, is comma separated with the header
``column1,column2,deletion_date,modifier,rationale``; it has no first day.
"""

from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain

from nosology.codesets.loaders import periods
from nosology.codesets.loaders.contract import Edition, Loaded, Progress
from nosology.codesets.loaders.delimited import LONGEST_HEAD, Noted, readable_lines, written_day
from nosology.codesets.loaders.publication import Publication
from nosology.codesets.reference.pairs import Packing, PtpRow, PtpTerms
from nosology.model.errors import InputError, MalformedRow, shown

PRACTITIONER = "ncci-ptp-practitioner"
HOSPITAL = "ncci-ptp-hospital"

_CODE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")
_CONVERTED = "column1,column2,deletion_date,modifier,rationale"
_VERSION = re.compile(r"(?:^|[^a-z0-9])v(\d\d)[._]?(\d)", re.IGNORECASE)
_PART = re.compile(r"[-_ ](f[1-9])(?![0-9a-z])", re.IGNORECASE)
_HOSPITAL_NAME = re.compile(r"ccioph|hosp|outpatient|oph", re.IGNORECASE)
_PRACTITIONER_NAME = re.compile(r"ccipra|prac|physician", re.IGNORECASE)
_FIRST_VERSION_YEAR = 1994  # version 32 is that of 2026
_BATCH = 100_000

_ReadTerms = Callable[[str, str, int], PtpTerms]


def read_ptp(publication: Publication) -> Iterator[PtpRow]:
    """Yield each pair, in the order of the file.

    Raises:
        MalformedRow: naming the first line that does not follow the layout.
    """
    with closing(readable_lines(publication)) as lines:
        yield from _read(publication.name, enumerate(lines, start=1))


def _read(file: str, lines: Iterator[tuple[int, str]]) -> Iterator[PtpRow]:
    has_header = is_quoted = False
    number = 0
    for number, line in lines:
        if line.strip().lower() == _CONVERTED:
            return (yield from _rows(file, lines, ",", _converted_terms))
        # The header goes on for some lines below the names: with nothing in the first column, or
        # inside quotation marks.
        goes_on = is_quoted or line.startswith("\t") or line.isspace()
        if has_header and not goes_on:
            return (yield from _rows(file, chain([(number, line)], lines), "\t", _official_terms))
        has_header = has_header or _is_header(line)
        is_quoted = has_header and is_quoted != (line.count('"') % 2 == 1)
        if number > LONGEST_HEAD:
            break
    raise MalformedRow(
        file,
        number + 1,
        1,
        "should be a pair of codes by now, below a header of Column 1 and Column 2; expected the "
        "published tab-separated text file",
    )


def _is_header(line: str) -> bool:
    names = ["".join(cell.lower().split()).strip('"') for cell in line.split("\t")]
    return names[:2] == ["column1", "column2"]


def _rows(
    file: str, lines: Iterable[tuple[int, str]], delimiter: str, read_terms: _ReadTerms
) -> Iterator[PtpRow]:
    """Yield the pairs of the lines; what follows the codes is read once for all that share it."""
    codes: dict[str, str] = {}
    known: dict[str, PtpTerms] = {}
    for number, line in lines:
        column1, _, rest = line.partition(delimiter)
        column2, _, rest = rest.partition(delimiter)
        terms = known.get(rest)
        if terms is None:
            if line.isspace():
                continue
            terms = known[rest] = read_terms(rest, file, number)
        one = codes.get(column1)
        if one is None:
            one = codes[column1] = _checked(column1.strip(), file, number, 1)
        two = codes.get(column2)
        if two is None:
            two = codes[column2] = _checked(column2.strip(), file, number, 2)
        yield PtpRow(one, two, terms)


def _checked(code: str, file: str, number: int, column: int) -> str:
    if _CODE.fullmatch(code) is None:
        raise MalformedRow(
            file, number, column, f"holds {shown(code)}; expected a code of five characters"
        )
    return code


def _official_terms(rest: str, file: str, number: int) -> PtpTerms:
    cells = [cell.strip() for cell in rest.split("\t")]
    while len(cells) > 5 and not cells[-1]:
        cells.pop()
    if len(cells) != 5:
        raise MalformedRow(
            file, number, min(len(cells), 5) + 3, f"ends a line of {len(cells) + 2} cells, not 7"
        )
    old, effective, deletion, modifier, rationale = cells
    if old not in ("", "*"):
        raise MalformedRow(file, number, 3, f"holds {shown(old)}; expected * or nothing")
    first = written_day(effective)
    if first is None:
        raise MalformedRow(file, number, 4, f"holds {shown(effective)}; expected yyyymmdd")
    return PtpTerms(
        first,
        _last_day(deletion, file, number, 5),
        _modifier(modifier, file, number, 6),
        _rationale(rationale, file, number, 7),
    )


def _converted_terms(rest: str, file: str, number: int) -> PtpTerms:
    try:
        (cells,) = csv.reader([rest], strict=True)
    except (csv.Error, ValueError):
        cells = []
    if len(cells) != 3:
        raise MalformedRow(file, number, 3, "does not begin three cells; expected the last day,"
                           " the modifier indicator and the rationale")  # fmt: skip
    deletion, modifier, rationale = (cell.strip() for cell in cells)
    return PtpTerms(
        None,
        _last_day(deletion, file, number, 3),
        _modifier(modifier, file, number, 4),
        _rationale(rationale, file, number, 5),
    )


def _last_day(text: str, file: str, number: int, column: int) -> int | None:
    if text in ("*", "9999-12-31", "99991231"):
        return None
    day = written_day(text)
    if day is None:
        raise MalformedRow(
            file, number, column, f"holds {shown(text)}; expected yyyymmdd or * for none"
        )
    return day


def _modifier(text: str, file: str, number: int, column: int) -> int:
    if text not in ("0", "1", "9"):
        raise MalformedRow(file, number, column, f"holds {shown(text)}; expected 0, 1 or 9")
    return int(text)


def _rationale(text: str, file: str, number: int, column: int) -> str:
    if not text:
        raise MalformedRow(file, number, column, "is empty; expected the rationale")
    # A spreadsheet puts a text with a comma in quotation marks.
    quoted = len(text) > 2 and text[0] == text[-1] == '"'
    return text[1:-1] if quoted else text


def write_ptp(connection: sqlite3.Connection, release: int, rows: Iterable[PtpRow]) -> int:
    """Write the pairs of a release; return how many there were. Does not commit.

    A release is written in one call: every pair is packed with the others of its codes.
    """
    packing = Packing()
    packing.add(rows)
    return _write(connection, release, packing)


def _write(connection: sqlite3.Connection, release: int, packing: Packing) -> int:
    connection.executemany(
        "INSERT INTO ptp_terms VALUES (?, ?, ?, ?, ?, ?)",
        ((release, number, *terms) for terms, number in packing.terms.items()),
    )
    connection.executemany(
        "INSERT INTO ptp_pairs VALUES (?, ?, ?, ?)", ((release, *row) for row in packing.packed())
    )
    return packing.rows


def _setting(names: Iterable[str]) -> str | None:
    """Return the data set that the nearest name tells."""
    patterns = ((HOSPITAL, _HOSPITAL_NAME), (PRACTITIONER, _PRACTITIONER_NAME))
    told = (data_set for name in names for data_set, form in patterns if form.search(name))
    return next(told, None)


def _part(names: Iterable[str]) -> str:
    return next((found[1].lower() for name in names if (found := _PART.search(name))), "")


@dataclass(frozen=True, slots=True)
class PtpLoader:
    """Loads one file of pairs; practitioner pairs are published in four."""

    name: str = "ncci-ptp"
    title: str = "NCCI procedure-to-procedure edits"
    publisher: str = "CMS"
    licence: str = "public domain; the code numbers are CPT, of the American Medical Association"

    def recognizes(self, publication: Publication) -> bool:
        """Return whether the head has the header of either layout."""
        lines = publication.head_text("utf-8-sig").splitlines()[:LONGEST_HEAD]
        return any(line.strip().lower() == _CONVERTED or _is_header(line) for line in lines)

    def editions(self, publication: Publication) -> tuple[Edition, ...]:
        """Return the quarter and the setting that the name states, such as ``ccipra-v322r0-f1``."""
        names = periods.names(publication)
        data_set = _setting(names)
        if data_set is None:
            return ()
        part = _part(names)
        if edition := periods.quarter_of_names(data_set, publication, part):
            return (edition,)
        for name in (*names, publication.head_text("utf-8-sig")[:2000]):
            found = _VERSION.search(name)
            if found and int(found[2]) < 4:
                year = _FIRST_VERSION_YEAR + int(found[1])
                return (periods.quarter(data_set, year, int(found[2]) + 1, part),)
        return ()

    def data_set_of(self, publication: Publication) -> tuple[str, str]:
        """Return the setting and the part that the name states: the rows of both look the same.

        Raises:
            InputError: when the name does not say for whom the pairs are.
        """
        names = periods.names(publication)
        data_set = _setting(names)
        if data_set is None:
            raise InputError(
                publication.name,
                "does not say whether its pairs are for practitioners or for hospitals, which look "
                "the same; give it its published name, such as ccipra-v322r0-f1.txt (practitioners)"
                " or ccioph-v322r0-f1.txt (hospitals)",
            )
        return data_set, _part(names)

    def load(
        self,
        connection: sqlite3.Connection,
        release: int,
        publication: Publication,
        progress: Progress,
    ) -> Loaded:
        """Write every pair of the file."""
        packing = Packing()
        noted = Noted(read_ptp(publication))
        packing.add(self._counted(noted, publication, progress))
        rows = _write(connection, release, packing)
        has_dates = all(terms.effective is not None for terms in packing.terms)
        return Loaded(
            rows,
            anchors=noted.anchors(_described),
            remark="" if has_dates else "pairs without their first day: for this quarter only",
        )

    def _counted(
        self, rows: Iterable[PtpRow], publication: Publication, progress: Progress
    ) -> Iterator[PtpRow]:
        stage = f"{publication.name}: reading pairs"
        # A line is 50 to 80 bytes long: near enough for a bar.
        total = max(publication.size // 65, 1)
        for count, row in enumerate(rows):
            if count % _BATCH == 0:
                progress(stage, min(count, total), total)
            yield row
        progress(stage, total, total)


def _described(row: PtpRow) -> str:
    ended = f", to {row.terms.deletion}" if row.terms.deletion else ""
    return f"{row.column1} before {row.column2}: modifier {row.terms.modifier}{ended}"


LOADERS = (PtpLoader(),)
