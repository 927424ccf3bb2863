"""The CodeBook that reads the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from nosology.codesets.dated import DatedEntries
from nosology.codesets.dated_lookup import children, lookup_dated, members, parents
from nosology.codesets.days import number_of
from nosology.codesets.entries import UNTITLED, Entry, Extended, ReleaseEntries
from nosology.codesets.reader import StoreReader
from nosology.codesets.release import InstalledRelease, read_releases, release_for
from nosology.codesets.schema import SOURCES
from nosology.codesets.store import (
    FILE_NAME,
    home_folder,
    write_artefact,
)
from nosology.model.code import Code, Note, SearchHit, System, Title, plain
from nosology.model.errors import MissingCodeSet

if TYPE_CHECKING:
    from nosology.codesets.loaders.contract import Progress
    from nosology.codesets.search.code_search import CodeSearch
    from nosology.codesets.search.knowledge import Knowledge

DATED_SYSTEMS = (System.ICD10PCS, System.HCPCS, System.CPT)

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

    def __init__(
        self,
        home: Path | None = None,
        sources: Path = SOURCES,
        knowledge: Knowledge | None = None,
    ) -> None:
        """Open the store, which is built on first use.

        Args:
            home: folder of the store; NOSOLOGY_HOME or the user's data folder where it is None.
            sources: what the store is made from.
            knowledge: terms and short forms of a higher layer that search takes in.

        Raises:
            MissingCodeSet: when a source is not installed or the store cannot be written.
        """
        self._home = home_folder(home)
        self._knowledge = knowledge
        self._sources = sources
        self._reader = StoreReader(self._home, sources)
        self._rows = self._reader.rows
        self._numbers = read_releases(self._rows)
        self._tabular = {
            release: ReleaseEntries(self._rows, number)
            for release, number in self._numbers.items()
            # A list of titles that stands beside its edition's own list does not answer for it.
            if release.system == System.ICD10CM and not release.part
        }
        self._dated = {
            system: DatedEntries(
                self._rows,
                system,
                {one: number for one, number in self._numbers.items() if one.system == system},
            )
            for system in DATED_SYSTEMS
            if any(release.system == system for release in self._numbers)
        }

    @property
    def path(self) -> Path:
        """The store's file."""
        return self._home / FILE_NAME

    @property
    def releases(self) -> tuple[InstalledRelease, ...]:
        """Every release that the store holds, by system and from the oldest on."""
        return tuple(self._numbers)

    @property
    def systems(self) -> tuple[System, ...]:
        """The code sets of which the store holds a release."""
        return tuple(
            system
            for system in System
            if (system is System.ICD10CM and self._tabular) or system in self._dated
        )

    def close(self) -> None:
        """Close the store's file; the book answers no more."""
        self._reader.close()

    def covers(self, on: dt.date, system: System = System.ICD10CM) -> bool:
        """Return whether the release that answers for the date was in force on it."""
        if (dated := self._dated_of(system)) is not None:
            return dated.covers(on)
        return self._answering(on, system).covers(on)

    def release(self, on: dt.date | None, system: System = System.ICD10CM) -> str:
        """Return the label of the release that answers for the date."""
        if (dated := self._dated_of(system)) is not None:
            return dated.label(on)
        return self._answering(on, system).label

    def remark(self, on: dt.date | None, system: System = System.ICD10CM) -> str:
        """Return what the user should know of the release that answers; empty for nothing."""
        return "" if self._dated_of(system) else self._answering(on, system).remark

    def first_day(self, label: str, system: System = System.ICD10CM) -> dt.date:
        """Return the first date of service of a release, named by its label.

        Raises:
            MissingCodeSet: when the release is not installed; it names those that are.
        """
        if (dated := self._dated_of(system)) is not None:
            days = {dated.label(day): day for day in reversed(_quarters(dated))}
        else:
            days = {release.label: release.valid_from for release in self._tabular}
        if label not in days:
            raise MissingCodeSet(
                f"{system} {label}"[:40],
                f"is not installed; installed are {', '.join(sorted(days))}: give one of them, or "
                "add the release with: nosology codesets add FILE",
            )
        return days[label]

    def billable_titles(
        self, on: dt.date | None = None, system: System = System.ICD10CM
    ) -> dict[str, str]:
        """Return each billable code of the date -> its title, empty where none is known."""
        if (dated := self._dated_of(system)) is not None:
            return {
                entry.code: entry.title for entry in dated.beginning_with("", on) if entry.billable
            }
        return self._entries(on).billable_titles()

    def succeeded(
        self, after: dt.date, until: dt.date, system: System = System.ICD10CM
    ) -> tuple[str, ...]:
        """Return the codes that were given successors after one day and until another."""
        found = self._rows(
            "SELECT DISTINCT code FROM code_successor WHERE system = ? AND effective > ?"
            " AND effective <= ? ORDER BY code",
            *(system.value, number_of(after), number_of(until)),
        )
        return tuple(code for (code,) in found)

    def successors(
        self, code: str, after: dt.date, until: dt.date, system: System = System.ICD10CM
    ) -> tuple[str, ...]:
        """Return the codes that were given in place of a code, or of a part of its meaning."""
        from nosology.codesets.embedded.reading import successors

        return successors(self._rows, system, plain(code), number_of(after), number_of(until))

    def lookup(self, code: str, on: dt.date | None = None, system: System = System.ICD10CM) -> Code:
        """Return the code with everything the release says of it, inherited notes included.

        Chapters (``4``) and sections (``E08-E13``) are answered too. A code with a seventh
        character carries no ``seventh_characters`` any more: it has taken one. So are the groups
        of other code sets: the beginning of an ICD-10-PCS code, a letter of HCPCS Level II, a
        section of CPT.
        """
        name = plain(code)
        if (dated := self._dated_of(system)) is not None:
            return lookup_dated(dated, self._rows, name, on)
        release = self._answering(on, system)
        entries = self._tabular[release]
        extended = None
        entry = entries.find(name)
        if entry is None:
            extended = entries.find_extended(name)
            if extended is None:
                # Imported here, like search below: a lookup that succeeds does without.
                from nosology.codesets.nearest import unknown_code

                raise unknown_code(self._tabular, release, name, on)
            entry = extended.entry
        return _assemble(release, entries, entry, extended, on)

    def is_billable(
        self, code: str, on: dt.date | None = None, system: System = System.ICD10CM
    ) -> bool:
        """Return whether the code may stand on a claim for that date; False if unknown."""
        if (dated := self._dated_of(system)) is not None:
            entry = dated.find(plain(code), on)
            return entry is not None and entry.billable
        if (day := self._day_of_dates(on)) is not None:
            return bool(self._rows(f"{_VALID_CODES} AND code = ?", day, day, plain(code)))
        return self._entries(on).is_billable(plain(code))

    def billable_below(
        self,
        code: str,
        on: dt.date | None = None,
        system: System = System.ICD10CM,
        limit: int = 10,
    ) -> tuple[str, ...]:
        """Return the first billable codes at or below a code; empty if it is unknown."""
        name = plain(code)
        if (dated := self._dated_of(system)) is not None:
            below = members(dated, name, on, limit)
            return tuple(entry.code for entry in below if entry.billable)
        entries = self._entries(on)
        entry = entries.find(name)
        if entry is None:
            return (name,) if entries.find_extended(name) else ()
        return tuple(entries.billable_below(entry, limit))

    def billable_codes(
        self, on: dt.date | None = None, system: System = System.ICD10CM
    ) -> Iterator[str]:
        """Yield every billable code, in alphabetical order."""
        if (dated := self._dated_of(system)) is not None:
            yield from dated.codes(on)
        elif (day := self._day_of_dates(on)) is not None:
            yield from (code for (code,) in self._rows(f"{_VALID_CODES} ORDER BY code", day, day))
        else:
            yield from self._entries(on).billable_codes()

    def children(
        self, code: str, on: dt.date | None = None, system: System = System.ICD10CM
    ) -> tuple[str, ...]:
        """Return the codes directly below, in tabular order; empty for none or unknown.

        Below a code that takes a seventh character stand the codes that it completes.
        """
        if (dated := self._dated_of(system)) is not None:
            return children(dated, plain(code), on)
        entries = self._entries(on)
        entry = entries.find(plain(code))
        return entries.children(entry) if entry else ()

    def title(self, code: str, on: dt.date | None) -> str:
        """Return the title of an ICD-10-CM code or heading, as ``lookup`` has it; empty if unknown.

        Much cheaper than ``lookup`` where nothing else is asked.
        """
        entries = self._entries(on)
        found = entries.find(plain(code)) or entries.find_extended(plain(code))
        return "" if found is None else found.title or UNTITLED

    def notes(
        self, code: str, on: dt.date | None, kinds: Sequence[str]
    ) -> dict[str, tuple[Note, ...]]:
        """Return some of the notes that hold for an ICD-10-CM code, as ``lookup`` names them.

        Much cheaper than ``lookup`` where nothing else is asked. Empty for an unknown code.
        """
        named = {kind: name for name in kinds for kind in _INHERITED[name]}
        found = self._entries(on).notes_above(plain(code), tuple(named))
        return {
            named[kind]: tuple(Note(text, origin) for origin, text in lines)
            for kind, lines in found.items()
        }

    def ancestors(
        self, code: str, on: dt.date | None = None, system: System = System.ICD10CM
    ) -> tuple[str, ...]:
        """Return the codes above, the nearest first, section and chapter last; empty if unknown."""
        if (dated := self._dated_of(system)) is not None:
            return parents(dated, plain(code))
        entries = self._entries(on)
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
        seventh character gives itself alone. A code of which no title is known is left out.
        """
        entries = self._entries(on)
        name = plain(code)
        entry = entries.find(name)
        if entry is not None:
            return entries.titles(entry.position, entry.last)
        extended = entries.find_extended(name)
        return [Title(extended.code, extended.title, True)] if extended else []

    def titles(self, on: dt.date | None = None) -> Iterator[Title]:
        """Yield every ICD-10-CM category and code as printed, in tabular order.

        A code of which no title is known is left out.
        """
        # Read whole: an open cursor would keep other processes from writing artefacts.
        yield from self._entries(on).titles(0, _LAST)

    def search(
        self,
        query: str,
        on: dt.date | None = None,
        system: System | None = None,
        limit: int = 10,
        *,
        billable: bool = False,
        chapter: str = "",
    ) -> list[SearchHit]:
        """Return at most ``limit`` codes that answer the query, best first.

        Args:
            query: words, as begun as one likes; a code, its beginning, a pattern such as ``S52.5*``
                or a range such as ``E08-E13``.
            on: only codes valid on the date of service; of the newest release without one.
            system: the code set; None for all that are installed.
            limit: most answers.
            billable: only codes that may stand on a claim.
            chapter: only ICD-10-CM codes of this chapter, by its number.

        Raises:
            MissingCodeSet: when nothing of the system is installed.
        """
        if system is not None:
            self._answering(on, system)
        return self._engine.search(
            query,
            system,
            limit,
            release=self._answering(on, System.ICD10CM) if self._tabular else None,
            days={one: dated.day(on) for one, dated in self._dated.items()},
            billable=billable,
            chapter=chapter,
        )

    def prepare_search(
        self, progress: Progress | None = None, systems: Iterable[System] | None = None
    ) -> None:
        """Build what is missing of the index that search reads, of these code sets or of all."""
        self._engine.prepare(progress, systems)

    @cached_property
    def _engine(self) -> CodeSearch:
        from nosology.codesets.index import DATA_SETS, TABLES, index_wordings
        from nosology.codesets.search.code_search import CodeSearch

        searched = {DATA_SETS[table] for table in TABLES[System.ICD10CM]}
        indexes = [release for release in self._numbers if release.system in searched]
        return CodeSearch(
            self._home,
            self._rows,
            self._numbers,
            self._knowledge,
            index_wordings,
            " ".join(f"{release.label}:{release.sha256}" for release in indexes),
        )

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
        candidates = self._tabular if system is System.ICD10CM else self._numbers
        return release_for(tuple(candidates), on, system)

    def _day_of_dates(self, on: dt.date | None) -> int | None:
        """Return the day, where no release covers it but the dates of ICD-10-CM codes are known."""
        if on is None or self._answering(on, System.ICD10CM).covers(on):
            return None
        day = number_of(on)
        return day if self._rows(f"{_VALID_CODES} LIMIT 1", day, day) else None

    def _entries(self, on: dt.date | None) -> ReleaseEntries:
        return self._tabular[self._answering(on, System.ICD10CM)]

    def _dated_of(self, system: System) -> DatedEntries | None:
        """Return the entries of a dated code set; None for ICD-10-CM.

        Raises:
            MissingCodeSet: when nothing of the code set is installed.
        """
        if system is System.ICD10CM:
            return None
        if system not in self._dated:
            release_for(tuple(self._numbers), None, system)
        return self._dated[system]


_LAST = 2**31

_VALID_CODES = (
    "SELECT code FROM code_dates WHERE system = 'icd10cm' AND valid_from <= ?"
    " AND (valid_to IS NULL OR valid_to >= ?)"
)


def _quarters(dated: DatedEntries) -> list[dt.date]:
    """Return the first day of each quarter that a source covers, the earliest first."""
    days: set[dt.date] = set()
    for release in dated.releases:
        last = release.valid_to or release.valid_from
        day = release.valid_from
        while day <= last:
            days.add(day)
            month = (day.month - 1) // 3 * 3 + 4
            day = dt.date(day.year + (month > 12), (month - 1) % 12 + 1, 1)
    return sorted(days)


def _assemble(
    release: InstalledRelease,
    entries: ReleaseEntries,
    entry: Entry,
    extended: Extended | None,
    on: dt.date | None,
) -> Code:
    above = entries.ancestors(entry)
    lineage = [entry, *above]
    notes = entries.notes(lineage)

    code = extended.code if extended else entry.code
    is_billable = extended is not None or entry.billable
    # Of a date that the release does not cover, the nearest day of its own is told.
    day = release.nearest_day(on)
    # A release shows that a code was valid then, not from when on: nothing is better than a guess.
    valid_from, valid_to = entries.validity(code, day) or (None, None)

    def collected(*kinds: str) -> tuple[Note, ...]:
        lines = [line for kind in kinds for line in notes.get(kind, ())]
        return tuple(Note(text, origin.code) for origin, text in lines)

    return Code(
        system=System.ICD10CM,
        code=code,
        display=(extended.title if extended else entry.title) or UNTITLED,
        billable=is_billable,
        release=release.label,
        valid_from=valid_from,
        valid_to=valid_to,
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
        flags=_flags(entry, entries.flags(code, on or release.valid_from)),
    )


def _flags(entry: Entry, told: tuple[str, ...]) -> tuple[str, ...]:
    # The list's own introduction: a title that ends so is never first-listed or principal. "As the
    # cause of diseases classified elsewhere" names an organism instead.
    title = entry.title
    if "classified elsewhere" in title and "as the cause of" not in title:
        told = ("manifestation", *told)
    return tuple(dict.fromkeys(told))
