"""Tables written for a spreadsheet program: an Excel workbook, or CSV."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nosology.cli.atomic import written_whole
from nosology.model.errors import InputError

SUFFIXES = (".xlsx", ".csv")

# The same tables give the same file, whenever it is written.
_CREATED = dt.datetime(2000, 1, 1)
_WIDEST = 80


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table, with a name and a header."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[str | int]]


def check_suffix(path: Path) -> None:
    """Check that the name says which kind of file is wanted.

    Raises:
        InputError: when it does not.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(str(path), f"must end in {' or '.join(SUFFIXES)} to be a spreadsheet")


def write_spreadsheet(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write the tables; CSV has them one below the other, each row led by its table's name.

    Raises:
        InputError: when the file cannot be written; nothing is half-written.
    """
    check_suffix(path)
    data = _csv(sheets) if path.suffix.lower() == ".csv" else _workbook(sheets)
    with written_whole(path) as file:
        file.write(data)


def _csv(sheets: Sequence[Sheet]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for sheet in sheets:
        writer.writerow(["table", *sheet.header])
        writer.writerows([sheet.name, *row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def _workbook(sheets: Sequence[Sheet]) -> bytes:
    import xlsxwriter

    data = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(data, options) as book:
        book.set_properties({"created": _CREATED})
        bold = book.add_format({"bold": True})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            page.freeze_panes(1, 0)
            page.write_row(0, 0, sheet.header, bold)
            for number, row in enumerate(sheet.rows, start=1):
                page.write_row(number, 0, row)
            for column, name in enumerate(sheet.header):
                widest = max((len(str(row[column])) for row in sheet.rows), default=0)
                page.set_column(column, column, min(_WIDEST, max(widest, len(name)) + 2))
            page.autofilter(0, 0, len(sheet.rows), len(sheet.header) - 1)
    return data.getvalue()
