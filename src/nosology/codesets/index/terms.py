"""The terms of one edition of one index, read from the store as they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any

from nosology.codesets.index.words import FUNCTION_WORDS, content, forms, key, split
from nosology.codesets.release import InstalledRelease, Rows

_FIELDS = (
    "position, parent, last, level, title, modifiers, code, manifestation, see, see_also, category,"
    " use_value, note"
)


_LAST = 2**31


@dataclass(frozen=True, slots=True)
class Term:
    """One term as the store holds it.

    Attributes:
        position: in the order of print; everything below the term is the range to ``last``.
        parent: position of the term above; None for a main term.
        modifiers: nonessential, without brackets.
        code: without a dot; a hyphen at its end where characters are missing. So in the others.
    """

    position: int
    parent: int | None
    last: int
    level: int
    title: str
    modifiers: tuple[str, ...]
    code: str
    manifestation: str
    see: str
    see_also: str
    category: str
    use_value: str
    note: str

    @property
    def name(self) -> str:
        """The title; a term without one is named by its modifiers."""
        return self.title or " ".join(f"({modifier})" for modifier in self.modifiers)

    @property
    def only_joins(self) -> bool:
        """Whether its title only joins what stands below to what stands above: ``due to``."""
        return bool(self.title) and all(word in FUNCTION_WORDS for word in split(self.title))


class TermTable:
    """The terms of one edition; what was read once is not read again."""

    def __init__(self, rows: Rows, release: InstalledRelease, number: int) -> None:
        self._rows = rows
        self._number = number
        self._below: dict[int | None, list[Term]] = {}
        self._known: dict[int, Term] = {}
        self._is_whole = False
        self.data_set = str(release.system)
        self.release = release.label

    @cached_property
    def mains(self) -> list[Term]:
        """The main terms, in the order of print."""
        return self.children(None)

    @cached_property
    def by_form(self) -> dict[tuple[str, ...], list[Term]]:
        """Every form of a main term's title -> the main terms that have it."""
        found: dict[tuple[str, ...], list[Term]] = {}
        for term in self.mains:
            for form in dict.fromkeys(forms(term.title)):
                found.setdefault(form, []).append(term)
        return found

    @cached_property
    def by_beginning(self) -> dict[tuple[str, ...], list[Term]]:
        """What stands before a main term's first comma -> the main terms, the largest first."""
        found: dict[tuple[str, ...], list[Term]] = {}
        for term in sorted(self.mains, key=lambda term: (term.position - term.last, term.position)):
            beginning, comma, _ = term.title.partition(",")
            if comma:
                found.setdefault(key(beginning), []).append(term)
        return found

    @cached_property
    def by_word(self) -> dict[str, list[Term]]:
        """The root of every word of a main term, modifiers included -> the main terms."""
        found: dict[str, list[Term]] = {}
        for term in self.mains:
            for word in dict.fromkeys(content(" ".join((term.title, *term.modifiers)))):
                found.setdefault(word, []).append(term)
        return found

    def at(self, position: int) -> Term:
        """Return the term at a position that the store itself named."""
        if position not in self._known:
            self._known[position] = self._read("position = ?", position)[0]
        return self._known[position]

    def children(self, parent: int | None) -> list[Term]:
        """Return the terms directly below one, or the main terms for None."""
        if parent not in self._below:
            if self._is_whole:
                return []
            found = (
                self._read("parent IS NULL") if parent is None else self._read("parent = ?", parent)
            )
            self._below[parent] = found
            self._known.update((term.position, term) for term in found)
        return self._below[parent]

    def subtree(self, top: Term) -> list[Term]:
        """Return the term and all terms below it, in the order of print."""
        if top.last == top.position:
            return [top]
        return self._read("position BETWEEN ? AND ?", top.position, top.last)

    def path(self, term: Term) -> list[Term]:
        """Return the terms from the main term down to the term itself."""
        above = [term]
        while (parent := above[-1].parent) is not None:
            above.append(self.at(parent))
        return above[::-1]

    def cells(self, first: int = 0, last: int = _LAST) -> dict[int, dict[int, str]]:
        """Return position -> column -> code of the terms of a table between two positions."""
        found: dict[int, dict[int, str]] = {}
        for position, column, code in self._rows(
            "SELECT position, col, code FROM index_cell"
            " WHERE release = ? AND position BETWEEN ? AND ? ORDER BY position, col",
            *(self._number, first, last),
        ):
            found.setdefault(position, {})[column] = code
        return found

    def counts_below(self, term: Term) -> dict[int, int]:
        """Return position -> number of terms directly below, of the terms directly below one."""
        return dict(
            self._rows(
                "SELECT parent, count(*) FROM index_term WHERE release = ? AND parent IN"
                " (SELECT position FROM index_term WHERE release = ? AND parent = ?)"
                " GROUP BY parent",
                *(self._number, self._number, term.position),
            )
        )

    def read_whole(self) -> list[Term]:
        """Return every term, in the order of print; nothing is read from the store thereafter."""
        terms = self._read("TRUE")
        self._below.clear()
        for term in terms:
            self._known[term.position] = term
            self._below.setdefault(term.parent, []).append(term)
        self._is_whole = True
        return terms

    def _read(self, condition: str, *values: int) -> list[Term]:
        found = self._rows(
            f"SELECT {_FIELDS} FROM index_term WHERE release = ? AND {condition}",
            self._number,
            *values,
        )
        terms = [_term(row) for row in found]
        # Sorted here: asked to, SQLite would rather walk every position than use the index.
        terms.sort(key=attrgetter("position"))
        return terms


def _term(row: tuple[Any, ...]) -> Term:
    position, parent, last, level, title, modifiers, code, manifestation, *references = row
    see, see_also, category, use_value, note = references
    return Term(
        position,
        parent,
        last,
        level,
        title,
        tuple(modifiers.split("\n")) if modifiers else (),
        code,
        manifestation,
        see,
        see_also,
        category,
        use_value,
        note,
    )
