"""The order of what answers a query's words in one shard.

Coverage of the query comes first: the share of its words, rare ones counting more, that a wording
holds; a word that only the titles above the code, or its other wordings, hold counts in part. Then
comes how little else the wording says. What says that nothing more is known stands before what is
left over, unless the query names something that was not found: then what is left over fits better.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest, nsmallest
from itertools import combinations

from nosology.codesets.search.building import (
    BILLABLE,
    DEFAULT,
    OPEN,
    PLAIN,
    RESIDUAL,
    UNSPECIFIED,
)
from nosology.codesets.search.holding import Holding, common, holding, open_among
from nosology.codesets.search.matching import Match
from nosology.codesets.search.query import Words
from nosology.codesets.search.shard import Shard
from nosology.codesets.search.wordings import Kind

_MOST_SCORED = 80
_ENOUGH = (120, 40, 10)
_MOST_LACKING = 3
_HOPED = 0.85
_MOST_SINGLE = 60
_MOST_RANKED = 20
_COVERAGE_POWER = 1.6
_BASE, _PRECISE = 0.6, 0.4
_CONTEXT, _CHOSEN, _COMPLETING = 0.75, 0.9, 0.97
_MOST_EXPLORED, _MOST_BELOW = 6, 60
_NOT_BILLABLE = 0.7
_DEFAULT = 0.985
_RESIDUAL = 0.97
_RESIDUAL_WHERE_UNKNOWN = 1.01
_WANTED = 1.12
# No more than this is gained by what a wording is: wanted as plain and as left over, of an index.
_MOST_FACTOR = _WANTED * _WANTED * 1.02
# What is left over of a place takes in one word, or two, that were not found, in part.
_TAKEN_IN = (0.0, 0.4, 0.25)
_MOST_TAKEN_IN = len(_TAKEN_IN) - 1
_KIND = {
    Kind.TITLE: 1.0,
    Kind.INCLUSION: 1.0,
    Kind.INCLUDES: 0.99,
    Kind.REFERENCE: 0.98,
    Kind.TERM: 1.0,
    Kind.INDEX: 1.02,
}
_KINDS = tuple(_KIND[kind] for kind in Kind)

type Allowed = bytes
"""For each entry, 1 where it is wanted and 0 where not."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry with its score and the wording that matched best."""

    score: float
    entry: int
    document: int


def rank(
    shard: Shard,
    words: Words,
    matches: Sequence[Match],
    allowed: Allowed | None,
    limit: int = 10,
    least: float = 0.0,
    *,
    is_narrow: bool = False,
) -> list[Ranked]:
    """Return the entries that answer best, best first.

    Args:
        shard: what is searched.
        words: the words in one reading.
        matches: how each of them is matched in the shard.
        allowed: which entries are wanted; None where every one is.
        limit: how many answers are wanted in the end.
        least: an answer that scores less is not wanted.
        is_narrow: few entries are wanted, so that more wordings must be looked at.
    """
    found = [match for match in matches if match.terms]
    if not found:
        return []
    total = sum(match.weight for match in matches)
    known = sum(match.weight * max(match.terms.values()) for match in found)
    if (known / total) ** _COVERAGE_POWER < least:
        return []
    held = [holding(shard, match, len(found) == 1) for match in found]
    best: dict[int, Ranked] = {}
    most = max(_MOST_SCORED, 2 * limit)
    if is_narrow:
        most *= 10
    for present, documents in _candidates(
        shard, held, total, best, limit, most, least, len(matches)
    ):
        taken_in = _taken_in(len(matches) - len(present))
        for part in (documents[: 2 * limit], documents[2 * limit :]):
            if part:
                floor = max(least, _floor(best, limit))
                _score(shard, words, present, part, total, allowed, best, taken_in, floor)
    ordered = nsmallest(max(_MOST_RANKED, 2 * limit), best.values(), key=_by_score)
    if len(matches) > 1:
        ordered = sorted(
            _completed(shard, words, ordered, held, total, allowed, limit, least, len(matches)),
            key=_by_score,
        )
    return [one for one in ordered if one.score >= least]


def _by_score(one: Ranked) -> tuple[float, int]:
    return -one.score, one.document


def _score(
    shard: Shard,
    words: Words,
    present: Sequence[Holding],
    documents: Iterable[int],
    total: float,
    allowed: Allowed | None,
    best: dict[int, Ranked],
    taken_in: float,
    floor: float,
) -> None:
    """Score wordings that hold the same words of the query, and keep the best of each entry.

    A wording that says too much else to reach the floor is passed over.
    """
    entry_of, weight_of = shard.document_entry, shard.document_weight
    flags_of, kind_of = shard.document_flags, shard.document_kind
    entry_flags, completion = shard.entry_flags, shard.entry_completion
    fixed = sum(one.match.weight * one.credit for one in present if one.credits is None)
    varying = [(one.credits, one.match.weight) for one in present if one.credits is not None]
    matched = sum(one.match.weight for one in present)
    told = sum(one.match.weight for one in present if one.credits is None)
    flag_factor = _flag_factors(words, matched < total - 1e-6)
    constant = (fixed / total) ** _COVERAGE_POWER
    taken_in *= total - matched
    open_constant = ((fixed + taken_in) / total) ** _COVERAGE_POWER
    longest = _longest(shard, present, fixed + taken_in, told, total, floor)
    for document in documents:
        if weight_of[document] > longest:
            continue
        entry = entry_of[document]
        flags = flags_of[document]
        if allowed is not None and not allowed[entry]:
            continue
        if varying:
            covered, matched = fixed, told
            for credits, weight in varying:
                credit, rarity = credits[document]
                covered += weight * credit
                matched += rarity
            if flags & OPEN:
                covered += taken_in
            value = (covered / total) ** _COVERAGE_POWER
        else:
            value = open_constant if flags & OPEN else constant
        said = weight_of[document]
        if said > matched:
            value *= _BASE + _PRECISE * matched / said
        value *= flag_factor[flags] * _KINDS[kind_of[document]]
        if not entry_flags[entry] & BILLABLE and not completion[entry]:
            value *= _NOT_BILLABLE
        known = best.get(entry)
        if known is None or value > known.score:
            best[entry] = Ranked(value, entry, document)


def _longest(
    shard: Shard,
    present: Sequence[Holding],
    covered: float,
    matched: float,
    total: float,
    floor: float,
) -> float:
    """Return the weight of the words beyond which no wording reaches the floor."""
    for one in present:
        if one.credits is not None:
            terms = one.match.terms
            covered += one.match.weight * max(terms.values())
            matched += max(shard.rarity[term] for term in terms)
    most = (min(covered, total) / total) ** _COVERAGE_POWER * _MOST_FACTOR
    precision = floor / most - _BASE if most > 0 else 1.0
    return _PRECISE * matched / precision if precision > 0 else math.inf


@lru_cache(maxsize=64)
def _factors(wants_plain: bool, wants_residual: bool, is_partial: bool) -> tuple[float, ...]:
    found = []
    for flags in range(16):
        factor = 1.0
        if flags & RESIDUAL and not flags & DEFAULT:
            if wants_residual:
                factor *= _WANTED
            else:
                factor *= _RESIDUAL_WHERE_UNKNOWN if is_partial else _RESIDUAL
        if flags & PLAIN and wants_plain:
            factor *= _WANTED
        if flags & DEFAULT:
            factor *= _DEFAULT
        found.append(factor)
    return tuple(found)


def _flag_factors(words: Words, is_partial: bool) -> tuple[float, ...]:
    return _factors(words.wants_plain, words.wants_residual, is_partial)


def _value(
    shard: Shard,
    words: Words,
    entry: int,
    document: int,
    coverage: float,
    matched: float,
    is_partial: bool,
) -> float:
    said: float = shard.document_weight[document]
    score = coverage**_COVERAGE_POWER
    if said > matched:
        score *= _BASE + _PRECISE * matched / said
    score *= _flag_factors(words, is_partial)[shard.document_flags[document]]
    score *= _KINDS[shard.document_kind[document]]
    if not shard.entry_flags[entry] & BILLABLE and not shard.entry_completion[entry]:
        score *= _NOT_BILLABLE
    return float(score)


def _candidates(
    shard: Shard,
    held: Sequence[Holding],
    total: float,
    best: dict[int, Ranked],
    limit: int,
    most: int,
    least: float,
    asked: int,
) -> Iterator[tuple[Sequence[Holding], Sequence[int]]]:
    """Yield wordings with the words of the query that they hold, all of them first.

    What was found meanwhile is in ``best``: wordings that hold fewer words are wanted only where
    they could come before it.
    """
    held = sorted(held, key=lambda one: one.count)
    if len(held) == 1:
        yield held, list(held[0].ordered[:most])
        return
    whole = common(held, (), most)
    yield held, whole
    seen = set(whole)
    floor = max(least, _floor(best, limit))
    ascending = sorted(one.match.weight for one in held)
    for number in range(1, min(len(held), _MOST_LACKING + 1)):
        if _hoped(total, sum(ascending[:number])) <= floor:
            return
        # Left out first is what tells least apart.
        for left_out in sorted(
            combinations(range(len(held)), number),
            key=lambda places: sum(held[place].match.weight for place in places),
        ):
            lost = sum(held[place].match.weight for place in left_out)
            if _hoped(total, lost) <= floor:
                break
            present = [one for place, one in enumerate(held) if place not in left_out]
            documents = common(present, [held[place] for place in left_out], most // 2)
            if documents:
                seen.update(documents)
                yield present, documents
                floor = max(least, _floor(best, limit))
        if len(best) >= _ENOUGH[number - 1]:
            break
    else:
        for one in held[:_MOST_LACKING]:
            yield [one], common([one], [other for other in held if other is not one], _MOST_SINGLE)
    if asked - 1 <= _MOST_TAKEN_IN:
        for one in held:
            documents = [
                document
                for document in open_among(shard, one, len(seen) + _MOST_SINGLE)
                if document not in seen
            ]
            if documents:
                yield [one], documents[:_MOST_SINGLE]


def _taken_in(lacking: int) -> float:
    """Return how far what is left over of a place answers so many words that it lacks."""
    return _TAKEN_IN[lacking] if lacking <= _MOST_TAKEN_IN else 0.0


def _hoped(total: float, lost: float) -> float:
    """Return what a wording may score that lacks words of this weight, which its context holds."""
    return float(((total - lost * (1 - _HOPED)) / total) ** _COVERAGE_POWER)


def _floor(best: dict[int, Ranked], limit: int) -> float:
    """Return the score that an answer must have to be among those wanted."""
    if len(best) < limit:
        return 0.0
    return nlargest(limit, [one.score for one in best.values()])[-1]


def _completed(
    shard: Shard,
    words: Words,
    ordered: Sequence[Ranked],
    held: Sequence[Holding],
    total: float,
    allowed: Allowed | None,
    limit: int,
    least: float,
    asked: int,
) -> Iterator[Ranked]:
    """Yield the entries with what the words that their wording lacks find around it.

    Such a word may stand in the titles above, in the entry's other wordings, or in a seventh
    character's meaning; or it may choose among the codes below, or beside an unspecified one.
    """
    best: dict[int, Ranked] = {one.entry: one for one in ordered}
    open_to_choice: list[tuple[float, int, _Partial]] = []
    for one in ordered:
        covered = matched = 0.0
        lacking: list[Match] = []
        for each in held:
            if each.holds(one.document):
                credit, rarity = (
                    (each.credit, each.match.weight)
                    if each.credits is None
                    else each.credits[one.document]
                )
                covered += each.match.weight * credit
                matched += rarity
            else:
                lacking.append(each.match)
        if not lacking:
            continue
        gained, still = _from_context(shard, one.entry, lacking, _CONTEXT)
        if gained:
            if shard.document_flags[one.document] & OPEN:
                told = sum(each.match.weight for each in held if each.match not in still)
                unknown = asked - len(held) + len(still)
                gained += _taken_in(unknown) * (total - told)
            coverage = (covered + gained) / total
            value = _value(shard, words, one.entry, one.document, coverage, matched, bool(still))
            _keep(best, Ranked(value, one.entry, one.document))
        if still and (base := _choice(shard, one)) >= 0:
            most = covered + _CHOSEN * sum(match.weight for match in lacking)
            hope = (most / total) ** _COVERAGE_POWER * min(
                1.0, _BASE + _PRECISE * matched / shard.document_weight[one.document]
            )
            partial = _Partial(one, base, covered, matched, tuple(lacking), len(still))
            open_to_choice.append((-hope, one.document, partial))
    open_to_choice.sort(key=lambda item: item[:2])
    explored: set[tuple[int, int]] = set()
    floor = max(least, _floor(best, limit))
    for hope, document, partial in open_to_choice:
        if -hope <= floor:
            break
        if (partial.base, document) in explored:
            continue
        if len(explored) >= _MOST_EXPLORED:
            break
        explored.add((partial.base, document))
        for entry in _below(shard, partial.base):
            if entry == partial.one.entry or (allowed is not None and not allowed[entry]):
                continue
            chosen, rest = _from_context(shard, entry, partial.lacking, _CHOSEN)
            if len(rest) < partial.still:
                coverage = (partial.covered + chosen) / total
                value = _value(shard, words, entry, document, coverage, partial.matched, bool(rest))
                _keep(best, Ranked(value, entry, document))
    yield from best.values()


@dataclass(frozen=True, slots=True)
class _Partial:
    """A wording that lacks words of the query, beside codes among which they may choose.

    Attributes:
        base: the entry above those codes.
        covered: weight of the query's words that the wording holds, and ``matched`` of its own
            words that they are.
        lacking: the words that the wording lacks.
        still: how many of them the entry's description lacks too.
    """

    one: Ranked
    base: int
    covered: float
    matched: float
    lacking: tuple[Match, ...]
    still: int


def _keep(best: dict[int, Ranked], one: Ranked) -> None:
    known = best.get(one.entry)
    if known is None or one.score > known.score:
        best[one.entry] = one


def _from_context(
    shard: Shard, entry: int, lacking: Sequence[Match], factor: float
) -> tuple[float, list[Match]]:
    """Return the weight that the entry's description adds, and what is lacking still."""
    description = shard.description(entry)
    number = shard.entry_completion[entry]
    completing = shard.completion_terms[number] if number else frozenset()
    gained = 0.0
    still: list[Match] = []
    for match in lacking:
        credit = 0.0
        for term, answers in match.terms.items():
            if term in completing:
                credit = max(credit, answers * _COMPLETING)
            elif term in description:
                credit = max(credit, answers * factor)
        if credit:
            gained += match.weight * credit
        else:
            still.append(match)
    return gained, still


def _choice(shard: Shard, one: Ranked) -> int:
    """Return the entry among whose codes a further word may choose; -1 for none."""
    if len(shard.children(one.entry)):
        return one.entry
    is_open = shard.entry_flags[one.entry] & UNSPECIFIED or (
        shard.document_flags[one.document] & (DEFAULT | PLAIN)
    )
    return shard.parent(one.entry) if is_open else -1


def _below(shard: Shard, base: int) -> Iterator[int]:
    """Yield the codes below an entry, a bounded number of them."""
    waiting = list(shard.children(base))
    for _ in range(_MOST_BELOW):
        if not waiting:
            return
        entry = waiting.pop()
        below = shard.children(entry)
        if len(below):
            waiting.extend(below)
        else:
            yield entry
