"""Plain tables: tab-separated text with a header line, compressed, without any quoting.

They are what is left of an archive, so that a person can read them and no special reader is needed.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched
from pathlib import Path

from nosology.codesets.extraction.manifest import WrittenFile, hash_of
from nosology.model.errors import InputError, MalformedRow

SUFFIX = ".tsv.gz"
_LEVEL = 5
_ROWS_AT_ONCE = 4096

Value = str | int | None


def write_table(
    folder: Path, name: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]
) -> WrittenFile:
    """Return what was written: the rows under a header, in their order, None as an empty field.

    The same rows give the same bytes, whenever they are written.

    Raises:
        InputError: when a value holds a tab or a line end, or a row has another number of fields.
    """
    path = folder / f"{name}{SUFFIX}"
    width = len(columns)
    written = 0
    with (
        path.open("xb") as raw,
        # Without a name and a time in its header the file depends on the rows alone.
        gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as file,
    ):
        file.write(("\t".join(columns) + "\n").encode())
        for some in batched(rows, _ROWS_AT_ONCE):
            lines = [
                "\t".join(["" if value is None else str(value) for value in row]) for row in some
            ]
            text = "\n".join(lines)
            # Counted together, because a million rows are written one by one.
            if (
                any(len(row) != width for row in some)
                or text.count("\t") != (width - 1) * len(lines)
                or text.count("\n") != len(lines) - 1
                or "\r" in text
            ):
                raise _misfit(path.name, written, width, some)
            file.write(f"{text}\n".encode())
            written += len(lines)
    return WrittenFile(path.name, written, hash_of(path))


def _misfit(file: str, before: int, width: int, rows: Sequence[Sequence[Value]]) -> InputError:
    """Return the error that names the first of the rows that does not fit."""
    number = next(
        number
        for number, row in enumerate(rows, start=before + 1)
        if len(row) != width or any(mark in str(value) for value in row for mark in "\t\n\r")
    )
    return InputError(file, f"row {number} does not fit {width} fields")


def read_table(path: Path, columns: Sequence[str]) -> Iterator[list[str]]:
    """Yield the fields of each row.

    Raises:
        MalformedRow: when the header is another, or a row has another number of fields.
        InputError: when the file cannot be unpacked.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
            header = file.readline().rstrip("\n").split("\t")
            if header != list(columns):
                raise MalformedRow(path.name, 1, 1, f"is {header[0]!r}, expected {columns[0]!r}")
            expected = len(columns)
            for number, line in enumerate(file, start=2):
                fields = line.rstrip("\n").split("\t")
                if len(fields) != expected:
                    raise MalformedRow(
                        path.name, number, len(fields), f"is the last, expected {expected} columns"
                    )
                yield fields
    except (EOFError, gzip.BadGzipFile, UnicodeDecodeError, OSError) as error:
        raise InputError(path.name, f"cannot be read ({error}); remove it and try again") from None
