"""Reads the crosswalk from packages of drugs (NDC) to the codes that bill them.

Layout of the published file (``... ASP NDC-HCPCS Crosswalk ....csv``, Windows Latin 1): a title,
the period, an explanation, then on line 9 the header, then a package a row; hundreds of empty
columns follow.

======================= ==========================================================================
column                  what
======================= ==========================================================================
_2026_CODE              code, under a name with the year
Short Description       never kept: some are CPT's
LABELER NAME            labeler
NDC2 or NDC             number of the package, 5-4-2 with hyphens, or a longer number of a device
Drug Name               name
HCPCS dosage            what one unit of the code is
PKG SIZE                amount in one item
PKG QTY                 items in the package
BILLUNITS               units of the code in one item
BILLUNITSPKG            units of the code in the package
======================= ==========================================================================
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
    begins_with_table,
    load_rows,
    squeezed,
    table,
)
from nosology.codesets.loaders.publication import Publication

DATA_SET = "asp-ndc"
_PACKAGE = re.compile(r"[0-9]{5}-[0-9]{4}-[0-9]{2}|[0-9]{11,14}")
_NAMES = (
    (r"(_?20\d\d[_ ]code|(hcpcs )?code)", "code"),
    (r"labeler name", "labeler"),
    (r"ndc2?", "ndc"),
    (r"drug name", "name"),
    (r"hcpcs dosage", "dosage"),
    (r"pkg size", "package_size"),
    (r"pkg qty", "package_quantity"),
    (r"billunits", "billing_units"),
    (r"billunitspkg", "package_billing_units"),
)
_TITLE = re.compile(r"\b(asp|awp|opps)\b[\s/-]*ndc")


@dataclass(frozen=True, slots=True)
class PackageRow:
    """A package and a code that bills it; sizes and units in decimal text as published.

    Attributes:
        ndc: digits alone, eleven of them; a device's number may have more.
        billing_units: units of the code in one item of the package.
        package_billing_units: units of the code in the whole package.
    """

    ndc: str
    code: str
    labeler: str
    name: str
    dosage: str
    package_size: str
    package_quantity: str
    billing_units: str
    package_billing_units: str


def _columns(cells: Sequence[str]) -> dict[str, int] | None:
    found: dict[str, int] = {}
    for column, cell in enumerate(cells):
        name = cell.lower().strip()
        for pattern, ours in _NAMES:
            if ours not in found and re.fullmatch(pattern, name):
                found[ours] = column
                break
    return found if len(found) == len(_NAMES) else None


def _is_header(cells: Sequence[str]) -> bool:
    return _columns(cells) is not None


def read_packages(publication: Publication) -> Iterator[PackageRow]:
    """Yield each package and code.

    Raises:
        MalformedRow: naming the first row that does not follow the layout.
    """
    with table(publication, _is_header, "a code, LABELER NAME, NDC and BILLUNITSPKG") as (
        header,
        rows,
    ):
        place = _columns(header.cells)
        assert place is not None  # the table begins with it
        seen: set[tuple[str, str]] = set()
        for record in rows:
            row = _row(record, place)
            if (row.ndc, row.code) in seen:
                raise record.wrong(
                    place["ndc"], "repeats a package of the code; expected each once"
                )
            seen.add((row.ndc, row.code))
            yield row


def _row(record: Record, place: dict[str, int]) -> PackageRow:
    return PackageRow(
        record.matching(place["ndc"], _PACKAGE, "an NDC such as 00000-0000-00").replace("-", ""),
        record.procedure(place["code"]),
        record.text(place["labeler"]),
        record.text(place["name"]),
        record.text(place["dosage"]),
        *(
            record.number(place[name])
            for name in (
                "package_size",
                "package_quantity",
                "billing_units",
                "package_billing_units",
            )
        ),
    )


@dataclass(frozen=True, slots=True)
class NdcLoader:
    """Loads the packages of a quarter."""

    name: str = "asp-ndc"
    title: str = "ASP NDC-HCPCS crosswalk"
    publisher: str = "CMS"
    licence: str = "public domain; descriptions, of which some are the AMA's, are not read"

    def recognizes(self, publication: Publication) -> bool:
        """Return whether the head has the header."""
        return begins_with_table(publication, _is_header)

    def editions(self, publication: Publication) -> tuple[Edition, ...]:
        """Return the quarter of the line that begins with Effective, or of the name.

        The crosswalks of other payment systems, which are published beside it in the same layout,
        are parts of their own: ``awp`` and ``opps``.
        """
        text = publication.head_text("utf-8-sig")[:4000]
        found = _TITLE.search(squeezed(text[:200]))
        part = "" if found is None or found[1] == "asp" else found[1]
        edition = periods.quarter_of_text(DATA_SET, text, part) or periods.quarter_of_names(
            DATA_SET, publication, part
        )
        return (edition,) if edition else ()

    def load(
        self,
        connection: sqlite3.Connection,
        release: int,
        publication: Publication,
        progress: Progress,
    ) -> Loaded:
        """Write every package of the file."""
        statement = "INSERT INTO drug_package VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        return load_rows(
            publication,
            read_packages(publication),
            lambda rows: connection.executemany(
                statement, ((release, *astuple(row)) for row in rows)
            ),
            _described,
            progress,
        )


def _described(row: PackageRow) -> str:
    return f"{row.ndc} {row.name}: {row.package_billing_units} units of {row.code}"


LOADERS = (NdcLoader(),)
