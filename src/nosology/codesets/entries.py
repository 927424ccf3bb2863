"""Reading entries of one release from the store's tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from nosology.codesets.days import around_day, date_of, joined, number_of
from nosology.codesets.release import Rows
from nosology.model.code import System, Title

UNTITLED = "(no title is known: the installed releases give this code's dates only)"
"""Shown for a code that is valid, but whose title no installed release has."""

type SeventhCharacters = tuple[tuple[str, str], ...]

_ENTRY = "code, position, last, parent, title, billable, is_header, definition"


@dataclass(frozen=True, slots=True)
class Entry:
    """One printed entry; positions and definition are the store's own numbers.

    Attributes:
        last: position of the last entry below it.
        is_header: needs a seventh character to be billable.
        definition: of the seventh characters that hold here.
    """

    code: str
    position: int
    last: int
    parent: int | None
    title: str
    billable: bool
    is_header: bool
    definition: int | None


@dataclass(frozen=True, slots=True)
class Extended:
    """A code that a seventh character completes, with the entry that it completes."""

    code: str
    title: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Definition:
    """Seventh characters that an entry defines.

    Attributes:
        worded: character and meaning with its further wordings, as a reader needs them.
        titled: character -> meaning as it stands in a code's title.
    """

    worded: SeventhCharacters
    titled: dict[str, str]


class ReleaseEntries:
    """The entries of one release."""

    def __init__(self, rows: Rows, release: int) -> None:
        self.rows = rows
        self.release = release
        self._definitions: dict[int, Definition] = {}

    def find(self, code: str) -> Entry | None:
        """Return the printed entry of that name."""
        if not code.isascii():  # what no code holds, SQLite may not even be asked for
            return None
        found = self.rows(
            f"SELECT {_ENTRY} FROM node WHERE release = ? AND code = ?", self.release, code
        )
        return _entry(found[0]) if found else None

    def find_extended(self, code: str) -> Extended | None:
        """Return the code if a seventh character made it."""
        if not code.isascii():
            return None
        found = self.rows(
            "SELECT position, character FROM extended WHERE release = ? AND code = ?",
            self.release,
            code,
        )
        if not found:
            return None
        position, character = found[0]
        entry = self.at(position)
        return Extended(code, self._extended_title(entry, character), entry)

    def at(self, position: int) -> Entry:
        """Return the entry at a position that the store itself named."""
        return _entry(
            self.rows(
                f"SELECT {_ENTRY} FROM node WHERE release = ? AND position = ?",
                self.release,
                position,
            )[0]
        )

    def extensions(self, entry: Entry) -> list[Extended]:
        """Return the codes that complete the entry, in the order of its seventh characters."""
        if not entry.is_header or entry.definition is None:
            return []
        stem = entry.code.ljust(6, "X")
        # A release that shares another one's entries may lack some of what they would complete.
        held = {
            code
            for (code,) in self.rows(
                "SELECT code FROM extended WHERE release = ? AND code >= ? AND code < ?",
                *(self.release, stem, f"{stem}~"),
            )
        }
        return [
            Extended(stem + character, f"{entry.title}, {meaning}", entry)
            for character, meaning in self.definition(entry.definition).titled.items()
            if stem + character in held
        ]

    def children(self, entry: Entry) -> tuple[str, ...]:
        """Return the codes directly below, in tabular order, those of seventh characters too."""
        if entry.is_header:
            return tuple(extended.code for extended in self.extensions(entry))
        found = self.rows(
            # Named, because SQLite would rather walk every position to save itself the sorting.
            "SELECT code FROM node INDEXED BY node_parent WHERE release = ? AND parent = ?"
            " ORDER BY position",
            self.release,
            entry.position,
        )
        return tuple(row[0] for row in found)

    def ancestors(self, entry: Entry) -> list[Entry]:
        """Return the entries above, the nearest first."""
        found: list[Entry] = []
        parent = entry.parent
        while parent is not None:
            above = self.at(parent)
            found.append(above)
            parent = above.parent
        return found

    def is_billable(self, code: str) -> bool:
        """Return whether the code may stand on a claim."""
        if not code.isascii():
            return False
        found = self.rows(
            "SELECT billable FROM node WHERE release = ? AND code = ?"
            " UNION ALL SELECT 1 FROM extended WHERE release = ? AND code = ?",
            *(self.release, code, self.release, code),
        )
        return bool(found and found[0][0])

    def billable_codes(self) -> list[str]:
        """Return every billable code, in alphabetical order."""
        found = self.rows(
            "SELECT code FROM node WHERE release = ? AND billable"
            " UNION ALL SELECT code FROM extended WHERE release = ? ORDER BY code",
            *(self.release, self.release),
        )
        return [row[0] for row in found]

    def billable_titles(self) -> dict[str, str]:
        """Return each billable code -> its title, empty where none is known."""
        found: dict[str, str] = dict(
            self.rows("SELECT code, title FROM node WHERE release = ? AND billable", self.release)
        )
        for code, character, title, definition in self.rows(
            "SELECT extended.code, character, title, definition FROM extended"
            " JOIN node USING (release, position) WHERE extended.release = ?",
            self.release,
        ):
            found[code] = f"{title}, {self.definition(definition).titled[character]}"
        return dict(sorted(found.items()))

    def billable_below(self, entry: Entry, limit: int) -> list[str]:
        """Return the first billable codes at or below the entry, in tabular order."""
        if entry.billable:
            return [entry.code]
        found: list[str] = []
        rows = self.rows(
            f"SELECT {_ENTRY} FROM node WHERE release = ? AND position BETWEEN ? AND ?"
            " AND (billable OR is_header) ORDER BY position LIMIT ?",
            self.release,
            entry.position,
            entry.last,
            limit,
        )
        for row in rows:
            below = _entry(row)
            found.extend(
                [below.code]
                if below.billable
                else [extended.code for extended in self.extensions(below)]
            )
        return found[:limit]

    def categories_around(self, code: str) -> list[str]:
        """Return the two categories before and the two after where the code would stand."""
        categories = "SELECT code FROM node WHERE release = ? AND level = 'category' AND code"
        before = self.rows(f"{categories} < ? ORDER BY code DESC LIMIT 2", self.release, code)
        after = self.rows(f"{categories} > ? ORDER BY code LIMIT 2", self.release, code)
        return [row[0] for row in (*reversed(before), *after)]

    def titles(self, first: int, last: int) -> list[Title]:
        """Return the categories and codes between two positions, both inclusive."""
        terms: dict[int, tuple[str, ...]] = {}
        for position, text in self.rows(
            "SELECT position, text FROM note WHERE release = ? AND kind = 'inclusionTerm'"
            " AND position BETWEEN ? AND ? ORDER BY position, sequence",
            self.release,
            first,
            last,
        ):
            terms[position] = (*terms.get(position, ()), text)
        return [
            Title(
                code,
                title,
                bool(billable),
                terms.get(position, ()),
                self.definition(definition).worded if is_header else (),
            )
            for position, code, title, billable, is_header, definition in self.rows(
                "SELECT position, code, title, billable, is_header, definition FROM node"
                " WHERE release = ? AND position BETWEEN ? AND ?"
                " AND level IN ('category', 'subdivision') AND title <> '' ORDER BY position",
                self.release,
                first,
                last,
            )
        ]

    def validity(self, code: str, on: dt.date) -> tuple[dt.date, dt.date | None] | None:
        """Return from when to when the code is valid around the date, both inclusive.

        None where its dates are not known; a last day of None where no end is known.
        """
        around = around_day(self._dates(code), number_of(on))
        if around is None:
            return None
        first, last = around
        return date_of(first), date_of(last) if last else None

    def periods(self, code: str) -> list[tuple[dt.date, dt.date | None]]:
        """Return from when to when the code was ever valid, the earliest first; empty if unknown.

        The dates reach further back than the releases whose entries are installed.
        """
        return [
            (date_of(first), date_of(last) if last else None)
            for first, last in joined(self._dates(code))
        ]

    def _dates(self, code: str) -> list[tuple[int, int | None]]:
        if not code.isascii():
            return []
        found = self.rows(
            "SELECT valid_from, valid_to FROM code_dates WHERE system = 'icd10cm' AND code = ?",
            code,
        )
        return [(first, last) for first, last in found]

    def flags(self, code: str, on: dt.date) -> tuple[str, ...]:
        """Return what the Medicare Code Editor says of the code on the date."""
        from nosology.codesets.embedded.reading import editor_flags

        return editor_flags(self.rows, System.ICD10CM, code, number_of(on))

    def notes(self, lineage: list[Entry]) -> dict[str, list[tuple[Entry, str]]]:
        """Return kind of note -> its lines, those of the first entry first."""
        order = {entry.position: rank for rank, entry in enumerate(lineage)}
        found = self.rows(
            "SELECT kind, position, sequence, text FROM note WHERE release = ? AND kind IN"
            " ('notes', 'includes', 'inclusionTerm', 'excludes1', 'excludes2', 'codeFirst',"
            " 'useAdditionalCode', 'codeAlso', 'sevenChrNote', 'visualImpairment')"
            f" AND position IN ({', '.join('?' * len(lineage))})",
            self.release,
            *order,
        )
        found.sort(key=lambda row: (order[row[1]], row[2]))
        notes: dict[str, list[tuple[Entry, str]]] = {}
        for kind, position, _, text in found:
            notes.setdefault(kind, []).append((lineage[order[position]], text))
        return notes

    def notes_above(self, code: str, kinds: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
        """Return kind of note -> origin and text of each that holds for a code, its own first.

        One question to the store, for those who ask of many codes; empty for an unknown one.
        """
        if not code.isascii():
            return {}
        release = self.release
        found = self.rows(
            "WITH RECURSIVE above(position, parent, code, rank) AS ("
            "SELECT position, parent, code, 0 FROM node WHERE release = ? AND position = coalesce("
            "(SELECT position FROM node WHERE release = ? AND code = ?),"
            " (SELECT position FROM extended WHERE release = ? AND code = ?))"
            " UNION ALL SELECT node.position, node.parent, node.code, rank + 1 FROM above"
            " CROSS JOIN node ON node.release = ? AND node.position = above.parent)"
            " SELECT kind, above.code, text FROM above CROSS JOIN note ON note.release = ?"
            f" AND note.position = above.position AND kind IN ({', '.join('?' * len(kinds))})"
            " ORDER BY rank, sequence",
            *(release, release, code, release, code, release, release, *kinds),
        )
        notes: dict[str, list[tuple[str, str]]] = {}
        for kind, origin, text in found:
            notes.setdefault(kind, []).append((origin, text))
        return notes

    def definition(self, number: int) -> Definition:
        """Return the seventh characters that the store keeps under the number."""
        if number not in self._definitions:
            found = self.rows(
                "SELECT character, meaning, also FROM definition WHERE release = ?"
                " AND definition = ? ORDER BY sequence",
                self.release,
                number,
            )
            self._definitions[number] = Definition(
                tuple(
                    (character, "; ".join((meaning, *filter(None, also.split("\n")))))
                    for character, meaning, also in found
                ),
                {character: meaning for character, meaning, _ in found},
            )
        return self._definitions[number]

    def _extended_title(self, entry: Entry, character: str) -> str:
        if entry.definition is None:
            raise LookupError(f"{entry.code} has extended codes but no seventh characters")
        return f"{entry.title}, {self.definition(entry.definition).titled[character]}"


def _entry(row: tuple[str, int, int, int | None, str, int, int, int | None]) -> Entry:
    code, position, last, parent, title, billable, is_header, definition = row
    return Entry(code, position, last, parent, title, bool(billable), bool(is_header), definition)
