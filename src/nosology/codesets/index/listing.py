"""Every term of the indexes that leads to a code, references followed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from nosology.codesets.index.data_sets import COLUMNS, DATA_SETS, TABLES, Table
from nosology.codesets.index.matching import walk
from nosology.codesets.index.references import read_reference
from nosology.codesets.index.terms import Term, TermTable
from nosology.codesets.release import InstalledRelease, Rows, read_releases, release_for
from nosology.model.code import System


@dataclass(frozen=True, slots=True)
class IndexedTerm:
    """A term of an index with one code that it leads to.

    Attributes:
        titles: as printed, from the main term down, without nonessential modifiers.
        code: without a dot; a hyphen at its end where characters are missing.
        manifestation: the second code of a pair; empty where there is none.
        column: of a table, by its name; empty elsewhere.
    """

    table: Table
    titles: tuple[str, ...]
    code: str
    manifestation: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class Lead:
    """Where a term leads.

    Attributes:
        column: number of the column of a table that the code stands in; None where the term itself
            settles it, or where it stands in none.
    """

    code: str
    manifestation: str = ""
    table: Table | None = None
    column: int | None = None


@dataclass(frozen=True)
class Leads:
    """Every ICD-10-CM index that answers for a date, read whole."""

    tables: dict[Table, TermTable]
    terms: dict[Table, list[Term]]
    _cells: dict[Table, dict[int, dict[int, str]]] = field(repr=False)
    _walked: dict[tuple[Table, tuple[str, ...]], Term | None] = field(
        default_factory=dict, repr=False
    )

    @classmethod
    def read(cls, rows: Rows, on: dt.date | None) -> Leads:
        """Return the indexes of the date; without one, the newest."""
        numbers = read_releases(rows)
        tables = {
            name: TermTable(rows, release, numbers[release])
            for name, release in answering(numbers, on).items()
        }
        terms = {name: table.read_whole() for name, table in tables.items()}
        cells = {name: table.cells() for name, table in tables.items() if name in COLUMNS}
        return cls(tables, terms, cells)

    def of(self, name: Table, term: Term) -> Iterator[Lead]:
        """Yield each code that a term leads to.

        A term that has none but refers to another (*see*) leads where that one does, if the
        reference is to one term.
        """
        seen = {(name, term.position)}
        column: int | None = None
        while not (term.code or self._in_columns(name, term)):
            reference = read_reference(term.see)
            other = reference.table or name
            if not term.see or not reference.parts or other not in self.tables:
                return
            found = self._at(other, reference.parts)
            if found is None or (other, found.position) in seen:
                return
            seen.add((other, found.position))
            name, term, column = other, found, reference.column or column
        if term.code:
            yield Lead(term.code, term.manifestation)
        for number, code in self._in_columns(name, term).items():
            if column is None:
                yield Lead(code, table=name, column=number)
            elif column == number:
                yield Lead(code)

    def _at(self, name: Table, parts: tuple[str, ...]) -> Term | None:
        """The term that a reference names; many terms refer to the same one."""
        if (name, parts) not in self._walked:
            self._walked[name, parts] = walk(self.tables[name], parts)
        return self._walked[name, parts]

    def _in_columns(self, name: Table, term: Term) -> dict[int, str]:
        return self._cells.get(name, {}).get(term.position, {})


def answering(
    releases: Iterable[InstalledRelease], on: dt.date | None
) -> dict[Table, InstalledRelease]:
    """Return each ICD-10-CM index of which there is an edition -> the one that answers for a date.

    Args:
        releases: what is installed.
        on: date of service; the newest editions without it.
    """
    installed = tuple(releases)
    held = {release.system for release in installed}
    return {
        name: release_for(installed, on, DATA_SETS[name])
        for name in TABLES[System.ICD10CM]
        if DATA_SETS[name] in held
    }


def indexed_terms(rows: Rows, on: dt.date | None = None) -> Iterator[IndexedTerm]:
    """Yield each term of the installed ICD-10-CM indexes and tables with each of its codes.

    Args:
        rows: puts a question to the store.
        on: date of service, by which the edition is chosen; the newest without it.
    """
    leads = Leads.read(rows, on)
    for name, terms in leads.terms.items():
        above: list[str] = []
        for term in terms:
            del above[term.level :]
            above.append(term.title)
            titles = tuple(title for title in above if title)
            for lead in leads.of(name, term):
                column = COLUMNS[lead.table][lead.column].name if lead.table and lead.column else ""
                yield IndexedTerm(name, titles, lead.code, lead.manifestation, column)
