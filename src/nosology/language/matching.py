"""Terms found in the text, whatever the order of their words and with words between.

A term is found where a sentence holds all of its words close together: each word in between widens
the distance, a comma or conjunction more than an article, and the more words the term has the more
width it is given. A term is not put together across a comma or conjunction from parts that are
terms themselves (``hypertension, heart disease`` is two).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from nosology.language.places import SEPARATORS, SIDES, listed_places
from nosology.language.terms import STOP_WORDS, TermIndex
from nosology.model.reading import LineKind, Mention, Reading, Sentence, Token

_CONTENT = 2
_LIGHT = 1
_SEPARATOR_COST = {",": 5, "and": 4, "or": 4, "/": 3, "&": 4, ";": 9, ":": 7, "(": 2, ")": 1}
_SEPARATOR_COST_IN_A_NAME = _SEPARATOR_COST | {",": 3, "and": 2, "or": 2, "&": 2}
"""In a line that names something they set its parts in order (``sprain, right ankle``)."""
_LONGEST_NAME = 14
"""A sentence of so few words is read as a name, wherever it stands."""
_BREAKS = frozenset(
    {
        *("without", "no", "not", "denies", "denied", "negative", "never", "nor"),
        *("likely", "probable", "probably", "possible", "possibly", "suspected", "versus", "post"),
        *("may", "might", "could", "if", "but", "evaluate", "evaluation", "exclude"),
    }
)
"""What stands on the two sides of these is not one term (``gallstones without cholecystitis``,
``diarrhea, likely viral``), unless the word is the term's own (``post-traumatic``)."""
_JOINERS = frozenset({"with", "without", "due", "secondary", "from", "to", "in"})
"""Words that join two conditions that may share a word (``type 2 diabetes with neuropathy``)."""
_CAUSES = frozenset({"due", "secondary"})
_AND = frozenset({"and", "&"})
"""Behind a cause they add another of the same effect (``rhinitis due to cats and dust mites``)."""
_IN = " in "
_FAMILY = "family"
_DASHES = frozenset({"-", "–", "—"})
_SLACK = (0, 0, 5, 7, 8)
_LONGEST_PART = 12
_LEAST_WHOLE = 3
_LEAST_ABBREVIATED = 2


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the lexicon's words stand in one sentence.

    Attributes:
        places: the tokens that hold each word, by the word's number.
        position: how far along the sentence each token stands, in units of distance.
        separators: the tokens that part one phrase from the next; ``commas`` those that are commas.
        joiners: the tokens that join two conditions.
        breaks: the tokens over which no term reaches.
        listed: the tokens of lists of places of the body.
        sites: the tokens that are places of the body, ``sides`` those that are their sides.
        numbers: the tokens that are bare numbers.
        families: the tokens that begin a family's history.
    """

    places: dict[int, list[int]]
    position: dict[int, int]
    separators: list[int]
    commas: set[int]
    joiners: list[int]
    breaks: list[int]
    listed: frozenset[int]
    sites: frozenset[int]
    sides: frozenset[int]
    numbers: set[int]
    families: list[int]


def _laid_out(tokens: Sequence[Token], sentence: Sentence, vocabulary: dict[str, int]) -> _Layout:
    listed, sites, sides = listed_places(tokens, sentence)
    layout = _Layout({}, {}, [], set(), [], [], listed, sites, sides, set(), [])
    length = sentence.last_token - sentence.first_token
    is_name = sentence.kind is LineKind.ITEM or length <= _LONGEST_NAME
    costs = _SEPARATOR_COST_IN_A_NAME if is_name else _SEPARATOR_COST
    is_after_cause = False
    at = 0
    for token in range(sentence.first_token, sentence.last_token):
        words = tokens[token].words
        cost = _CONTENT
        if len(words) == 1:
            head = words[0]
            if head in SEPARATORS:
                layout.separators.append(token)
                if head == "," and token not in listed:
                    layout.commas.add(token)
            elif head in _JOINERS or _is_on_chronic(tokens, token):
                layout.joiners.append(token)
            if head in _BREAKS or (head in _DASHES and _is_spaced(tokens, token)):
                layout.breaks.append(token)
            elif head.isdigit():
                layout.numbers.add(token)
            is_light = head in STOP_WORDS or not head[0].isalnum()
            cost = costs.get(head, _LIGHT if is_light else _CONTENT)
            if head in _CAUSES:
                is_after_cause = True
            elif is_after_cause and head in _AND:
                cost = 0
            if token in listed and token - 1 in listed:
                cost = 0
        elif "post" in words:
            layout.breaks.append(token)
        if _FAMILY in words:
            layout.families.append(token)
        at += cost
        layout.position[token] = at
        for word in words:
            known = vocabulary.get(word)
            if known is not None:
                layout.places.setdefault(known, []).append(token)
    return layout


def _is_on_chronic(tokens: Sequence[Token], token: int) -> bool:
    """Whether the word is that of ``acute on chronic``."""
    return (
        tokens[token].words[0] == "on"
        and 0 < token < len(tokens) - 1
        and tokens[token - 1].words[0] == "acute"
        and tokens[token + 1].words[0] == "chronic"
    )


@dataclass(frozen=True, slots=True)
class _Match:
    """An entry found at some tokens.

    Attributes:
        size: how much the term says; ``excess`` how far its words stand apart.
        words: how many of its words each token gives: several where it is an abbreviation.
    """

    entry: int
    tokens: tuple[int, ...]
    size: int
    excess: int
    words: tuple[int, ...]


@dataclass(frozen=True)
class TermMatcher:
    """Adds the mentions of a lexicon's terms to a reading; context is left as it is by default."""

    index: TermIndex
    _sides: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        vocabulary = self.index.vocabulary
        known = frozenset(vocabulary[side] for side in SIDES if side in vocabulary)
        object.__setattr__(self, "_sides", known)

    def __call__(self, reading: Reading) -> Reading:
        """Return the reading with its mentions, in the order of the text."""
        mentions: list[Mention] = []
        for number, sentence in enumerate(reading.sentences):
            mentions.extend(self._in_sentence(reading.tokens, sentence, number))
        return replace(reading, mentions=tuple(mentions))

    def _in_sentence(
        self, tokens: Sequence[Token], sentence: Sentence, number: int
    ) -> list[Mention]:
        # Most sentences hold no term: that is found out before they are laid out.
        vocabulary, led_with = self.index.vocabulary, self.index.led_with
        present = {
            known: None
            for token in tokens[sentence.first_token : sentence.last_token]
            for word in token.words
            if (known := vocabulary.get(word)) is not None
        }
        words = frozenset(present)
        held = [
            (entry, bag, word)
            for word in present
            if (parted := led_with(word))
            for next_rarest in parted.keys() & words
            for entry, bag in parted[next_rarest]
            if bag <= words
        ]
        if not held:
            return []
        layout = _laid_out(tokens, sentence, vocabulary)
        matches: list[_Match] = []
        for entry, bag, word in held:
            matches.extend(self._placed(entry, bag, word, layout))
        return [
            self._mention(match, tokens, number)
            for match in _without_overlaps(matches, self.index, layout)
        ]

    def _placed(
        self, entry: int, bag: frozenset[int], lead: int, layout: _Layout
    ) -> Iterable[_Match]:
        size = len(bag)
        position = layout.position
        for start in layout.places[lead]:
            chosen = {lead: start}
            for word in bag:
                if word != lead:
                    chosen[word] = _nearest(layout.places[word], start, position)
            covered = sorted(set(chosen.values()))
            width = position[covered[-1]] - position[covered[0]]
            excess = width - _CONTENT * (len(covered) - 1)
            if excess > _SLACK[min(size, len(_SLACK) - 1)]:
                continue
            if size > 1 and (
                _is_broken(covered, layout.breaks)
                or _ends_with_number(covered, layout)
                or layout.listed.issuperset(covered)
                or _is_side_of_another(covered, layout)
                or (_IN in self.index.texts[entry] and _is_enumerated(covered, layout))
                or _begins_before_family(covered, layout)
                or self._is_joined_from_terms(chosen, covered, layout.separators)
            ):
                continue
            given = list(chosen.values())
            words = tuple(given.count(token) for token in covered)
            yield _Match(entry, tuple(covered), size - len(bag & self._sides), excess, words)

    def _is_joined_from_terms(
        self, chosen: dict[int, int], covered: list[int], separators: list[int]
    ) -> bool:
        cuts = [token for token in separators if covered[0] < token < covered[-1]]
        if not cuts:
            return False
        edges = [-1, *cuts, max(covered) + 1]
        whole = 0
        for left, right in pairwise(edges):
            part = frozenset(word for word, token in chosen.items() if left < token <= right)
            if part and len(part) <= _LONGEST_PART and self.index.entry_of(part) is not None:
                whole += 1
        return whole > 1

    def _mention(self, match: _Match, tokens: Sequence[Token], sentence: int) -> Mention:
        return Mention(
            start=tokens[match.tokens[0]].start,
            end=tokens[match.tokens[-1]].end,
            tokens=match.tokens,
            sentence=sentence,
            concept=self.index.concepts[match.entry],
            term=self.index.texts[match.entry],
            entry=match.entry,
        )


def _begins_before_family(covered: list[int], layout: _Layout) -> bool:
    """Whether words are taken from before a comma after which a family's history begins.

    What stands there is the patient's (``history of polyps, family history of colon cancer``).
    """
    return any(
        token in covered and any(covered[0] < cut < token for cut in layout.separators)
        for token in layout.families
    )


def _is_enumerated(covered: list[int], layout: _Layout) -> bool:
    """Whether the words stand in a list (``blood, urine``) rather than one in the other."""
    first, last = covered[0], covered[-1]
    return any(first < token < last for token in layout.separators) and not any(
        first < token < last for token in layout.joiners
    )


def _is_side_of_another(covered: list[int], layout: _Layout) -> bool:
    """Whether a side that is taken stands with another place than the one that is taken."""
    sites = [token for token in covered if token in layout.sites]
    if not sites or not layout.separators:
        return False
    for side in covered:
        if side in layout.sides:
            site = min(sites, key=lambda token: abs(token - side))
            low, high = min(side, site), max(side, site)
            if any(low < token < high for token in layout.separators):
                return True
    return False


def _is_spaced(tokens: Sequence[Token], token: int) -> bool:
    """Whether a dash stands between spaces, and so between two statements."""
    return 0 < token < len(tokens) - 1 and (
        tokens[token - 1].end < tokens[token].start and tokens[token].end < tokens[token + 1].start
    )


def _is_broken(covered: list[int], breaks: list[int]) -> bool:
    return any(covered[0] < token < covered[-1] and token not in covered for token in breaks)


def _ends_with_number(covered: list[int], layout: _Layout) -> bool:
    """Whether a number that ends what stands before a comma is taken (``33 2, diabetes``)."""
    return any(
        token in layout.numbers and token + 1 in layout.commas and token - 1 not in covered
        for token in covered[:-1]
    )


def _nearest(tokens: list[int], start: int, position: dict[int, int]) -> int:
    if len(tokens) == 1:
        return tokens[0]
    return min(tokens, key=lambda token: abs(position[token] - position[start]))


def _without_overlaps(matches: list[_Match], index: TermIndex, layout: _Layout) -> list[_Match]:
    """The matches that say the most.

    Of two that share a word the one with more words stays, and of two of one term the closer. Both
    stay where what they do not share is parted or joined by a conjunction (``knee pain and
    swelling``, ``diabetes with neuropathy``).
    """
    ranked = sorted(
        matches,
        key=lambda match: (
            -match.size,
            match.excess,
            index.origins[match.entry] != "lexicon",
            match.tokens,
            match.entry,
        ),
    )
    borders = [token for token in layout.separators if token not in layout.commas]
    borders = sorted(borders + layout.joiners)
    kept: list[_Match] = []
    covers: list[frozenset[int]] = []
    for match in ranked:
        tokens = frozenset(match.tokens)
        if not any(
            (_says_the_same(tokens, cover, borders) and not _takes_more(match, other))
            or (match.entry == other.entry and not tokens.isdisjoint(cover))
            for other, cover in zip(kept, covers, strict=True)
        ):
            kept.append(match)
            covers.append(tokens)
    return sorted(kept, key=lambda match: (match.tokens, match.entry))


def _takes_more(match: _Match, other: _Match) -> bool:
    """Whether the other takes but a part of the match.

    The match is an abbreviation (``CAD … stent``), or a name of three words or more of which the
    other takes one over the rest of it (``coronary artery disease status post stent``).
    """
    first, last = match.tokens[0], match.tokens[-1]
    if last - first + 1 == len(match.tokens) >= _LEAST_WHOLE:
        shared = [token for token in match.tokens if token in other.tokens]
        return len(shared) == 1 and other.tokens[0] in shared and other.tokens[1] > last
    if len(match.tokens) != 1 or match.words[0] < _LEAST_ABBREVIATED:
        return False
    (token,) = match.tokens
    return token in other.tokens and other.words[other.tokens.index(token)] < match.words[0]


def _says_the_same(tokens: frozenset[int], cover: frozenset[int], borders: list[int]) -> bool:
    if tokens <= cover:
        return True
    if tokens.isdisjoint(cover):
        return False
    own, other = tokens - cover, cover - tokens
    return not any(
        min(one, two) < border < max(one, two) for one in own for two in other for border in borders
    )
