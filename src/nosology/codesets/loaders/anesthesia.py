"""Reads the conversion factors of anesthesia by locality.

Layout of the published file (``ANES2026.csv``): a header, then a locality a row.

======================================================= ==========================================
column                                                  what
======================================================= ==========================================
Contractor                                              number of the contractor, five digits
Locality                                                two digits
Locality Name                                           not kept: the indices' file has it
National Anes CF of *amount*                            dollars a unit; from 2026 on two columns,
                                                        Qualifying APM and Non-Qualifying APM
======================================================= ==========================================

A second layout, in which the file is often passed on, has the header ``mac,locality,anes_cf``.
Further columns, such as the indices that some years repeat, are not kept.
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

DATA_SET = "anesthesia"
_CONTRACTOR = re.compile(r"[0-9]{4,5}")
_LOCALITY = re.compile(r"[0-9]{1,2}")
_FACTOR = re.compile(r"national anes(?:thesia)? cf|anes(?:thesia)? (?:cf|conversion factor)")


@dataclass(frozen=True, slots=True)
class AnesthesiaRow:
    """The factors of a locality, in decimal text as published."""

    contractor: str
    locality: str
    factor: str
    qualifying_factor: str


def _columns(cells: Sequence[str]) -> tuple[int, int, int, int | None] | None:
    names = [squeezed(cell) for cell in cells]
    contractor = next((names.index(n) for n in ("contractor", "mac") if n in names), None)
    locality = next((names.index(n) for n in ("locality", "locality number") if n in names), None)
    factors = [place for place, name in enumerate(names) if _FACTOR.search(name)]
    qualifying = [place for place in factors if names[place].startswith("qualifying")]
    plain = [place for place in factors if place not in qualifying]
    if contractor is None or locality is None or len(plain) != 1 or len(qualifying) > 1:
        return None
    return contractor, locality, plain[0], qualifying[0] if qualifying else None


def _is_header(cells: Sequence[str]) -> bool:
    return _columns(cells) is not None


def read_anesthesia(publication: Publication) -> Iterator[AnesthesiaRow]:
    """Yield each locality.

    Raises:
        MalformedRow: naming the first row that does not follow the layout.
    """
    with table(publication, _is_header, "Contractor, Locality and National Anes CF") as (
        header,
        rows,
    ):
        columns = _columns(header.cells)
        assert columns is not None  # the table begins with it
        contractor, locality, factor, qualifying = columns
        seen: set[tuple[str, str]] = set()
        for record in above_notes(rows):
            row = AnesthesiaRow(
                record.matching(contractor, _CONTRACTOR, "a contractor's number").zfill(5),
                record.matching(locality, _LOCALITY, "a locality's number").zfill(2),
                record.number(factor),
                "" if qualifying is None else record.number(qualifying),
            )
            if (row.contractor, row.locality) in seen:
                raise record.wrong(locality, f"repeats locality {row.locality}; expected each once")
            seen.add((row.contractor, row.locality))
            yield row


@dataclass(frozen=True, slots=True)
class AnesthesiaLoader:
    """Loads the factors of a year."""

    name: str = "mpfs-anesthesia"
    title: str = "Anesthesia conversion factors"
    publisher: str = "CMS"
    licence: str = "public domain"

    def recognizes(self, publication: Publication) -> bool:
        """Return whether the head has the header of either layout."""
        return begins_with_table(publication, _is_header)

    def editions(self, publication: Publication) -> tuple[Edition, ...]:
        """Return the year of the name."""
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
        statement = "INSERT INTO anesthesia_factor VALUES (?, ?, ?, ?, ?)"
        return load_rows(
            publication,
            read_anesthesia(publication),
            lambda rows: connection.executemany(
                statement, ((release, *astuple(row)) for row in rows)
            ),
            _described,
            progress,
        )


def _described(row: AnesthesiaRow) -> str:
    return f"{row.contractor}-{row.locality}: {row.factor} dollars a unit"


LOADERS = (AnesthesiaLoader(),)
