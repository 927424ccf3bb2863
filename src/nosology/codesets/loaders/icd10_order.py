"""The official order files and code files of ICD-10-CM and ICD-10-PCS.

An order file lists headers and codes with their titles; a code file lists codes only. The two code
sets share both layouts. The first code tells which it is: those of ICD-10-CM begin with a letter,
ICD-10-PCS begins with section 0.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nosology.codesets.loaders.contract import Edition, Loaded, Progress
from nosology.codesets.loaders.icd10_edition import editions_of_name
from nosology.codesets.loaders.publication import Publication
from nosology.codesets.tabular import Level, TabularEntry
from nosology.model.code import System, dotted
from nosology.model.errors import MalformedRow

# Columns, 1-based and inclusive. Order file: order 1-5, code 7-13, billable 15, short title 17-76,
# long title from 78. Code file: code 1-7, title from 9.
_BLANKS = (6, 14, 16)
_LONG_TITLE = 77

_CM = re.compile(r"[A-Z][0-9A-Z]{2,6}")
_CM_LINE = re.compile(r"[A-Z]\d[0-9A-Z][0-9A-Z ]{4} \S")
_PCS_CODE = re.compile(r"[0-9A-HJ-NP-Z]{7}")
_PCS_HEADER = re.compile(r"[0-9A-HJ-NP-Z]{3}")
_PCS_LINE = re.compile(r"[0-9A-HJ-NP-Z]{7} \S")
_ORDER_LINE = re.compile(r"\d{5} [0-9A-Z]{3}[0-9A-Z ]{4} [01] \S")
_LINES_LOOKED_AT = 20
_BATCH = 5000


@dataclass(frozen=True, slots=True)
class TitleRow:
    """One header or code.

    Attributes:
        line: 1-based line of the file.
        short_title: empty in a code file.
    """

    line: int
    code: str
    billable: bool
    short_title: str
    title: str


def system_of(publication: Publication) -> System:
    """Return the code set that the file's first code belongs to."""
    first = publication.head_text().lstrip()
    code = first[6:7] if _ORDER_LINE.match(first) else first[:1]
    return System.ICD10PCS if code.isdigit() else System.ICD10CM


def read_order_file(publication: Publication) -> Iterator[TitleRow]:
    """Yield every header and code of an order file.

    Raises:
        MalformedRow: naming line and column of the first departure from the layout.
    """
    system = system_of(publication)
    before = 0
    seen: dict[str, int] = {}
    for number, line in publication.lines():
        wrong = _wrong(publication.name, number)
        if len(line) < _LONG_TITLE:
            raise wrong(len(line) + 1, f"is missing: the row is cut short; {_ORDER_EXPECTED}")
        order = line[:5]
        if not (order.isascii() and order.isdigit()):
            raise wrong(1, f"must be an order number of five digits; {_ORDER_EXPECTED}")
        if int(order) <= before:
            raise wrong(1, f"is {order}, which does not follow {before:05}; {_DAMAGED}")
        before = int(order)
        for column in _BLANKS:
            if line[column - 1] != " ":
                raise wrong(column, f"must be blank; {_ORDER_EXPECTED}")
        flag = line[14]
        if flag not in "01":
            raise wrong(15, f"must be 0 or 1, found {flag!r}; {_ORDER_EXPECTED}")
        code = _checked_code(system, line[6:13], flag == "1", wrong, 7)
        _note_repeat(seen, code, number, wrong, 7)
        if line[_LONG_TITLE - 1] != " ":
            raise wrong(_LONG_TITLE, f"must be blank; {_ORDER_EXPECTED}")
        short, title = line[16:76].strip(), line[_LONG_TITLE:].strip()
        for column, text in ((17, short), (_LONG_TITLE + 1, title)):
            _check_title(text, wrong, column)
        yield TitleRow(number, code, flag == "1", short, title)
    _check_end(publication, system, seen)


def read_code_file(publication: Publication) -> Iterator[TitleRow]:
    """Yield every code of a code file.

    Raises:
        MalformedRow: naming line and column of the first departure from the layout.
    """
    system = system_of(publication)
    seen: dict[str, int] = {}
    for number, line in publication.lines():
        wrong = _wrong(publication.name, number)
        if line[7:8] != " ":
            raise wrong(8, f"must be blank; {_CODE_EXPECTED}")
        code = _checked_code(system, line[:7], True, wrong, 1)
        _note_repeat(seen, code, number, wrong, 1)
        title = line[8:].strip()
        _check_title(title, wrong, 9)
        yield TitleRow(number, code, True, "", title)
    _check_end(publication, system, seen)


_ORDER_EXPECTED = (
    "expected an order file: columns 1-5 order, 7-13 code, 15 flag, 17-76 short title, 78- title. "
    "Is this the addenda or another file?"
)
_CODE_EXPECTED = "expected a code file: columns 1-7 code, 9- title. Is this another file?"
_DAMAGED = "the file is damaged: download it again"
_LONGEST_TITLE = 400

type _Wrong = Callable[[int, str], MalformedRow]


def _wrong(file: str, line: int) -> _Wrong:
    return lambda column, message: MalformedRow(file, line, column, message)


def _checked_code(system: System, text: str, is_code: bool, wrong: _Wrong, column: int) -> str:
    code = text.rstrip(" ")
    if system is System.ICD10CM:
        pattern, example = _CM, "an ICD-10-CM code such as E1122"
    elif is_code:
        pattern, example = _PCS_CODE, "an ICD-10-PCS code of seven characters such as 0BH17EZ"
    else:
        pattern, example = _PCS_HEADER, "the three characters of an ICD-10-PCS table such as 0BH"
    if not pattern.fullmatch(code):
        raise wrong(column, f"must be {example}; {_DAMAGED}")
    return code


def _note_repeat(seen: dict[str, int], code: str, number: int, wrong: _Wrong, column: int) -> None:
    if code in seen:
        raise wrong(column, f"repeats {code}, which line {seen[code]} already has; {_DAMAGED}")
    seen[code] = number


def _check_title(text: str, wrong: _Wrong, column: int) -> None:
    if not text:
        raise wrong(column, f"must be a title, found nothing; {_DAMAGED}")
    if len(text) > _LONGEST_TITLE or not text.isprintable():
        raise wrong(column, f"holds what no title does; {_DAMAGED}")


def _check_end(publication: Publication, system: System, seen: dict[str, int]) -> None:
    """Check that the file goes on to the last letter of its code set; a cut loses the end."""
    last = next(reversed(seen), "")
    # U, for special purposes, stands after Z. Of ICD-10-PCS, section X is the last.
    if last[:1] not in (("Z", "U") if system is System.ICD10CM else ("X", "Y", "Z")):
        number = seen.get(last, 0)
        raise MalformedRow(
            publication.name,
            number + 1,
            1,
            f"is missing: the list ends with {last or 'nothing'}, far from its last code; "
            "the file is cut short: download it again",
        )


def as_entries(rows: list[TitleRow], file: str, *, has_headers: bool) -> list[TabularEntry]:
    """Return the rows as printed entries, each below the header that begins its code.

    Raises:
        MalformedRow: when a code stands below no header, or is flagged against its place.
    """
    parents: list[str | None] = []
    above: list[str] = []
    with_children: set[str] = set()
    for row in rows:
        while above and not row.code.startswith(above[-1]):
            above.pop()
        parents.append(above[-1] if above else None)
        with_children.update(above[-1:])
        if has_headers and not above and len(row.code) > 3:
            raise MalformedRow(
                file, row.line, 7, f"{row.code} stands below no category; {_DAMAGED}"
            )
        above.append(row.code)
    entries = []
    for row, parent in zip(rows, parents, strict=True):
        has_children = row.code in with_children
        if has_children is row.billable:
            found = "1 although codes" if row.billable else "0 although no codes"
            raise MalformedRow(file, row.line, 15, f"is {found} stand below {row.code}; {_DAMAGED}")
        level = Level.CATEGORY if len(row.code) == 3 else Level.SUBDIVISION
        entries.append(TabularEntry(level, row.code, row.title, parent, row.line, has_children))
    return entries


@dataclass(frozen=True, slots=True)
class TitlesLoader:
    """Loads an order file or a code file of either code set."""

    name: str
    title: str
    has_headers: bool
    publisher: str = "CDC National Center for Health Statistics and CMS"
    licence: str = "public domain"

    def recognizes(self, publication: Publication) -> bool:
        """Return whether each of the first lines follows the layout."""
        lines = publication.head_text().splitlines()[:_LINES_LOOKED_AT]
        if len(publication.head) < publication.size and len(lines) > 1:
            lines.pop()  # the head may end within it
        if self.has_headers:
            pattern = _ORDER_LINE
        else:
            pattern = _PCS_LINE if system_of(publication) is System.ICD10PCS else _CM_LINE
        return bool(lines) and all(pattern.match(line) for line in lines[:5])

    def editions(self, publication: Publication) -> tuple[Edition, ...]:
        """Return the edition by the year in the name; April may stand in the archive's."""
        return editions_of_name(publication, *self.data_set_of(publication))

    def data_set_of(self, publication: Publication) -> tuple[str, str]:
        """Return the code set; titles of ICD-10-PCS stand beside what else is known."""
        system = system_of(publication)
        return system.value, "titles" if system is System.ICD10PCS else ""

    def load(
        self,
        connection: sqlite3.Connection,
        release: int,
        publication: Publication,
        progress: Progress,
    ) -> Loaded:
        """Write every header and code under the release's number."""
        rows = list(self._counted(publication, progress))
        billable = sum(row.billable for row in rows)
        is_pcs = system_of(publication) is System.ICD10PCS
        shown = str if is_pcs else dotted
        anchors = tuple(
            f"{shown(row.code)} {row.title}" for row in (rows[0], rows[len(rows) // 2], rows[-1])
        )
        if is_pcs:
            _write_dated(connection, release, rows)
            return Loaded(billable, billable, anchors, "titles-only")
        entries = as_entries(rows, publication.name, has_headers=self.has_headers)
        # Imported here: recognizing a file needs none of it.
        from nosology.codesets.loaders.icd10_notes import write_with_notes
        from nosology.codesets.loading import as_nodes, write_nodes

        told = write_with_notes(
            connection,
            release,
            {row.code: row.title for row in rows if row.billable},
            {row.code: row.title for row in rows if not row.billable},
        )
        if told.rows:
            return Loaded(told.rows, billable, anchors, "titles-only", told.remark)
        write_nodes(connection, release, as_nodes(entries))
        remark = "titles" if self.has_headers else "titles of codes"
        return Loaded(
            len(rows), billable, anchors, "titles-only", f"{remark} without notes{told.remark}"
        )

    def _counted(self, publication: Publication, progress: Progress) -> Iterator[TitleRow]:
        read = read_order_file if self.has_headers else read_code_file
        stage = f"{publication.name}: reading titles"
        # A line is about 130 bytes long in an order file, 80 in a code file: near enough for a bar.
        total = max(publication.size // (130 if self.has_headers else 80), 1)
        for count, row in enumerate(read(publication)):
            if count % _BATCH == 0:
                progress(stage, min(count, total), total)
            yield row
        progress(stage, total, total)


def _write_dated(connection: sqlite3.Connection, release: int, rows: list[TitleRow]) -> None:
    """Write each code with the dates that are known for it, otherwise with those of the edition."""
    first, last = connection.execute(
        "SELECT valid_from, valid_to FROM release WHERE release = ?", (release,)
    ).fetchone()
    first, last = (int(day.replace("-", "")) if day else None for day in (first, last))
    known: dict[str, tuple[int, int | None]] = {
        code: (start, end)
        for code, start, end in connection.execute(
            "SELECT code, valid_from, valid_to FROM code_dates WHERE system = ?"
            " AND valid_from <= coalesce(?, 99999999) AND coalesce(valid_to, 99999999) >= ?"
            " ORDER BY valid_from",
            (System.ICD10PCS.value, last, first),
        )
    }
    connection.executemany(
        "INSERT INTO dated_code VALUES (?, ?, ?, ?, ?, ?, ?, 'official', 'code', '')",
        (
            (
                release,
                System.ICD10PCS.value,
                row.code,
                *known.get(row.code, (first, last)),
                row.title,
                row.short_title,
            )
            for row in rows
            if row.billable
        ),
    )


LOADERS = (
    TitlesLoader("icd10-order", "ICD-10-CM or ICD-10-PCS order file", has_headers=True),
    TitlesLoader("icd10-codes", "ICD-10-CM or ICD-10-PCS code file", has_headers=False),
)
