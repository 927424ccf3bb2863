"""Reads the General Equivalence Mappings between ICD-9-CM and ICD-10-CM or ICD-10-PCS.

Layout of the published text files (``2018_I9gem.txt``, ``2018_I10gem.txt``, ``gem_i9pcs.txt``,
``gem_pcsi9.txt``): three columns parted by spaces, no header, codes without dots.

====== ==========================================================================================
column what
====== ==========================================================================================
1      source code
2      target code, or ``NoDx`` or ``NoPCS`` where there is no map
3      five flags: approximate, no map, combination, scenario, choice list
====== ==========================================================================================
"""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass

from nosology.codesets.loaders import periods
from nosology.codesets.loaders.contract import Edition, Loaded, Progress
from nosology.codesets.loaders.delimited import load_rows, readable_lines
from nosology.codesets.loaders.publication import Publication
from nosology.model.errors import MalformedRow, shown

FROM_ICD9 = "gem-icd9-icd10cm"
TO_ICD9 = "gem-icd10cm-icd9"
FROM_ICD9_PROCEDURES = "gem-icd9-icd10pcs"
TO_ICD9_PROCEDURES = "gem-icd10pcs-icd9"

_ICD9 = re.compile(r"[0-9]{3,5}|V[0-9]{2,4}|E[0-9]{3,4}")
_ICD9_PROCEDURE = re.compile(r"[0-9]{3,4}")
_ICD10 = re.compile(r"[A-Z][0-9][0-9A-Z]{1,5}")
_PCS = re.compile(r"[0-9A-HJ-NP-Z]{7}")
_NO_MAP = ("NoDx", "NoPCS", "NODX", "NOPCS")
_LINE = re.compile(r"\s*(\S+)\s+(\S+)\s+([01]{3}[0-9]{2})\s*")
_LAST_EDITION = 2018  # the last that was published; it is used for every later date
_SAMPLE = 400
_LABEL = re.compile(r"20\d\d")

_KINDS = (
    (FROM_ICD9_PROCEDURES, _ICD9_PROCEDURE, _PCS),
    (TO_ICD9_PROCEDURES, _PCS, _ICD9_PROCEDURE),
    (FROM_ICD9, _ICD9, _ICD10),
    (TO_ICD9, _ICD10, _ICD9),
)


@dataclass(frozen=True, slots=True)
class GemRow:
    """One target of a code.

    Attributes:
        target: empty where there is no map.
        approximate: whether the two do not say exactly the same.
        scenario: 0 where the target stands alone; else number of the combination of targets.
        choice: number of the target's place in the combination; those of one place are choices.
    """

    code: str
    target: str
    approximate: bool = False
    scenario: int = 0
    choice: int = 0


def read_gems(publication: Publication) -> Iterator[GemRow]:
    """Yield each row.

    Raises:
        MalformedRow: naming the first line that does not follow the layout.
    """
    kind = _kind(publication)
    if kind is None:
        raise MalformedRow(
            publication.name, 1, 1, "should be a code; expected source code, target code and flags"
        )
    _, source_form, target_form = kind
    with closing(readable_lines(publication)) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            found = _LINE.fullmatch(line)
            if found is None:
                raise MalformedRow(
                    publication.name,
                    number,
                    1,
                    "begins no row of source code, target code and five flags",
                )
            source, target, flags = found.groups()
            if source_form.fullmatch(source) is None:
                raise MalformedRow(
                    publication.name, number, 1, f"holds {shown(source)}; expected a source code"
                )
            yield _row(publication.name, number, source, target, flags, target_form)


def _row(
    file: str, number: int, source: str, target: str, flags: str, form: re.Pattern[str]
) -> GemRow:
    approximate, no_map, combination, scenario, choice = (int(flag) for flag in flags)
    if (target in _NO_MAP) != bool(no_map):
        raise MalformedRow(
            file, number, 3, f"holds {shown(flags)}; the second flag does not fit the target"
        )
    if no_map:
        return GemRow(source, "", bool(approximate))
    if form.fullmatch(target) is None:
        raise MalformedRow(file, number, 2, f"holds {shown(target)}; expected a target code")
    if bool(combination) != bool(scenario and choice) or bool(scenario) != bool(choice):
        raise MalformedRow(
            file, number, 3, f"holds {shown(flags)}; scenario and choice do not fit the combination"
        )
    return GemRow(source, target, bool(approximate), scenario, choice)


def _kind(publication: Publication) -> tuple[str, re.Pattern[str], re.Pattern[str]] | None:
    """Return the data set and the forms of its codes: the first that fits the first lines."""
    lines = publication.head_text("utf-8-sig").splitlines()[:_SAMPLE]
    samples = [found.groups() for line in lines if (found := _LINE.fullmatch(line))]
    filled = sum(1 for line in lines if line.strip())
    # A few damaged lines shall be named as such, not make the file another kind of file.
    if not samples or len(samples) < filled * 0.8:
        return None
    for kind in _KINDS:
        _, source_form, target_form = kind
        fits = sum(
            source_form.fullmatch(source) is not None
            and (target in _NO_MAP or target_form.fullmatch(target) is not None)
            for source, target, _ in samples
        )
        if fits >= len(samples) * 0.8:
            return kind
    return None


def write_gems(connection: sqlite3.Connection, release: int, rows: Iterable[GemRow]) -> int:
    """Write the rows of a release, which holds one direction. Returns how many; does not commit."""
    count = 0

    def values() -> Iterator[tuple[object, ...]]:
        nonlocal count
        for row in rows:
            count += 1
            yield release, row.code, row.scenario, row.choice, row.target, row.approximate

    connection.executemany("INSERT OR REPLACE INTO gem VALUES (?, ?, ?, ?, ?, ?)", values())
    return count


@dataclass(frozen=True, slots=True)
class GemLoader:
    """Loads the mappings of one direction."""

    name: str = "gems"
    title: str = "General Equivalence Mappings"
    publisher: str = "CMS and CDC/NCHS"
    licence: str = "public domain"
    labels: str = "the year, such as 2018"

    def recognizes(self, publication: Publication) -> bool:
        """Return whether most of the first lines are rows of one direction."""
        return _kind(publication) is not None

    def editions(self, publication: Publication) -> tuple[Edition, ...]:
        """Return the year that the name states, from October on; 2018, the last, has no end."""
        kind = _kind(publication)
        year = periods.year_of_names(publication)
        if kind is None or year is None:
            return ()
        return (Edition(kind[0], str(year), *_span(year)),)

    def data_set_of(self, publication: Publication) -> tuple[str, str]:
        """Return the direction that the forms of the codes tell."""
        kind = _kind(publication)
        if kind is None:
            raise publication.not_recognized("rows of source code, target code and five flags")
        return kind[0], ""

    def span_of(self, label: str) -> tuple[dt.date, dt.date | None] | None:
        """Return the fiscal year of the edition."""
        return _span(int(label)) if _LABEL.fullmatch(label) else None

    def load(
        self,
        connection: sqlite3.Connection,
        release: int,
        publication: Publication,
        progress: Progress,
    ) -> Loaded:
        """Write every row of the file."""
        return load_rows(
            publication,
            read_gems(publication),
            lambda rows: write_gems(connection, release, rows),
            _described,
            progress,
        )


def _span(year: int) -> tuple[dt.date, dt.date | None]:
    return dt.date(year - 1, 10, 1), None if year >= _LAST_EDITION else dt.date(year, 9, 30)


def _described(row: GemRow) -> str:
    return f"{row.code} to {row.target or 'nothing'}"


LOADERS = (GemLoader(),)
