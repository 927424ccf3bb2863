"""Reads the mappings of diagnoses to the condition categories of Medicare's risk adjustment.

Layout of the published file (``2026 Midyear_Final ICD-10-CM Mappings.csv``): a title, the fiscal
years, an empty line, then a header whose cells hold line breaks, then a diagnosis a row, then an
empty line and notes.

=================================================== ==============================================
column                                              what
=================================================== ==============================================
Diagnosis Code                                      ICD-10-CM code without a dot
Description                                         not kept: the code sets have it
*model* Model Category *version*                    category, or nothing; one column for each model
*model* Model Category *version* for *year* Payment Yes or No; one column for each model
Year
=================================================== ==============================================

The workbook's form with the versions after "Model" is read too. A second layout, in which the
mappings are often passed on, has the header ``diagnosis_code,cc,model_name``.
"""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nosology.codesets.loaders import periods
from nosology.codesets.loaders.contract import Edition, Loaded, Progress
from nosology.codesets.loaders.delimited import (
    Record,
    above_notes,
    begins_with_table,
    load_rows,
    squeezed,
    table,
)
from nosology.codesets.loaders.publication import Publication

DATA_SET = "hcc"

_CATEGORY = re.compile(r"[0-9]{1,3}(?:\.0)?")
_MODEL = re.compile(
    r"(cms-hcc|rxhcc)( (?:pace/)?esrd|)(?: model)?(?: category)?(?: model)? (v\d\d)"
    r"(?: for (20\d\d) payment year)?"
)
_YEAR_HEADER = re.compile(r"for (20\d\d) payment year")
_CONVERTED = ["diagnosis code", "cc", "model name"]
_EXPECTED = "Diagnosis Code, Description and a column for each model's category"


@dataclass(frozen=True, slots=True)
class HccRow:
    """A condition category of a diagnosis in one model.

    Attributes:
        model: such as ``CMS-HCC V28``, ``CMS-HCC ESRD V24``, ``RxHCC V08``.
        category: number, without zeros in front.
        is_paid: whether the mapping counts in the payment year; None where the source does not say.
    """

    diagnosis: str
    model: str
    category: str
    is_paid: bool | None = None


def model_name(text: str) -> str | None:
    """Return how a model is called here, from any of its published names; None if it is none."""
    found = _MODEL.fullmatch(squeezed(text))
    return _written(found) if found else None


def _written(found: re.Match[str]) -> str:
    family = "CMS-HCC" if found[1] == "cms-hcc" else "RxHCC"
    return " ".join([family, *(["ESRD"] if found[2] else []), found[3].upper()])


def read_hcc(publication: Publication) -> Iterator[HccRow]:
    """Yield each category of each diagnosis.

    Raises:
        MalformedRow: naming the first row that does not follow the layout.
    """
    with table(publication, _is_header, _EXPECTED) as (header, rows):
        if [squeezed(cell) for cell in header.cells] == _CONVERTED:
            for record in rows:
                model = model_name(record.text(2))
                if model is None:
                    raise record.wrong(2, "names no model; expected such as CMS-HCC Model V28")
                yield HccRow(record.diagnosis(0), model, _category(record, 1))
            return
        categories, paid = _models(header)
        for record in above_notes(rows):
            diagnosis = record.diagnosis(0)
            for model, column in categories.items():
                is_paid = (
                    record.one_of(paid[model], ("Yes", "No", "")) == "Yes"
                    if model in paid
                    else None
                )
                if record.text(column):
                    yield HccRow(diagnosis, model, _category(record, column), is_paid)


def _is_header(cells: Sequence[str]) -> bool:
    if list(cells) == _CONVERTED:
        return True
    return (
        len(cells) > 2
        and cells[0] in ("diagnosis code", "diagnosis codes")
        and any(_MODEL.fullmatch(cell) for cell in cells)
    )


def _models(header: Record) -> tuple[dict[str, int], dict[str, int]]:
    """Return the columns of the categories and of their use in payment, by model."""
    categories: dict[str, int] = {}
    paid: dict[str, int] = {}
    for column, cell in enumerate(header.cells[2:], start=2):
        found = _MODEL.fullmatch(squeezed(cell))
        if found is None:
            raise header.wrong(
                column, "names no model; expected such as CMS-HCC Model Category V28"
            )
        held = paid if found[4] else categories
        if _written(found) in held:
            raise header.wrong(column, "repeats a column; expected each model once")
        held[_written(found)] = column
    return categories, paid


def _category(record: Record, column: int) -> str:
    text = record.matching(column, _CATEGORY, "the number of a category")
    return str(int(text.removesuffix(".0")))


def write_hcc(connection: sqlite3.Connection, release: int, rows: Iterable[HccRow]) -> int:
    """Write the rows of a release; return how many there were. Does not commit."""
    count = 0

    def values() -> Iterator[tuple[object, ...]]:
        nonlocal count
        for row in rows:
            count += 1
            yield release, row.diagnosis, row.model, row.category, row.is_paid

    # A mapping that is repeated says nothing new.
    connection.executemany("INSERT OR REPLACE INTO hcc VALUES (?, ?, ?, ?, ?)", values())
    return count


@dataclass(frozen=True, slots=True)
class HccLoader:
    """Loads the mappings of one payment year."""

    name: str = "hcc-mappings"
    title: str = "CMS-HCC, ESRD and RxHCC mappings of ICD-10-CM"
    publisher: str = "CMS"
    licence: str = "public domain"
    data_set: str = DATA_SET

    def recognizes(self, publication: Publication) -> bool:
        """Return whether the head has the header of either layout."""
        return begins_with_table(publication, _is_header)

    def editions(self, publication: Publication) -> tuple[Edition, ...]:
        """Return the payment year that the header or the name states."""
        if found := _YEAR_HEADER.search(squeezed(publication.head_text())):
            return (_edition(int(found[1])),)
        year = periods.year_of_names(publication)
        return (_edition(year),) if year else ()

    def load(
        self,
        connection: sqlite3.Connection,
        release: int,
        publication: Publication,
        progress: Progress,
    ) -> Loaded:
        """Write every category of the file."""
        return load_rows(
            publication,
            read_hcc(publication),
            lambda rows: write_hcc(connection, release, rows),
            _described,
            progress,
        )


def _edition(year: int) -> Edition:
    """Return the edition of a payment year, which looks at the diagnoses of the year before."""
    return Edition(DATA_SET, str(year), dt.date(year, 1, 1), dt.date(year, 12, 31))


def _described(row: HccRow) -> str:
    return f"{row.diagnosis}: {row.model} category {row.category}"


LOADERS = (HccLoader(),)
