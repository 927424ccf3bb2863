"""The official ICD-10-PCS Tables in XML: which values may stand together in a code.

A table is the codes that share their first three characters. Each of its rows names the values that
the last four characters may take, in any combination. The file states how many values an axis has
and how many codes a row makes; both are checked.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from nosology.codesets.elements import Element, Layout, read_stream
from nosology.codesets.loaders.contract import Edition, Loaded, Loader, Progress
from nosology.codesets.loaders.icd10_edition import editions_of_version
from nosology.codesets.loaders.publication import Publication
from nosology.model.errors import MalformedRow, shown

PUBLISHER = "CMS"
LICENCE = "public domain (United States Government)"

# Neither I nor O, which could be read as digits.
_VALUE = re.compile(r"[0-9A-HJ-NP-Z]")
_IS_TABLES = re.compile(r"<ICD10PCS\.tabular[\s>]")
_SHOWN_ANCHORS = 3

_LAYOUT = Layout(
    root="ICD10PCS.tabular",
    expected="the ICD-10-PCS Tables",
    children={
        "ICD10PCS.tabular": frozenset({"version", "title", "pcsTable"}),
        "pcsTable": frozenset({"axis", "pcsRow"}),
        "pcsRow": frozenset({"axis"}),
        "axis": frozenset({"title", "label", "definition"}),
        **dict.fromkeys(("version", "title", "label", "definition"), frozenset[str]()),
    },
    attributes={
        "pcsRow": frozenset({"codes"}),
        "axis": frozenset({"pos", "values"}),
        "label": frozenset({"code"}),
    },
)


@dataclass(frozen=True, slots=True)
class PcsAxis:
    """The values that one character may take, with what each means.

    Attributes:
        definition: of a root operation; empty for none.
    """

    title: str
    values: tuple[tuple[str, str], ...]
    definition: str = ""


@dataclass(frozen=True, slots=True)
class PcsTable:
    """The codes that share their first three characters.

    Attributes:
        head: the first three axes, each with one value.
        rows: the last four axes of each row.
        line: 1-based line of the file where the table begins.
    """

    head: tuple[PcsAxis, ...]
    rows: tuple[tuple[PcsAxis, ...], ...]
    line: int

    @property
    def prefix(self) -> str:
        """The first three characters."""
        return "".join(axis.values[0][0] for axis in self.head)

    @property
    def count(self) -> int:
        """How many codes the rows make."""
        return sum(math.prod(len(axis.values) for axis in row) for row in self.rows)


def read_tables(
    publication: Publication, progress: Callable[[int], None] | None = None
) -> Iterator[PcsTable]:
    """Yield every table.

    Raises:
        MalformedRow: naming file, line and element, at the first departure from the layout.
    """
    reader = _TableReader(publication.name)
    lines: dict[str, int] = {}
    with publication.open() as file:
        for element in read_stream(publication.name, file, _LAYOUT, "pcsTable", progress):
            table = reader.table(element)
            if table.prefix in lines:
                raise reader.error(
                    element,
                    "pcsTable",
                    f"repeats {table.prefix}, which line {lines[table.prefix]} already holds",
                )
            lines[table.prefix] = element.line
            yield table
    if not lines:
        raise MalformedRow(
            publication.name, 1, "pcsTable", f"is missing; expected {_LAYOUT.expected}"
        )


@dataclass(frozen=True, slots=True)
class _TableReader:
    file: str

    def error(self, element: Element, column: str, message: str) -> MalformedRow:
        return MalformedRow(self.file, element.line, column, message)

    def table(self, element: Element) -> PcsTable:
        head = self.axes(element, element.all("axis"), first=1, count=3)
        for axis, child in zip(head, element.all("axis"), strict=True):
            if len(axis.values) != 1:
                raise self.error(
                    child, "label", f"must stand once in a table's axis, found {len(axis.values)}"
                )
        rows = element.all("pcsRow")
        if not rows:
            raise self.error(element, "pcsRow", "is missing; a table has at least one")
        return PcsTable(head, tuple(self.row(row) for row in rows), element.line)

    def row(self, element: Element) -> tuple[PcsAxis, ...]:
        axes = self.axes(element, element.children, first=4, count=4)
        stated = element.attributes.get("codes")
        made = math.prod(len(axis.values) for axis in axes)
        if stated != str(made):
            raise self.error(
                element, "codes", f"states {shown(stated)}, but the row's values make {made}"
            )
        return axes

    def axes(
        self, element: Element, found: list[Element], *, first: int, count: int
    ) -> tuple[PcsAxis, ...]:
        expected = [str(first + number) for number in range(count)]
        positions = [axis.attributes.get("pos") for axis in found]
        if positions != expected:
            raise self.error(
                element,
                "pos",
                f"of the axes must be {', '.join(expected)}, found "
                f"{shown(', '.join(map(str, positions)))}",
            )
        return tuple(self.axis(axis) for axis in found)

    def axis(self, element: Element) -> PcsAxis:
        title = self.text(element, "title")
        if not title:
            raise self.error(element, "title", "is missing; expected the axis's name")
        values: dict[str, str] = {}
        for label in element.all("label"):
            value = label.attributes.get("code", "")
            if not _VALUE.fullmatch(value):
                raise self.error(
                    label, "code", f"must be a digit or letter of a code, found {shown(value)}"
                )
            if value in values:
                raise self.error(label, "code", f"gives {value} twice in one axis")
            if not label.text:
                raise self.error(label, "label", "is empty; expected text")
            values[value] = label.text
        stated = element.attributes.get("values")
        if stated != str(len(values)) or not values:
            raise self.error(
                element, "values", f"states {shown(stated)}, but the axis has {len(values)}"
            )
        return PcsAxis(title, tuple(values.items()), self.text(element, "definition"))

    def text(self, element: Element, tag: str) -> str:
        found = element.all(tag)
        if len(found) > 1:
            raise self.error(found[1], tag, f"stands twice in one {element.tag}")
        return found[0].text if found else ""


@dataclass(frozen=True, slots=True)
class PcsTablesLoader:
    """Loads the tables."""

    name: str = "icd10pcs-tables-xml"
    title: str = "ICD-10-PCS Tables"
    data_set: str = "icd10pcs-tables"
    publisher: str = PUBLISHER
    licence: str = LICENCE

    def recognizes(self, publication: Publication) -> bool:
        """Return whether the root is that of the tables."""
        return _IS_TABLES.search(publication.head_text()) is not None

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
        """Write every table under the release's number; rows and codes are counted."""
        writer = _Writer(connection, release)

        def report(done: int) -> None:
            progress(f"reading {publication.name}", done, publication.size)

        for table in read_tables(publication, report):
            writer.write(table)
        title_what_has_none(connection, release)
        return Loaded(writer.rows, writer.codes, tuple(writer.anchors))


def title_what_has_none(connection: sqlite3.Connection, release: int) -> None:
    """Compose the titles of the codes that the tables make and no source has titled."""
    # Imported here: reading the tables back is needed for nothing else of a loader.
    from nosology.codesets.pcs.tables import PcsTables

    def rows(query: str, *values: object) -> list[Any]:
        return connection.execute(query, values).fetchall()

    ((valid_from,),) = rows("SELECT valid_from FROM release WHERE release = ?", release)
    tables = PcsTables(rows, dt.date.fromisoformat(valid_from))
    untitled = rows(
        "SELECT DISTINCT code FROM dated_code WHERE system = 'icd10pcs' AND title_source = 'none'"
        " AND kind = 'code'"
    )
    connection.executemany(
        "UPDATE dated_code SET title = ?, title_source = 'composed'"
        " WHERE system = 'icd10pcs' AND title_source = 'none' AND code = ?",
        [(tables.compose_title(code), code) for (code,) in untitled if tables.is_code(code)],
    )


class _Writer:
    def __init__(self, connection: sqlite3.Connection, release: int) -> None:
        self._connection = connection
        self._release = release
        self._axes: dict[tuple[str, tuple[tuple[str, str], ...]], int] = {}
        self._prefixes: set[str] = set()
        self.rows = 0
        self.codes = 0
        self.anchors: list[str] = []

    def write(self, table: PcsTable) -> None:
        prefix = ""
        for axis in table.head:
            value, label = axis.values[0]
            prefix += value
            if prefix not in self._prefixes:
                self._prefixes.add(prefix)
                self._connection.execute(
                    "INSERT INTO pcs_table VALUES (?, ?, ?, ?, ?)",
                    (self._release, prefix, axis.title, label, axis.definition),
                )
        self._connection.executemany(
            "INSERT INTO pcs_row VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (self._release, prefix, number, *map(self._axis, row))
                for number, row in enumerate(table.rows)
            ],
        )
        self.rows += len(table.rows)
        self.codes += table.count
        if len(self.anchors) < _SHOWN_ANCHORS:
            labels = " / ".join(axis.values[0][1] for axis in table.head)
            self.anchors.append(f"{prefix} {labels}: {table.count} codes")

    def _axis(self, axis: PcsAxis) -> int:
        key = (axis.title, axis.values)
        number = self._axes.get(key)
        if number is None:
            number = self._axes[key] = len(self._axes)
            self._connection.executemany(
                "INSERT INTO pcs_axis VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (self._release, number, sequence, axis.title, value, label)
                    for sequence, (value, label) in enumerate(axis.values)
                ],
            )
        return number


LOADERS: tuple[Loader, ...] = (PcsTablesLoader(),)
