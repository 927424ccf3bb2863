"""Entries and wordings as the store's tables hold them; the only SQL of search."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nosology.codesets.dated import TITLE_SOURCES
from nosology.codesets.search.wordings import Entry, Kind, Wording

Rows = Callable[..., list[Any]]

_KINDS = {
    "inclusionTerm": Kind.INCLUSION,
    "includes": Kind.INCLUDES,
    "excludes1": Kind.REFERENCE,
    "excludes2": Kind.REFERENCE,
}
_REFERENCE = re.compile(
    r"^(?P<words>.*?)\s*\((?P<code>[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?)-?\)\s*$"
)


@dataclass(slots=True)
class _Collected:
    """The entries of several releases, each kept once, with the releases that have it."""

    entries: list[Entry] = field(default_factory=list)
    places: dict[tuple[object, ...], int] = field(default_factory=dict)
    releases: list[int] = field(default_factory=list)

    def add(self, entry: Entry, release: int) -> int:
        """Return the number of the entry, which stands behind its parent."""
        key = (entry.code, entry.title, entry.billable, entry.completions, entry.parent)
        number = self.places.setdefault(key, len(self.entries))
        if number == len(self.entries):
            self.entries.append(entry)
            self.releases.append(0)
        self.releases[number] |= release
        return number


def tabular(rows: Rows, releases: Sequence[int]) -> tuple[list[Entry], list[Wording]]:
    """Return the entries of ICD-10-CM releases and the wordings that their lists give.

    An entry that several releases have alike is there once; its ``releases`` are bits, the first
    of the releases being the lowest.
    """
    collected = _Collected()
    wordings: dict[tuple[int, str], Wording] = {}
    for bit, release in enumerate(releases):
        for wording in _release(rows, release, 1 << bit, collected):
            wordings.setdefault((wording.entry, wording.text), wording)
    entries = [
        replace(entry, releases=bits)
        for entry, bits in zip(collected.entries, collected.releases, strict=True)
    ]
    return entries, list(wordings.values())


def _release(rows: Rows, release: int, bit: int, collected: _Collected) -> Iterator[Wording]:
    meanings: dict[int, list[tuple[str, str]]] = {}
    for definition, character, meaning in rows(
        "SELECT definition, character, meaning FROM definition WHERE release = ?"
        " ORDER BY definition, sequence",
        release,
    ):
        meanings.setdefault(definition, []).append((character, meaning))
    characters: dict[int, set[str]] = {}
    for position, character in rows(
        "SELECT position, character FROM extended WHERE release = ?", release
    ):
        characters.setdefault(position, set()).add(character)
    place: dict[int, int] = {}
    by_code: dict[str, int] = {}
    chapter = ""
    for position, code, level, title, billable, parent, definition, is_header in rows(
        "SELECT position, code, level, title, billable, parent, definition, is_header"
        " FROM node WHERE release = ? ORDER BY position",
        release,
    ):
        if level == "chapter":
            chapter = code
        taken = characters.get(position, set())
        completions = tuple(
            pair for pair in (meanings.get(definition, ()) if is_header else ()) if pair[0] in taken
        )
        is_code = level not in ("chapter", "section")
        entry = Entry(
            code=code,
            title=title,
            billable=bool(billable),
            parent=-1 if parent is None else place[parent],
            chapter=chapter,
            completions=completions,
            is_code=is_code,
        )
        place[position] = collected.add(entry, bit)
        if is_code:
            by_code[code] = place[position]
    for kind, position, text in rows(
        "SELECT kind, position, text FROM note WHERE release = ?"
        " AND kind IN ('inclusionTerm', 'includes', 'excludes1', 'excludes2')"
        " ORDER BY position, kind, sequence",
        release,
    ):
        if _KINDS[kind] is not Kind.REFERENCE:
            yield Wording(place[position], text, _KINDS[kind])
        elif (referred := _referred(text)) and referred[1] in by_code:
            yield Wording(by_code[referred[1]], referred[0], Kind.REFERENCE)


def _referred(text: str) -> tuple[str, str] | None:
    """Return the words of an exclusion note and the single code that it refers to."""
    found = _REFERENCE.match(text)
    if not found or "(" in found["words"]:
        return None
    return found["words"], found["code"].replace(".", "")


def dated(rows: Rows, system: str) -> list[Entry]:
    """Return the entries of a code set whose codes carry their own dates, each code once.

    Its days run from the first to the last on which any source has it; its title is the best that
    any of them gives.
    """
    found: list[Entry] = []
    best = 0
    for code, title, short, source, first, last, kind in rows(
        "SELECT code, title, short_title, title_source, valid_from, valid_to, kind"
        " FROM dated_code WHERE system = ? ORDER BY code, valid_from, release",
        system,
    ):
        rank = TITLE_SOURCES.index(source) if title or short else len(TITLE_SOURCES)
        if found and found[-1].code == code:
            known = found[-1]
            if rank <= best:
                known = replace(known, title=title or short)
                best = rank
            end = 0 if not (last and known.valid_to) else max(last, known.valid_to)
            found[-1] = replace(known, valid_from=min(first, known.valid_from), valid_to=end)
            continue
        best = rank
        found.append(
            Entry(
                code=code,
                title=title or short,
                billable=kind == "code",
                valid_from=first,
                valid_to=last or 0,
            )
        )
    return found
