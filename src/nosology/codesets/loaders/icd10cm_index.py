"""The official ICD-10-CM Alphabetic Index and External Cause Index, in XML and as a spreadsheet.

Both have one layout, that of the publisher's schema ``icd10cm-index.xsd``: letters hold main
terms, main terms hold terms, and a term holds its title with nonessential modifiers, a code, the
manifestation's code, and references. The spreadsheet has one term a row, whose level and place give
the tree; it lacks the manifestations' codes.
"""

from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from nosology.codesets.elements import Element, Layout, read_stream
from nosology.codesets.loaders.contract import Edition, Loaded, Loader, Progress
from nosology.codesets.loaders.icd10_edition import editions_of_name, editions_of_version
from nosology.codesets.loaders.icd10_terms import (
    DEEPEST,
    IndexRow,
    is_code,
    split_modifiers,
    stored_code,
    write_terms,
)
from nosology.codesets.loaders.publication import Publication
from nosology.model.errors import MalformedRow, shown

INDEX_ROOT = "ICD10CM.index"
PUBLISHER = "CDC/NCHS and CMS"
LICENCE = "public domain (United States Government)"

_IS_INDEX = re.compile(rf"<{re.escape(INDEX_ROOT)}[\s>]")
_HEADING = re.compile(r"<indexHeading>")
_EXTERNAL_CAUSE = re.compile(r"<title>[^<]*external cause[^<]*</title>", re.IGNORECASE)

_TEXTS = ("nemod", "code", "manif", "see", "seeAlso", "seecat", "subcat", "warning", "version")
_OF_TERM = frozenset(
    ("title", "code", "manif", "see", "seeAlso", "seecat", "subcat", "warning", "term")
)


def _layout(expected: str) -> Layout:
    return Layout(
        root=INDEX_ROOT,
        expected=expected,
        children={
            INDEX_ROOT: frozenset({"version", "title", "letter"}),
            "letter": frozenset({"title", "mainTerm"}),
            "mainTerm": _OF_TERM,
            "term": _OF_TERM,
            "title": frozenset({"nemod"}),
            **dict.fromkeys(_TEXTS, frozenset[str]()),
        },
        attributes={"term": frozenset({"level"})},
        mixed=frozenset({"title"}),
    )


def is_index(publication: Publication) -> bool:
    """Return whether the file is an ICD-10-CM index or table in XML."""
    return _IS_INDEX.search(publication.head_text()) is not None


def read_index(
    publication: Publication, expected: str, progress: Callable[[int], None] | None = None
) -> Iterator[IndexRow]:
    """Yield every term, each before those below it.

    Args:
        publication: the Alphabetic Index or the External Cause Index in XML.
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
            yield from TermReader(publication.name, _index_row).terms(element, 0)
    if not found:
        raise MalformedRow(publication.name, 1, "mainTerm", f"is missing; expected {expected}")


@dataclass(frozen=True, slots=True)
class TermReader:
    """Turns the elements of a main term into rows.

    Attributes:
        row: makes one row of an element and its level, with what is common to all layouts.
    """

    file: str
    row: Callable[[TermReader, Element, int], IndexRow]

    def terms(self, element: Element, level: int) -> Iterator[IndexRow]:
        """Yield the row of the element, then those of the terms in it."""
        written = element.attributes.get("level", "0")
        if written != str(level) or level > DEEPEST:
            raise self.error(
                element,
                "level",
                f"is {shown(written)}, expected {level}: a term stands one level below the term "
                "that holds it",
            )
        yield self.row(self, element, level)
        for child in element.all("term"):
            yield from self.terms(child, level + 1)

    def error(self, element: Element, column: str, message: str) -> MalformedRow:
        """Return the error that names the element's line."""
        return MalformedRow(self.file, element.line, column, message)

    def once(self, element: Element, tag: str) -> str:
        """Return the text of the child of that name; empty where there is none."""
        found = element.all(tag)
        if not found:
            return ""
        if len(found) > 1:
            raise self.error(found[1], tag, f"stands twice in one {element.tag}")
        if not found[0].text:
            raise self.error(found[0], tag, "is empty; expected text, or no such element")
        return found[0].text

    def code(self, element: Element, tag: str) -> str:
        """Return the code that the child of that name holds; empty where there is none."""
        text = self.once(element, tag)
        if text and not is_code(text):
            raise self.error(
                element.all(tag)[0],
                tag,
                f"must be an ICD-10-CM code such as E11.9 or S52.5-, found {shown(text)}",
            )
        return stored_code(text)

    def manifestation(self, element: Element) -> tuple[str, str]:
        """Return the manifestation's code, and what stands in its place where it is words.

        The Neoplasm Table puts an explanation of a site there.
        """
        text = self.once(element, "manif")
        code = text.strip("[]")
        return (stored_code(code), "") if is_code(code) else ("", text)

    def title(self, element: Element) -> tuple[str, tuple[str, ...]]:
        """Return the title without its nonessential modifiers, and these."""
        found = element.all("title")
        if len(found) != 1:
            raise self.error(
                element, "title", f"must stand once in {element.tag}, found {len(found)} times"
            )
        outside = [" ".join(found[0].text.split())]
        modifiers: list[str] = []
        for child in found[0].children:
            text, groups = split_modifiers(child.text)
            outside.append(text)
            modifiers.extend(groups)
        title = " ".join(filter(None, outside))
        if not title and not modifiers:
            raise self.error(found[0], "title", "is empty; expected text")
        return title, tuple(modifiers)


def _index_row(reader: TermReader, element: Element, level: int) -> IndexRow:
    title, modifiers = reader.title(element)
    manifestation, note = reader.manifestation(element)
    category = reader.once(element, "seecat") or reader.once(element, "subcat")
    return IndexRow(
        level,
        title,
        element.line,
        modifiers,
        code=reader.code(element, "code"),
        manifestation=manifestation,
        see=reader.once(element, "see"),
        see_also=reader.once(element, "seeAlso"),
        category=stored_code(category) if is_code(category) else category,
        note="; ".join(filter(None, (note, reader.once(element, "warning")))),
    )


def bytes_read(publication: Publication, progress: Progress) -> Callable[[int], None]:
    """Return a call that tells the progress of reading a file of known length."""
    return lambda done: progress(f"reading {publication.name}", done, publication.size)


@dataclass(frozen=True, slots=True)
class IndexLoader:
    """Loads one of the two indexes from XML."""

    name: str
    title: str
    data_set: str
    is_external_cause: bool
    publisher: str = PUBLISHER
    licence: str = LICENCE

    def recognizes(self, publication: Publication) -> bool:
        """Return whether the file is this one of the two indexes, and neither of the tables."""
        head = publication.head_text()
        if not _IS_INDEX.search(head) or _HEADING.search(head):
            return False
        return bool(_EXTERNAL_CAUSE.search(head)) is self.is_external_cause

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
        """Write every term under the release's number."""
        rows = read_index(publication, f"the {self.title}", bytes_read(publication, progress))
        return write_terms(connection, release, rows)


_COLUMNS = ("RowID", "Letter", "Level", "Term", "See", "SeeAlso", "NonEssModif", "Code")
_LACKS = (
    "taken from a spreadsheet of the index, which lacks the second code of pairs of cause and "
    "manifestation"
)
_SPREADSHEET = "the Alphabetic Index as a spreadsheet"


def read_index_spreadsheet(publication: Publication) -> Iterator[IndexRow]:
    """Yield every term of the spreadsheet, each before those below it.

    Raises:
        MalformedRow: naming file, line and column, at the first departure from the layout.
    """
    name = publication.name
    lines = csv.reader((line for _, line in publication.lines()), strict=True)
    level = -1
    try:
        header = next(lines, [])
        if tuple(header) != _COLUMNS:
            raise MalformedRow(name, 1, 1, f"must begin the header {','.join(_COLUMNS)}")
        for number, fields in enumerate(lines, start=1):
            row = _spreadsheet_row(name, lines.line_num, number, fields)
            if row.level > level + 1:
                raise MalformedRow(
                    name,
                    lines.line_num,
                    "Level",
                    f"is {row.level} below a term of level {level}; expected {level + 1} at most: "
                    "rows may be missing",
                )
            level = row.level
            yield row
    except csv.Error as error:
        raise MalformedRow(
            name, lines.line_num, 1, f"is not a row of comma-separated values ({error})"
        ) from None
    if level < 0:
        raise MalformedRow(name, 2, 1, f"is missing; expected {_SPREADSHEET}")


def _spreadsheet_row(name: str, line: int, number: int, fields: list[str]) -> IndexRow:
    if len(fields) != len(_COLUMNS):
        raise MalformedRow(
            name, line, len(fields), f"is the last, expected {len(_COLUMNS)} columns"
        )
    row = {column: " ".join(field.split()) for column, field in zip(_COLUMNS, fields, strict=True)}
    if row["RowID"] != str(number):
        raise MalformedRow(
            name, line, "RowID", f"is {shown(row['RowID'])}, expected {number}: rows may be missing"
        )
    level = row["Level"]
    if len(level) != 1 or level not in "0123456789":
        raise MalformedRow(name, line, "Level", f"must be a digit, found {shown(level)}")
    if len(row["Letter"]) != 1 or not row["Letter"].isupper():
        raise MalformedRow(
            name, line, "Letter", f"must be a capital letter, found {shown(row['Letter'])}"
        )
    if row["Code"] and not is_code(row["Code"]):
        raise MalformedRow(
            name,
            line,
            "Code",
            f"must be an ICD-10-CM code such as E11.9 or S52.5-, found {shown(row['Code'])}",
        )
    outside, modifiers = split_modifiers(row["NonEssModif"])
    title = " ".join(filter(None, (row["Term"], outside)))
    if not title and not modifiers:
        raise MalformedRow(name, line, "Term", "is empty; expected text")
    return IndexRow(
        int(level),
        title,
        line,
        modifiers,
        code=stored_code(row["Code"]),
        see=row["See"],
        see_also=row["SeeAlso"],
    )


@dataclass(frozen=True, slots=True)
class IndexSpreadsheetLoader:
    """Loads the Alphabetic Index from a spreadsheet of it."""

    name: str = "icd10cm-index-csv"
    title: str = "ICD-10-CM Alphabetic Index as a spreadsheet"
    data_set: str = "icd10cm-index"
    publisher: str = PUBLISHER
    licence: str = LICENCE

    def recognizes(self, publication: Publication) -> bool:
        """Return whether the file begins with the spreadsheet's header."""
        return publication.head_text("utf-8").split("\n", 1)[0].strip() == ",".join(_COLUMNS)

    def editions(self, publication: Publication) -> tuple[Edition, ...]:
        """Return the edition by the year in the file's name; the content does not tell it."""
        return editions_of_name(publication, self.data_set)

    def load(
        self,
        connection: sqlite3.Connection,
        release: int,
        publication: Publication,
        progress: Progress,
    ) -> Loaded:
        """Write every term under the release's number."""
        progress(f"reading {publication.name}", 0, publication.size)
        loaded = write_terms(connection, release, read_index_spreadsheet(publication))
        progress(f"reading {publication.name}", publication.size, publication.size)
        return replace(loaded, remark=_LACKS)


LOADERS: tuple[Loader, ...] = (
    IndexLoader("icd10cm-index-xml", "ICD-10-CM Alphabetic Index", "icd10cm-index", False),
    IndexLoader(
        "icd10cm-external-cause-index-xml",
        "ICD-10-CM External Cause Index",
        "icd10cm-external-cause-index",
        True,
    ),
    IndexSpreadsheetLoader(),
)
