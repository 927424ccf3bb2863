"""Strict reading of delimited files: every record with its line, every fault a malformed row."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from nosology.codesets.loaders.contract import Loaded, Progress
from nosology.codesets.loaders.publication import Publication
from nosology.model.errors import MalformedRow, shown

LONGEST_HEAD = 60
"""Records within which the header must stand, below the licence and other introductory lines."""

_PROCEDURE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")
_DIAGNOSIS = re.compile(r"[A-Z][0-9][0-9A-Z](?:\.?[0-9A-Z]{1,4})?")
_NUMBER = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]+)?")
_BINARY_NOISE_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a delimited file.

    Attributes:
        file: name of the file, for errors.
        line: 1-based line on which it begins.
        names: names of the columns as the header has them, for errors.
    """

    file: str
    line: int
    cells: Sequence[str]
    names: Sequence[str] = ()

    def wrong(self, column: int, message: str) -> MalformedRow:
        """Return the error that says what is wrong with the column, which is 0-based."""
        name = self.names[column] if column < len(self.names) else ""
        return MalformedRow(
            self.file, self.line, f"{column + 1} ({name})" if name else column + 1, message
        )

    def text(self, column: int) -> str:
        """Return the cell without surrounding space."""
        return self.cells[column].strip()

    def needed(self, column: int) -> str:
        """Return the cell, which must not be empty."""
        text = self.cells[column].strip()
        if not text:
            raise self.wrong(column, "is empty; expected a value")
        return text

    def matching(self, column: int, pattern: re.Pattern[str], expected: str) -> str:
        """Return the cell, which must match the whole pattern."""
        text = self.cells[column].strip()
        if pattern.fullmatch(text) is None:
            raise self.wrong(column, f"holds {shown(text)}; expected {expected}")
        return text

    def one_of(self, column: int, values: Sequence[str]) -> str:
        """Return the cell, which must be one of the values."""
        text = self.cells[column].strip()
        if text not in values:
            said = ", ".join(value or "nothing" for value in values)
            raise self.wrong(column, f"holds {shown(text)}; expected one of {said}")
        return text

    def procedure(self, column: int) -> str:
        """Return the cell, which must be a HCPCS or CPT code."""
        return self.matching(column, _PROCEDURE, "a procedure code of five characters")

    def diagnosis(self, column: int) -> str:
        """Return the cell, which must be an ICD-10-CM code, without its dot."""
        return self.matching(column, _DIAGNOSIS, "an ICD-10-CM code").replace(".", "")

    def number(self, column: int, *, empty: bool = False) -> str:
        """Return the cell as a plain decimal number: no thousands separators, no dollar sign.

        Args:
            column: 0-based.
            empty: whether nothing may stand there, which is returned as it is.
        """
        text = self.cells[column].strip()
        if not text and empty:
            return ""
        plain = text.removeprefix("$").strip()
        if not plain or _NUMBER.fullmatch(plain) is None or not plain.strip("-"):
            raise self.wrong(column, f"holds {shown(text)}; expected a number")
        plain = plain.replace(",", "")
        whole, _, fraction = plain.partition(".")
        if len(fraction) >= _BINARY_NOISE_DIGITS:
            # A conversion printed a binary fraction: 20.740000000000002 was 20.74.
            return format(round(Decimal(plain), 8).normalize(), "f")
        return f"{whole if whole.strip('-') else whole + '0'}.{fraction}" if fraction else whole

    def whole(self, column: int) -> int:
        """Return the cell as a whole number that is not negative."""
        text = self.cells[column].strip()
        if not (text.isascii() and text.isdigit()):
            raise self.wrong(column, f"holds {shown(text)}; expected a whole number")
        return int(text)

    def day(self, column: int, *, never: Sequence[str] = ()) -> int | None:
        """Return the cell, a date written yyyymmdd or yyyy-mm-dd, as yyyymmdd.

        Args:
            column: 0-based.
            never: what stands for "no date", which is returned as None.
        """
        text = self.cells[column].strip()
        if text in never:
            return None
        day = written_day(text)
        if day is None:
            raise self.wrong(column, f"holds {shown(text)}; expected a date as yyyymmdd")
        return day


def written_day(text: str) -> int | None:
    """Return a date written yyyymmdd or yyyy-mm-dd as yyyymmdd, or None where it is none."""
    digits = text.replace("-", "") if len(text) == 10 else text
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        return None
    try:
        dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return int(digits)


class Noted[Row]:
    """Passes rows on, and notes how many there were, the first and the last."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = rows
        self.count = 0
        self._first: Row | None = None
        self._last: Row | None = None

    def __iter__(self) -> Iterator[Row]:
        """Yield each row."""
        for row in self._rows:
            if self._first is None:
                self._first = row
            self._last = row
            self.count += 1
            yield row

    def anchors(self, described: Callable[[Row], str]) -> tuple[str, ...]:
        """Return the first and the last row in words, by which a load is checked by eye."""
        ends = (self._first, self._last if self.count > 1 else None)
        return tuple(described(row) for row in ends if row is not None)


def load_rows[Row](
    publication: Publication,
    rows: Iterable[Row],
    write: Callable[[Iterable[Row]], object],
    described: Callable[[Row], str],
    progress: Progress,
) -> Loaded:
    """Return what was written of a file's rows, the first and the last of them in words."""
    stage = f"{publication.name}: reading"
    progress(stage, 0, 1)
    noted = Noted(rows)
    write(noted)
    progress(stage, 1, 1)
    return Loaded(noted.count, anchors=noted.anchors(described))


def squeezed(text: str) -> str:
    """Return a header's cell as it is compared: lower case, words parted by one space."""
    return " ".join(text.replace("_", " ").lower().split())


def readable_lines(publication: Publication) -> Generator[str]:
    """Yield each line with one line feed; UTF-8, and where a line is not, Windows Latin 1.

    The publisher saves from a spreadsheet, so that both occur, even in one year's files.

    Raises:
        MalformedRow: where a line is neither, or holds what no text holds.
    """
    with publication.open() as file:
        for number, line in enumerate(file, start=1):
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                try:
                    text = line.decode("cp1252")
                except UnicodeDecodeError as error:
                    raise MalformedRow(
                        publication.name,
                        number,
                        error.start + 1,
                        "holds a byte that is neither UTF-8 nor Windows Latin 1; "
                        "expected the file as published",
                    ) from None
            if "\x00" in text:
                raise MalformedRow(
                    publication.name,
                    number,
                    text.index("\x00") + 1,
                    "holds a null character; expected the file as published",
                )
            yield text if text[-2:] != "\r\n" else text[:-2] + "\n"


def records(file: str, lines: Iterable[str], delimiter: str = ",") -> Iterator[Record]:
    """Yield each record that is not blank.

    Args:
        file: name of the file, for errors.
        lines: of the file, with their ends.
        delimiter: between cells.

    Raises:
        MalformedRow: where quotes or encoding are broken.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise MalformedRow(
                file,
                line,
                1,
                f"begins a record that cannot be read ({error}); expected cells parted by "
                f"{delimiter!r} with closed quotation marks",
            ) from None
        # Control-Z alone is the mark of the end of a file, as old programs write it.
        if any(cell and not cell.isspace() and cell != "\x1a" for cell in cells):
            yield Record(file, line, cells)


@contextmanager
def table(
    publication: Publication,
    is_header: Callable[[Sequence[str]], bool],
    expected: str,
    delimiter: str = ",",
) -> Iterator[tuple[Record, Iterator[Record]]]:
    """Give the header and the records below it, each with the header's names; close the file.

    A record may have empty cells beyond the header's, but no value there and no cell fewer.

    Args:
        publication: the file.
        is_header: told the cells, squeezed; whether they are the header.
        expected: how the header looks, for the error.
        delimiter: between cells.

    Raises:
        MalformedRow: where no header is found, or a record has another number of cells.
    """
    with closing(readable_lines(publication)) as lines:
        found = records(publication.name, lines, delimiter)
        last = 0
        for record in islice(found, LONGEST_HEAD):
            last = record.line
            if is_header([squeezed(cell) for cell in record.cells]):
                names = [" ".join(cell.split()) for cell in record.cells]
                while names and not names[-1]:
                    names.pop()
                yield Record(record.file, record.line, names, names), _below(found, names)
                return
        raise MalformedRow(
            publication.name, last + 1, 1, f"should be the header by now; expected {expected}"
        )


def begins_with_table(
    publication: Publication, is_header: Callable[[Sequence[str]], bool], delimiter: str = ","
) -> bool:
    """Return whether the header stands in the head of the file; reads no further than that."""
    lines = publication.head_text("utf-8-sig").splitlines(keepends=True)
    # What is cut off or damaged below the header does not matter here.
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for count, cells in enumerate(reader):
            if is_header([squeezed(cell) for cell in cells]):
                return True
            if count >= LONGEST_HEAD:
                return False
    except csv.Error:
        return False
    return False


def _below(found: Iterator[Record], names: Sequence[str]) -> Iterator[Record]:
    width = len(names)
    for record in found:
        cells = record.cells
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            raise MalformedRow(
                record.file,
                record.line,
                min(len(cells), width) + 1,
                f"is where the record should go on or end: it has {len(cells)} cells, "
                f"expected {width}",
            )
        yield Record(record.file, record.line, cells, names)


def above_notes(rows: Iterator[Record], beside: Sequence[int] = ()) -> Iterator[Record]:
    """Yield the rows above the notes, which stand alone in the first column at the end of a file.

    A note is told from a damaged row by its words: it has two or more, or ends in a colon.

    Args:
        rows: below the header.
        beside: columns in which a note may have a value beside it.

    Raises:
        MalformedRow: where a row follows a note.
    """
    noted = False
    for record in rows:
        first = record.text(0)
        others = (cell for column, cell in enumerate(record.cells) if column not in (0, *beside))
        is_alone = not any(cell.strip() for cell in others)
        if is_alone and (len(first.split()) > 1 or first.endswith(":")):
            noted = True
        elif noted:
            raise record.wrong(0, "stands below the notes; expected the end of the file")
        else:
            yield record


def positions(header: Record, wanted: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return where each wanted column stands.

    Args:
        header: the header.
        wanted: our name of each column, and the names, squeezed, under which it is published.

    Raises:
        MalformedRow: where a column is missing.
    """
    squeezed_names = [squeezed(cell) for cell in header.cells]
    found = {}
    for name, published in wanted.items():
        place = next((squeezed_names.index(one) for one in published if one in squeezed_names), -1)
        if place < 0:
            raise MalformedRow(
                header.file,
                header.line,
                len(squeezed_names) + 1,
                f"should be {published[0]!r}; the header has no such column",
            )
        found[name] = place
    return found
