"""Reads the geographic practice cost indices of the Medicare physician fee schedule.

Layout of the published file (``GPCI2026.csv``): a title, a header, a locality a row, notes.

========================================== =======================================================
column                                     what
========================================== =======================================================
Medicare Administrative Contractor (MAC)   number of the contractor, five digits
State                                      two letters
Locality Number                            two digits
Locality Name                              name, with asterisks for the notes below
*year* PW GPCI (with 1.0 Floor)            index of work; in some years also without the floor
*year* PE GPCI                             index of practice expense
*year* MP GPCI                             index of malpractice
========================================== =======================================================

A second layout, in which the file is often passed on, has the header
``mac,state,locality,locality_name,gpci_work,gpci_pe,gpci_mp`` and a further column, not kept.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass

from nosology.codesets.loaders import periods
from nosology.codesets.loaders.contract import Edition, Loaded, Progress
from nosology.codesets.loaders.delimited import (
    Record,
    above_notes,
    begins_with_table,
    load_rows,
    squeezed,
    table,
)
from nosology.codesets.loaders.publication import Publication

DATA_SET = "gpci"
_CONTRACTOR = re.compile(r"[0-9]{4,5}")
_LOCALITY = re.compile(r"[0-9]{1,2}")
_STATE = re.compile(r"[A-Z]{2}")
_HEADER_YEAR = re.compile(r"(20\d\d) pw gpci")


@dataclass(frozen=True, slots=True)
class GpciRow:
    """The indices of a locality, in decimal text as published."""

    contractor: str
    locality: str
    state: str
    name: str
    work: str
    work_without_floor: str
    expense: str
    malpractice: str


def _column(names: Sequence[str], *patterns: str) -> int | None:
    return next(
        (
            column
            for pattern in patterns
            for column, name in enumerate(names)
            if re.search(pattern, name)
        ),
        None,
    )


def _columns(cells: Sequence[str]) -> dict[str, int | None] | None:
    """Return where the columns stand, or None where the cells are no header of either layout."""
    names = [squeezed(cell) for cell in cells]
    found = {
        "contractor": _column(names, r"^medicare admin\w* contractor", r"^mac$"),
        "state": _column(names, r"^state$"),
        "locality": _column(names, r"^locality number$", r"^locality$"),
        "name": _column(names, r"^locality name$"),
        "work": _column(names, r"pw gpci \(with 1\.0 floor\)", r"pw gpci$", r"^gpci work$"),
        "without": _column(names, r"pw gpci \(without 1\.0 floor\)"),
        "expense": _column(names, r"pe gpci", r"^gpci pe$"),
        "malpractice": _column(names, r"mp gpci", r"^gpci mp$"),
    }
    if found["work"] is None:
        found["work"] = found["without"]
    needed = (place for name, place in found.items() if name != "without")
    return None if any(place is None for place in needed) else found


def _is_header(cells: Sequence[str]) -> bool:
    return _columns(cells) is not None


def read_gpci(publication: Publication) -> Iterator[GpciRow]:
    """Yield each locality.

    Raises:
        MalformedRow: naming the first row that does not follow the layout.
    """
    with table(publication, _is_header, "MAC, State, Locality Number and three GPCI") as (
        header,
        rows,
    ):
        place = _columns(header.cells)
        assert place is not None  # the table begins with it
        seen: set[tuple[str, str]] = set()
        for record in above_notes(rows):
            row = _row(record, place)
            if (row.contractor, row.locality) in seen:
                raise record.wrong(0, f"repeats locality {row.locality}; expected each once")
            seen.add((row.contractor, row.locality))
            yield row


def _row(record: Record, place: dict[str, int | None]) -> GpciRow:
    def at(name: str) -> int:
        column = place[name]
        assert column is not None  # the header has it
        return column

    without = place["without"]
    return GpciRow(
        record.matching(at("contractor"), _CONTRACTOR, "a contractor's number").zfill(5),
        record.matching(at("locality"), _LOCALITY, "a locality's number").zfill(2),
        record.matching(at("state"), _STATE, "a state of two letters"),
        record.needed(at("name")).rstrip("* "),
        record.number(at("work")),
        "" if without is None else record.number(without),
        record.number(at("expense")),
        record.number(at("malpractice")),
    )


@dataclass(frozen=True, slots=True)
class GpciLoader:
    """Loads the indices of a year."""

    name: str = "mpfs-gpci"
    title: str = "Geographic Practice Cost Indices"
    publisher: str = "CMS"
    licence: str = "public domain"

    def recognizes(self, publication: Publication) -> bool:
        """Return whether the head has the header of either layout."""
        return begins_with_table(publication, _is_header)

    def editions(self, publication: Publication) -> tuple[Edition, ...]:
        """Return the year of the header or the name."""
        if found := _HEADER_YEAR.search(squeezed(publication.head_text("utf-8-sig")[:4000])):
            return (periods.year_of(DATA_SET, int(found[1])),)
        year = periods.year_of_names(publication)
        return (periods.year_of(DATA_SET, year),) if year else ()

    def load(
        self,
        connection: sqlite3.Connection,
        release: int,
        publication: Publication,
        progress: Progress,
    ) -> Loaded:
        """Write every locality of the file."""
        statement = "INSERT INTO gpci VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        return load_rows(
            publication,
            read_gpci(publication),
            lambda rows: connection.executemany(
                statement, ((release, *astuple(row)) for row in rows)
            ),
            _described,
            progress,
        )


def _described(row: GpciRow) -> str:
    indices = f"work {row.work}, expense {row.expense}, malpractice {row.malpractice}"
    return f"{row.contractor}-{row.locality} {row.name}: {indices}"


LOADERS = (GpciLoader(),)
