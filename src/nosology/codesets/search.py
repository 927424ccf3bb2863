"""Searching titles and inclusion terms, and codes by their beginning.

SQLite's full-text index finds candidates and weighs rare words; the order is then decided by how
much of the query a wording covers and how little else the wording says, so that a bare term finds
its plain code before the combinations that contain it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from nosology.codesets.entries import ReleaseEntries
from nosology.model.code import SearchHit, System, plain

_LONGEST_QUERY = 400
_MOST_WORDS = 12
_CANDIDATES = 200
_PREFIX_WORD = 3

_CODE = re.compile(r"(?=[0-9A-Z]*\d)[A-Z][0-9A-Z]{2,6}")
_POSSESSIVE = re.compile(r"['’]s\b")
_WORD = re.compile(r"[a-z0-9]+")

# Words that carry no meaning of their own in a query.
_FUNCTION_WORDS = frozenset(
    (
        *("a", "an", "and", "as", "at", "by", "due", "for", "from", "in", "into", "is", "of"),
        *("on", "or", "other", "that", "the", "this", "to", "with"),
    )
)
# What the list adds to say that nothing more is known: the plain code is not less apt for it.
_NEUTRAL = re.compile(
    r"\([^)]*\)|\[[^\]]*\]|\bnot otherwise specified\b|\bwithout complications?\b"
    r"|\bunspecified\b|\buncomplicated\b|\bnos\b"
)

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
    return _by_words(entries, system, _words(query), limit)


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
    best: dict[str, tuple[tuple[float, int, str], SearchHit]] = {}
    for operator in (" AND ", " OR "):
        found = entries.matching(operator.join(terms), _CANDIDATES)
        rarest = min((rank for *_, rank in found), default=-1.0) or -1.0
        for name, title, billable, text, rank in found:
            score = _score(words, text, rank / rarest) * (1.0 if billable else _NOT_BILLABLE)
            # Among equals the plainer code comes first, then the one that the list prints first.
            order = (-score, len(name), name)
            if name not in best or order < best[name][0]:
                hit = SearchHit(system, name, title, bool(billable), round(score, 4), text)
                best[name] = (order, hit)
        # Wordings that lack a word of the query are wanted only where too few have them all.
        if len(best) >= limit or len(terms) == 1:
            break
    return [hit for _, hit in sorted(best.values(), key=lambda pair: pair[0])[:limit]]


def _score(words: Sequence[str], text: str, rarity: float) -> float:
    """Return 0 to 1 for how well the wording answers the query's words."""
    folded = _fold(text)
    every = _WORD.findall(folded)
    matched = sum(any(_alike(word, other) for other in every) for word in words)
    essential = [
        word for word in _WORD.findall(_NEUTRAL.sub(" ", folded)) if word not in _FUNCTION_WORDS
    ]
    extra = sum(not any(_alike(word, other) for word in words) for other in essential)
    coverage = matched / len(words)
    precision = matched / (matched + extra) if matched else 0.0
    return coverage * (_COVERAGE + _PRECISION * precision + _RARITY * rarity)


def _alike(word: str, other: str) -> bool:
    """Return whether two words are the same but for their endings (``diabetic``, ``diabetes``)."""
    if word == other:
        return True
    shorter = min(len(word), len(other))
    if shorter < 4:
        return word + "s" == other or other + "s" == word
    stem = max(4, shorter - 3)
    return word[:stem] == other[:stem]


def _words(query: str) -> list[str]:
    """Return the query's words, at most a dozen, each once."""
    found = list(dict.fromkeys(_WORD.findall(_fold(query))))
    meaningful = [word for word in found if word not in _FUNCTION_WORDS]
    return (meaningful or found)[:_MOST_WORDS]


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _POSSESSIVE.sub("", bare)
