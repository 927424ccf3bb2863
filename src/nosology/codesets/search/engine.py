"""Search over every code set: what a query asks for, put to each shard, and the answers merged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import chain, islice

from nosology.codesets.search import codes
from nosology.codesets.search.building import BILLABLE
from nosology.codesets.search.completing import choose
from nosology.codesets.search.matching import Match, find, misspelled
from nosology.codesets.search.query import (
    Asked,
    ShortForms,
    Words,
    as_code,
    as_pattern,
    as_range,
    asks_for_status,
    own_short_forms,
    readings,
)
from nosology.codesets.search.ranking import Allowed, Ranked, rank
from nosology.codesets.search.shard import Shard
from nosology.codesets.search.words import beginning, parts, root, roots
from nosology.model.code import SearchHit, System

_KEPT_MASKS = 32
_EXACT, _BEGINS = 1.0, 0.9
_READING = 0.98
# An answer of another code set that scores so much less than the best is not looked for.
_FAR_BELOW = 0.7
_NEAR = 0.8
_CONSIDERED = 15
_LEAST_SCORE = 0.0001
_FAMILY, _VARIANT, _MOST_VARIANTS = 4, 0.9, 8
_SEVENTH = 7
_SHORTEST_CODE = 3
# Of equal answers the diagnosis stands first: most of what is searched is one.
_SYSTEM = {System.ICD10CM: 1.0, System.CPT: 0.97, System.HCPCS: 0.972, System.ICD10PCS: 0.94}
# Codes from here to the end of their chapter tell what was done or had before, of which a query
# over all code sets speaks only in so many words.
_FIRST_STATUS, _STATUS = "Z87", 0.93
_ORDER = {System.ICD10CM: 0, System.CPT: 1, System.HCPCS: 2, System.ICD10PCS: 3}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which answers are wanted.

    Attributes:
        release: bit of the release that answers, in a code set that is published whole; 0 for any.
        day: yyyymmdd, in a code set whose codes carry their own dates; 0 for any.
        billable: only codes that may stand on a claim.
        chapter: only codes of this chapter; empty for any.
    """

    release: int = 0
    day: int = 0
    billable: bool = False
    chapter: str = ""


@dataclass(frozen=True, slots=True)
class Searched:
    """A shard with the system that it holds and what is wanted of it."""

    system: System
    shard: Shard
    filter: Filter
    untitled: str = ""

    def allowed(self) -> Allowed | None:
        """Return for each entry whether it is wanted; None where every one is."""
        known = self.shard.masks
        if self.filter not in known:
            if len(known) >= _KEPT_MASKS:
                known.clear()
            mask = bytes(self._is_wanted(entry) for entry in range(len(self.shard.entry_flags)))
            known[self.filter] = None if mask.count(1) == len(mask) else mask
        return known[self.filter]

    def _is_wanted(self, entry: int) -> bool:
        shard, wanted = self.shard, self.filter
        if wanted.release and not shard.entry_releases[entry] & wanted.release:
            return False
        if wanted.day:
            last = shard.entry_to[entry]
            if shard.entry_from[entry] > wanted.day or (last and last < wanted.day):
                return False
        if wanted.chapter and shard.chapters[shard.entry_chapter[entry]] != wanted.chapter:
            return False
        return not wanted.billable or bool(
            shard.entry_flags[entry] & BILLABLE or shard.entry_completion[entry]
        )


def search(
    searched: Sequence[Searched],
    query: str,
    limit: int,
    short_forms: ShortForms | None = None,
) -> list[SearchHit]:
    """Return at most ``limit`` answers, best first."""
    if limit < 1 or not query or query.isspace():
        return []
    query = query.strip()[:400]
    if (wanted := as_range(query)) is not None:
        found = _all(searched, limit, lambda one: codes.within(one.shard, wanted, one.allowed()))
        if found:
            return found
    if (pattern := as_pattern(query)) is not None:
        found = _all(searched, limit, lambda one: codes.like(one.shard, pattern, one.allowed()))
        if found:
            return found
    by_code: list[SearchHit] = []
    if (code := as_code(query)) is not None:
        by_code = _by_code(searched, code, limit)
        if by_code and not _is_rather_a_word(searched, query, code, by_code):
            return by_code
    hits = _by_words(searched, query, limit, short_forms or own_short_forms())
    if by_code:
        known = {(hit.system, hit.code) for hit in hits}
        lowest = min((hit.score for hit in hits), default=1.0)
        hits.extend(
            SearchHit(
                hit.system, hit.code, hit.display, hit.billable, min(hit.score, lowest), hit.matched
            )
            for hit in by_code
            if (hit.system, hit.code) not in known
        )
    return hits[:limit]


def _is_rather_a_word(
    searched: Sequence[Searched], query: str, code: str, hits: Sequence[SearchHit]
) -> bool:
    """Return whether what may be the beginning of a code is a word that wordings hold (B12)."""
    if "." in query or any(hit.code == code for hit in hits):
        return False
    if len(code) >= 5 or any(hit.system is System.ICD10CM for hit in hits):
        return False
    return any(one.shard.term(root(query.casefold())) is not None for one in searched)


def _by_code(searched: Sequence[Searched], code: str, limit: int) -> list[SearchHit]:
    if len(code) < _SHORTEST_CODE:
        return []
    found: list[SearchHit] = []
    for one in searched:
        hits = codes.beginning_with(one.shard, code, one.allowed())
        found.extend(
            _shown(one, hit, _EXACT if hit.code == code else _BEGINS)
            for hit in islice(_wanted(one, hits), limit)
        )
    found.sort(key=lambda hit: (-hit.score, _ORDER[hit.system]))
    return found[:limit]


def _all(
    searched: Sequence[Searched],
    limit: int,
    ask: Callable[[Searched], Iterator[codes.CodeHit]],
) -> list[SearchHit]:
    found = chain.from_iterable(
        (_shown(one, hit, _BEGINS) for hit in _wanted(one, ask(one))) for one in searched
    )
    return list(islice(found, limit))


def _wanted(one: Searched, hits: Iterator[codes.CodeHit]) -> Iterator[codes.CodeHit]:
    if not one.filter.billable:
        return hits
    return (hit for hit in hits if codes.is_billable(one.shard, hit))


def _shown(one: Searched, hit: codes.CodeHit, score: float) -> SearchHit:
    title = one.shard.title(hit.entry) or one.untitled
    display = f"{title}, {hit.meaning}" if hit.meaning else title
    return SearchHit(
        one.system, hit.code, display, codes.is_billable(one.shard, hit), score, display
    )


def _by_words(
    searched: Sequence[Searched], query: str, limit: int, short_forms: ShortForms
) -> list[SearchHit]:
    best: dict[tuple[int, int], tuple[float, Ranked, Words]] = {}
    lowers_status = len(searched) > 1 and not asks_for_status(query)
    allowed = [one.allowed() for one in searched]
    for number, words in enumerate(readings(query, short_forms)):
        for place, matches in enumerate(_matches(searched, words)):
            one = searched[place]
            factor = _SYSTEM[one.system] * _READING**number
            is_lowered = lowers_status and one.system is System.ICD10CM
            least = _least(best, limit) / factor
            for ranked in rank(
                one.shard,
                words,
                matches,
                allowed[place],
                limit,
                least,
                is_narrow=bool(one.filter.chapter or one.filter.billable),
            ):
                score = ranked.score * factor
                if is_lowered and one.shard.code(ranked.entry) >= _FIRST_STATUS:
                    score *= _STATUS
                known = best.get((place, ranked.entry))
                if known is None or score > known[0]:
                    best[place, ranked.entry] = (score, ranked, words)
    most = limit + _CONSIDERED
    if len(best) > most:
        lowest = nlargest(most, [score for score, _, _ in best.values()])[-1]
    else:
        lowest = 0.0
    ordered = sorted(
        (item for item in best.items() if item[1][0] >= lowest),
        key=lambda item: (
            -round(item[1][0], 6),
            item[0][0],
            _place(searched[item[0][0]], item[1][1]),
        ),
    )[:most]
    drafts = [
        _Draft(searched[place], ranked, words, max(round(min(score, 1.0), 4), _LEAST_SCORE))
        for (place, _), (score, ranked, words) in ordered
    ]
    return [draft.hit for draft in _varied(_titled_first(drafts, limit))[:limit]]


def _place(one: Searched, ranked: Ranked) -> int:
    """Return by which of equal answers the first is told.

    That is the order of the codes; of procedures, whose codes say nothing of how common they are,
    the one whose wording says least else.
    """
    if one.system is System.ICD10PCS:
        return ranked.document
    return one.shard.place_of_code(ranked.entry)


@dataclass(slots=True)
class _Draft:
    """An answer whose title is made only where it is wanted."""

    one: Searched
    ranked: Ranked
    words: Words
    score: float
    _hit: SearchHit | None = None

    @property
    def family(self) -> str:
        """The beginning of the code, which answers that vary one thing share."""
        return self.one.shard.code(self.ranked.entry)[:_FAMILY]

    @property
    def hit(self) -> SearchHit:
        """The answer."""
        if self._hit is None or self._hit.score != self.score:
            self._hit = _found(self.one, self.ranked, self.words, self.score)
        return self._hit


def _varied(drafts: Sequence[_Draft]) -> list[_Draft]:
    """Return the answers, diagnoses lowered that only vary what stands above them."""
    met: Counter[str] = Counter()
    for draft in drafts:
        if draft.one.system is System.ICD10CM:
            family = draft.family
            if number := met[family]:
                score = draft.score * _VARIANT ** min(number, _MOST_VARIANTS)
                draft.score = max(round(score, 4), _LEAST_SCORE)
            met[family] += 1
    return sorted(drafts, key=lambda draft: -draft.score)


def _titled_first(drafts: list[_Draft], limit: int) -> list[_Draft]:
    """Return the answers; of those that score alike, whose title says more of what was asked.

    What scores too little to be among the answers stays as it is.
    """
    scores = Counter(draft.score for draft in drafts)
    if len(scores) == len(drafts):
        return drafts
    lowest = drafts[min(limit, len(drafts)) - 1].score
    wanted: dict[int, set[str]] = {}
    found: list[tuple[float, float, int]] = []
    for place, draft in enumerate(drafts):
        share = 0.0
        if draft.score >= lowest and scores[draft.score] > 1:
            words = id(draft.words)
            if words not in wanted:
                wanted[words] = {root(one.word) for one in draft.words.asked}
            asked = wanted[words]
            share = len(asked.intersection(roots(draft.hit.display))) / len(asked)
        found.append((-draft.score, -share, place))
    return [drafts[place] for _, _, place in sorted(found)]


def _least(best: dict[tuple[int, int], tuple[float, Ranked, Words]], limit: int) -> float:
    """Return the score that an answer must have to be among those given, and near the best."""
    if not best:
        return 0.0
    highest = nlargest(limit, [score for score, _, _ in best.values()])
    return max(highest[-1] if len(best) >= limit else 0.0, _FAR_BELOW * highest[0])


def _matches(searched: Sequence[Searched], words: Words) -> list[list[Match]]:
    """Return for each shard how each word is matched, typing errors where no shard knows it."""
    found: list[list[Match]] = [[] for _ in searched]
    for asked in words.asked:
        row = [find(one.shard, asked) for one in searched]
        rows = [row]
        if not any(match.is_sure for match in row):
            corrected = [misspelled(one.shard, asked) for one in searched]
            rows = [
                [
                    better if better.terms else match
                    for better, match in zip(corrected, row, strict=True)
                ]
            ]
            best = max((max(one.terms.values(), default=0.0) for one in rows[0]), default=0.0)
            if best < _NEAR:
                rows = _by_parts(searched, asked) or rows
        for row in rows:
            for matches, match in zip(found, row, strict=True):
                matches.append(match)
    return found


def _by_parts(searched: Sequence[Searched], asked: Asked) -> list[list[Match]]:
    """Return how the parts of a word that no shard knows are matched; empty where it has none."""
    meanings = parts(asked.word)
    if not meanings:
        meanings, rest = beginning(asked.word)
        if not meanings or not any(one.shard.is_word(rest) for one in searched):
            return []
        meanings.append(rest)
    return [
        [find(one.shard, Asked(meaning, may_go_on=False)) for one in searched]
        for meaning in meanings
    ]


def _found(one: Searched, ranked: Ranked, words: Words, score: float) -> SearchHit:
    shard = one.shard
    title = shard.title(ranked.entry) or one.untitled
    code = shard.code(ranked.entry)
    billable = bool(shard.entry_flags[ranked.entry] & BILLABLE)
    matched = shard.text(ranked.document)
    if number := shard.entry_completion[ranked.entry]:
        asked = {root(asked.word) for asked in words.asked}.difference(roots(title))
        character, meaning = choose(shard.definitions[number], asked)
        code = code.ljust(_SEVENTH - 1, "X") + character
        title, billable = f"{title}, {meaning}", True
    return SearchHit(one.system, code, title, billable, score, matched)
