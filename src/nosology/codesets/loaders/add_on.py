"""Reads the NCCI add-on code edits: which services a code may only accompany.

Layout of the published text file (tab separated; comma separated from its workbook), known by its
header, whose spelling varies from year to year:

========================= ========================================================================
column                    what
========================= ========================================================================
AOC_Edit_Type             1 primary codes are listed, 2 the contractor decides, 3 both
Add-On_Code               the add-on code
AOC_Del_Dt                day on which the add-on code was deleted
Primary_Code              a code that it may accompany; ``CCCCC`` where the contractor decides
Primary_Code_Del_Dt       day on which that code was deleted
AOC_Edit_Eff_Dt           first day of the edit
AOC_Edit_Del_Dt           last day of the edit
Special_Instruction_Notes remarks
========================= ========================================================================

Days are the year and the day within it, yyyyddd; yyyymmdd is taken too. A second layout, in which
the list is often passed on, has the header ``primary_code,add_on_code,aoc_edit_type`` and no days.
"""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nosology.codesets.loaders import periods
from nosology.codesets.loaders.contract import Edition, Loaded, Progress
from nosology.codesets.loaders.delimited import Noted, Record, positions, table, written_day
from nosology.codesets.loaders.publication import Publication
from nosology.model.errors import shown

DATA_SET = "ncci-add-on"
CONTRACTOR_DEFINED = "CCCCC"

_COLUMNS: dict[str, tuple[str, ...]] = {
    "type": ("aoc edit type",),
    "code": ("add on code", "addon code", "aoc code"),
    "primary": ("primary code",),
}
_DAYS: dict[str, tuple[str, ...]] = {
    "code_deleted": ("aoc del dt", "aoc deldt", "add on code del dt"),
    "primary_deleted": ("primary code del dt", "primary code deldt"),
    "effective": ("aoc edit eff dt", "aoc edit effdt"),
    "deleted": ("aoc edit del dt", "aoc edit deldt"),
}
_NOTE: dict[str, tuple[str, ...]] = {
    "note": ("special instruction notes", "special instructions notes")
}
_PRIMARY = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]|CCCCC")
_EXPECTED = "AOC_Edit_Type, Add-On_Code and Primary_Code"
_NO_DAY = ("", "*", "0", "00000000", "0000000")


@dataclass(frozen=True, slots=True)
class AddOnRow:
    """An add-on code with one of the codes that it may accompany. Days are yyyymmdd.

    Attributes:
        primary_code: ``CCCCC`` where the contractor decides.
        type: 1, 2 or 3.
        effective: first day; None where the source does not say.
        deletion: last day, of the edit or of either code; None where there is none.
    """

    code: str
    primary_code: str
    type: int
    effective: int | None = None
    deletion: int | None = None
    note: str = ""


def _named(cells: Sequence[str]) -> list[str]:
    """Return the header's names with nothing but words: add-on_code (Julian) is "add on code"."""
    words = (" ".join(re.sub(r"[^a-z0-9]+", " ", cell.lower()).split()) for cell in cells)
    return [name.removesuffix(" julian") for name in words]


def _is_header(cells: Sequence[str]) -> bool:
    named = _named(cells)
    return all(any(name in named for name in names) for names in _COLUMNS.values())


def read_add_on(publication: Publication) -> Iterator[AddOnRow]:
    """Yield each pair of an add-on code and a primary code.

    Raises:
        MalformedRow: naming the first row that does not follow the layout.
    """
    delimiter = "\t" if b"\t" in publication.head else ","
    with table(publication, _is_header, _EXPECTED, delimiter) as (header, rows):
        named = Record(header.file, header.line, _named(header.cells))
        place = positions(named, _COLUMNS)
        is_whole = len(named.cells) > len(_COLUMNS)
        if is_whole:
            place |= positions(named, _DAYS | _NOTE)
        for record in rows:
            if not is_whole:
                yield _row(record, place, None, None, "")
                continue
            effective = _day(record, place["effective"])
            if effective is None:
                raise record.wrong(
                    place["effective"], "is empty; expected the first day as yyyyddd"
                )
            ends = [
                _day(record, place[of]) for of in ("deleted", "code_deleted", "primary_deleted")
            ]
            end = min((day for day in ends if day is not None), default=None)
            yield _row(record, place, effective, end, record.text(place["note"]))


def _row(
    record: Record, place: dict[str, int], effective: int | None, end: int | None, note: str
) -> AddOnRow:
    kind = int(record.one_of(place["type"], ("1", "2", "3")))
    code = record.procedure(place["code"])
    primary = record.matching(place["primary"], _PRIMARY, "a procedure code or CCCCC")
    return AddOnRow(code, primary, kind, effective, end, note)


def _day(record: Record, column: int) -> int | None:
    text = record.text(column).removesuffix(".0")
    if text in _NO_DAY:
        return None
    day = _day_of_year(text) if len(text) == 7 else written_day(text)
    if day is None:
        raise record.wrong(column, f"holds {shown(text)}; expected a day as yyyyddd")
    return day


def _day_of_year(text: str) -> int | None:
    if not (text.isascii() and text.isdigit()):
        return None
    year, number = int(text[:4]), int(text[4:])
    if not (1900 <= year <= 9998 and 1 <= number <= 366):
        return None
    day = dt.date(year, 1, 1) + dt.timedelta(days=number - 1)
    return day.year * 10000 + day.month * 100 + day.day if day.year == year else None


def write_add_on(connection: sqlite3.Connection, release: int, rows: Iterable[AddOnRow]) -> int:
    """Write the rows of a release; return how many there were. Does not commit."""
    count = 0

    def values() -> Iterator[tuple[object, ...]]:
        nonlocal count
        for row in rows:
            count += 1
            yield (
                release,
                row.code,
                row.primary_code,
                row.type,
                row.effective or 0,
                row.deletion,
                row.note,
            )

    # A row that is repeated says nothing new.
    connection.executemany("INSERT OR REPLACE INTO add_on VALUES (?, ?, ?, ?, ?, ?, ?)", values())
    return count


@dataclass(frozen=True, slots=True)
class AddOnLoader:
    """Loads the file of add-on codes."""

    name: str = "ncci-add-on"
    title: str = "NCCI add-on code edits"
    publisher: str = "CMS"
    licence: str = "public domain; the code numbers are CPT, of the American Medical Association"

    def recognizes(self, publication: Publication) -> bool:
        """Return whether a line of the head is the header."""
        lines = publication.head_text("utf-8-sig").splitlines()[:10]
        return any(
            _is_header([cell.strip('"') for cell in line.split("\t" if "\t" in line else ",")])
            for line in lines
        )

    def editions(self, publication: Publication) -> tuple[Edition, ...]:
        """Return the quarter that the name states; none for the files of Medicaid."""
        if re.search(r"mcd|medicaid", publication.name, re.IGNORECASE):
            return ()
        edition = periods.quarter_of_names(DATA_SET, publication)
        return (edition,) if edition else ()

    def load(
        self,
        connection: sqlite3.Connection,
        release: int,
        publication: Publication,
        progress: Progress,
    ) -> Loaded:
        """Write every pair of the file."""
        progress(f"{publication.name}: reading", 0, 1)
        rows = Noted(read_add_on(publication))
        write_add_on(connection, release, rows)
        progress(f"{publication.name}: reading", 1, 1)
        ((undated,),) = connection.execute(
            "SELECT count(*) FROM add_on WHERE release = ? AND effective = 0", (release,)
        ).fetchall()
        return Loaded(
            rows.count,
            anchors=rows.anchors(_described),
            remark="pairs without their first day: for this quarter only" if undated else "",
        )


def _described(row: AddOnRow) -> str:
    return f"{row.code} beside {row.primary_code}: type {row.type}"


LOADERS = (AddOnLoader(),)
