"""Which wordings hold a word of a query, and those that hold several: best wordings first.

Wordings are numbered from the plainest on, so that the first of them are wanted. Of a word that a
great many hold, the index keeps a bit for each wording: many bits are compared at once, where
comparing long lists of numbers would take a hundred times as long.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from struct import iter_unpack
from typing import Any

from nosology.codesets.search.matching import Match
from nosology.codesets.search.shard import Shard

_MOST_HOLDING, _MOST_ALONE, _LEAST_HOLDING = 3000, 300, 12
_KEPT_HOLDINGS = 384
_BLOCK = 1024
_WORD = 64


@dataclass(slots=True)
class Holding:
    """The wordings that hold one word of a query.

    Attributes:
        count: how many there are.
        ordered: all of them, the plainest first.
        credit: how far each answers the word, where it is the same for all.
        credits: how far each answers it, and how rare the word that it holds, where they differ.
        bits: a bit for each wording of the shard, where a great many hold the word.
    """

    match: Match
    ordered: Sequence[int]
    credit: float
    credits: dict[int, tuple[float, float]] | None
    bits: Sequence[int] | None
    _members: frozenset[int] | None = field(default=None)
    _number: int = field(default=-1)

    @property
    def count(self) -> int:
        """How many wordings hold the word."""
        return len(self.ordered)

    def holds(self, document: int) -> bool:
        """Return whether a wording holds the word."""
        if self.bits is not None:
            return bool(self.bits[document >> 3] >> (document & 7) & 1)
        return document in (self.members if self.credits is None else self.credits)

    @property
    def members(self) -> frozenset[int]:
        """The wordings as a set."""
        if self._members is None:
            self._members = frozenset(self.ordered)
        return self._members

    @property
    def number(self) -> int:
        """The bits as one number, the first wording's the lowest; only where there are bits."""
        if self._number < 0:
            self._number = int.from_bytes(bytes(self.bits or b""), "little")
        return self._number

    def only(self, documents: list[int]) -> list[int]:
        """Return those of the wordings that hold the word, in their order."""
        bits = self.bits
        if bits is not None:
            return [one for one in documents if bits[one >> 3] >> (one & 7) & 1]
        held = self.members if self.credits is None else self.credits
        return [one for one in documents if one in held]

    def without(self, documents: list[int]) -> list[int]:
        """Return those of the wordings that do not hold the word, in their order."""
        bits = self.bits
        if bits is not None:
            return [one for one in documents if not bits[one >> 3] >> (one & 7) & 1]
        held = self.members if self.credits is None else self.credits
        return [one for one in documents if one not in held]


def holding(shard: Shard, match: Match, is_alone: bool) -> Holding:
    """Return the wordings that hold the word; the best only, where the word stands alone."""
    # A match is kept by the shard as long as this may ask for it; a new one has another identity.
    key = (match.asked, match.is_sure, is_alone)
    known: Holding | None = shard.holdings.get(key)
    if known is None or known.match is not match:
        made = _holding(shard, match, is_alone)
        return keep(shard.holdings, key, made, _KEPT_HOLDINGS)
    return known


def keep[Value](kept: dict[Any, Any], key: Hashable, value: Value, most: int) -> Value:
    """Return the value, kept under the key in place of what was kept first where it is full."""
    if len(kept) >= most:
        del kept[next(iter(kept))]
    kept[key] = value
    return value


def _holding(shard: Shard, match: Match, is_alone: bool) -> Holding:
    if len(match.terms) == 1:
        ((term, credit),) = match.terms.items()
        if is_alone:
            return Holding(match, shard.first_holding(term, _MOST_ALONE), credit, None, None)
        return Holding(match, shard.postings(term), credit, None, shard.bits(term))
    by_credit: dict[float, list[int]] = {}
    for term, credit in match.terms.items():
        by_credit.setdefault(round(credit, 2), []).append(term)
    room = _MOST_ALONE if is_alone else _MOST_HOLDING
    least = max(room // len(match.terms), _LEAST_HOLDING)
    parts: list[tuple[float, int, Sequence[int]]] = []
    for credit in sorted(by_credit, reverse=True):
        for term in sorted(by_credit[credit], key=shard.frequency, reverse=True):
            part = shard.first_holding(term, least if is_alone else max(room, least))
            parts.append((credit, term, part))
            room -= len(part)
    credits: dict[int, tuple[float, float]] = {}
    for credit, term, part in reversed(parts):
        credits.update(dict.fromkeys(part, (credit, shard.rarity[term])))
    return Holding(match, sorted(credits), 0.0, credits, None)


def common(present: Sequence[Holding], absent: Sequence[Holding], most: int) -> list[int]:
    """Return the first wordings that hold all words of the one kind and none of the other."""
    if all(one.bits is not None for one in present):
        number = present[0].number
        for one in present[1:]:
            number &= one.number
        lists = []
        for one in absent:
            if one.bits is None:
                lists.append(one)
            else:
                number &= ~one.number
        return _first_bits(number, most, lists)
    base = min((one for one in present if one.bits is None), key=lambda one: one.count)
    others = [one for one in present if one is not base]
    found: list[int] = []
    for start in range(0, base.count, _BLOCK):
        block = list(base.ordered[start : start + _BLOCK])
        for one in others:
            block = one.only(block)
            if not block:
                break
        for one in absent:
            if not block:
                break
            block = one.without(block)
        found.extend(block)
        if len(found) >= most:
            break
    return found[:most]


def open_among(shard: Shard, one: Holding, most: int) -> list[int]:
    """Return the first wordings that hold the word and take in what has no name of its own."""
    if one.bits is not None:
        return _first_bits(one.number & shard.open_number, most, ())
    held = one.members if one.credits is None else one.credits.keys()
    return sorted(shard.open_documents & held)[:most]


def _first_bits(number: int, most: int, absent: Sequence[Holding]) -> list[int]:
    """Return the places of the lowest bits, those left out that a word holds."""
    found: list[int] = []
    if not number:
        return found
    raw = number.to_bytes(-(-number.bit_length() // _WORD) * (_WORD // 8), "little")
    for place, (word,) in enumerate(iter_unpack("<Q", raw)):
        if word:
            base = place * _WORD
            rest = word
            while rest:
                low = rest & -rest
                found.append(base + low.bit_length() - 1)
                rest ^= low
            if len(found) >= most:
                for one in absent:
                    found = one.without(found)
                if len(found) >= most:
                    return found[:most]
    for one in absent:
        found = one.without(found)
    return found[:most]
