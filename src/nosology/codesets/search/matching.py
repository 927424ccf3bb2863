"""Which wordings of a shard hold the words of a query, as a whole, begun, related or misspelled."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Any

from nosology.codesets.search.query import Asked
from nosology.codesets.search.related import of_parts, related
from nosology.codesets.search.shard import Shard
from nosology.codesets.search.spelling import (
    SHORTEST_FAR,
    distance,
    far_keys,
    keys,
    sound,
)
from nosology.codesets.search.words import ABSENT, root

_MOST_BEGUN = 32
_FEW = 12
_WHOLE, _SAME_ROOT, _BEGUN, _FAR, _MISSPELLED = 1.0, 0.93, 0.91, 0.84, 0.82
_NOT_ABSENT = 0.7
_LONGER = 0.85
_KEPT_MATCHES = 1024
_COMMON = 0.05
_SHORTEST_BEGUN = 2
_SHORTEST_MISSPELLED = 4


@dataclass(frozen=True, slots=True)
class Match:
    """How one word of a query is matched in one shard.

    Attributes:
        terms: family -> how far it answers the word, 0 to 1.
        weight: how much the word tells apart; the rarer the more.
        is_sure: the word is known as it was typed.
    """

    asked: Asked
    terms: dict[int, float]
    weight: float
    is_sure: bool
    words: dict[int, str]


def find(shard: Shard, asked: Asked) -> Match:
    """Return how the word is matched, typing errors left out of account.

    What was found is kept for a while: each letter that is typed asks the words before it anew.
    """
    return _kept(shard.found, asked, lambda: _find(shard, asked), _KEPT_MATCHES)


def _kept[Key: Hashable, Value](
    kept: dict[Any, Any], key: Key, make: Callable[[], Value], most: int
) -> Value:
    """Return what is kept under the key, made first where it is not; all goes when it is full."""
    if key in kept:
        value: Value = kept[key]
        return value
    made = make()
    if len(kept) >= most:
        kept.clear()
    kept[key] = made
    return made


def _find(shard: Shard, asked: Asked) -> Match:
    word = asked.word
    terms: dict[int, float] = {}
    whole = shard.term(root(word))
    is_word = whole is not None and shard.is_word(word)
    if whole is not None:
        terms[whole] = _WHOLE if is_word else _SAME_ROOT
    is_rare = whole is None or shard.frequency(whole) < _FEW
    if asked.may_go_on and (asked.is_last or is_rare or not is_word) and _may_begin(word):
        for term, credit in begun(shard, word).items():
            if whole is None or term != whole:
                terms[term] = credit if not is_word else credit * _LONGER
    sure = is_word or any(term != whole for term in terms) or (whole is not None and len(word) < 5)
    for term, credit in _related(shard, word, whole):
        if terms.get(term, 0.0) < credit:
            terms[term] = credit
    if asked.is_absent:
        absent = shard.term(ABSENT + root(word))
        if absent is not None:
            terms = {term: credit * _NOT_ABSENT for term, credit in terms.items()}
            terms[absent] = _WHOLE
            whole, sure = absent, True
    return Match(asked, terms, _weight(shard, terms, whole), sure, {})


def _related(shard: Shard, word: str, whole: int | None) -> list[tuple[int, float]]:
    found = []
    for other, credit in (*related(root(word)), *of_parts(word)):
        term = shard.term(other)
        if term is not None and term != whole:
            found.append((term, credit))
    return found


def _may_begin(word: str) -> bool:
    return len(word) >= _SHORTEST_BEGUN and not word[0].isdigit()


def begun(shard: Shard, word: str) -> dict[int, float]:
    """Return the families of words that begin so, and how near each is to what was typed."""
    low, high = shard.begins(word)
    if low == high:
        return {}
    found: dict[int, float] = {}
    words = shard.words
    typed = len(word)
    if high - low > 4 * _MOST_BEGUN:
        known = shard.begun.get(word)
        if known is not None:
            return known
    for place in range(low, high):
        term = shard.term_at(place)
        credit = _BEGUN if len(words[place]) <= 1.7 * typed else _FAR
        credit += _COMMON * min(1.0, math.log10(1 + shard.frequency(term)) / 3.5)
        if found.get(term, 0.0) < credit:
            found[term] = credit
    if len(found) > _MOST_BEGUN:
        kept = nlargest(_MOST_BEGUN, found, key=lambda term: (shard.frequency(term), -term))
        found = {term: found[term] for term in kept}
    if high - low > 4 * _MOST_BEGUN:
        shard.begun[word] = found
    return found


def misspelled(shard: Shard, asked: Asked) -> Match:
    """Return how the word is matched if it holds a typing error."""
    return _kept(shard.found, (asked, True), lambda: _misspelled(shard, asked), _KEPT_MATCHES)


def _misspelled(shard: Shard, asked: Asked) -> Match:
    word = asked.word
    if len(word) < _SHORTEST_MISSPELLED or not word.isalpha():
        return Match(asked, {}, _weight(shard, {}, None), False, {})
    found = _corrected(shard, word, sorted(shard.spelled_alike(sorted(keys(word)))))
    if not found and len(word) >= SHORTEST_FAR:
        found = _corrected(shard, word, sorted(shard.begun_alike(sorted(far_keys(word)))))
    terms = {term: credit for term, (credit, _) in found.items()}
    names = {term: name for term, (_, name) in found.items()}
    whole = shard.term(root(word))
    if whole is not None and terms.get(whole, 0.0) < _SAME_ROOT - 0.08:
        terms[whole] = _SAME_ROOT - 0.08
    if asked.may_go_on and not terms:
        for term, name in _begun_misspelled(shard, word).items():
            terms[term] = _MISSPELLED - 0.1
            names[term] = name
    best = nlargest(8, terms, key=lambda term: (terms[term], -term))
    top = terms[best[0]] if best else 0.0
    kept = {term: terms[term] for term in best if terms[term] > top - 0.12}
    return Match(asked, kept, _weight(shard, kept, None), False, names)


def _corrected(shard: Shard, word: str, places: Sequence[int]) -> dict[int, tuple[float, str]]:
    """Return the families of the words that are near enough, how near, and the words."""
    most = 1 if len(word) < 6 else 2
    found: dict[int, tuple[float, str]] = {}
    sounds = sound(word)
    for place in places:
        other = shard.words[place]
        if abs(len(other) - len(word)) > most + 1:
            continue
        is_alike = sound(other) == sounds
        errors = distance(word, other, most + is_alike)
        if errors > most + is_alike:
            continue
        term = shard.term_at(place)
        credit = _MISSPELLED - 0.09 * (errors - 1) + (0.05 if is_alike else 0.0)
        credit -= 0.05 if other[0] != word[0] else 0.0
        credit += 0.01 * min(3.0, math.log10(1 + shard.frequency(term)))
        if term not in found or found[term][0] < credit:
            found[term] = (credit, other)
    return found


def _begun_misspelled(shard: Shard, word: str) -> dict[int, str]:
    """Return the families of words whose beginning is one error away."""
    found: dict[int, str] = {}
    tried: set[str] = set()
    letters = "abcdefghijklmnopqrstuvwxyz"
    for at in range(1, len(word)):
        low, high = shard.begins(word[:at])
        if low == high:
            break
        rest = word[at:]
        variants = [word[:at] + rest[1:]]
        if len(rest) > 1:
            variants.append(word[:at] + rest[1] + rest[0] + rest[2:])
        variants.extend(word[:at] + letter + rest[1:] for letter in letters)
        variants.extend(word[:at] + letter + rest for letter in letters)
        for variant in variants:
            if variant in tried or len(variant) < 3:
                continue
            tried.add(variant)
            start, end = shard.begins(variant)
            for place in range(start, min(end, start + 40)):
                found.setdefault(shard.term_at(place), shard.words[place])
    if len(found) > _MOST_BEGUN:
        kept = nlargest(_MOST_BEGUN, found, key=lambda term: (shard.frequency(term), -term))
        found = {term: found[term] for term in kept}
    return found


def _weight(shard: Shard, terms: dict[int, float], whole: int | None) -> float:
    if whole is not None:
        count = float(shard.frequency(whole))
    else:
        count = float(sum(shard.frequency(term) for term in terms))
    return math.log(1 + shard.documents / max(count, 0.5))
