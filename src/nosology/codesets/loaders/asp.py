"""Reads the payment limits of Medicare Part B drugs, set from their average sales prices.

Layout of the published file (``... Medicare Part B Payment Limit File ....csv``, Windows Latin 1):
a title, the period, notes, then on line 9 the header, then a code a row.

====================== ===========================================================================
column                 what
====================== ===========================================================================
HCPCS Code             code
Short Description      never kept: some are CPT's
HCPCS Code Dosage      what one unit is
Payment Limit          dollars a unit; ``N/A`` where there is none
Co-insurance           percent
Percentage
Vaccine AWP% and more  how the limit was set: not kept, since the limit says it
Notes                  remarks
====================== ===========================================================================
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass

from nosology.codesets.loaders import periods
from nosology.codesets.loaders.contract import Edition, Loaded, Progress
from nosology.codesets.loaders.delimited import (
    Record,
    begins_with_table,
    load_rows,
    positions,
    squeezed,
    table,
)
from nosology.codesets.loaders.publication import Publication

DATA_SET = "asp-limits"
_COLUMNS = {
    "code": ("hcpcs code",),
    "dosage": ("hcpcs code dosage", "hcpcs dosage"),
    "amount": ("payment limit",),
}
_NOTES = ("notes",)
_COINSURANCE = ("co-insurance percentage", "coinsurance percentage")
_NONE = ("", "n/a", "na")


@dataclass(frozen=True, slots=True)
class AspRow:
    """The limit of a code.

    Attributes:
        amount: dollars a unit, in decimal text; empty where the file says that there is none.
        coinsurance: percent, in decimal text; empty where not given.
    """

    code: str
    dosage: str
    amount: str
    coinsurance: str
    note: str


def _is_header(cells: Sequence[str]) -> bool:
    names = [squeezed(cell) for cell in cells]
    return all(any(name in names for name in published) for published in _COLUMNS.values())


def read_asp(publication: Publication) -> Iterator[AspRow]:
    """Yield each code.

    Raises:
        MalformedRow: naming the first row that does not follow the layout.
    """
    with table(publication, _is_header, "HCPCS Code, HCPCS Code Dosage and Payment Limit") as (
        header,
        rows,
    ):
        place = positions(header, _COLUMNS)
        names = [squeezed(cell) for cell in header.cells]
        note = next((names.index(name) for name in _NOTES if name in names), None)
        share = next((names.index(name) for name in _COINSURANCE if name in names), None)
        seen: set[str] = set()
        for record in rows:
            code = record.procedure(place["code"])
            if code in seen:
                raise record.wrong(place["code"], f"repeats {code}; expected each code once")
            seen.add(code)
            yield AspRow(
                code,
                record.needed(place["dosage"]),
                _amount(record, place["amount"]),
                "" if share is None else record.number(share, empty=True).removesuffix("%"),
                "" if note is None else record.text(note),
            )


def _amount(record: Record, column: int) -> str:
    return "" if record.text(column).lower() in _NONE else record.number(column)


@dataclass(frozen=True, slots=True)
class AspLoader:
    """Loads the limits of a quarter."""

    name: str = "asp-limits"
    title: str = "Medicare Part B drug payment limits"
    publisher: str = "CMS"
    licence: str = "public domain; descriptions, of which some are the AMA's, are not read"

    def recognizes(self, publication: Publication) -> bool:
        """Return whether the head has the header."""
        return begins_with_table(publication, _is_header)

    def editions(self, publication: Publication) -> tuple[Edition, ...]:
        """Return the quarter of the line that begins with Effective, or of the name."""
        edition = periods.quarter_of_text(
            DATA_SET, publication.head_text("utf-8-sig")[:4000]
        ) or periods.quarter_of_names(DATA_SET, publication)
        return (edition,) if edition else ()

    def load(
        self,
        connection: sqlite3.Connection,
        release: int,
        publication: Publication,
        progress: Progress,
    ) -> Loaded:
        """Write every code of the file."""
        statement = "INSERT INTO asp_limit VALUES (?, ?, ?, ?, ?, ?)"
        return load_rows(
            publication,
            read_asp(publication),
            lambda rows: connection.executemany(
                statement, ((release, *astuple(row)) for row in rows)
            ),
            _described,
            progress,
        )


def _described(row: AspRow) -> str:
    return f"{row.code}: {row.amount or 'no'} dollars for {row.dosage}"


LOADERS = (AspLoader(),)
