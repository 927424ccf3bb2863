"""Reads which counties belong to which locality of the Medicare physician fee schedule.

Layout of the published file (``26LOCCO.csv``): a title, a header, a locality a row with empty rows
between, a note at the end. The state stands in its first row only.

================================== ===============================================================
column                             what
================================== ===============================================================
Medicare Adminstrative Contractor  number of the contractor, spelled so by the publisher
Locality Number                    number, its leading zero sometimes lost
State                              name; nothing where it is that of the row above
Fee Schedule Area                  name of the locality
Counties                           counties, in words
================================== ===============================================================

A second layout, in which the file is often passed on, has the header
``mac,locality,state_name,fee_schedule_area,counties``.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass

from nosology.codesets.loaders import periods
from nosology.codesets.loaders.contract import Edition, Loaded, Progress
from nosology.codesets.loaders.delimited import (
    above_notes,
    begins_with_table,
    load_rows,
    squeezed,
    table,
)
from nosology.codesets.loaders.publication import Publication

DATA_SET = "mpfs-localities"
_STATE = 2
_CONTRACTOR = re.compile(r"([0-9]{4,5})\s*\**")
_LOCALITY = re.compile(r"([0-9]{1,2})\s*\**")
_TITLE_YEAR = re.compile(r"(20\d\d) (?:medicare )?localit")
_NAME_YEAR = re.compile(r"(?<!\d)(\d\d)locco", re.IGNORECASE)
_HEADERS = (
    r"medicare admini?strative contractor( \(mac\))?,locality number,state,fee schedule area,"
    r"counties",
    r"mac,locality,state name,fee schedule area,counties",
)


@dataclass(frozen=True, slots=True)
class LocalityRow:
    """A locality, or a part of one where a state or an area of it has a row of its own."""

    contractor: str
    locality: str
    state: str
    area: str
    counties: str


def _is_header(cells: Sequence[str]) -> bool:
    written = ",".join(squeezed(cell) for cell in cells).rstrip(",")
    return any(re.fullmatch(header, written) for header in _HEADERS)


def read_localities(publication: Publication) -> Iterator[LocalityRow]:
    """Yield each row, with the state filled in.

    Raises:
        MalformedRow: naming the first row that does not follow the layout.
    """
    with table(
        publication,
        _is_header,
        "contractor, Locality Number, State, Fee Schedule Area and Counties",
    ) as (_, rows):
        state = ""
        # A conversion that filled in the states did so beside the note, too.
        for record in above_notes(rows, beside=(_STATE,)):
            contractor = record.matching(0, _CONTRACTOR, "a contractor's number").rstrip("* ")
            locality = record.matching(1, _LOCALITY, "a locality's number").rstrip("* ")
            state = record.text(_STATE).rstrip("* ") or state
            if not state:
                raise record.wrong(_STATE, "is empty in the first row; expected a state")
            yield LocalityRow(
                contractor.zfill(5),
                locality.zfill(2),
                state,
                record.needed(3).rstrip("* "),
                " ".join(record.needed(4).split()),
            )


@dataclass(frozen=True, slots=True)
class LocalityLoader:
    """Loads the localities of a year."""

    name: str = "mpfs-localities"
    title: str = "Counties included in localities"
    publisher: str = "CMS"
    licence: str = "public domain"

    def recognizes(self, publication: Publication) -> bool:
        """Return whether the head has the header of either layout."""
        return begins_with_table(publication, _is_header)

    def editions(self, publication: Publication) -> tuple[Edition, ...]:
        """Return the year of the title or the name."""
        if found := _TITLE_YEAR.search(squeezed(publication.head_text("utf-8-sig")[:1000])):
            return (periods.year_of(DATA_SET, int(found[1])),)
        for name in periods.names(publication):
            if found := _NAME_YEAR.search(name):
                return (periods.year_of(DATA_SET, 2000 + int(found[1])),)
        year = periods.year_of_names(publication)
        return (periods.year_of(DATA_SET, year),) if year else ()

    def load(
        self,
        connection: sqlite3.Connection,
        release: int,
        publication: Publication,
        progress: Progress,
    ) -> Loaded:
        """Write every row of the file; the publisher repeats some, which are kept once."""
        statement = "INSERT OR IGNORE INTO locality VALUES (?, ?, ?, ?, ?, ?)"
        return load_rows(
            publication,
            read_localities(publication),
            lambda rows: connection.executemany(
                statement, ((release, *astuple(row)) for row in rows)
            ),
            _described,
            progress,
        )


def _described(row: LocalityRow) -> str:
    return f"{row.contractor}-{row.locality} {row.state}: {row.area}"


LOADERS = (LocalityLoader(),)
