"""The words that belong to a mention: its phrase, and the side said of its site elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from nosology.coding.diagnoses.specificity import Support, axes
from nosology.coding.diagnoses.studies import is_pathology
from nosology.language.places import beside_places, places
from nosology.language.terms import STOP_WORDS
from nosology.model.reading import (
    Experiencer,
    LineKind,
    Mention,
    Polarity,
    Reading,
    SectionKind,
    Time,
    Token,
)

_REACH_LEFT = 7
_REACH_RIGHT = 9
_SEPARATORS = frozenset({",", ";", "and", "or", "/", "&", "+", "but"})
_HARD_STOPS = frozenset({";", ":", "."})
_DENIALS = frozenset({"without", "no", "denies", "not", "negative", "never"})
_SIDE_REACH = 4
_AILING_REACH = 3
_FINGER = "finger"
_TITLE = 0
"""The sentence with which a report of a study begins."""
_SHORT_LINE = 12
_SHORT_PART = 4
_PART_ENDS = frozenset({",", ";", ".", ":"})
TOLD = (
    SectionKind.CHIEF_COMPLAINT,
    SectionKind.INDICATION,
    SectionKind.HISTORY_OF_PRESENT_ILLNESS,
)
"""Where the record tells what brought the patient, the most telling first."""
_SIDE_WORDS = {"right": "right", "left": "left", "bilateral": "bilateral", "both": "bilateral"}


@dataclass(frozen=True, slots=True)
class _Conjunct:
    """Words that belong to another mention alone, which shares a word with this one.

    In ``osteoarthritis of the right hip and left knee`` they are ``right hip and`` for the knee and
    ``and left knee`` for the hip.

    Attributes:
        first: its first token, ``last`` one past its last.
        is_before: whether it stands before this mention's own words.
    """

    first: int
    last: int
    is_before: bool


@dataclass(frozen=True)
class Phrases:
    """Answers for one reading which words belong to which mention.

    Attributes:
        facts: words that hold for the patient throughout, such as ``female``.
    """

    reading: Reading
    facts: frozenset[str]
    _by_sentence: dict[int, list[Mention]] = field(default_factory=dict)
    _sides: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    _ailing: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    _known: dict[tuple[int, tuple[int, ...]], tuple[frozenset[str], frozenset[str]]] = field(
        default_factory=dict
    )
    _is_pathology: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_is_pathology", is_pathology(self.reading.document))
        for mention in self.reading.mentions:
            if mention.context.polarity is Polarity.NEGATED:
                continue  # what is denied has no words of its own
            self._by_sentence.setdefault(mention.sentence, []).append(mention)
        self._sides.update(_sided_sites(self.reading))
        if len({side for said in self._sides.values() for _, side in said}) > 1:
            self._ailing.update(_ailing_sites(self.reading))

    def support(self, mention: Mention, sites: frozenset[str], near: Iterable[int] = ()) -> Support:
        """Return what the record offers for the mention.

        Args:
            mention: a mention of this reading.
            sites: body sites of the condition; a side is looked for beside them.
            near: sentences that discuss the same problem, asked for a side before all others.
        """
        words, denied = self._phrase(mention)
        if words.isdisjoint(places()):
            words |= self._label(mention)
        own = _digits() & {word for token in mention.tokens for word in self._token(token)}
        if own:
            # The middle bone of the index finger is not of the middle finger.
            words -= _digits() - own
        if _FINGER in sites and not words & _digits():
            words |= self._digit()
        sides: frozenset[str] = frozenset()
        if not words & axes().sides:
            sides = self._side_of_namesake(mention) or self._side_of(
                sites | (words & axes().sites), mention.sentence, near
            )
        return Support(words, denied, sides, self.facts)

    def _token(self, token: int) -> tuple[str, ...]:
        return self.reading.tokens[token].words

    def _label(self, mention: Mention) -> frozenset[str]:
        """The place with which the sentence of the mention begins (``L thumb: 60% hematoma``)."""
        sentence = self.reading.sentences[mention.sentence]
        if not sentence.start < sentence.label <= mention.start:
            return frozenset()
        said: set[str] = set()
        for token in self.reading.tokens[sentence.first_token : sentence.last_token]:
            if token.start >= sentence.label:
                break
            if token.words[0][0].isalnum():
                said.update(token.words)
        is_place = said <= places() | beside_places() | axes().sides
        return frozenset(said) if is_place and not said.isdisjoint(places()) else frozenset()

    def qualifiers(self, sentences: Sequence[int]) -> frozenset[str]:
        """Return the words of the line beneath a name that names nothing.

        The whole line if it is short; of a labeled or longer one, its parts of few words
        (``Medical Reasoning: BMI 34, class 1, improving.``).
        """
        if len(sentences) < 2:
            return frozenset()
        sentence = self.reading.sentences[sentences[1]]
        is_labeled = sentence.label > sentence.start
        is_long = sentence.last_token - sentence.first_token > _SHORT_LINE
        if is_labeled or is_long or sentences[1] in self._by_sentence:
            return self._short_parts(sentences[1])
        said, _ = _split_denied(self.reading.tokens[sentence.first_token : sentence.last_token])
        return said

    def _short_parts(self, number: int) -> frozenset[str]:
        """The words of the parts of a sentence, between commas, that are short and name nothing."""
        sentence = self.reading.sentences[number]
        tokens = self.reading.tokens
        named = {token for mention in self._by_sentence.get(number, ()) for token in mention.tokens}
        said: set[str] = set()
        part: list[int] = []
        labeled = [
            token
            for token in range(sentence.first_token, sentence.last_token)
            if tokens[token].start >= sentence.label
        ]
        for token in (*labeled, None):
            if token is not None and tokens[token].words[0] not in _PART_ENDS:
                part.append(token)
                continue
            if part and len(part) <= _SHORT_PART and named.isdisjoint(part):
                said |= _split_denied([tokens[place] for place in part])[0]
            part = []
        return frozenset(said)

    def words(self, mention: Mention) -> frozenset[str]:
        """Return the words said with the mention, its own among them."""
        return self._phrase(mention)[0]

    def _side_of_namesake(self, mention: Mention) -> frozenset[str]:
        """The side that the sentence says of the same condition under another name of it."""
        for other in self._by_sentence.get(mention.sentence, ()):
            if other is not mention and other.concept == mention.concept:
                sides = self._phrase(other)[0] & axes().sides
                if len(sides) == 1:
                    return sides
        return frozenset()

    def _phrase(self, mention: Mention) -> tuple[frozenset[str], frozenset[str]]:
        key = (mention.sentence, mention.tokens)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._words_of(mention)
        return known

    def _words_of(self, mention: Mention) -> tuple[frozenset[str], frozenset[str]]:
        sentence = self.reading.sentences[mention.sentence]
        tokens = self.reading.tokens
        own = set(mention.tokens)
        first, last = mention.tokens[0], mention.tokens[-1]
        left_limit, right_limit = sentence.first_token, sentence.last_token
        is_short = sentence.kind is LineKind.ITEM or right_limit - left_limit <= 14
        if not is_short:
            if not self._is_pathology:
                left_limit = max(left_limit, first - _REACH_LEFT)
            right_limit = min(right_limit, last + 1 + _REACH_RIGHT)
        others: list[_Conjunct] = []
        for other in self._by_sentence.get(mention.sentence, ()):
            if own & set(other.tokens):
                others.extend(_conjunct_of(other, own, tokens, left_limit, right_limit))
                continue
            if self._is_specimen(other, first, sentence.first_token):
                continue
            if other.tokens[-1] < first:
                left_limit = max(left_limit, _after_separator(tokens, other.tokens[-1] + 1, first))
            elif other.tokens[0] > last:
                right_limit = min(right_limit, _last_separator(tokens, last + 1, other.tokens[0]))
        for token in range(first - 1, left_limit - 1, -1):
            if tokens[token].words[0] in self._left_stops:
                left_limit = token + 1
                break
        for token in range(last + 1, right_limit):
            if tokens[token].words[0] in _HARD_STOPS:
                right_limit = token
                break
        if not others:
            return _split_denied(tokens[left_limit:right_limit])
        return _without_conjuncts(tokens, left_limit, right_limit, others)

    @property
    def _left_stops(self) -> frozenset[str]:
        """What ends a phrase to its left; in pathology the specimen before a colon is its site."""
        return _HARD_STOPS - {":"} if self._is_pathology else _HARD_STOPS

    def _is_specimen(self, other: Mention, before: int, start: int) -> bool:
        """Whether a mention belongs to the name of the specimen of which a diagnosis is made."""
        if not self._is_pathology or other.tokens[-1] >= before:
            return False
        return any(
            self.reading.tokens[token].words[0] == ":"
            for token in range(max(start, other.tokens[-1] + 1), before)
        )

    @property
    def _is_study(self) -> bool:
        """Whether the document reports a study, whose title names the side that was looked at."""
        return any(section.kind is SectionKind.FINDINGS for section in self.reading.sections)

    def _kind(self, sentence: int) -> SectionKind:
        return self.reading.sections[self.reading.sentences[sentence].section].kind

    def _digit(self) -> frozenset[str]:
        """The finger of which the record speaks, if it names one only (``left index finger``)."""
        tokens = self.reading.tokens
        named = {
            tokens[place - 1].words[0]
            for place, token in enumerate(tokens)
            if place and token.words[0] == _FINGER
        }
        found = named & _digits()
        return frozenset(found) if len(found) == 1 else frozenset()

    def _most_exact(self, sites: list[str]) -> list[str]:
        """The sites without those near another of them of which a side is said (a ring finger)."""
        near = {
            other
            for site in sites
            if site in self._sides
            for other in axes().neighbors.get(site, ())
        }
        return [site for site in sites if site not in near]

    def _side_of(self, sites: frozenset[str], sentence: int, near: Iterable[int]) -> frozenset[str]:
        """The one side said of the sites, asked for from the nearest place to the farthest.

        The sentence, the problem, the title of a study, then the sides of what ails the patient
        there, then what brought the patient and what was told of it, then the whole record: a
        history and an examination name the healthy side as well. A site of which no side is said
        has that of its neighbors (the ulna that of the wrist).
        """
        asked = self._most_exact(sorted(sites))
        if not any(site in self._sides for site in asked):
            asked = sorted({near for site in asked for near in axes().neighbors.get(site, ())})
        said = [pair for site in asked for pair in self._sides.get(site, ())]
        if not said:
            return frozenset()
        ailing = [pair for site in asked for pair in self._ailing.get(site, ())]
        nearby = set(near)
        for chosen in (
            {side for place, side in said if place == sentence},
            {side for place, side in said if place in nearby},
            {side for place, side in said if place == _TITLE and self._is_study},
            *(
                {side for place, side in pairs if self._kind(place) is kind}
                for pairs in (ailing, said)
                for kind in TOLD
            ),
            {side for _, side in ailing},
            {side for place, side in said if self._kind(place) is not SectionKind.COMPARISON},
        ):
            if len(chosen) == 1:
                return frozenset(chosen)
            if chosen:
                return frozenset()
        return frozenset()


@cache
def _digits() -> frozenset[str]:
    """The words that tell one finger from another."""
    return frozenset(word for word, near in axes().neighbors.items() if _FINGER in near) - {
        "metacarpal"
    }


def _conjunct_of(
    other: Mention, own: set[int], tokens: Sequence[Token], low: int, high: int
) -> Iterator[_Conjunct]:
    theirs = [token for token in other.tokens if token not in own]
    mine = [token for token in own if token not in other.tokens]
    if not theirs or not mine:
        return
    if theirs[-1] < min(mine):
        border = _last_separator(tokens, theirs[-1] + 1, min(mine))
        if border < min(mine):
            before = [token for token in own if token < theirs[0]]
            yield _Conjunct(max(before) + 1 if before else low, border + 1, is_before=True)
    elif theirs[0] > max(mine):
        border = _last_separator(tokens, max(mine) + 1, theirs[0])
        if border < theirs[0]:
            after = [token for token in own if token > theirs[-1]]
            yield _Conjunct(border, min(after) if after else high, is_before=False)


def _without_conjuncts(
    tokens: Sequence[Token], low: int, high: int, others: Sequence[_Conjunct]
) -> tuple[frozenset[str], frozenset[str]]:
    """The words that are left; a side before the first of a list is said of all that have none."""
    excluded = {token for other in others for token in range(other.first, other.last)}
    kept = [tokens[token] for token in range(low, high) if token not in excluded]
    said, denied = _split_denied(kept)
    if not any(token.words[0] in _SIDE_WORDS for token in kept):
        for other in others:
            if other.is_before:
                heads = (token.words[0] for token in tokens[other.first : other.last])
                said |= {_SIDE_WORDS[head] for head in heads if head in _SIDE_WORDS}
                break
    return said, denied


def _ailing_sites(reading: Reading) -> dict[str, list[tuple[int, str]]]:
    """The sides of sites at which the patient has something, by site: sentence and side."""
    found: dict[str, list[tuple[int, str]]] = {}
    sites = axes().sites
    for mention in reading.mentions:
        if not _is_present(mention):
            continue
        sentence = reading.sentences[mention.sentence]
        span = reading.tokens[
            max(sentence.first_token, mention.tokens[0] - _AILING_REACH) : min(
                sentence.last_token, mention.tokens[-1] + _AILING_REACH + 1
            )
        ]
        words = [word for token in span for word in token.words]
        sides = {_SIDE_WORDS[word] for word in words if word in _SIDE_WORDS}
        if len(sides) == 1:
            for site in sites.intersection(words):
                found.setdefault(site, []).append((mention.sentence, next(iter(sides))))
    return found


def _is_present(mention: Mention) -> bool:
    context = mention.context
    return (
        context.polarity is Polarity.AFFIRMED
        and context.experiencer is Experiencer.PATIENT
        and context.time is Time.CURRENT
    )


def _sided_sites(reading: Reading) -> dict[str, list[tuple[int, str]]]:
    """Every side that stands beside a body site, by site: sentence and side."""
    found: dict[str, list[tuple[int, str]]] = {}
    sites = axes().sites
    tokens = reading.tokens
    for number, sentence in enumerate(reading.sentences):
        for token in range(sentence.first_token, sentence.last_token):
            side = _SIDE_WORDS.get(tokens[token].words[0])
            if side is None:
                continue
            span = tokens[
                max(sentence.first_token, token - 2) : min(
                    sentence.last_token, token + _SIDE_REACH + 1
                )
            ]
            for other in span:
                for word in other.words:
                    if word in sites:
                        found.setdefault(word, []).append((number, side))
    return found


def _split_denied(tokens: Sequence[Token]) -> tuple[frozenset[str], frozenset[str]]:
    said: list[str] = []
    denied: list[str] = []
    into = said
    parted = _parted(tokens)
    for place, token in enumerate(tokens):
        head = token.words[0]
        if place in parted:
            into.append(parted[place])
        elif place - 1 in parted or place - 2 in parted:
            continue
        elif head in _DENIALS:
            into = denied
        elif head in _SEPARATORS and head not in {"or", "/"}:
            into = said
        else:
            into.extend(token.words)
    return _levelled(said), _levelled(denied)


def _parted(tokens: Sequence[Token]) -> dict[int, str]:
    """Words with ``non`` that are written with a hyphen, by the place of their first part."""
    return {
        place: word
        for place, token in enumerate(tokens[:-2])
        if token.words[0] == "non"
        and tokens[place + 1].words[0] == "-"
        and (word := f"non{tokens[place + 2].words[0]}") in axes().contradicted_by
    }


def _levelled(words: list[str]) -> frozenset[str]:
    return frozenset(word for word in words if word[0].isalnum() and word not in STOP_WORDS)


def _after_separator(tokens: Sequence[Token], start: int, end: int) -> int:
    """The place after the last separator in the range, or its start where there is none."""
    last = _last_separator(tokens, start, end)
    return start if last == end else last + 1


def _last_separator(tokens: Sequence[Token], start: int, end: int) -> int:
    """The place of the last separator in the range, or its end where there is none."""
    for token in range(end - 1, start - 1, -1):
        if tokens[token].words[0] in _SEPARATORS:
            return token
    return end
