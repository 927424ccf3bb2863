"""Searching titles and inclusion terms, and codes by their beginning.

SQLite's full-text index finds candidates and weighs rare words; the order is then decided by how
much of the query a wording covers and how little else the wording says, so that a bare term finds
its plain code before the combinations that contain it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nosology.codesets.entries import ReleaseEntries
from nosology.codesets.wording import FUNCTION_WORDS, are_alike, essential_words
from nosology.codesets.wording import words as split_words
from nosology.model.code import SearchHit, System, plain

_LONGEST_QUERY = 400
_MOST_WORDS = 12
_CANDIDATES = 200
_PREFIX_WORD = 3

_CODE = re.compile(r"(?=[0-9A-Z]*\d)[A-Z][0-9A-Z]{2,6}")
_COVERAGE, _PRECISION, _RARITY = 0.6, 0.35, 0.05
_NOT_BILLABLE = 0.97
_CODE_BEGINS = 0.9


def search_entries(
    entries: ReleaseEntries, system: System, query: str, limit: int
) -> list[SearchHit]:
    """Return at most ``limit`` answers of one release, best first."""
    if limit < 1:
        return []
    query = query[:_LONGEST_QUERY]
    code = plain(query).rstrip("-")
    if _CODE.fullmatch(code):
        hits = _by_code(entries, system, code, limit)
        if hits:
            return hits
    return _by_words(entries, system, _asked(query), limit)


def _by_code(entries: ReleaseEntries, system: System, code: str, limit: int) -> list[SearchHit]:
    hits = [
        SearchHit(system, name, title, bool(billable), 1.0 if name == code else _CODE_BEGINS, title)
        for name, title, billable in entries.beginning_with(code, limit)
    ]
    if not hits and (extended := entries.find_extended(code)):
        hits = [SearchHit(system, code, extended.title, True, 1.0, extended.title)]
    elif (entry := entries.find(code)) and entry.is_header:
        hits.extend(
            SearchHit(system, one.code, one.title, True, _CODE_BEGINS, one.title)
            for one in entries.extensions(entry)
        )
    return hits[:limit]


def _by_words(
    entries: ReleaseEntries, system: System, words: Sequence[str], limit: int
) -> list[SearchHit]:
    if not words:
        return []
    terms = [f'"{word}"' for word in words]
    if len(words[-1]) >= _PREFIX_WORD:
        terms[-1] = f"({terms[-1]} OR {terms[-1]} *)"
    score = _Score(words)
    best: dict[str, tuple[tuple[float, int, str], SearchHit]] = {}
    for operator in (" AND ", " OR "):
        found = entries.matching(operator.join(terms), _CANDIDATES)
        rarest = min((rank for *_, rank in found), default=-1.0) or -1.0
        for name, title, billable, text, rank in found:
            value = score(text, rank / rarest) * (1.0 if billable else _NOT_BILLABLE)
            # Among equals the plainer code comes first, then the one that the list prints first.
            order = (-value, len(name), name)
            if value > 0 and (name not in best or order < best[name][0]):
                hit = SearchHit(system, name, title, bool(billable), round(value, 4), text)
                best[name] = (order, hit)
        # Wordings that lack a word of the query are wanted only where too few have them all.
        if len(best) >= limit or len(terms) == 1:
            break
    return [hit for _, hit in sorted(best.values(), key=lambda pair: pair[0])[:limit]]


class _Score:
    """Says from 0 to 1 how well a wording answers the query's words."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        # Wordings share most of their words, so each is compared with the query's once.
        self._credits: dict[str, dict[int, float]] = {}

    def __call__(self, text: str, rarity: float) -> float:
        credit: dict[int, float] = {}
        for word in split_words(text):
            for index, value in self._credit(word).items():
                credit[index] = max(value, credit.get(index, 0.0))
        extra = sum(not self._credit(word) for word in essential_words(text))
        coverage = sum(credit.values()) / len(self._words)
        precision = len(credit) / (len(credit) + extra) if credit else 0.0
        return coverage * (_COVERAGE + _PRECISION * precision + _RARITY * rarity)

    def _credit(self, word: str) -> dict[int, float]:
        """Return index of a word of the query -> how far this word of a wording answers it."""
        if word not in self._credits:
            credit = {
                index: 1.0 for index, asked in enumerate(self._words) if are_alike(asked, word)
            }
            # The last word may still be being typed.
            last = len(self._words) - 1
            asked = self._words[last]
            if last not in credit and len(asked) >= _PREFIX_WORD and word.startswith(asked):
                credit[last] = len(asked) / len(word)
            self._credits[word] = credit
        return self._credits[word]


def _asked(query: str) -> list[str]:
    """Return the query's words, at most a dozen, each once."""
    found = list(dict.fromkeys(split_words(query)))
    meaningful = [word for word in found if word not in FUNCTION_WORDS]
    return (meaningful or found)[:_MOST_WORDS]
