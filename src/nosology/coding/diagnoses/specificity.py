"""The most specific code that the words support: descent from a term by what is said near it.

Every code below the bound is held against the words that stand with the mention. A code answers if
each word by which it differs from its neighbors is supported, or is one that is said by default
(``unspecified``, ``initial``); of those that answer, the one with the most support is chosen, and
the Index's default where none has any. Nothing is guessed: a word that the record does not hold
never enters a code, save those that a guideline tells to assume, listed with their source in
``axes.toml``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from nosology.coding.lexicon.bags import bag_of, spelled_out
from nosology.language.terms import STOP_WORDS
from nosology.model.code import Code, CodeBook, Title
from nosology.model.tables import settings

_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_WORD = re.compile(r"\w+")
_ONE_SIDE = frozenset({"right", "left"})
_OPEN = re.compile(r"\bunspecified ([\w-]+)", re.IGNORECASE)
_JOINED = re.compile(r"\b\w+ and \w+\b")
_JOINED_SITES = frozenset(
    {"ankle", "foot", "heel", "midfoot", "wrist", "hand", "knee", "leg", "toe"}
)
_ABSENT = re.compile(
    r"\b(?:without|not|no)\b(.*?)(?=\s(?:of|in|at|on|with|without|and|due)\b|[,;]|$)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Axes:
    """The parts that words play in titles, as ``axes.toml`` lists them."""

    default: frozenset[str]
    neutral: frozenset[str]
    residual: frozenset[str]
    sides: frozenset[str]
    sites: frozenset[str]
    regions: frozenset[str]
    contradicted_by: dict[str, frozenset[str]]
    assumed: tuple[tuple[str, tuple[str, ...]], ...]
    implies: dict[str, frozenset[str]]
    neighbors: dict[str, tuple[str, ...]]

    def assumed_for(self, code: str) -> frozenset[str]:
        """Return the words that a guideline tells to assume for the code."""
        return frozenset(word for word, codes in self.assumed if code.startswith(codes))


@cache
def axes() -> Axes:
    """Return the axes, read once."""
    read = settings("nosology.coding.diagnoses", "axes.toml")
    contradicted: dict[str, set[str]] = {}
    for one, other in read["contradictions"]:
        contradicted.setdefault(one, set()).add(other)
        contradicted.setdefault(other, set()).add(one)
    return Axes(
        default=frozenset(read["default"]),
        neutral=frozenset(read["neutral"]),
        residual=frozenset(read["residual"]),
        sides=frozenset(read["sides"]),
        sites=frozenset(read["sites"]),
        regions=frozenset(read["regions"]),
        contradicted_by={word: frozenset(others) for word, others in contradicted.items()},
        assumed=tuple((item["word"], tuple(item["codes"])) for item in read["assumed"]),
        implies={word: frozenset(others) for word, others in read["implies"].items()},
        neighbors={word: tuple(others) for word, others in read["neighbors"].items()},
    )


@dataclass(frozen=True, slots=True)
class Support:
    """What the record offers for a mention.

    Attributes:
        words: words said with the mention.
        denied: words said to be absent there.
        sides: sides found for the same site elsewhere, where the words have none.
        facts: words that hold for the patient, such as ``female``.
    """

    words: frozenset[str]
    denied: frozenset[str] = frozenset()
    sides: frozenset[str] = frozenset()
    facts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Choice:
    """The code that was chosen.

    Attributes:
        title: the code as the Tabular List prints it.
        gained: the words of the record that chose it over the default.
        assumed: words that a guideline told to assume.
    """

    title: Title
    gained: frozenset[str]
    assumed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A code that may be reported.

    Attributes:
        stated: the words of its title that say what is; ``absent`` what is not.
        either: those of the stated that name a site together, either being enough (``ankle and
            foot``).
        open: those of the stated that it says are not known (``unspecified severity``).
    """

    title: Title
    stated: frozenset[str]
    absent: frozenset[str]
    open: frozenset[str]
    either: frozenset[str]
    residual: int
    unspecified: int
    place: int


@dataclass(frozen=True, slots=True)
class _Family:
    """The codes below a bound that may be reported.

    Attributes:
        shared: the words that all their titles state.
        absent: the words that one of them says do not apply (``without complications``).
    """

    leaves: tuple[_Leaf, ...]
    shared: frozenset[str]
    absent: frozenset[str]
    has_sides: bool


@dataclass(frozen=True)
class Specificity:
    """Chooses codes of one release.

    Attributes:
        on: the date of service.
    """

    book: CodeBook
    on: dt.date | None
    _families: dict[str, _Family] = field(default_factory=dict)
    _codes: dict[str, Code] = field(default_factory=dict)
    _billable: dict[str, bool] = field(default_factory=dict)

    def choose(
        self, concept: str, within: str, mention_words: frozenset[str], support: Support
    ) -> tuple[Choice, ...]:
        """Return the code that the words support; two where both sides need a code each.

        Args:
            concept: the term's code or category.
            within: the code under which the words may choose.
            mention_words: the words of the term itself.
            support: what the record offers.

        Returns:
            Empty only where the release has no reportable code under ``within``, or says nothing
            of those under ``concept``.
        """
        family = self.family(within)
        if not family.leaves:
            return ()
        sides = (support.words | support.sides) & axes().sides
        if not support.words & axes().sides:
            sides = support.sides
        if {"right", "left"} <= sides:
            sides |= {"bilateral"}
        if "bilateral" in sides and family.has_sides:
            both = self._best(family, concept, mention_words, support, frozenset({"bilateral"}))
            is_named = "bilateral" in mention_words and concept in self._bilateral(family)
            if both and ("bilateral" in both.gained or (is_named and both.title.code == concept)):
                return (both,)
            each = [
                self._best(family, concept, mention_words, support, frozenset({side}))
                for side in ("right", "left")
            ]
            if all(choice and choice.gained & axes().sides for choice in each):
                return tuple(choice for choice in each if choice)
        best = self._best(family, concept, mention_words, support, sides - {"bilateral"})
        if best and not best.title.code.startswith(concept) and self.is_undescribed(concept):
            return ()
        return (best,) if best else ()

    def is_undescribed(self, concept: str) -> bool:
        """Return whether the release says nothing of the codes that the concept divides into."""
        return not self.family(concept).leaves

    def family(self, within: str) -> _Family:
        """Return what may be chosen under the code."""
        known = self._families.get(within)
        if known is None:
            known = self._families[within] = _family(self.book.subtree(within, self.on))
        return known

    def code(self, code: str) -> Code:
        """Return the code with its notes, looked up once."""
        known = self._codes.get(code)
        if known is None:
            known = self._codes[code] = self.book.lookup(code, self.on)
        return known

    def is_billable(self, code: str) -> bool:
        """Return whether the code may be reported on the date of service, looked up once."""
        known = self._billable.get(code)
        if known is None:
            known = self._billable[code] = self.book.is_billable(code, self.on)
        return known

    def sites_of(self, within: str) -> frozenset[str]:
        """Return the body sites that every code under ``within`` shares."""
        return self.family(within).shared & axes().sites

    def has_sides(self, within: str) -> bool:
        """Return whether codes under ``within`` differ by side."""
        return self.family(within).has_sides

    def _best(
        self,
        family: _Family,
        concept: str,
        mention_words: frozenset[str],
        support: Support,
        sides: frozenset[str],
    ) -> Choice | None:
        parts = axes()
        known = (support.words - parts.sides) | sides | support.facts | mention_words
        if sides & _ONE_SIDE:
            known |= {"unilateral"}
        for word in parts.implies.keys() & known:
            known |= parts.implies[word]
        base = mention_words | family.shared | self._asserted(concept)
        assumed = parts.assumed_for(concept)
        free = base | parts.default | parts.neutral | assumed
        best: tuple[tuple[int, ...], Choice] | None = None
        for leaf in family.leaves:
            is_concept = leaf.title.code == concept
            needed = leaf.stated - free - leaf.open
            if leaf.either & known:
                needed -= leaf.either
            if not is_concept and not needed <= known:
                continue
            if self._is_contradicted(leaf, known, support.denied, base, is_concept=is_concept):
                continue
            gained = (leaf.stated & known) - base - parts.neutral
            rank = (
                len(gained - parts.default),
                is_concept,
                leaf.title.code.startswith(concept),
                len(leaf.stated & base),
                -leaf.residual,
                -len(leaf.open & family.absent),
                leaf.unspecified,
                len(gained),
                -len(leaf.stated - base),
                -leaf.place,
            )
            if best is None or rank > best[0]:
                best = (rank, Choice(leaf.title, gained, (leaf.stated & assumed) - known))
        return best[1] if best else self._nearest(family, concept, known)

    @staticmethod
    def _bilateral(family: _Family) -> frozenset[str]:
        """The codes of the family whose titles say that both sides are meant."""
        return frozenset(leaf.title.code for leaf in family.leaves if "bilateral" in leaf.stated)

    def _asserted(self, concept: str) -> frozenset[str]:
        """The words of the concept's own title: who writes the term states them, save the side."""
        return self.family(concept).shared - axes().sides

    @staticmethod
    def _is_contradicted(
        leaf: _Leaf,
        known: frozenset[str],
        denied: frozenset[str],
        base: frozenset[str],
        *,
        is_concept: bool,
    ) -> bool:
        if leaf.absent & (known - base) and not is_concept:
            return True
        if leaf.stated & denied - base:
            return True
        contradicted_by = axes().contradicted_by
        for word in leaf.stated - base:
            others = contradicted_by.get(word)
            if others and word not in known and others & known:
                return True
        return False

    @staticmethod
    def _nearest(family: _Family, concept: str, known: frozenset[str]) -> Choice | None:
        """The leaf with the fewest unsupported words, where none is supported in full."""
        below = [leaf for leaf in family.leaves if leaf.title.code.startswith(concept)]
        ranked = sorted(
            below or family.leaves,
            key=lambda leaf: (
                len(leaf.stated - known - axes().default - family.shared),
                leaf.residual,
                -leaf.unspecified,
                leaf.place,
            ),
        )
        return Choice(ranked[0].title, frozenset()) if ranked else None


def _family(titles: Sequence[Title]) -> _Family:
    leaves = tuple(
        _leaf(title, place)
        for place, title in enumerate(titles)
        if title.billable or title.seventh_characters
    )
    if not leaves:
        return _Family((), frozenset(), frozenset(), has_sides=False)
    shared = frozenset.intersection(*(leaf.stated for leaf in leaves))
    if len(leaves) == 1:
        shared = leaves[0].stated
    has_sides = any(leaf.stated & axes().sides for leaf in leaves)
    absent = frozenset().union(*(leaf.absent for leaf in leaves))
    return _Family(leaves, shared, absent, has_sides)


def _leaf(title: Title, place: int) -> _Leaf:
    text = _ASIDE.sub(" ", title.display)
    absent = frozenset(
        word for found in _ABSENT.finditer(text) for word in _content(found.group(1))
    )
    present = _content(_ABSENT.sub(" ", text))
    return _Leaf(
        title=title,
        stated=present,
        absent=absent - present,
        open=frozenset(word for found in _OPEN.finditer(text) for word in _content(found.group(1))),
        either=_either(text),
        residual=len(present & axes().residual),
        unspecified=text.lower().count("unspecified"),
        place=place,
    )


def _either(text: str) -> frozenset[str]:
    """The two sites that a title joins into one."""
    for found in _JOINED.finditer(text):
        pair = _content(found.group()) - {"and"}
        if len(pair & _JOINED_SITES) == len(pair) == 2:
            return pair
    return frozenset()


def _content(text: str) -> frozenset[str]:
    return frozenset(word for word in spelled_out(text) if word not in STOP_WORDS)


@lru_cache(maxsize=16_384)
def content_words(phrase: str) -> frozenset[str]:
    """Return the words of a term as titles are held against them."""
    return frozenset(bag_of(phrase))


def are_opposite(title: str, other: str) -> bool:
    """Return whether each of two titles names one side, and not the same."""
    one, two = (_ONE_SIDE.intersection(_WORD.findall(item.lower())) for item in (title, other))
    return len(one) == len(two) == 1 and one != two
