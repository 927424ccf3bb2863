"""Strict reader of the tables in this folder: tabs between cells, a header, remarks after ``#``."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Self

from nosology.model.errors import MalformedRow, shown

_LONGEST_LABEL = 80


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table."""

    columns: tuple[str, ...]
    cells: tuple[str, ...]
    file: str
    line: int

    @classmethod
    def read(cls, text: str, columns: tuple[str, ...], file: str) -> list[Self]:
        """Return the rows of a table, in its order; none is passed over.

        Raises:
            MalformedRow: for another header, another number of cells, no row at all, or a sign or
                space that is not plain ASCII text.
        """
        header_seen = False
        rows: list[Self] = []
        for line, written in enumerate(text.split("\n"), 1):
            if written.startswith("#") or (not written and line == text.count("\n") + 1):
                continue
            cells = tuple(written.split("\t"))
            if not header_seen:
                if cells != columns:
                    raise MalformedRow(
                        file, line, 1, f"header must be {' | '.join(columns)}, separated by tabs"
                    )
                header_seen = True
                continue
            if len(cells) != len(columns):
                raise MalformedRow(
                    file, line, len(cells), f"ends the row; expected {len(columns)} columns"
                )
            row = cls(columns, cells, file, line)
            for column, cell in zip(columns, cells, strict=True):
                if not (cell.isascii() and (cell.isprintable() or not cell)) or cell != " ".join(
                    cell.split()
                ):
                    raise row.error(column, "must be plain ASCII text with single spaces")
            rows.append(row)
        if not rows:
            raise MalformedRow(file, 1, 1, "must be a table with a header and at least one row")
        return rows

    @property
    def first(self) -> str:
        """The first cell, by which a table is ordered."""
        return self.cells[0]

    def __getitem__(self, column: str) -> str:
        return self.cells[self.columns.index(column)]

    def matching(self, column: str, pattern: str, expected: str) -> str:
        """Return the cell, which must be what the pattern describes."""
        if not re.fullmatch(pattern, self[column]):
            raise self.error(column, f"must be {expected}, found {shown(self[column])}")
        return self[column]

    def label(self, column: str) -> str:
        """Return the cell, which must hold a short text."""
        if not 0 < len(self[column]) <= _LONGEST_LABEL:
            raise self.error(
                column, f"has {len(self[column])} characters; expected 1 to {_LONGEST_LABEL}"
            )
        return self[column]

    def optional_day(self, column: str) -> dt.date | None:
        """Return the day that the cell names as YYYY-MM-DD; None where it is empty."""
        cell = self[column]
        if not cell:
            return None
        try:
            day = dt.date.fromisoformat(cell)
        except ValueError:
            day = None
        if day is None or day.isoformat() != cell:
            raise self.error(column, f"must be empty or a day as YYYY-MM-DD, found {shown(cell)}")
        return day

    def error(self, column: str, message: str) -> MalformedRow:
        """Return the error that names this row and the column."""
        return MalformedRow(self.file, self.line, column, message)


def installed(name: str) -> tuple[str, str]:
    """Return the text of a table that is installed with the product, and its name."""
    # Bytes that are not ASCII become characters that the reader refuses, naming the line.
    table = files("nosology.codesets").joinpath("labels", name)
    return table.read_bytes().decode("latin-1"), name
