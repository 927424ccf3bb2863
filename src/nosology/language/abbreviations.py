"""Abbreviations: what clinical short forms stand for, chosen by their surroundings where needed."""

from __future__ import annotations

import csv
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from nosology.language.headings import LINE_END
from nosology.language.normalization import normalize
from nosology.language.tokens import tokenize, words_of
from nosology.model.errors import MalformedRow
from nosology.model.reading import Reading, SectionKind, Token

_NAME = "abbreviations.tsv"
_NEAR = 6
_CAPITAL_LINE = 4


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """One short form with one of its meanings.

    Attributes:
        pieces: the levelled words and signs of the short form as the tokens split it.
        written: those pieces as they are written.
        case: ``any``, ``upper`` or ``exact``.
        words: the levelled words of the meaning.
        near, following, preceding: words of which one must stand within six words, directly
            after, or directly before; empty for no condition.
        sections: kinds of section in which alone the meaning holds; empty for all.
    """

    pieces: tuple[str, ...]
    written: tuple[str, ...]
    case: str
    words: tuple[str, ...]
    near: frozenset[str] = frozenset()
    following: frozenset[str] = frozenset()
    preceding: frozenset[str] = frozenset()
    sections: frozenset[SectionKind] = frozenset()

    @property
    def is_conditional(self) -> bool:
        """Whether the meaning depends on what stands around."""
        return bool(self.near or self.following or self.preceding or self.sections)


@dataclass(frozen=True, slots=True)
class AbbreviationStage:
    """Replaces the words of short forms by those of their meaning.

    A short form that the tokens split (``s/p``, ``N/V``, ``C. diff``) becomes one token, and the
    sentences' token ranges follow. Short forms that are also words count only in capitals, and
    not in a line that is all capitals. Of several meanings the first whose condition holds is
    taken: section, words within six, words beside it; the plain one otherwise.

    Needs tokens, sections and sentences. Held to its cases only; not measured on notes, where
    short forms are few.
    """

    def __call__(self, reading: Reading) -> Reading:
        """Return the reading with short forms spelled out."""
        expanded, moved = _expanded(reading)
        if not moved:
            return replace(reading, tokens=expanded)
        gone = sorted(moved)
        sentences = tuple(
            replace(
                sentence,
                first_token=sentence.first_token - bisect_left(gone, sentence.first_token),
                last_token=sentence.last_token - bisect_left(gone, sentence.last_token),
            )
            for sentence in reading.sentences
        )
        return replace(reading, tokens=expanded, sentences=sentences)


def expand(word: str) -> tuple[str, ...] | None:
    """Return the words that a levelled word always stands for, or None.

    Only short forms with a single meaning that are no words themselves are expanded, so that a
    lexicon's terms can be spelled out in the same way as a text.
    """
    return _always().get(word)


@cache
def _always() -> dict[str, tuple[str, ...]]:
    return {
        pieces[0]: meanings[0].words
        for pieces, meanings in _meanings().items()
        if len(pieces) == 1
        and len(meanings) == 1
        and meanings[0].case == "any"
        and not meanings[0].is_conditional
    }


@cache
def _meanings() -> dict[tuple[str, ...], tuple[Abbreviation, ...]]:
    """Return the meanings of each short form, in the order of the table."""
    table = files("nosology.language").joinpath(_NAME).read_text(encoding="utf-8")
    groups: dict[str, frozenset[str]] = {}
    found: dict[tuple[str, ...], list[Abbreviation]] = {}
    for number, row in enumerate(csv.reader(table.splitlines(), delimiter="\t"), 1):
        if not row or row[0].startswith("#") or row[0] == "short":
            continue
        if len(row) != 4:
            raise MalformedRow(_NAME, number, len(row), "ends the row; expected 4 columns")
        if row[0].startswith("@"):
            groups[row[0]] = _levelled(row[1].split())
            continue
        abbreviation = _abbreviation(row, groups, number)
        found.setdefault(abbreviation.pieces, []).append(abbreviation)
    return {pieces: tuple(meanings) for pieces, meanings in found.items()}


def _abbreviation(row: Sequence[str], groups: dict[str, frozenset[str]], line: int) -> Abbreviation:
    short, long, case, when = row
    written = tuple(short[token.start : token.end] for token in tokenize(short))
    if case not in {"any", "upper", "exact"}:
        raise MalformedRow(_NAME, line, "case", f"is {case!r}; expected any, upper or exact")
    kind, _, value = when.partition(":")
    words: frozenset[str] = frozenset()
    sections: frozenset[SectionKind] = frozenset()
    if kind == "in":
        sections = frozenset(SectionKind(name) for name in value.split(","))
    elif kind in {"near", "next", "prev"}:
        words = groups.get(value.strip()) or _levelled(value.split())
    elif kind:
        raise MalformedRow(_NAME, line, "when", f"begins {kind!r}; see the head of the file")
    return Abbreviation(
        pieces=tuple(_levelled_piece(piece) for piece in written),
        written=written,
        case=case,
        words=words_of(long),
        near=words if kind == "near" else frozenset(),
        following=words if kind == "next" else frozenset(),
        preceding=words if kind == "prev" else frozenset(),
        sections=sections,
    )


def _levelled_piece(piece: str) -> str:
    """Return a piece in lower case without the plural s that follows capitals (``PFTs``)."""
    if len(piece) > 2 and piece[-1] == "s" and piece[-2].isupper():
        piece = piece[:-1]
    return piece.lower()


def _levelled(words: Sequence[str]) -> frozenset[str]:
    return frozenset(normalize(word) for word in words)


@cache
def _by_first() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return the short forms by their first piece, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for pieces in _meanings():
        found.setdefault(pieces[0], []).append(pieces)
    return {
        first: tuple(sorted(forms, key=lambda form: (-len(form), form)))
        for first, forms in found.items()
    }


@cache
def _possible_first() -> frozenset[str]:
    """Return the levelled words that a first piece may have become, for a quick look."""
    return frozenset(
        word for first in _by_first() for word in (first, normalize(first), normalize(first + "s"))
    )


def _expanded(reading: Reading) -> tuple[tuple[Token, ...], set[int]]:
    """Return the tokens spelled out, and the numbers of those merged into the one before."""
    tokens = reading.tokens
    text = reading.text
    possible, by_first = _possible_first(), _by_first()
    expanded: list[Token] = []
    merged: set[int] = set()
    at, size = 0, len(tokens)
    while at < size:
        token = tokens[at]
        # A token of several words has its sense already.
        if len(token.words) == 1 and token.words[0] in possible:
            raw = text[token.start : token.end]
            first = raw.lower() if raw.lower() in by_first else _levelled_piece(raw)
            for pieces in by_first.get(first, ()):
                words = _meaning(reading, at, pieces)
                if words is not None:
                    last = tokens[at + len(pieces) - 1]
                    expanded.append(Token(token.start, last.end, words))
                    merged.update(range(at + 1, at + len(pieces)))
                    at += len(pieces)
                    break
            else:
                expanded.append(token)
                at += 1
        else:
            expanded.append(token)
            at += 1
    return tuple(expanded), merged


def _meaning(reading: Reading, at: int, pieces: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return what the pieces stand for at this token, or None where they are not a short form."""
    tokens, text = reading.tokens, reading.text
    size = len(pieces)
    if at + size > len(tokens):
        return None
    raws = [text[token.start : token.end] for token in tokens[at : at + size]]
    if size > 1:
        for raw, piece in zip(raws, pieces, strict=True):
            if raw.lower() != piece and _levelled_piece(raw) != piece:
                return None
    for meaning in _meanings()[pieces]:
        if size > 1 and not _is_spaced_alike(tokens, at, meaning, text):
            continue
        if _is_written_so(text, tokens[at], raws, meaning) and _applies(reading, at, size, meaning):
            return meaning.words
    return None


def _is_spaced_alike(tokens: Sequence[Token], at: int, meaning: Abbreviation, text: str) -> bool:
    """Whether signs stand without space, as in ``s/p``; words may have any space between."""
    for index in range(at + 1, at + len(meaning.pieces)):
        gap = text[tokens[index - 1].end : tokens[index].start]
        joins = not (meaning.written[index - at][0].isalnum()) or not (
            meaning.written[index - at - 1][-1].isalnum()
        )
        is_after_stop = meaning.written[index - at - 1] == "."
        if (joins and gap and not is_after_stop) or "\n" in gap or (not joins and not gap):
            return False
    if meaning.written[-1][-1].isalnum():
        following = tokens[at + len(meaning.pieces) - 1].end
        return not text[following : following + 1].isalnum()
    return True


def _is_written_so(text: str, token: Token, raws: Sequence[str], meaning: Abbreviation) -> bool:
    if meaning.case == "any":
        return True
    if meaning.case == "exact":
        return tuple(raws) == meaning.written
    letters = "".join(raws)
    if letters.upper() != letters and not (
        len(letters) > 2 and letters[-1] == "s" and letters[:-1] == letters[:-1].upper()
    ):
        return False
    return not _is_capital_line(text, token.start)


def _is_capital_line(text: str, position: int) -> bool:
    """Whether the line around the position is written in capitals throughout."""
    low = max(text.rfind("\n", 0, position) + 1, position - 120)
    match = LINE_END.search(text, position)
    line = text[low : min(match.start() if match else len(text), position + 120)]
    letters = [char for char in line if char.isalpha()]
    if len(line.split()) < _CAPITAL_LINE:
        return False
    return all(char.isupper() for char in letters)


def _applies(reading: Reading, at: int, size: int, meaning: Abbreviation) -> bool:
    if not meaning.is_conditional:
        return True
    tokens = reading.tokens
    if meaning.sections:
        starts = [section.start for section in reading.sections]
        number = bisect_right(starts, tokens[at].start) - 1
        return number >= 0 and reading.sections[number].kind in meaning.sections
    if meaning.following:
        following = at + size
        while following < len(tokens) and tokens[following].words[0] in {"-", ")", ".", "sided"}:
            following += 1
        return following < len(tokens) and tokens[following].words[0] in meaning.following
    if meaning.preceding:
        return at > 0 and tokens[at - 1].words[0] in meaning.preceding
    low, high = max(0, at - _NEAR), min(len(tokens), at + size + _NEAR)
    return any(
        word in meaning.near
        for index in range(low, high)
        if not at <= index < at + size
        for word in tokens[index].words
    )
