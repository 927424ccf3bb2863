"""Search for a code book: the index of each code set that the store holds, and what dates ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cached_property
from pathlib import Path

from nosology.codesets.dated_lookup import NO_DESCRIPTION
from nosology.codesets.entries import UNTITLED
from nosology.codesets.loaders.contract import Progress
from nosology.codesets.release import InstalledRelease, Rows
from nosology.codesets.search.building import Section, build_shard
from nosology.codesets.search.engine import Filter, Searched, search
from nosology.codesets.search.holding import keep
from nosology.codesets.search.index_files import digest, own_tables, sections_for
from nosology.codesets.search.knowledge import Knowledge
from nosology.codesets.search.own_wordings import own_digest, own_wordings
from nosology.codesets.search.query import ShortForms, merged, own_short_forms
from nosology.codesets.search.shard import Shard
from nosology.codesets.search.store_entries import dated, tabular
from nosology.codesets.search.wordings import Kind, Wording
from nosology.model.code import SearchHit, System

type IndexWordings = Callable[[Rows], Iterable[tuple[str, str]]]

_KEPT_ANSWERS = 512

_UNTITLED = {System.ICD10CM: UNTITLED, System.CPT: NO_DESCRIPTION}


class CodeSearch:
    """Searches the code sets of one store.

    Args:
        home: folder of the store, in which the index is kept.
        rows: puts a question to the store.
        releases: the installed releases with their numbers.
        knowledge: terms and short forms of a higher layer; None takes the index that is there.
        index_wordings: yields the terms of the official index with their codes.
        index_digest: stands for what they yield; empty where no official index is installed.
    """

    def __init__(
        self,
        home: Path,
        rows: Rows,
        releases: Mapping[InstalledRelease, int],
        knowledge: Knowledge | None = None,
        index_wordings: IndexWordings | None = None,
        index_digest: str = "",
    ) -> None:
        self._home = home
        self._rows = rows
        self._releases = releases
        self._knowledge = knowledge
        self._index_wordings = index_wordings
        self._index_digest = index_digest
        self._lists = [one for one in releases if one.system == System.ICD10CM]
        self._bits = {one: 1 << place for place, one in enumerate(self._lists)}
        self._shards: dict[System, Shard] = {}
        self._short_forms: ShortForms | None = None
        self._answers: dict[Hashable, tuple[SearchHit, ...]] = {}

    def search(
        self,
        query: str,
        system: System | None = None,
        limit: int = 10,
        *,
        release: InstalledRelease | None = None,
        days: Mapping[System, dt.date] | None = None,
        billable: bool = False,
        chapter: str = "",
    ) -> list[SearchHit]:
        """Return at most ``limit`` codes that answer the query, best first.

        Args:
            query: words, the beginning of a code, a pattern of codes, or a range.
            system: the code set; None for all that are installed.
            limit: most answers.
            release: the ICD-10-CM release that answers for the date of service.
            days: of each other code set, the day that answers for it.
            billable: only codes that may stand on a claim.
            chapter: only ICD-10-CM codes of this chapter, by its number.
        """
        query = query.strip()
        if limit < 1 or not query:
            return []
        # What is typed is typed again and again: each letter taken back asks what was asked before.
        key = (query, system, limit, release, *(days or {}).items(), billable, chapter)
        known = self._answers.get(key)
        if known is None:
            found = self._searched(query, system, limit, release, days, billable, chapter)
            known = keep(self._answers, key, tuple(found), _KEPT_ANSWERS)
        return list(known)

    def _searched(
        self,
        query: str,
        system: System | None,
        limit: int,
        release: InstalledRelease | None,
        days: Mapping[System, dt.date] | None,
        billable: bool,
        chapter: str,
    ) -> list[SearchHit]:
        searched = []
        for one in self.systems if system is None else (system,):
            if chapter and one is not System.ICD10CM:
                continue
            day = (days or {}).get(one)
            wanted = Filter(
                release=self._bits[release] if release and one is System.ICD10CM else 0,
                day=0 if day is None or one is System.ICD10CM else int(f"{day:%Y%m%d}"),
                billable=billable,
                chapter=chapter.strip().lstrip("0"),
            )
            searched.append(Searched(one, self._shard(one), wanted, _UNTITLED.get(one, "")))
        return search(searched, query, limit, self._all_short_forms(searched))

    @cached_property
    def systems(self) -> tuple[System, ...]:
        """The code sets that can be searched, diagnoses first."""
        held = {release.system for release in self._releases}
        return tuple(system for system in _SYSTEMS if system in held)

    def prepare(
        self, progress: Progress | None = None, systems: Iterable[System] | None = None
    ) -> None:
        """Build what is missing of the index, of these code sets or of all."""
        systems = [one for one in self.systems if systems is None or one in set(systems)]
        for number, system in enumerate(systems):
            if progress:
                progress("indexing the code sets", number, len(systems))
            self._shard(system)
        if progress:
            progress("indexing the code sets", len(systems), len(systems))

    def _shard(self, system: System) -> Shard:
        if system not in self._shards:
            knowledge = self._knowledge if system is System.ICD10CM else None
            sections = sections_for(
                self._home,
                system.value,
                self._digest(system),
                knowledge,
                lambda: self._build(system),
            )
            self._shards[system] = Shard(sections)
        return self._shards[system]

    def _digest(self, system: System) -> str:
        return digest(
            own_tables(),
            self._index_digest if system is System.ICD10CM else own_digest(system),
            *(
                f"{release.label} {release.part} {release.sha256} {release.loader} {release.rows}"
                for release in self._releases
                # The tables of procedures give titles to codes that have none.
                if release.system in {system, f"{system}-tables"}
            ),
        )

    def _build(self, system: System) -> tuple[dict[str, Section], dict[str, object]]:
        if system is not System.ICD10CM:
            listed = dated(self._rows, system.value)
            return build_shard(system.value, listed, list(own_wordings(system, listed)))
        entries, wordings = tabular(self._rows, [self._releases[one] for one in self._lists])
        by_code: dict[str, list[int]] = {}
        for number, entry in enumerate(entries):
            if entry.is_code:
                by_code.setdefault(entry.code, []).append(number)
        short_forms: list[tuple[str, str]] = []
        sources: list[tuple[Iterable[tuple[str, str]], Kind]] = []
        if self._knowledge is not None:
            sources.append((self._knowledge.terms(), Kind.TERM))
            short_forms = list(self._knowledge.short_forms())
        if self._index_wordings is not None and self._index_digest:
            sources.append((self._index_wordings(self._rows), Kind.INDEX))
        for pairs, kind in sources:
            wordings.extend(
                Wording(number, words, kind)
                for words, code in pairs
                for number in by_code.get(code, ())
            )
        return build_shard(system.value, entries, wordings, {"short_forms": short_forms})

    def _all_short_forms(self, searched: list[Searched]) -> ShortForms:
        if self._short_forms is None:
            forms = own_short_forms()
            for one in searched:
                if given := one.shard.facts.get("short_forms"):
                    forms = merged(forms, given)
            self._short_forms = forms
        return self._short_forms


_SYSTEMS = (System.ICD10CM, System.CPT, System.HCPCS, System.ICD10PCS)
