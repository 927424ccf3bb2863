"""The terms of an index as they stand in the store, whichever file they come from."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nosology.codesets.loaders.contract import Loaded

DEEPEST = 9
"""The schema counts levels to nine."""

_CODE = re.compile(r"[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?(?:\.?-)?")
_SHOWN_ANCHORS = 3


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One term of an index as printed.

    Attributes:
        level: 0 for a main term.
        title: without nonessential modifiers; empty where only those or a reference stand.
        modifiers: nonessential, without their brackets.
        code: without a dot; a hyphen at its end where it needs more characters.
        manifestation: likewise, the second code of a pair.
        category: category or subcategory that is to be seen.
        use_value: of the ICD-10-PCS Index, the value of an axis that the term stands for.
        cells: column and code of a term of a table; columns without a code are left out.
        line: 1-based line of the file where the term begins.
    """

    level: int
    title: str
    line: int
    modifiers: tuple[str, ...] = ()
    code: str = ""
    manifestation: str = ""
    see: str = ""
    see_also: str = ""
    category: str = ""
    use_value: str = ""
    note: str = ""
    cells: tuple[tuple[int, str], ...] = ()


def is_code(text: str) -> bool:
    """Return whether the text is an ICD-10-CM code as an index prints it."""
    return _CODE.fullmatch(text) is not None


def stored_code(text: str) -> str:
    """Return a printed code without its dot, the hyphen of one to be completed kept."""
    return text.replace(".", "")


def split_modifiers(text: str) -> tuple[str, tuple[str, ...]]:
    """Return what stands outside brackets, and what stands in each outermost pair.

    The publications have brackets without their other half: one that was not opened is left out,
    one that is not closed ends with the text.
    """
    outside: list[str] = []
    inside: list[list[str]] = []
    depth = 0
    for character in text:
        if character == "(":
            depth += 1
            if depth == 1:
                inside.append([])
                continue
        elif character == ")":
            depth = max(0, depth - 1)
            if depth == 0:
                continue
        (inside[-1] if depth else outside).append(character)
    modifiers = (" ".join("".join(group).split()) for group in inside)
    return " ".join("".join(outside).split()), tuple(filter(None, modifiers))


def write_terms(connection: sqlite3.Connection, release: int, rows: Iterable[IndexRow]) -> Loaded:
    """Return what was written: every term, with its place in the tree, and every cell."""
    terms = list(rows)
    parents, lasts = _ranges(terms)
    connection.executemany(
        "INSERT INTO index_term VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                *(release, position, parents[position], lasts[position], row.level, row.title),
                *("\n".join(row.modifiers), row.code, row.manifestation, row.see, row.see_also),
                *(row.category, row.use_value, row.note),
            )
            for position, row in enumerate(terms)
        ),
    )
    connection.executemany(
        "INSERT INTO index_cell VALUES (?, ?, ?, ?)",
        (
            (release, position, column, code)
            for position, row in enumerate(terms)
            for column, code in row.cells
        ),
    )
    return Loaded(len(terms), anchors=tuple(_anchors(terms)))


def _ranges(terms: list[IndexRow]) -> tuple[list[int | None], list[int]]:
    """Return for each term the position of the one above it and of the last one below it."""
    parents: list[int | None] = []
    lasts = list(range(len(terms)))
    open_terms: list[int] = []
    for position, row in enumerate(terms):
        del open_terms[row.level :]
        parents.append(open_terms[-1] if open_terms else None)
        open_terms.append(position)
        for above in open_terms:
            lasts[above] = position
    return parents, lasts


def _anchors(terms: list[IndexRow]) -> Iterator[str]:
    coded = [row for row in terms if row.level == 0 and (row.code or row.cells)]
    for row in (coded or terms)[:_SHOWN_ANCHORS]:
        codes = [row.code] if row.code else [code for _, code in row.cells]
        yield f"{row.title or row.see or row.use_value} {' '.join(codes)}".strip()
