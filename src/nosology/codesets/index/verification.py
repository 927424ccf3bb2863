"""The codes of a term, verified against the release of the date as a coder verifies them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from nosology.codesets.index.answer import IndexCode, IndexTerm
from nosology.codesets.index.data_sets import Table
from nosology.codesets.pcs.tables import PcsTables
from nosology.model.code import CodeBook, System
from nosology.model.errors import InputError, MissingCodeSet

_TABLE = 3
_NAMED = 12
_COUNTED = 400


def codes_of(term: IndexTerm) -> tuple[IndexCode, ...]:
    """Return the codes that the term and the terms that must be seen lead to, each once."""
    found: dict[tuple[str, str], IndexCode] = {}
    for code in _codes(term):
        found.setdefault((code.code, code.column), code)
    return tuple(found.values())


def _codes(term: IndexTerm) -> Iterator[IndexCode]:
    if term.code:
        yield IndexCode(term.code)
    if term.manifestation:
        yield IndexCode(term.manifestation, is_manifestation=True)
    for name, code in term.columns:
        if term.column in {"", name}:
            yield IndexCode(code, name)
    # A term without a title is only one of several references of the term above it.
    for child in term.children:
        if not child.name and child.code:
            yield IndexCode(child.code)
    for hop in term.hops:
        if hop.via == "see" and hop.term is not None:
            yield from _codes(hop.term)


def verified(code: IndexCode, book: CodeBook, table: Table, on: dt.date | None) -> IndexCode:
    """Return the code with its title, and what completes it where it may not be reported as it is.

    A code that the release does not have comes back without a title and not billable; where no
    release of the code set is installed, the code comes back as it was.
    """
    system = System.ICD10PCS if table is Table.PROCEDURES else System.ICD10CM
    name = code.code.rstrip("-")
    try:
        found = book.lookup(name, on, system)
    except MissingCodeSet:
        return code
    except InputError:
        return replace(code, billable=False)
    if found.billable:
        return replace(code, display=found.display, billable=True)
    complete = list(islice(_completing(book, name, on, system), _COUNTED))
    return replace(
        code,
        display=found.display,
        billable=False,
        completed_by=tuple(complete[:_NAMED]),
        more=max(0, len(complete) - _NAMED),
    )


def completed(code: IndexCode, tables: PcsTables) -> IndexCode:
    """Return the beginning of an ICD-10-PCS code with what it says, and the codes it begins."""
    prefix = code.code.rstrip("-")
    codes = list(tables.codes(prefix))
    if not codes:
        return replace(code, billable=False)
    values = tables.axes(codes[0])[2 : len(prefix)]
    if len(prefix) == _TABLE:
        values = (*values, tables.axes(codes[0])[1])
    return replace(
        code,
        display=" / ".join(value.label for value in values),
        billable=False,
        completed_by=tuple(codes[:_NAMED]),
        more=len(codes) - len(codes[:_NAMED]),
    )


def _completing(book: CodeBook, code: str, on: dt.date | None, system: System) -> Iterator[str]:
    for child in book.children(code, on, system):
        if book.is_billable(child, on, system):
            yield child
        else:
            yield from _completing(book, child, on, system)
