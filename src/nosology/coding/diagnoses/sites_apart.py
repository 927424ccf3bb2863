"""Conditions that a record names apart from their place: a sprain here, the ankle on another line.

Clinicians tell the place in the story, at the head of a line (``L thumb: ...``) or as the entry of
a list that is headed by the condition (``Wounds: 1. scalp, 4 cm``). The lexicon holds the condition
of each place; this joins the two where the record tells one place only.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from nosology.language.pipeline import CONTEXT_STAGES
from nosology.language.places import SIDES, beside_places, places
from nosology.language.terms import TermIndex
from nosology.language.tokens import words_of
from nosology.model.code import EXTERNAL_CAUSES, plain
from nosology.model.errors import MalformedRow
from nosology.model.reading import Mention, Reading, SectionKind, Sentence
from nosology.model.tables import any_of, parts, rows, table

COLUMNS = ("word", "when", "unless", "name", "place", "codes", "source")
_SENTENCE, _RECORD, _BESIDE = "sentence", "record", "beside"
_MOST_HEADS = 40
"""Names without a place that are looked at: a record that has more of them tells no more."""
_MOST_PLACES = 60
"""Sentences of a record that are asked for a place."""
_REACH = 12
"""Tokens of a sentence within which a place belongs to the condition."""
_LONGEST_HEADING = 4
_PART = re.compile(r"[^,;]+")
_WELL = re.compile(
    r"\b(?:fine|ok(?:ay)?|normal|non-?tender|full|intact|stable|unremarkable|neg(?:ative)?|no|denies"
    r"|without|wnl|good|moves|well)\b",
    re.IGNORECASE,
)
"""What says of a place that nothing is wrong with it."""
_TELLING = frozenset(
    {
        *(SectionKind.CHIEF_COMPLAINT, SectionKind.INDICATION),
        *(SectionKind.HISTORY_OF_PRESENT_ILLNESS, SectionKind.BODY, SectionKind.OTHER),
        *(SectionKind.PHYSICAL_EXAM, SectionKind.PROCEDURE, SectionKind.ASSESSMENT),
        *(SectionKind.ASSESSMENT_AND_PLAN, SectionKind.MEDICAL_DECISION_MAKING),
    }
)
"""Where the place of what ails the patient now is told."""
_STORY = frozenset(
    {
        *(SectionKind.CHIEF_COMPLAINT, SectionKind.INDICATION),
        SectionKind.HISTORY_OF_PRESENT_ILLNESS,
    }
)


@dataclass(frozen=True, slots=True)
class _Name:
    """A row of ``sites_apart.tsv``."""

    when: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    words: frozenset[str]
    place: str
    codes: tuple[str, ...]


@cache
def _names() -> dict[str, tuple[_Name, ...]]:
    found: dict[str, list[_Name]] = {}
    for row in rows(table("nosology.coding.diagnoses", "sites_apart.tsv"), COLUMNS):
        if row["place"] not in {_SENTENCE, _RECORD, _BESIDE}:
            raise MalformedRow(row.file, row.line, "place", "is no reach of a place")
        (word,) = words_of(row["word"])
        found.setdefault(word, []).append(
            _Name(
                any_of(parts(row["when"])) if row["when"] else None,
                any_of(parts(row["unless"])) if row["unless"] else None,
                frozenset(words_of(row["name"])),
                row["place"],
                tuple(plain(code) for code in parts(row["codes"])),
            )
        )
    return {word: tuple(names) for word, names in found.items()}


@cache
def _parts_of() -> dict[str, frozenset[str]]:
    return {
        row["place"]: frozenset(row["within"].split())
        for row in rows(
            table("nosology.coding.diagnoses", "places_within.tsv"), ("place", "within")
        )
    }


def _wholes(place: str) -> frozenset[str]:
    return _parts_of().get(place, frozenset())


def with_sites(reading: Reading, index: TermIndex) -> Reading:
    """Return the reading with the conditions whose place it tells apart from their names."""
    names = _names()
    heads = [
        (number, word)
        for number, token in enumerate(reading.tokens)
        for word in token.words
        if word in names
    ]
    if not heads:
        return reading
    added = list(_Places(reading, index).mentions(heads[:_MOST_HEADS]))
    if not added:
        return reading
    fresh = replace(reading, mentions=tuple(added))
    for stage in CONTEXT_STAGES:
        fresh = stage(fresh)
    taken = {token for mention in added for token in mention.tokens}
    kept = [
        mention
        for mention in reading.mentions
        if not taken.issuperset(mention.tokens) or mention.concept.startswith(EXTERNAL_CAUSES)
    ]
    both = sorted((*kept, *fresh.mentions), key=lambda one: (one.tokens, one.entry))
    return replace(reading, mentions=tuple(both))


@dataclass(frozen=True)
class _Places:
    """Finds the place of a condition in one reading."""

    reading: Reading
    index: TermIndex

    def mentions(self, heads: Sequence[tuple[int, str]]) -> Iterator[Mention]:
        """Yield a mention for each condition whose place is told."""
        covered: dict[int, set[int]] = {}
        for mention in self.reading.mentions:
            if not mention.concept.startswith(EXTERNAL_CAUSES):
                for token in mention.tokens:
                    covered.setdefault(token, set()).update(mention.tokens)
        starts = [sentence.first_token for sentence in self.reading.sentences]
        for token, word in heads:
            number = bisect_right(starts, token) - 1
            sentence = self.reading.sentences[max(number, 0)]
            if number < 0 or token >= sentence.last_token:
                continue
            name = self._name(word, sentence)
            own = covered.get(token, set()) | {token}
            if name is not None and self._is_all(own, name.words | {word}):
                yield from self._placed(name, sorted(own), number)

    def _is_all(self, tokens: Iterable[int], words: frozenset[str]) -> bool:
        """Whether what is known of the condition so far says no more than these words."""
        return all(words.issuperset(self.reading.tokens[token].words) for token in tokens)

    def _name(self, word: str, sentence: Sentence) -> _Name | None:
        said = self.reading.said(sentence)
        for name in _names()[word]:
            if name.unless is not None and name.unless.search(said):
                continue
            if name.when is None or name.when.search(self.reading.text):
                return name
        return None

    def _placed(self, name: _Name, own: Sequence[int], number: int) -> Iterator[Mention]:
        sentence = self.reading.sentences[number]
        if self._is_heading(sentence):
            yield from self._listed(name, number)
            return
        near = [
            token
            for token in range(sentence.first_token, sentence.last_token)
            if abs(token - own[0]) <= _REACH or token < self._label(sentence)
        ]
        if name.place == _BESIDE:
            entry = self.index.entry_of(self._numbers(name.words))
            if entry is not None and any(self._is_place(token) for token in near):
                yield self._mention(entry, tuple(own), number)
            return
        found = self._term(name, near)
        if found is not None:
            entry, tokens = found
            yield self._mention(entry, tuple(sorted({*own, *tokens})), number)
        elif name.place == _RECORD and not self._is_told_with_place(name):
            entry = self._of_record(name)
            if entry is not None:
                yield self._mention(entry, tuple(own), number)

    def _listed(self, name: _Name, heading: int) -> Iterator[Mention]:
        """The places that the entries of the list below a heading name."""
        for number in range(heading + 1, len(self.reading.sentences)):
            sentence = self.reading.sentences[number]
            if not sentence.is_line_start:
                continue
            found = self._term(name, self._opening(sentence))
            if found is None:
                return
            entry, tokens = found
            yield self._mention(entry, tuple(sorted(tokens)), number)

    def _opening(self, sentence: Sentence) -> list[int]:
        """The tokens of a sentence up to its first number."""
        opening: list[int] = []
        for token in range(sentence.first_token, sentence.last_token):
            word = self.reading.tokens[token].words[0]
            if word[0].isdigit():
                break
            opening.append(token)
        return opening

    def _is_told_with_place(self, name: _Name) -> bool:
        """Whether the record names the condition elsewhere, and its place with it."""
        own = self._numbers(name.words)
        return any(
            mention.entry >= 0
            and mention.concept.startswith(name.codes)
            and own < frozenset(self.index.bag(mention.entry))
            for mention in self.reading.mentions
        )

    def _of_record(self, name: _Name) -> int | None:
        """The term of the one place that the record tells, the story before the rest."""
        told: list[tuple[bool, int]] = []
        asked = 0
        for number, sentence in enumerate(self.reading.sentences):
            kind = self.reading.sections[sentence.section].kind
            if kind not in _TELLING or asked >= _MOST_PLACES:
                continue
            tokens = self._ailing(sentence)
            if not any(self._is_place(token) for token in tokens):
                continue
            asked += 1
            told.extend(
                (number == 0 or kind in _STORY, entry) for entry, _ in self._terms(name, tokens)
            )
        for chosen in ([entry for is_story, entry in told if is_story], [e for _, e in told]):
            exact = self._most_exact(chosen)
            if len({self.index.concepts[entry] for entry in exact}) == 1:
                return exact[0]
            if exact:
                return None
        return None

    def _ailing(self, sentence: Sentence) -> list[int]:
        """The tokens of a sentence without the parts that say that a place is well."""
        reading = self.reading
        well = [
            (sentence.start + found.start(), sentence.start + found.end())
            for found in _PART.finditer(reading.said(sentence))
            if _WELL.search(found.group())
        ]
        return [
            token
            for token in range(sentence.first_token, sentence.last_token)
            if not any(start <= reading.tokens[token].start < end for start, end in well)
        ]

    def _most_exact(self, entries: Sequence[int]) -> list[int]:
        """The terms without those of a place of which another tells a part."""
        sites = {entry: places().intersection(self.index.term(entry).words) for entry in entries}
        wholes = {whole for named in sites.values() for site in named for whole in _wholes(site)}
        return [entry for entry in entries if not sites[entry] <= wholes] or list(entries)

    def _term(self, name: _Name, near: Sequence[int]) -> tuple[int, tuple[int, ...]] | None:
        """The fullest term of the condition at places among the tokens, and those places."""
        found = self._terms(name, near)
        if not found:
            return None
        first = min(found, key=lambda one: (min(one[1]), one[0]))
        return first[0], first[1]

    def _terms(self, name: _Name, near: Sequence[int]) -> list[tuple[int, tuple[int, ...]]]:
        """The terms of the condition that say most of places among the tokens, each with those."""
        where = self._where(near)
        own = self._numbers(name.words)
        if not own or where.keys().isdisjoint(places()):
            return []
        most = 0
        found: list[tuple[int, tuple[int, ...]]] = []
        for entry in self.index.within(name.words | frozenset(where)):
            if not own < frozenset(self.index.bag(entry)):
                continue
            if not self.index.concepts[entry].startswith(name.codes):
                continue
            named = [word for word in self.index.term(entry).words if word in where]
            size = len(named)
            if size < most or places().isdisjoint(named):
                continue
            if size > most:
                most, found = size, []
            found.append((entry, tuple(where[word] for word in named)))
        return found

    def _where(self, near: Sequence[int]) -> dict[str, int]:
        """The words among the tokens that tell a place, and the first token of each."""
        # Sides are left to the choice of the code, which looks for them farther.
        known = (places() | beside_places()) - SIDES
        where: dict[str, int] = {}
        for token in near:
            words = self.reading.tokens[token].words
            # What only an abbreviation holds (FOOSH) tells how it came about.
            if len(words) == 1 and words[0] in known:
                where.setdefault(words[0], token)
        return where

    def _numbers(self, words: frozenset[str]) -> frozenset[int]:
        """The words as the index numbers them, none where it does not have them all."""
        vocabulary = self.index.vocabulary
        if not words <= vocabulary.keys():
            return frozenset()
        return frozenset(vocabulary[word] for word in words)

    def _is_place(self, token: int) -> bool:
        words = self.reading.tokens[token].words
        return len(words) == 1 and words[0] in places()

    def _label(self, sentence: Sentence) -> int:
        """The first token behind the label with which the sentence begins."""
        for token in range(sentence.first_token, sentence.last_token):
            if self.reading.tokens[token].start >= sentence.label:
                return token
        return sentence.last_token

    def _is_heading(self, sentence: Sentence) -> bool:
        """Whether the line only names what the lines below it tell."""
        length = sentence.last_token - sentence.first_token
        return length <= _LONGEST_HEADING and self.reading.said(sentence).rstrip().endswith(":")

    def _mention(self, entry: int, tokens: tuple[int, ...], number: int) -> Mention:
        return Mention(
            start=self.reading.tokens[tokens[0]].start,
            end=self.reading.tokens[tokens[-1]].end,
            tokens=tokens,
            sentence=number,
            concept=self.index.concepts[entry],
            term=self.index.texts[entry],
            entry=entry,
        )
