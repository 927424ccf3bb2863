"""The installed indexes, by date of service, and the way through them from term to code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from nosology.codesets.index.answer import Hop, IndexChild, IndexCode, IndexTerm
from nosology.codesets.index.data_sets import (
    COLUMNS,
    DATA_SETS,
    FILES,
    TABLES,
    Table,
)
from nosology.codesets.index.listing import IndexedTerm, indexed_terms
from nosology.codesets.index.matching import Match, matches, only_match, walk
from nosology.codesets.index.references import Reference, column_in, read_reference, take_column
from nosology.codesets.index.suggestion import no_such_term
from nosology.codesets.index.terms import Term, TermTable
from nosology.codesets.index.verification import codes_of, completed, verified
from nosology.codesets.index.words import asked, key, spelled_out
from nosology.codesets.pcs.tables import TABLES as TABLES_DATA_SET
from nosology.codesets.pcs.tables import PcsTables
from nosology.codesets.release import InstalledRelease, Rows, read_releases, release_for
from nosology.model.code import CodeBook, System
from nosology.model.errors import InputError, MissingCodeSet

LONGEST_QUERY = 400
_MOST_HOPS = 8
_ALTERNATIVES = 5
_FOLLOWED = 12


@dataclass(frozen=True, slots=True)
class _Place:
    """A term of one table, and the column of it that is meant.

    Attributes:
        others: terms that answer as well.
    """

    name: Table
    terms: TermTable
    term: Term
    column: int | None = None
    others: tuple[Match, ...] = ()


class IndexBook:
    """Reads the indexes that are installed; verifies codes where it is given a CodeBook."""

    def __init__(self, rows: Rows, code_book: CodeBook | None = None) -> None:
        self._rows = rows
        self._code_book = code_book
        self._releases: dict[InstalledRelease, int] = read_releases(rows)
        self._tables: dict[int, TermTable] = {}
        self._pcs_tables: dict[dt.date | None, PcsTables] = {}

    def installed(self, system: System = System.ICD10CM) -> tuple[Table, ...]:
        """Return the tables of a code set that are installed."""
        held = {release.system for release in self._releases}
        return tuple(table for table in TABLES[system] if DATA_SETS[table] in held)

    def covers(self, table: Table, on: dt.date) -> bool:
        """Return whether the edition that answers for the date was in force on it."""
        return release_for(tuple(self._releases), on, DATA_SETS[table]).covers(on)

    def terms(self, on: dt.date | None = None) -> Iterator[IndexedTerm]:
        """Yield each term of the ICD-10-CM indexes with each code that it leads to.

        References (*see*) are followed where they lead to one term.

        Args:
            on: date of service; the newest editions without it.
        """
        return indexed_terms(self._rows, on)

    def find(
        self,
        query: str,
        on: dt.date | None = None,
        table: Table | None = None,
        system: System = System.ICD10CM,
    ) -> IndexTerm:
        """Return the term that the words name, with its references followed.

        ``Neoplasm, breast`` is found as it is written; ``breast neoplasm benign`` or ``diabetes
        type 2 with ckd`` by the words alone. What the index refers to with *see* is followed to
        its end, what it refers to with *see also* is shown.

        Args:
            query: terms from the main term on with commas between, or the words in any order.
            on: date of service; the edition of the index and the codes are those of that day.
            table: look in this table only.
            system: whose indexes; without meaning where a table is given.

        Raises:
            InputError: when no term has these words; the nearest ones are named.
            MissingCodeSet: when none of the tables is installed.
        """
        chosen = self._chosen(table, system)
        if not asked(query) or len(query) > LONGEST_QUERY:
            raise InputError(
                "index", "needs the words of a term, such as: Fracture, traumatic, radius"
            )
        place = (
            self._written(query, chosen, on)
            or self._written(spelled_out(query), chosen, on)
            or self._worded(query, chosen, on)
        )
        return self._answer(place, on)

    def _chosen(self, table: Table | None, system: System) -> tuple[Table, ...]:
        if table is not None:
            wanted: tuple[Table, ...] = (table,)
            system = next(one for one, tables in TABLES.items() if table in tables)
        else:
            wanted = TABLES[system]
        chosen = tuple(one for one in self.installed(system) if one in wanted)
        if not chosen:
            files = " or ".join(FILES[one] for one in wanted)
            raise MissingCodeSet(
                "index",
                f"no index is installed; load {files} with: nosology codesets add FILE",
            )
        return chosen

    def _terms(self, name: Table, on: dt.date | None) -> TermTable | None:
        """Return the terms of a table in the edition of the date; None where it is not there."""
        if DATA_SETS[name] not in {release.system for release in self._releases}:
            return None
        release = release_for(tuple(self._releases), on, DATA_SETS[name])
        number = self._releases[release]
        if number not in self._tables:
            self._tables[number] = TermTable(self._rows, release, number)
        return self._tables[number]

    def _written(self, query: str, chosen: Sequence[Table], on: dt.date | None) -> _Place | None:
        """Return the term that the query names as the index writes it."""
        parts = [part for part in query.split(",") if part.strip()]
        for name in chosen:
            terms = self._terms(name, on)
            assert terms is not None
            if (term := walk(terms, parts)) is not None:
                return _Place(name, terms, term)
            if name in COLUMNS:
                column, rest = take_column(name, parts)
                if column is not None and (term := walk(terms, rest)) is not None:
                    return _Place(name, terms, term, column)
        return None

    def _worded(self, query: str, chosen: Sequence[Table], on: dt.date | None) -> _Place:
        """Return the term that has the words of the query, in whatever order."""
        text = spelled_out(query)
        found: list[tuple[Table, int | None, tuple[str, ...], list[Match]]] = []
        for name in chosen:
            terms = self._terms(name, on)
            assert terms is not None
            readings: list[tuple[int | None, str]] = [(None, text)]
            if name in COLUMNS:
                readings.append(column_in(name, text))
            for column, rest in dict.fromkeys(readings):
                words = asked(rest)
                if words:
                    found.append((name, column, words, matches(terms, words)))
        whole = [
            _placed(name, column, listed)
            for name, column, words, listed in found
            if listed and len(listed[0].found) == len(words)
        ]
        if whole:
            # The first of those that are equally short: tables are asked in their order.
            return min(whole, key=lambda place: place[0])[1]
        for name, _, words, listed in found:
            if (place := self._through_reference(name, words, listed, on)) is not None:
                return place
        tables = [terms for name in chosen if (terms := self._terms(name, on)) is not None]
        raise no_such_term(query, tables, [match for *_, listed in found for match in listed])

    def _through_reference(
        self, name: Table, words: Sequence[str], listed: Sequence[Match], on: dt.date | None
    ) -> _Place | None:
        """Return what has the words that remain, where a term that has the others refers to.

        So ``lung cancer`` is found: *Cancer* refers to *Neoplasm, by site, malignant*.
        """
        for match in listed[:_FOLLOWED]:
            rest = [word for number, word in enumerate(words) if number not in match.found]
            for text in (match.term.see, match.term.see_also):
                if not text:
                    continue
                reference = read_reference(text)
                if reference.table is Table.DRUG and not reference.parts:
                    place = self._in_table(Table.DRUG, None, rest, reference.column, on)
                else:
                    found = self._resolve(_Place(name, match.table, match.term), reference, on)
                    place = found and self._in_table(found.name, found.term, rest, found.column, on)
                if place is not None:
                    return place
        return None

    def _in_table(
        self,
        name: Table,
        top: Term | None,
        words: Sequence[str],
        column: int | None,
        on: dt.date | None,
    ) -> _Place | None:
        """Return the term of a table, or below one of its terms, that has all the words."""
        terms = self._terms(name, on)
        if terms is None:
            return None
        readings: list[tuple[int | None, Sequence[str]]] = [(column, words)]
        if name in COLUMNS:
            named, rest = column_in(name, " ".join(words))
            if named is not None:
                readings.append((named, asked(rest)))
        for number, wanted in readings:
            below = matches(terms, wanted, top=top)
            if below and len(below[0].found) == len(wanted):
                others = tuple(one for one in below[1:] if one.answers_like(below[0]))
                return _Place(name, terms, below[0].term, number, others)
        return None

    def _resolve(self, source: _Place, reference: Reference, on: dt.date | None) -> _Place | None:
        """Return the one place that a reference leads to; None where there is none."""
        name, terms = source.name, source.terms
        if reference.table is not None:
            other = self._terms(reference.table, on)
            if other is None:
                return None
            name, terms = reference.table, other
        if not reference.parts:
            return None
        term = None
        if name is source.name:
            term = _below_own_main(source, reference.parts)
        term = term or walk(terms, reference.parts) or only_match(terms, reference.parts)
        return None if term is None else _Place(name, terms, term, reference.column)

    def _answer(self, place: _Place, on: dt.date | None) -> IndexTerm:
        seen = {(place.name, place.term.position)}
        term = replace(
            self._shown(place),
            hops=tuple(self._hops(place, on, seen)),
            alternatives=tuple(
                dict.fromkeys(_titles(match.table, match.term) for match in place.others)
            )[:_ALTERNATIVES],
        )
        codes = codes_of(term)
        return replace(term, codes=tuple(self._verified(code, place.name, on) for code in codes))

    def _verified(self, code: IndexCode, name: Table, on: dt.date | None) -> IndexCode:
        if name is Table.PROCEDURES and code.code.endswith("-"):
            tables = self._procedure_tables(on)
            return code if tables is None else completed(code, tables)
        if self._code_book is None:
            return code
        return verified(code, self._code_book, name, on)

    def _procedure_tables(self, on: dt.date | None) -> PcsTables | None:
        """Return the tables of the date; None where none are installed."""
        if TABLES_DATA_SET not in {release.system for release in self._releases}:
            return None
        if on not in self._pcs_tables:
            self._pcs_tables[on] = PcsTables(self._rows, on)
        return self._pcs_tables[on]

    def _hops(
        self, place: _Place, on: dt.date | None, seen: set[tuple[Table, int]]
    ) -> Iterator[Hop]:
        """Yield the references from a term, and of those that must be seen, theirs in turn."""
        term = place.term
        if len(seen) > _MOST_HOPS:
            return
        # Several references of one term stand below it, each in a term without a title.
        untitled = [child for child in place.terms.children(term.position) if not child.title]
        for via, text, code in (
            *(("see", one.see, one.code) for one in (term, *untitled)),
            ("see also", term.see_also, ""),
        ):
            if not text:
                continue
            reference = read_reference(text)
            found = self._resolve(place, reference, on)
            if found is None:
                # The ICD-10-PCS Index refers to tables by their words, and gives their characters.
                reason = f"leads to {code}" if code else self._why_nowhere(reference, on)
                yield Hop(via, text, None, reason)
                continue
            if found.column is None:
                found = replace(found, column=place.column if found.name is place.name else None)
            if (found.name, found.term.position) in seen:
                yield Hop(via, text, None, "leads back to a term that was already seen")
                continue
            yield Hop(via, text, self._shown(found))
            if via == "see":
                seen.add((found.name, found.term.position))
                yield from self._hops(found, on, seen)
        if term.category:
            yield Hop("see category", term.category, None, "look it up in the Tabular List")

    def _why_nowhere(self, reference: Reference, on: dt.date | None) -> str:
        if reference.category:
            return f"look up {reference.category} in the Tabular List"
        if reference.table is not None and self._terms(reference.table, on) is None:
            return f"{FILES[reference.table]} is not installed"
        if reference.table is not None and not reference.parts:
            return f"look up the substance in {FILES[reference.table]}"
        if reference.is_general:
            return "look up the condition, site, type or substance at hand"
        return "the index has no term of that name"

    def _shown(self, place: _Place) -> IndexTerm:
        term = place.term
        columns = COLUMNS.get(place.name, {})
        cells = place.terms.cells(term.position, term.last) if columns else {}
        counts = place.terms.counts_below(term)

        def named(position: int) -> tuple[tuple[str, str], ...]:
            held = cells.get(position, {})
            return tuple((columns[number].name, code) for number, code in held.items())

        return IndexTerm(
            place.name,
            place.terms.release,
            _titles(place.terms, term),
            term.modifiers,
            term.code,
            term.manifestation,
            term.see,
            term.see_also,
            term.category,
            term.use_value,
            term.note,
            named(term.position),
            columns[place.column].name if place.column in columns else "",
            tuple(
                IndexChild(
                    child.name,
                    child.modifiers if child.title else (),
                    child.code,
                    child.see,
                    child.see_also,
                    child.use_value,
                    named(child.position),
                    counts.get(child.position, 0),
                )
                for child in place.terms.children(term.position)
            ),
        )


def _placed(name: Table, column: int | None, listed: list[Match]) -> tuple[tuple[int, int], _Place]:
    best = listed[0]
    others = tuple(match for match in listed[1:] if match.answers_like(best))
    return (best.extra, best.loose), _Place(name, best.table, best.term, column, others)


def _below_own_main(source: _Place, parts: Sequence[str]) -> Term | None:
    """Return the term that a reference names below the main term that it stands under.

    Below *Fracture, traumatic*, ``see Fracture, radius`` leaves the second word out.
    """
    main = source.terms.path(source.term)[0]
    own, named = key(main.title), key(parts[0])
    if len(parts) < 2 or own == named or own[: len(named)] != named:
        return None
    return walk(source.terms, parts[1:], main)


def _titles(terms: TermTable, term: Term) -> tuple[str, ...]:
    return tuple(one.name for one in terms.path(term))
