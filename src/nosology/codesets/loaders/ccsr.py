"""Reads the Clinical Classifications Software Refined for ICD-10-CM diagnoses.

Layout of the published file (``DXCCSR_v2026-1.csv``): comma separated, every name of the header and
every code within apostrophes.

=============================================== ==================================================
column                                          what
=============================================== ==================================================
'ICD-10-CM CODE'                                code without a dot
'ICD-10-CM CODE DESCRIPTION'                    not kept: the code sets have it
'Default CCSR CATEGORY IP' and its DESCRIPTION  category of a principal diagnosis, inpatient
'Default CCSR CATEGORY OP' and its DESCRIPTION  category of a first-listed diagnosis, outpatient
'CCSR CATEGORY 1' to 6, each with a DESCRIPTION the categories; blank where not used
=============================================== ==================================================

The editions of 2020 and before have one default, ``'Default CCSR CATEGORY'``, and other numbers of
categories; they are read too. Further columns, such as the rationale of the default, are not kept.
"""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

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
from nosology.model.errors import shown

DATA_SET = "ccsr"

_CODE = "icd-10-cm code"
_FIRST = "ccsr category 1"
_DIAGNOSIS = re.compile(r"[A-Z][0-9][0-9A-Z]{1,5}")
_CATEGORY = re.compile(r"[A-Z]{3}[0-9]{3}")
_NUMBERED = re.compile(r"ccsr category ([1-9])")
_VERSION = re.compile(r"v(20\d\d)[-_.]([1-9])", re.IGNORECASE)
_LABEL = re.compile(r"(20\d\d)\.[1-9]")


@dataclass(frozen=True, slots=True)
class CcsrRow:
    """The categories of a diagnosis.

    Attributes:
        categories: one to six, in the source's order.
        inpatient: the one of a principal diagnosis; None where the source does not say. Begins
            with ``XXX`` where the code may not be a principal diagnosis.
        outpatient: the one of a first-listed diagnosis; None where the source does not say.
        descriptions: of the categories, as far as the source has them.
    """

    diagnosis: str
    categories: tuple[str, ...]
    inpatient: str | None = None
    outpatient: str | None = None
    descriptions: tuple[tuple[str, str], ...] = ()


def _bare(cell: str) -> str:
    """Return a cell without the apostrophes that keep a spreadsheet from changing it."""
    return cell.strip().removeprefix("'").removesuffix("'").strip()


def _named(cells: Sequence[str]) -> list[str]:
    return [squeezed(_bare(cell)) for cell in cells]


def _is_header(cells: Sequence[str]) -> bool:
    named = _named(cells)
    return _CODE in named and _FIRST in named


def read_ccsr(publication: Publication) -> Iterator[CcsrRow]:
    """Yield each diagnosis.

    Raises:
        MalformedRow: naming the first row that does not follow the layout.
    """
    with table(publication, _is_header, "'ICD-10-CM CODE' and 'CCSR CATEGORY 1'") as (header, rows):
        named = Record(header.file, header.line, _named(header.cells))
        code = positions(named, {"code": (_CODE,)})["code"]
        columns = {name: column for column, name in enumerate(named.cells)}
        numbered = sorted(
            (int(found[1]), column)
            for name, column in columns.items()
            if (found := _NUMBERED.fullmatch(name))
        )
        inpatient = columns.get("default ccsr category ip", columns.get("default ccsr category"))
        outpatient = columns.get("default ccsr category op")
        for record in rows:
            yield _row(record, code, numbered, inpatient, outpatient, columns)


def _row(
    record: Record,
    code: int,
    numbered: list[tuple[int, int]],
    inpatient: int | None,
    outpatient: int | None,
    columns: Mapping[str, int],
) -> CcsrRow:
    diagnosis = _bare(record.cells[code])
    if _DIAGNOSIS.fullmatch(diagnosis) is None:
        raise record.wrong(code, f"holds {shown(diagnosis)}; expected an ICD-10-CM code")
    categories: list[str] = []
    descriptions: list[tuple[str, str]] = []
    blank = False
    for number, column in numbered:
        category = _category(record, column)
        if category is None:
            blank = True
            continue
        if blank:
            raise record.wrong(column, "follows a blank category; expected blank cells to the end")
        categories.append(category)
        described = columns.get(f"ccsr category {number} description")
        if described is not None:
            descriptions.append((category, _bare(record.cells[described])))
    if not categories:
        raise record.wrong(numbered[0][1], "is blank; expected a category")
    return CcsrRow(
        diagnosis,
        tuple(categories),
        None if inpatient is None else _category(record, inpatient),
        None if outpatient is None else _category(record, outpatient),
        tuple(descriptions),
    )


def _category(record: Record, column: int) -> str | None:
    text = _bare(record.cells[column])
    if not text:
        return None
    if _CATEGORY.fullmatch(text) is None:
        raise record.wrong(column, f"holds {shown(text)}; expected a category such as END002")
    return text


def write_ccsr(connection: sqlite3.Connection, release: int, rows: Iterable[CcsrRow]) -> int:
    """Write the rows of a release; return how many there were. Does not commit."""
    count = 0
    described: dict[str, str] = {}

    def values() -> Iterator[tuple[object, ...]]:
        nonlocal count
        for row in rows:
            count += 1
            described.update(row.descriptions)
            yield release, row.diagnosis, " ".join(row.categories), row.inpatient, row.outpatient

    connection.executemany("INSERT OR REPLACE INTO ccsr VALUES (?, ?, ?, ?, ?)", values())
    connection.executemany(
        "INSERT OR REPLACE INTO ccsr_category VALUES (?, ?, ?)",
        ((release, category, text) for category, text in sorted(described.items())),
    )
    return count


@dataclass(frozen=True, slots=True)
class CcsrLoader:
    """Loads the categories of one edition."""

    name: str = "ccsr"
    title: str = "Clinical Classifications Software Refined for ICD-10-CM diagnoses"
    publisher: str = "AHRQ"
    licence: str = "public domain"
    data_set: str = DATA_SET
    labels: str = "year and number of the version, such as 2026.1"

    def recognizes(self, publication: Publication) -> bool:
        """Return whether the head has the header."""
        return begins_with_table(publication, _is_header)

    def editions(self, publication: Publication) -> tuple[Edition, ...]:
        """Return the version that the name states: ``v2026-1`` is for the fiscal year 2026."""
        for name in periods.names(publication):
            if found := _VERSION.search(name):
                return (Edition(DATA_SET, f"{found[1]}.{found[2]}", *_fiscal_year(int(found[1]))),)
        return ()

    def span_of(self, label: str) -> tuple[dt.date, dt.date | None] | None:
        """Return the fiscal year that the version is for."""
        found = _LABEL.fullmatch(label)
        return _fiscal_year(int(found[1])) if found else None

    def load(
        self,
        connection: sqlite3.Connection,
        release: int,
        publication: Publication,
        progress: Progress,
    ) -> Loaded:
        """Write every diagnosis of the file."""
        return load_rows(
            publication,
            read_ccsr(publication),
            lambda rows: write_ccsr(connection, release, rows),
            _described,
            progress,
        )


def _fiscal_year(year: int) -> tuple[dt.date, dt.date]:
    return dt.date(year - 1, 10, 1), dt.date(year, 9, 30)


def _described(row: CcsrRow) -> str:
    return f"{row.diagnosis}: {', '.join(row.categories)}"


LOADERS = (CcsrLoader(),)
