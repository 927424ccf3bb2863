"""Finding a term by words: as the index writes it, else in any order and with levels left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from nosology.codesets.index.terms import Term, TermTable
from nosology.codesets.index.words import asked, beginnings, content, forms, key, split, stem

# A main term holds at most some three thousand terms; more of them than this would be slow, and
# none so far down the list of candidates ever answered.
_MOST_MAINS = 24
_MARKS = frozenset({"nec", "nos"})


@dataclass(frozen=True, slots=True)
class Match:
    """How well a term, with those above it, answers the words.

    Attributes:
        found: numbers of the words that it has.
        extra: words of its titles that were not asked for.
        loose: words that it has with another ending or among nonessential modifiers only.
        weight: number of terms below its main term.
    """

    table: TermTable
    term: Term
    found: frozenset[int]
    extra: int
    loose: int
    weight: int

    @property
    def rank(self) -> tuple[int, int, int, int, int]:
        """Sorts the best first."""
        return (-len(self.found), self.extra, self.loose, -self.weight, self.term.position)

    def answers_like(self, other: Match) -> bool:
        """Return whether nothing that was typed tells the two apart."""
        return self.rank[:3] == other.rank[:3]


def walk(table: TermTable, parts: Sequence[str], top: Term | None = None) -> Term | None:
    """Return the term that the parts name from the main term on, or from below another term.

    A title may itself hold commas, so several parts may make one title. Levels that only join
    (``with``, ``due to``) may be left out.
    """
    # A title may end in NOS after a comma.
    keys = [key(part) for part in parts if set(split(part)) - _MARKS]
    if not keys:
        return None
    if top is not None:
        return _descend(table, top, keys)
    # What is written whole comes before what leaves a part out, as ``Fracture, radius`` does.
    for mains in (table.by_form, table.by_beginning):
        for end in range(len(keys), 0, -1):
            for main in mains.get(_joined(keys[:end]), ()):
                if found := _descend(table, main, keys[end:]):
                    return found
    return None


def _descend(table: TermTable, term: Term, keys: list[tuple[str, ...]]) -> Term | None:
    if not keys:
        return term
    below = table.children(term.position)
    for end in range(len(keys), 0, -1):
        wanted = _joined(keys[:end])
        for is_written in (_is_written, _is_begun):
            for child in below:
                if is_written(child.name, wanted) and (found := _descend(table, child, keys[end:])):
                    return found
    for child in below:
        if child.only_joins and (found := _descend(table, child, keys)):
            return found
    return None


def _is_written(title: str, wanted: tuple[str, ...]) -> bool:
    return wanted in forms(title)


def _is_begun(title: str, wanted: tuple[str, ...]) -> bool:
    """Return whether the title says the same with other endings, or goes on after or or a comma."""
    return tuple(map(stem, wanted)) in _begun(title)


@lru_cache(maxsize=1 << 16)
def _begun(title: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(map(stem, key(one))) for one in beginnings(title))


def _joined(keys: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(word for one in keys for word in one)


def matches(
    table: TermTable, words: Sequence[str], top: Term | None = None, limit: int = 40
) -> list[Match]:
    """Return the terms that have most of the words, best first.

    Args:
        table: where to look.
        words: what is looked for, as ``asked`` gives it.
        top: look only at what stands below this term, whose own words are not looked for.
        limit: the most that are returned.
    """
    wanted = tuple(words)
    found: list[Match] = []
    for main in [top] if top is not None else _candidates(table, wanted):
        found.extend(_matches_below(table, main, wanted, is_top=top is not None))
    found.sort(key=lambda match: match.rank)
    return found[:limit]


def only_match(table: TermTable, parts: Sequence[str]) -> Term | None:
    """Return the one term that has all the words of a reference and hardly another.

    References leave out the second word of a main term (``Fracture, radius``); the larger of two
    main terms is then meant.
    """
    if not parts[0][:1].isupper():
        return None  # "specified injury", "condition and site": no term, but what is at hand
    words = asked(" ".join(parts))
    listed = [match for match in matches(table, words) if len(match.found) == len(words)]
    if not listed or listed[0].extra > 1:
        return None
    equal = [match for match in listed if match.answers_like(listed[0])]
    if len(equal) > 1 and equal[1].weight == equal[0].weight:
        return None
    return equal[0].term


def _candidates(table: TermTable, words: tuple[str, ...]) -> list[Term]:
    score: dict[int, int] = {}
    terms: dict[int, Term] = {}
    stems = {stem(word) for word in words}
    for word, mains in table.by_word.items():
        if word not in words and stem(word) not in stems:
            continue
        for main in mains:
            terms[main.position] = main
            # A word of the title counts more than a nonessential one.
            is_titled = word in _profile(main.title)
            score[main.position] = score.get(main.position, 0) + (3 if is_titled else 1)
    ranked = sorted(
        terms.values(),
        key=lambda term: (-score[term.position], term.position - term.last, term.position),
    )
    return ranked[:_MOST_MAINS]


def _matches_below(
    table: TermTable, top: Term, words: tuple[str, ...], *, is_top: bool
) -> Iterator[Match]:
    by_stem: dict[str, int] = {}
    for number, word in enumerate(words):
        by_stem.setdefault(stem(word), number)
    weight = top.last - top.position
    none: frozenset[int] = frozenset()
    # What is known of the terms above, by level.
    above: dict[int, tuple[frozenset[int], int, int]] = {top.level - 1: (none, 0, 0)}
    for term in table.subtree(top):
        if is_top and term.position == top.position:
            above[term.level] = (none, 0, 0)
            continue
        before, extra, loose = above[term.level - 1]
        found, more_extra, more_loose = _compare(term, words, by_stem)
        new = found - before
        state = (before | found, extra + more_extra, loose + (more_loose if new else 0))
        above[term.level] = state
        # A term that adds nothing is no better an answer than the one above it.
        if new:
            yield Match(table, term, *state, weight)


def _compare(
    term: Term, words: tuple[str, ...], by_stem: dict[str, int]
) -> tuple[frozenset[int], int, int]:
    """Return the numbers of the words in one term, how many it has beside, and how many loosely."""
    found: set[int] = set()
    loose = 0
    fewest: int | None = None
    for form in forms(term.title):
        extra = 0
        for word in form:
            number = by_stem.get(stem(word))
            if number is None:
                extra += 1
                continue
            if number not in found:
                found.add(number)
                loose += words[number] != word
        fewest = extra if fewest is None else min(fewest, extra)
    for word in _profile("\n".join(term.modifiers)):
        number = by_stem.get(stem(word))
        if number is not None and number not in found:
            found.add(number)
            loose += 1
    return frozenset(found), 0 if term.only_joins else fewest or 0, loose


@lru_cache(maxsize=1 << 16)
def _profile(text: str) -> frozenset[str]:
    return frozenset(content(text))
