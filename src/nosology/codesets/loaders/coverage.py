"""Reads the Medicare Coverage Database: which diagnoses support which services.

The database is published as an archive of comma separated files, with HTML of several lines in some
cells. Five of them are read; each is a part of the edition.

===================================== ============================================================
file                                  columns that are kept
===================================== ============================================================
``article.csv``                       article_id, article_version, title, article_eff_date,
                                      article_end_date, status
``article_x_hcpc_code.csv``           article_id, article_version, hcpc_code_id, hcpc_code_group;
                                      the descriptions are CPT's and never kept
``article_x_icd10_covered.csv``       article_id, article_version, icd10_code_id,
                                      icd10_covered_group
``article_x_icd10_noncovered.csv``    article_id, article_version, icd10_code_id,
                                      icd10_noncovered_group
``lcd_related_documents.csv``         lcd_id, r_article_id
===================================== ============================================================

A further layout, in which the pairs are often passed on, is one file with the header
``hcpcs,icd10,covered,lcd_ids``, the ids parted by ``|``.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from nosology.codesets.loaders import periods
from nosology.codesets.loaders.contract import Edition, Loaded, Progress
from nosology.codesets.loaders.delimited import (
    Noted,
    Record,
    begins_with_table,
    positions,
    squeezed,
    table,
    written_day,
)
from nosology.codesets.loaders.publication import Publication
from nosology.model.errors import shown

DATA_SET = "coverage"
ARTICLES = "articles"
SERVICES = "services"
COVERED = "covered"
NOT_COVERED = "not-covered"
RELATED = "related"
PAIRS = "pairs"

_EXPECTED = "the header of a file of the Coverage Database"
_LONGEST_CELL = 1 << 24  # an article's text in one cell
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.0)?")
# A row of its own may say that an article names no code.
_NO_CODE = r"XX[0-9]{3}|N/A"
_SERVICE = re.compile(rf"[0-9A-Z][0-9]{{3}}[0-9A-Z]|{_NO_CODE}")
_DIAGNOSIS = re.compile(rf"[A-Z][0-9][0-9A-Z](?:\.?[0-9A-Z]{{1,4}})?|{_NO_CODE}")
_DOCUMENTS = re.compile(r"[LA][0-9]{3,6}(?:\|[LA][0-9]{3,6})*")
_DAY = re.compile(r"(\d{4}-?\d{2}-?\d{2})(?:[T ][0-9:.]+)?")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: .*)?")
_LABEL = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
_NAME_DATE = re.compile(r"(20\d\d)[-_]?(\d\d)(?:[-_]?(\d\d))?(?!\d)")

_COLUMNS: dict[str, dict[str, tuple[str, ...]]] = {
    SERVICES: {
        "article": ("article id",),
        "version": ("article version",),
        "code": ("hcpc code id",),
        "group": ("hcpc code group",),
    },
    COVERED: {
        "article": ("article id",),
        "version": ("article version",),
        "diagnosis": ("icd10 code id",),
        "group": ("icd10 covered group",),
    },
    NOT_COVERED: {
        "article": ("article id",),
        "version": ("article version",),
        "diagnosis": ("icd10 code id",),
        "group": ("icd10 noncovered group",),
    },
    ARTICLES: {
        "article": ("article id",),
        "version": ("article version",),
        "title": ("title",),
        "effective": ("article eff date",),
        "ended": ("article end date",),
        "status": ("status",),
    },
    RELATED: {"lcd": ("lcd id",), "article": ("r article id",)},
    PAIRS: {
        "code": ("hcpcs",),
        "diagnosis": ("icd10",),
        "covered": ("covered",),
        "documents": ("lcd ids",),
    },
}


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article. Days are yyyymmdd; None where the file has none."""

    article: str
    version: int
    title: str
    status: str
    effective: int | None
    ended: int | None


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service that an article is about."""

    code: str
    article: str
    version: int
    group: int


@dataclass(frozen=True, slots=True)
class DiagnosisRow:
    """A diagnosis that supports the services of an article, or does not."""

    article: str
    version: int
    is_covered: bool
    diagnosis: str
    group: int


@dataclass(frozen=True, slots=True)
class RelatedRow:
    """The determination (LCD) that an article belongs to; no article where two are related."""

    article: str
    lcd: str


@dataclass(frozen=True, slots=True)
class PairRow:
    """A service and a diagnosis, with the documents that speak of them."""

    code: str
    diagnosis: str
    is_covered: bool
    documents: str


CoverageRow = ArticleRow | ServiceRow | DiagnosisRow | RelatedRow | PairRow


def read_coverage(publication: Publication) -> Iterator[CoverageRow]:
    """Yield each row, of the type that the file is of.

    Raises:
        MalformedRow: naming the first row that does not follow the layout.
    """
    with _long_cells(), table(publication, _is_header, _EXPECTED) as (header, rows):
        kind = _kind(header.cells)
        assert kind is not None  # the table begins with it
        place = positions(header, _COLUMNS[kind])
        read = _READERS[kind]
        for record in rows:
            yield read(record, place)


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let a cell be as long as an article, which the csv module does not by itself."""
    usual = csv.field_size_limit(_LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(usual)


def _kind(cells: Sequence[str]) -> str | None:
    names = [squeezed(cell) for cell in cells]
    return next(
        (
            kind
            for kind, columns in _COLUMNS.items()
            if all(any(name in names for name in published) for published in columns.values())
        ),
        None,
    )


def _is_header(cells: Sequence[str]) -> bool:
    return _kind(cells) is not None


def _number(record: Record, column: int) -> int:
    return int(record.matching(column, _NUMBER, "a whole number").removesuffix(".0"))


def _article(record: Record, place: dict[str, int]) -> ArticleRow:
    return ArticleRow(
        str(_number(record, place["article"])),
        _number(record, place["version"]),
        " ".join(record.text(place["title"]).split()),
        record.text(place["status"]),
        _day(record, place["effective"]),
        _day(record, place["ended"]),
    )


def _service(record: Record, place: dict[str, int]) -> ServiceRow:
    return ServiceRow(
        record.matching(place["code"], _SERVICE, "a procedure code"),
        str(_number(record, place["article"])),
        _number(record, place["version"]),
        _number(record, place["group"]),
    )


def _covered(record: Record, place: dict[str, int]) -> DiagnosisRow:
    return _diagnosis(record, place, is_covered=True)


def _not_covered(record: Record, place: dict[str, int]) -> DiagnosisRow:
    return _diagnosis(record, place, is_covered=False)


def _diagnosis(record: Record, place: dict[str, int], *, is_covered: bool) -> DiagnosisRow:
    return DiagnosisRow(
        str(_number(record, place["article"])),
        _number(record, place["version"]),
        is_covered,
        record.matching(place["diagnosis"], _DIAGNOSIS, "an ICD-10-CM code").replace(".", ""),
        _number(record, place["group"]),
    )


def _related(record: Record, place: dict[str, int]) -> RelatedRow:
    lcd = str(_number(record, place["lcd"]))
    has_article = bool(record.text(place["article"]))
    return RelatedRow(str(_number(record, place["article"])) if has_article else "", lcd)


def _pair(record: Record, place: dict[str, int]) -> PairRow:
    return PairRow(
        record.procedure(place["code"]),
        record.diagnosis(place["diagnosis"]),
        record.one_of(place["covered"], ("0", "1")) == "1",
        record.matching(place["documents"], _DOCUMENTS, "ids such as L12345").replace("|", " "),
    )


def _day(record: Record, column: int) -> int | None:
    text = record.text(column)
    if not text:
        return None
    day = None
    if found := _DAY.fullmatch(text):
        day = written_day(found[1])
    elif found := _SLASHED.fullmatch(text):
        day = written_day(f"{found[3]}{int(found[1]):02}{int(found[2]):02}")
    if day is None:
        raise record.wrong(column, f"holds {shown(text)}; expected a date such as 2026-04-01")
    return day


_READERS: dict[str, Callable[[Record, dict[str, int]], CoverageRow]] = {
    ARTICLES: _article,
    SERVICES: _service,
    COVERED: _covered,
    NOT_COVERED: _not_covered,
    RELATED: _related,
    PAIRS: _pair,
}


@dataclass(frozen=True, slots=True)
class CoverageLoader:
    """Loads one file of the database."""

    name: str = "coverage-database"
    title: str = "Medicare Coverage Database"
    publisher: str = "CMS"
    licence: str = "public domain; descriptions of services, which are the AMA's, are not read"
    labels: str = "year and month of the download, such as 2026-10"

    def recognizes(self, publication: Publication) -> bool:
        """Return whether the head begins with the header of one of the files."""
        return begins_with_table(publication, _is_header)

    def editions(self, publication: Publication) -> tuple[Edition, ...]:
        """Return the month that a name states; the files themselves do not say.

        The database is what was in force on the day of the download. Its edition begins with that
        month and has no end.
        """
        kind = _kind_of(publication)
        for name in periods.names(publication):
            if found := _NAME_DATE.search(name):
                year, month = int(found[1]), int(found[2])
                if 1 <= month <= 12:
                    first = dt.date(year, month, 1)
                    return (Edition(DATA_SET, f"{year}-{month:02}", first, None, kind),)
        return ()

    def data_set_of(self, publication: Publication) -> tuple[str, str]:
        """Return the database, and which of its files the header tells that it is."""
        return DATA_SET, _kind_of(publication)

    def span_of(self, label: str) -> tuple[dt.date, dt.date | None] | None:
        """Return the first day of the month; there is no last one."""
        found = _LABEL.fullmatch(label)
        return (dt.date(int(found[1]), int(found[2]), 1), None) if found else None

    def load(
        self,
        connection: sqlite3.Connection,
        release: int,
        publication: Publication,
        progress: Progress,
    ) -> Loaded:
        """Write every row of the file."""
        progress(f"{publication.name}: reading", 0, 1)
        documents: dict[str, int] = {}
        kind = _kind_of(publication)
        rows = Noted(read_coverage(publication))
        connection.executemany(
            _INSERTS[kind], ((release, *_values(row, documents)) for row in rows)
        )
        connection.executemany(
            "INSERT INTO coverage_documents VALUES (?, ?, ?)",
            ((release, number, names) for names, number in documents.items()),
        )
        progress(f"{publication.name}: reading", 1, 1)
        return Loaded(rows.count, anchors=rows.anchors(_described))


def _kind_of(publication: Publication) -> str:
    with _long_cells(), table(publication, _is_header, _EXPECTED) as (header, _):
        return _kind(header.cells) or ""


def _values(row: CoverageRow, documents: dict[str, int]) -> tuple[object, ...]:
    """Return the values of a row as its table has them; documents are kept once and numbered."""
    match row:
        case DiagnosisRow():
            return row.article, row.version, row.is_covered, row.diagnosis, row.group
        case PairRow():
            number = documents.setdefault(row.documents, len(documents))
            return row.code, row.diagnosis, row.is_covered, number
        case ServiceRow():
            return row.code, row.article, row.version, row.group
        case RelatedRow():
            return row.article, row.lcd
        case ArticleRow():
            return row.article, row.version, row.title, row.status, row.effective, row.ended


# What is repeated says nothing new.
_INSERTS = {
    ARTICLES: "INSERT OR REPLACE INTO coverage_article VALUES (?, ?, ?, ?, ?, ?, ?)",
    SERVICES: "INSERT OR REPLACE INTO coverage_service VALUES (?, ?, ?, ?, ?)",
    COVERED: "INSERT OR REPLACE INTO coverage_diagnosis VALUES (?, ?, ?, ?, ?, ?)",
    NOT_COVERED: "INSERT OR REPLACE INTO coverage_diagnosis VALUES (?, ?, ?, ?, ?, ?)",
    RELATED: "INSERT OR REPLACE INTO coverage_related VALUES (?, ?, ?)",
    PAIRS: "INSERT OR REPLACE INTO coverage_pair VALUES (?, ?, ?, ?, ?)",
}


def _described(row: CoverageRow) -> str:
    match row:
        case DiagnosisRow():
            said = "supports" if row.is_covered else "does not support"
            return f"A{row.article}: {row.diagnosis} {said}"
        case PairRow():
            said = "supports" if row.is_covered else "does not support"
            return f"{row.diagnosis} {said} {row.code} ({row.documents})"
        case ServiceRow():
            return f"A{row.article}: {row.code}"
        case RelatedRow():
            return f"L{row.lcd}: {f'A{row.article}' if row.article else 'another determination'}"
        case ArticleRow():
            return f"A{row.article} version {row.version}: {row.title}"


LOADERS = (CoverageLoader(),)
