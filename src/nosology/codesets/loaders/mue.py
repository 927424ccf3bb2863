"""Reads the NCCI medically unlikely edits: the most units of a code that a day or line may have.

Layout of the published files (``MCR_MUE_PractitionerServices_Eff_04-01-2026.csv``, and those of the
outpatient hospital and of the supplier of durable medical equipment): a licence in quotation marks
that runs over several lines, then the header, then a code a row.

================================= ================================================================
column                            what
================================= ================================================================
HCPCS/CPT Code                    code
*service* MUE Values              most units
MUE Adjudication Indicator        1 line edit, 2 day edit by policy, 3 day edit by clinical
                                  judgement; the digit with its meaning behind it
MUE Rationale                     rationale
================================= ================================================================

A second layout, in which the lists are often passed on, has the header
``hcpcs_code,mue_units,mai,rationale``, or the same names with ``mue_`` before them and the service
in a fifth column, ``mue_service``.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nosology.codesets.loaders import periods
from nosology.codesets.loaders.contract import Edition, Loaded, Progress
from nosology.codesets.loaders.delimited import begins_with_table, load_rows, squeezed, table
from nosology.codesets.loaders.publication import Publication
from nosology.model.errors import InputError

_INDICATOR = re.compile(r"([123])(?:\s.*)?")
_NAMES = {
    "code": r"(hcpcs ?/ ?cpt|cpt ?/ ?hcpcs|hcpcs) code",
    "units": r"(.* )?mue (values?|units)",
    "indicator": r"mue adjudication indicator|(mue )?mai",
    "rationale": r"(mue )?rationale",
    "service": r"mue service",
}
_SERVICES = (
    ("practitioner", "mue-practitioner"),
    ("outpatient", "mue-outpatient"),
    ("facility", "mue-outpatient"),
    ("hospital", "mue-outpatient"),
    ("dme", "mue-dme"),
)
_EXPECTED = "HCPCS/CPT Code, MUE Values, MUE Adjudication Indicator and MUE Rationale"


@dataclass(frozen=True, slots=True)
class MueRow:
    """The most units of a code.

    Attributes:
        units: 0 where the code is never to be reported for the service.
        indicator: 1 for a line, 2 and 3 for a day; 2 can never be exceeded.
    """

    code: str
    units: int
    indicator: int
    rationale: str


@dataclass(frozen=True, slots=True)
class _Columns:
    code: int
    units: int
    indicator: int
    rationale: int
    service: int | None


def _columns(cells: Sequence[str]) -> _Columns | None:
    """Return where the columns stand, or None where the cells are no header of either layout."""
    names = [squeezed(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    found: dict[str, int] = {}
    for column, name in enumerate(names):
        kind = next((kind for kind, form in _NAMES.items() if re.fullmatch(form, name)), None)
        if kind is None or kind in found:
            return None
        found[kind] = column
    if not {"code", "units", "indicator", "rationale"} <= found.keys():
        return None
    return _Columns(
        found["code"], found["units"], found["indicator"], found["rationale"], found.get("service")
    )


def _is_header(cells: Sequence[str]) -> bool:
    return _columns(cells) is not None


def read_mue(publication: Publication) -> Iterator[MueRow]:
    """Yield each code.

    Raises:
        MalformedRow: naming the first row that does not follow the layout.
    """
    with table(publication, _is_header, _EXPECTED) as (header, rows):
        columns = _columns(header.cells)
        assert columns is not None  # the table begins with it
        seen: set[str] = set()
        service = ""
        for record in rows:
            code = record.procedure(columns.code)
            if code in seen:
                raise record.wrong(columns.code, f"repeats {code}; expected each code once")
            seen.add(code)
            if columns.service is not None:
                service = service or record.needed(columns.service)
                record.one_of(columns.service, (service,))
            indicator = record.matching(columns.indicator, _INDICATOR, "1, 2 or 3 and its meaning")
            yield MueRow(
                code,
                record.whole(columns.units),
                int(indicator[0]),
                record.needed(columns.rationale),
            )


def _data_set(publication: Publication) -> str | None:
    """Return the data set that the header, the first row or the name states."""
    with table(publication, _is_header, _EXPECTED) as (header, rows):
        columns = _columns(header.cells)
        assert columns is not None  # the table begins with it
        first = next(rows, None)
        said = [header.cells[columns.units]]
        if columns.service is not None and first is not None:
            said.append(first.text(columns.service))
    texts = (*said, *periods.names(publication))
    return next((found for text in texts if (found := _service(text))), None)


def _service(text: str) -> str | None:
    lowered = text.lower()
    return next((data_set for word, data_set in _SERVICES if word in lowered), None)


def write_mue(connection: sqlite3.Connection, release: int, rows: Iterable[MueRow]) -> int:
    """Write the rows of a release; return how many there were. Does not commit."""
    return connection.executemany(
        "INSERT INTO mue VALUES (?, ?, ?, ?, ?)",
        ((release, row.code, row.units, row.indicator, row.rationale) for row in rows),
    ).rowcount


@dataclass(frozen=True, slots=True)
class MueLoader:
    """Loads the units of one service: practitioner, outpatient hospital or equipment supplier."""

    name: str = "ncci-mue"
    title: str = "NCCI medically unlikely edits"
    publisher: str = "CMS"
    licence: str = "public domain; the code numbers are CPT, of the American Medical Association"

    def recognizes(self, publication: Publication) -> bool:
        """Return whether the head has the header of either layout."""
        return begins_with_table(publication, _is_header)

    def editions(self, publication: Publication) -> tuple[Edition, ...]:
        """Return the quarter of the name or the licence, for the service of the header."""
        data_set = _data_set(publication)
        if data_set is None:
            return ()
        edition = periods.quarter_of_names(data_set, publication) or periods.quarter_of_text(
            data_set, publication.head_text()[:4000]
        )
        return (edition,) if edition else ()

    def data_set_of(self, publication: Publication) -> tuple[str, str]:
        """Return the service that the header, a column or the name tells.

        Raises:
            InputError: when none does.
        """
        data_set = _data_set(publication)
        if data_set is None:
            raise InputError(
                publication.name,
                "does not say whether its units are for practitioners, hospitals or suppliers of "
                "equipment; give it a name with practitioner, outpatient or dme in it, as CMS does",
            )
        return data_set, ""

    def load(
        self,
        connection: sqlite3.Connection,
        release: int,
        publication: Publication,
        progress: Progress,
    ) -> Loaded:
        """Write every code of the file."""
        return load_rows(
            publication,
            read_mue(publication),
            lambda rows: write_mue(connection, release, rows),
            _described,
            progress,
        )


def _described(row: MueRow) -> str:
    return f"{row.code}: {row.units} units, indicator {row.indicator}"


LOADERS = (MueLoader(),)
