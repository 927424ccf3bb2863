"""The official ICD-10-CM Table of Drugs and Chemicals and Neoplasm Table in XML.

They are indexes whose terms have a row of codes, one a column; the layout is the publisher's
schema ``icd-10-cm-drug-neoplasm.xsd``. The heading of the first column tells which table it is.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nosology.codesets.elements import Element, Layout, read_stream
from nosology.codesets.loaders.contract import Edition, Loaded, Loader, Progress
from nosology.codesets.loaders.icd10_edition import editions_of_version
from nosology.codesets.loaders.icd10_terms import IndexRow, is_code, stored_code, write_terms
from nosology.codesets.loaders.icd10cm_index import (
    INDEX_ROOT,
    LICENCE,
    PUBLISHER,
    TermReader,
    bytes_read,
    is_index,
)
from nosology.codesets.loaders.publication import Publication
from nosology.model.errors import MalformedRow, shown

_COLUMNS = range(2, 8)
_NO_CODE = frozenset({"-", "--"})
_OF_TERM = frozenset({"title", "manif", "see", "seeAlso", "cell", "term"})
_FIRST_HEAD = re.compile(r'<head col="1">\s*([^<]*?)\s*</head>')


def _layout(expected: str) -> Layout:
    return Layout(
        root=INDEX_ROOT,
        expected=expected,
        children={
            INDEX_ROOT: frozenset({"version", "title", "indexHeading", "letter"}),
            "indexHeading": frozenset({"head"}),
            "letter": frozenset({"title", "mainTerm"}),
            "mainTerm": _OF_TERM,
            "term": _OF_TERM,
            "title": frozenset({"nemod"}),
            **dict.fromkeys(
                ("nemod", "manif", "see", "seeAlso", "cell", "head", "version"), frozenset[str]()
            ),
        },
        attributes={
            "term": frozenset({"level"}),
            "head": frozenset({"col"}),
            "cell": frozenset({"col"}),
        },
        mixed=frozenset({"title"}),
    )


def read_table(
    publication: Publication, expected: str, progress: Callable[[int], None] | None = None
) -> Iterator[IndexRow]:
    """Yield every term with its cells, each before those below it.

    Args:
        publication: the Table of Drugs and Chemicals or the Neoplasm Table in XML.
        expected: what the file should be, for a reader who chose the wrong one.
        progress: called with the number of bytes read.

    Raises:
        MalformedRow: naming file, line and element, at the first departure from the layout.
    """
    found = False
    with publication.open() as file:
        elements = read_stream(publication.name, file, _layout(expected), "mainTerm", progress)
        for element in elements:
            found = True
            yield from TermReader(publication.name, _table_row).terms(element, 0)
    if not found:
        raise MalformedRow(publication.name, 1, "mainTerm", f"is missing; expected {expected}")


def _table_row(reader: TermReader, element: Element, level: int) -> IndexRow:
    title, modifiers = reader.title(element)
    manifestation, note = reader.manifestation(element)
    return IndexRow(
        level,
        title,
        element.line,
        modifiers,
        manifestation=manifestation,
        note=note,
        see=reader.once(element, "see"),
        see_also=reader.once(element, "seeAlso"),
        cells=tuple(_cells(reader, element)),
    )


def _cells(reader: TermReader, element: Element) -> Iterator[tuple[int, str]]:
    last = 0
    for cell in element.all("cell"):
        written = cell.attributes.get("col", "")
        if written not in map(str, _COLUMNS):
            raise reader.error(cell, "col", f"must be a column from 2 to 7, found {shown(written)}")
        column = int(written)
        if column <= last:
            raise reader.error(cell, "col", f"is {column} after column {last}")
        last = column
        if cell.text in _NO_CODE:
            continue
        if not is_code(cell.text):
            raise reader.error(
                cell,
                "cell",
                f"must be an ICD-10-CM code such as C50.9- or a hyphen, found {shown(cell.text)}",
            )
        yield column, stored_code(cell.text)


@dataclass(frozen=True, slots=True)
class TableLoader:
    """Loads one of the two tables.

    Attributes:
        first_column: its heading, which tells the two apart.
    """

    name: str
    title: str
    data_set: str
    first_column: str
    publisher: str = PUBLISHER
    licence: str = LICENCE

    def recognizes(self, publication: Publication) -> bool:
        """Return whether the file is this one of the two tables."""
        found = _FIRST_HEAD.search(publication.head_text())
        return is_index(publication) and found is not None and found[1] == self.first_column

    def editions(self, publication: Publication) -> tuple[Edition, ...]:
        """Return the edition by the file's version."""
        return editions_of_version(publication, self.data_set)

    def load(
        self,
        connection: sqlite3.Connection,
        release: int,
        publication: Publication,
        progress: Progress,
    ) -> Loaded:
        """Write every term and its cells under the release's number."""
        rows = read_table(publication, f"the {self.title}", bytes_read(publication, progress))
        return write_terms(connection, release, rows)


LOADERS: tuple[Loader, ...] = (
    TableLoader(
        "icd10cm-drug-table-xml",
        "ICD-10-CM Table of Drugs and Chemicals",
        "icd10cm-drug-table",
        "Substance",
    ),
    TableLoader(
        "icd10cm-neoplasm-table-xml",
        "ICD-10-CM Neoplasm Table",
        "icd10cm-neoplasm-table",
        "Neoplasm",
    ),
)
