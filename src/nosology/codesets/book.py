"""The CodeBook that reads the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

from nosology.codesets.entries import Entry, Extended, ReleaseEntries
from nosology.codesets.reader import StoreReader
from nosology.codesets.release import InstalledRelease, read_releases, release_for
from nosology.codesets.schema import SOURCES
from nosology.codesets.store import (
    FILE_NAME,
    home_folder,
    write_artefact,
)
from nosology.model.code import Code, Note, SearchHit, System, Title, plain

# Fields of Code whose notes hold for everything below the entry that carries them, and the kinds
# of note that each collects. Inclusion terms name their own code only.
_INHERITED: dict[str, tuple[str, ...]] = {
    "includes": ("includes",),
    "excludes1": ("excludes1",),
    "excludes2": ("excludes2",),
    "code_first": ("codeFirst",),
    "use_additional": ("useAdditionalCode",),
    "code_also": ("codeAlso",),
    "notes": ("notes", "sevenChrNote", "visualImpairment"),
}


class SqliteCodeBook:
    """Reads the code sets from the store; implements ``nosology.model.code.CodeBook``.

    A date that no installed release covers is answered from the release nearest to it; ``covers``
    tells. Threads may share a book, and a book outlives a fork.
    """

    def __init__(self, home: Path | None = None, sources: Path = SOURCES) -> None:
        self._home = home_folder(home)
        self._sources = sources
        self._reader = StoreReader(self._home, sources)
        self._rows = self._reader.rows
        self._releases = {
            release: ReleaseEntries(self._rows, number)
            for release, number in read_releases(self._rows).items()
        }

    @property
    def path(self) -> Path:
        """The store's file."""
        return self._home / FILE_NAME

    @property
    def releases(self) -> tuple[InstalledRelease, ...]:
        """Every release that the store holds, by system and from the oldest on."""
        return tuple(self._releases)

    def close(self) -> None:
        """Close the store's file; the book answers no more."""
        self._reader.close()

    def covers(self, on: dt.date, system: System = System.ICD10CM) -> bool:
        """Return whether the release that answers for the date was in force on it."""
        return self._answering(on, system).covers(on)

    def release(self, on: dt.date | None, system: System = System.ICD10CM) -> str:
        """Return the label of the release that answers for the date."""
        return self._answering(on, system).label

    def lookup(self, code: str, on: dt.date | None = None, system: System = System.ICD10CM) -> Code:
        """Return the code with everything the release says of it, inherited notes included.

        Chapters (``4``) and sections (``E08-E13``) are answered too. A code with a seventh
        character carries no ``seventh_characters`` any more: it has taken one.
        """
        release = self._answering(on, system)
        entries = self._releases[release]
        name = plain(code)
        extended = None
        entry = entries.find(name)
        if entry is None:
            extended = entries.find_extended(name)
            if extended is None:
                # Imported here, like search below: a lookup that succeeds does without.
                from nosology.codesets.nearest import unknown_code

                raise unknown_code(self._releases, release, name, on)
            entry = extended.entry
        return _assemble(release, entries, entry, extended)

    def is_billable(
        self, code: str, on: dt.date | None = None, system: System = System.ICD10CM
    ) -> bool:
        """Return whether the code may stand on a claim for that date; False if unknown."""
        return self._entries(on, system).is_billable(plain(code))

    def billable_below(
        self,
        code: str,
        on: dt.date | None = None,
        system: System = System.ICD10CM,
        limit: int = 10,
    ) -> tuple[str, ...]:
        """Return the first billable codes at or below a code; empty if it is unknown."""
        entries = self._entries(on, system)
        name = plain(code)
        entry = entries.find(name)
        if entry is None:
            return (name,) if entries.find_extended(name) else ()
        return tuple(entries.billable_below(entry, limit))

    def billable_codes(
        self, on: dt.date | None = None, system: System = System.ICD10CM
    ) -> Iterator[str]:
        """Yield every billable code, in alphabetical order."""
        yield from self._entries(on, system).billable_codes()

    def children(
        self, code: str, on: dt.date | None = None, system: System = System.ICD10CM
    ) -> tuple[str, ...]:
        """Return the codes directly below, in tabular order; empty for none or unknown.

        Below a code that takes a seventh character stand the codes that it completes.
        """
        entries = self._entries(on, system)
        entry = entries.find(plain(code))
        return entries.children(entry) if entry else ()

    def ancestors(
        self, code: str, on: dt.date | None = None, system: System = System.ICD10CM
    ) -> tuple[str, ...]:
        """Return the codes above, the nearest first, section and chapter last; empty if unknown."""
        entries = self._entries(on, system)
        name = plain(code)
        entry = entries.find(name)
        if entry is not None:
            return tuple(above.code for above in entries.ancestors(entry))
        extended = entries.find_extended(name)
        if extended is None:
            return ()
        above = (extended.entry, *entries.ancestors(extended.entry))
        return tuple(entry.code for entry in above)

    def subtree(self, code: str, on: dt.date | None = None) -> Sequence[Title]:
        """Return the code and every code below it as the Tabular List prints them.

        A chapter or section gives the categories and codes in it; a code that already has its
        seventh character gives itself alone.
        """
        entries = self._entries(on, System.ICD10CM)
        name = plain(code)
        entry = entries.find(name)
        if entry is not None:
            return entries.titles(entry.position, entry.last)
        extended = entries.find_extended(name)
        return [Title(extended.code, extended.title, True)] if extended else []

    def titles(self, on: dt.date | None = None) -> Iterator[Title]:
        """Yield every ICD-10-CM category and code as printed, in tabular order."""
        # Read whole: an open cursor would keep other processes from writing artefacts.
        yield from self._entries(on, System.ICD10CM).titles(0, _LAST)

    def search(
        self,
        query: str,
        on: dt.date | None = None,
        system: System | None = None,
        limit: int = 10,
    ) -> list[SearchHit]:
        """Return at most ``limit`` codes whose title or inclusion terms answer the query.

        A query that is the beginning of a code is answered with the codes that begin so.
        """
        from nosology.codesets.search import search_entries

        systems = [system] if system else sorted({release.system for release in self._releases})
        hits = [
            hit
            for one in systems
            for hit in search_entries(self._entries(on, one), one, query, limit)
        ]
        hits.sort(key=lambda hit: -hit.score)
        return hits[: max(limit, 0)]

    def artefact(self, key: str) -> bytes | None:
        """Return the data that was kept under the key since the store was built."""
        found = self._rows("SELECT data FROM artefact WHERE name = ?", key)
        return bytes(found[0][0]) if found else None

    def put_artefact(self, key: str, data: bytes, replaces: str | None = None) -> None:
        """Keep data compiled from the code sets until the store is rebuilt.

        Args:
            key: the name under which ``artefact`` gives it back.
            data: what is kept.
            replaces: what is kept under a name that begins so is dropped.

        Nothing happens where the store cannot be written: the data is compiled again next time.
        """
        write_artefact(self.path, key, data, self._sources, replaces)

    def _answering(self, on: dt.date | None, system: System) -> InstalledRelease:
        return release_for(tuple(self._releases), on, system)

    def _entries(self, on: dt.date | None, system: System) -> ReleaseEntries:
        return self._releases[self._answering(on, system)]


_LAST = 2**31


def _assemble(
    release: InstalledRelease, entries: ReleaseEntries, entry: Entry, extended: Extended | None
) -> Code:
    above = entries.ancestors(entry)
    lineage = [entry, *above]
    notes = entries.notes(lineage)

    def collected(*kinds: str) -> tuple[Note, ...]:
        lines = [line for kind in kinds for line in notes.get(kind, ())]
        return tuple(Note(text, origin.code) for origin, text in lines)

    return Code(
        system=release.system,
        code=extended.code if extended else entry.code,
        display=extended.title if extended else entry.title,
        billable=extended is not None or entry.billable,
        release=release.label,
        valid_from=release.valid_from,
        valid_to=release.valid_to,
        parents=tuple(one.code for one in (lineage if extended else above)),
        children=() if extended else entries.children(entry),
        inclusion_terms=tuple(
            Note(text, origin.code)
            for origin, text in notes.get("inclusionTerm", ())
            if origin is entry
        ),
        **{name: collected(*kinds) for name, kinds in _INHERITED.items()},
        seventh_characters=entries.definition(entry.definition).worded
        if entry.definition is not None and extended is None
        else (),
        flags=_flags(entry),
    )


def _flags(entry: Entry) -> tuple[str, ...]:
    # The list's own introduction: a title that ends so is never first-listed or principal. "As the
    # cause of diseases classified elsewhere" names an organism instead.
    title = entry.title
    if "classified elsewhere" in title and "as the cause of" not in title:
        return ("manifestation",)
    return ()
