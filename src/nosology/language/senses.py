"""Senses: which of its meanings a word has here, where it is not always what it looks like."""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import pairwise

from nosology.language.abbreviations import expand
from nosology.language.normalization import normalize
from nosology.language.tokens import tokenize, words_of
from nosology.model.errors import MalformedRow
from nosology.model.reading import Mention, Reading, SectionKind, Token

_NAME = "senses.tsv"
_COLUMNS = 5
_NEAR = 6
_OTHER = "-"
_ALONE = "~"
_KEPT = "="
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_UNITS = frozenset(
    {"mg", "mcg", "g", "gm", "ml", "mgs", "meq", "unit", "u", "iu", "cc", "tab", "dose", "kg"}
)


@dataclass(frozen=True, slots=True)
class Condition:
    """What must stand around a word for one of its senses to hold.

    Attributes:
        kind: ``near``, ``next``, ``prev``, ``sentence``, ``note``, ``in``, ``label``, ``number``
            or ``dose``; the head of the table explains them.
        words: levelled words, one of which is looked for; a phrase is a tuple of several.
        is_denied: whether the condition must not hold.
    """

    kind: str
    words: frozenset[str] = frozenset()
    phrases: frozenset[tuple[str, ...]] = frozenset()
    sections: frozenset[SectionKind] = frozenset()
    is_denied: bool = False


@dataclass(frozen=True, slots=True)
class WordSense:
    """One sense of a word: what it is written as, what it stands for, and when.

    Attributes:
        case: ``any``, ``upper`` or ``lower``.
        words: what the word stands for; None where it is left as it is.
        is_no_term_alone: whether it is no condition where no other word belongs to its term.
    """

    case: str
    words: tuple[str, ...] | None
    conditions: tuple[Condition, ...]
    is_no_term_alone: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """A token with what is around it."""

    reading: Reading
    at: int
    first: int
    last: int
    section: SectionKind | None

    def words(self, low: int, high: int) -> list[str]:
        tokens = self.reading.tokens[max(self.first, low) : min(self.last, high)]
        return [word for token in tokens for word in token.words]


@dataclass(frozen=True, slots=True)
class SenseStage:
    """Gives words with several senses those that they have by what stands around them.

    ``NPH 10 units`` is insulin and no hydrocephalus, ``SLE: lids clear`` a slit lamp examination
    and no lupus. Of the senses of ``senses.tsv`` the first holds whose conditions do; where none
    does, the word stays as it is and the abbreviations decide. A word whose sense is no condition
    becomes one that no term has.

    Needs tokens, sections and sentences, and must precede the abbreviations. Held to its cases;
    not measured on notes, where such words are few.
    """

    def __call__(self, reading: Reading) -> Reading:
        """Return the reading with such words replaced by what they mean."""
        known = _senses()
        places = [at for at, token in enumerate(reading.tokens) if token.words[0] in known]
        if not places:
            return reading
        starts = [sentence.first_token for sentence in reading.sentences]
        tokens: list[Token] | None = None
        for at in places:
            token = reading.tokens[at]
            sense = _decided(known[token.words[0]], _place(reading, at, starts))
            if sense is not None and sense.words is not None:
                tokens = tokens or list(reading.tokens)
                tokens[at] = Token(token.start, token.end, sense.words)
        return replace(reading, tokens=tuple(tokens)) if tokens else reading


@dataclass(frozen=True, slots=True)
class LoneWordStage:
    """Takes out the mentions of a lone word that has another sense here.

    ``callus`` beside a fracture is how it heals, and ``tetanus`` before a date the immunization;
    ``cold sore`` and ``tetanus of newborn`` are terms of several words and stay.

    Needs mentions. Held to its cases only.
    """

    def __call__(self, reading: Reading) -> Reading:
        """Return the reading without those mentions."""
        known = _lone()
        kept = []
        for mention in reading.mentions:
            if len(mention.tokens) == 1:
                token = reading.tokens[mention.tokens[0]]
                word = normalize(reading.text[token.start : token.end])
                if word in known and _is_other(reading, mention, word):
                    continue
            kept.append(mention)
        if len(kept) == len(reading.mentions):
            return reading
        return replace(reading, mentions=tuple(kept))


def _is_other(reading: Reading, mention: Mention, word: str) -> bool:
    starts = [sentence.first_token for sentence in reading.sentences]
    sense = _decided(_senses()[word], _place(reading, mention.tokens[0], starts))
    return sense is not None and sense.is_no_term_alone


def _place(reading: Reading, at: int, starts: Sequence[int]) -> _Place:
    number = bisect_right(starts, at) - 1
    if number < 0 or at >= reading.sentences[number].last_token:
        return _Place(reading, at, at, at + 1, None)
    sentence = reading.sentences[number]
    return _Place(
        reading,
        at,
        sentence.first_token,
        sentence.last_token,
        reading.sections[sentence.section].kind,
    )


def _decided(senses: Sequence[WordSense], place: _Place) -> WordSense | None:
    """Return the first sense that holds, or None where the surroundings choose none."""
    token = place.reading.tokens[place.at]
    raw = place.reading.text[token.start : token.end]
    for sense in senses:
        if sense.case == "upper" and not raw.rstrip("s").isupper():
            continue
        if sense.case == "lower" and raw.isupper():
            continue
        if all(_TESTS[item.kind](item, place) != item.is_denied for item in sense.conditions):
            return sense
    return None


# What may be asked of the surroundings ----------------------------------------------------------


def _is_near(condition: Condition, place: _Place) -> bool:
    at = place.at
    before, after = place.words(at - _NEAR, at), place.words(at + 1, at + 1 + _NEAR)
    return not condition.words.isdisjoint(before) or not condition.words.isdisjoint(after)


def _is_in_sentence(condition: Condition, place: _Place) -> bool:
    before, after = place.words(place.first, place.at), place.words(place.at + 1, place.last)
    return not condition.words.isdisjoint(before) or not condition.words.isdisjoint(after)


def _is_in_note(condition: Condition, place: _Place) -> bool:
    return any(token.words[0] in condition.words for token in place.reading.tokens)


def _is_next(condition: Condition, place: _Place) -> bool:
    following = place.words(place.at + 1, place.last)
    if following and following[0] == "-":
        following = following[1:]
    return any(tuple(following[: len(phrase)]) == phrase for phrase in condition.phrases)


def _is_before(condition: Condition, place: _Place) -> bool:
    before = place.words(place.first, place.at)
    if before and before[-1] == "-":
        before = before[:-1]
    return any(tuple(before[-len(phrase) :]) == phrase for phrase in condition.phrases)


def _is_in_section(condition: Condition, place: _Place) -> bool:
    return place.section in condition.sections


def _is_label(_: Condition, place: _Place) -> bool:
    return place.at == place.first and place.words(place.at + 1, place.at + 2) == [":"]


def _is_followed_by_number(_: Condition, place: _Place) -> bool:
    following = place.words(place.at + 1, place.at + 4)
    while following and following[0] in {"#", ":", "=", "of", "was", "is", "score"}:
        following = following[1:]
    return bool(following) and bool(_NUMBER.fullmatch(following[0]))


def _is_dose(_: Condition, place: _Place) -> bool:
    """Whether a number stands beside it that is a dose: with a unit, or set before the word."""
    following = place.words(place.at + 1, place.at + 4)
    before = place.words(place.at - 3, place.at)
    beside = [*pairwise(following), *pairwise(before)]
    return any(_NUMBER.fullmatch(one) and two in _UNITS for one, two in beside)


_TESTS: dict[str, Callable[[Condition, _Place], bool]] = {
    "near": _is_near,
    "sentence": _is_in_sentence,
    "note": _is_in_note,
    "next": _is_next,
    "prev": _is_before,
    "in": _is_in_section,
    "label": _is_label,
    "number": _is_followed_by_number,
    "dose": _is_dose,
}


# The table --------------------------------------------------------------------------------------


@cache
def _senses() -> dict[str, tuple[WordSense, ...]]:
    """Return the senses by levelled word, in the order of the table."""
    table = files("nosology.language").joinpath(_NAME).read_text(encoding="utf-8")
    groups: dict[str, str] = {}
    found: dict[str, list[WordSense]] = {}
    rows = csv.reader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    for number, row in enumerate(rows, 1):
        if not row or row[0].startswith("#") or row[0] == "word":
            continue
        if len(row) != _COLUMNS:
            raise MalformedRow(
                _NAME, number, len(row), f"ends the row; expected {_COLUMNS} columns"
            )
        if row[0].startswith("@"):
            groups[row[0]] = row[1]
            continue
        word = normalize(row[0])
        found.setdefault(word, []).append(_sense(word, row, groups, number))
    return {word: tuple(senses) for word, senses in found.items()}


def _sense(word: str, row: Sequence[str], groups: dict[str, str], line: int) -> WordSense:
    _, case, sense, when, why = row
    if case not in {"any", "upper", "lower"}:
        raise MalformedRow(_NAME, line, "case", f"is {case!r}; expected any, upper or lower")
    if not why:
        raise MalformedRow(_NAME, line, "why", "is empty; say why")
    words: tuple[str, ...] | None = None
    if sense == _OTHER:
        words = (f"{word}-other",)
    elif sense not in {_KEPT, _ALONE}:
        words = words_of(sense)
    parts = [part.strip() for part in when.split(" & ")] if when else []
    conditions = tuple(_condition(part, groups, line) for part in parts)
    return WordSense(case, words, conditions, sense == _ALONE)


def _condition(written: str, groups: dict[str, str], line: int) -> Condition:
    kind, _, value = written.partition(":")
    is_denied = kind.startswith("not ")
    kind = kind.removeprefix("not ").strip()
    if kind not in _TESTS:
        raise MalformedRow(_NAME, line, "when", f"asks for {kind!r}; see the head of the file")
    pieces = [
        piece
        for item in value.split()
        for piece in (groups[item].split() if item.startswith("@") else [item])
    ]
    if kind == "in":
        names = " ".join(pieces).replace("_", " ").split(", ")
        return Condition(
            kind, sections=frozenset(SectionKind(name) for name in names), is_denied=is_denied
        )
    phrases = frozenset(_levelled(piece, line) for piece in pieces)
    words = {phrase[0] for phrase in phrases if len(phrase) == 1}
    for word in tuple(words):
        spelled_out = expand(word)
        if spelled_out is not None and len(spelled_out) == 1:
            words.add(spelled_out[0])
    return Condition(
        kind,
        words=frozenset(words),
        phrases=phrases,
        is_denied=is_denied,
    )


def _levelled(piece: str, line: int) -> tuple[str, ...]:
    tokens = [tokenize(part) for part in piece.split("_")]
    if any(len(part) != 1 for part in tokens):
        raise MalformedRow(_NAME, line, "when", f"has {piece!r}, which is no word by itself")
    return tuple(token.words[0] for part in tokens for token in part)


def table_words() -> frozenset[str]:
    """Return the levelled words of the table."""
    return frozenset(_senses())


@cache
def _lone() -> frozenset[str]:
    """Return the words of which some sense counts only where they stand alone."""
    return frozenset(
        word for word, senses in _senses().items() if any(item.is_no_term_alone for item in senses)
    )
