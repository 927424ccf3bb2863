"""Patterns that begin with a word, tried only where such a word begins.

A regular expression is tried at every character of a text. Most of those that look for wording can
begin at few words only: which, is read off the expression once, and where they stand is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from nosology.model.reading import Reading

LETTERS = 3
"""Letters of a word by which it is looked up."""
_MOST = 600
_WORD = re.compile(r"[a-z0-9]+")
_EDGE = " "
"""What stands for all that ends a word."""
_CLASSES = {"d": "0123456789", "s": _EDGE, "W": _EDGE, "b": None, "Z": None, "A": None, "B": None}
_SIMPLE_CLASS = re.compile(r"(?:\\[sd.\-/]|[a-z0-9]-[a-z0-9]|[^\\\]^])*")
_REPEATED = re.compile(r"[*+?]|\{(?P<least>\d*)(?P<range>,\d*)?\}")
_GROUP = re.compile(r"\((?:\?(?:P<\w+>|:|(?P<look><?[=!])|(?P<other>.)))?")

type _Heads = frozenset[tuple[str, bool]]
"""How a match may begin, each with whether it is known no further."""

_NOTHING: _Heads = frozenset({("", False)})
_ANYTHING: _Heads = frozenset({("", True)})
_CLOSED: _Heads = frozenset({(_EDGE, False)})
_WORD_BEGINS = (r"\b", r"(?<![\w", r"(?<!\w)")
"""With what an expression says that no part of a word stands before it."""


@dataclass(frozen=True)
class WordStarts:
    """Where the words of a text begin.

    Attributes:
        text: in small letters, of the same length as the text itself.
        words: where each word stands, in small letters.
    """

    text: str
    words: dict[str, list[int]] = field(default_factory=dict)
    _by_letters: dict[str, list[int]] = field(default_factory=dict)
    _by_first: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, reading: Reading) -> WordStarts:
        """Return where the words of the document begin, found once."""
        found = reading.kept.get(cls)
        if not isinstance(found, cls):
            found = reading.kept[cls] = cls(small(reading.text))
        return found

    def __post_init__(self) -> None:
        words, by_letters, by_first = self.words, self._by_letters, self._by_first
        for match in _WORD.finditer(self.text):
            word = match[0]
            if word in words:
                words[word].append(match.start())
            else:
                words[word] = [match.start()]
        for word, places in words.items():
            letters = word[:LETTERS]
            if letters in by_letters:
                by_letters[letters] += places
            else:
                by_letters[letters] = places[:]
                by_first.setdefault(word[0], []).append(letters)

    def places(self, beginnings: Beginnings) -> list[int]:
        """Return where a word begins so, ascending."""
        found = [
            self._by_letters[letters] for letters in beginnings.whole & self._by_letters.keys()
        ]
        for short in beginnings.short:
            found += [
                self._by_letters[letters]
                for letters in self._by_first.get(short[0], ())
                if letters.startswith(short) and letters not in beginnings.whole
            ]
        return sorted(chain.from_iterable(found))


@dataclass(frozen=True, slots=True)
class Beginnings:
    """How the first words of what a pattern matches may begin.

    Attributes:
        whole: the first letters of words, or shorter words; ``short`` what words begin with of
            which no more is known.
    """

    whole: frozenset[str]
    short: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WordPattern:
    """A pattern that begins and ends at the edges of words.

    Attributes:
        beginnings: None where they cannot be told, and the pattern is tried everywhere.
    """

    pattern: re.Pattern[str]
    beginnings: Beginnings | None

    @classmethod
    def of(cls, expression: str, flags: re.RegexFlag = re.NOFLAG) -> WordPattern:
        """Return the pattern for an expression in small letters."""
        return cls(
            re.compile(rf"(?<!\w)(?:{expression})(?!\w)", flags),
            beginnings_of(expression),
        )

    @classmethod
    def as_written(cls, expression: str, flags: re.RegexFlag = re.NOFLAG) -> WordPattern:
        """Return the pattern for an expression that says itself that a word begins it.

        One that does not say so first of all is tried everywhere.
        """
        is_edged = expression.startswith(_WORD_BEGINS) and _is_one_sequence(expression)
        beginnings = beginnings_of(expression, is_closed=False) if is_edged else None
        return cls(re.compile(expression, flags), beginnings)

    def places(self, starts: WordStarts) -> Sequence[int]:
        """Return where a match may begin, ascending."""
        if self.beginnings is None:
            return range(len(starts.text))
        return starts.places(self.beginnings)

    def finditer(self, starts: WordStarts, text: str = "") -> Iterator[re.Match[str]]:
        """Yield what the pattern matches, as ``re`` does.

        Args:
            starts: of the text.
            text: as it is written, where that is looked through instead of its small letters.
        """
        text = text or starts.text
        if self.beginnings is None:
            yield from self.pattern.finditer(text)
            return
        end = 0
        for place in starts.places(self.beginnings):
            if place >= end:
                match = self.pattern.match(text, place)
                if match is not None:
                    yield match
                    end = match.end()


def small(text: str) -> str:
    """Return the text in small letters, of the same length, so that offsets stay true."""
    lower = text.lower()
    # A few letters grow when they are made small, and would shift what follows.
    return lower if len(lower) == len(text) else "".join(c.lower()[:1] or c for c in text)


def beginnings_of(expression: str, *, is_closed: bool = True) -> Beginnings | None:
    """Return how what the expression matches may begin; None where that cannot be told.

    Args:
        expression: that begins where a word does.
        is_closed: whether a word ends where a match does.
    """
    try:
        heads, end = _alternatives(expression, 0)
    except _Unknown:
        return None
    if end != len(expression):
        return None
    whole, short = set[str](), set[str]()
    for head, is_open in _joined(heads, _CLOSED if is_closed else _ANYTHING):
        word = _WORD.match(head)
        if word is None:
            return None
        is_known = len(word[0]) >= LETTERS or len(word[0]) < len(head) or not is_open
        (whole if is_known else short).add(word[0][:LETTERS])
    least = {one for one in short if not any(one != two and one.startswith(two) for two in short)}
    return Beginnings(frozenset(whole), tuple(sorted(least)))


def _is_one_sequence(expression: str) -> bool:
    """Whether the expression is no choice between several."""
    try:
        return _sequence(expression, 0)[1] == len(expression)
    except _Unknown:
        return False


class _Unknown(Exception):
    """The expression holds what is not understood."""


def _alternatives(text: str, at: int) -> tuple[_Heads, int]:
    """Return the heads of alternatives that begin at the place, and where they end."""
    found: set[tuple[str, bool]] = set()
    while True:
        heads, at = _sequence(text, at)
        found |= heads
        if at >= len(text) or text[at] != "|":
            return frozenset(found), at
        at += 1


def _sequence(text: str, at: int) -> tuple[_Heads, int]:
    heads = _NOTHING
    while at < len(text) and text[at] not in "|)":
        item, at = _item(text, at)
        repeated = _REPEATED.match(text, at)
        if repeated:
            at = repeated.end()
            at += text[at : at + 1] in {"?", "+"}
            is_once = repeated[0] == "?" or repeated[0] == "{1}" or repeated[0] == "{0,1}"
            if not is_once:
                item = frozenset((head, True) for head, _ in item)
            if repeated[0] in "?*" or repeated["least"] in {"", "0"}:
                item |= _NOTHING
        heads = _joined(heads, item)
    return heads, at


def _item(text: str, at: int) -> tuple[_Heads, int]:
    sign = text[at]
    if sign == "(":
        return _group(text, at)
    if sign == "[":
        return _class(text, at)
    if sign == "\\":
        letter = text[at + 1]
        if letter in _CLASSES:
            signs = _CLASSES[letter]
            return (_NOTHING if signs is None else _one_of(signs)), at + 2
        if letter.isalnum():
            return _ANYTHING, at + 2
        return _one_of(letter), at + 2
    if sign == ".":
        return _ANYTHING, at + 1
    if sign in "^$":
        return _NOTHING, at + 1
    return _one_of(sign), at + 1


def _group(text: str, at: int) -> tuple[_Heads, int]:
    opened = _GROUP.match(text, at)
    if opened is None or opened["other"]:
        raise _Unknown
    heads, end = _alternatives(text, opened.end())
    if text[end : end + 1] != ")":
        raise _Unknown
    # What is only looked at takes no letters.
    return (_NOTHING if opened["look"] else heads), end + 1


def _class(text: str, at: int) -> tuple[_Heads, int]:
    end = text.find("]", at + 2)
    held = text[at + 1 : end]
    if end < 0:
        raise _Unknown
    if _SIMPLE_CLASS.fullmatch(held) is None:
        if held.endswith("\\"):
            raise _Unknown
        return _ANYTHING, end + 1
    signs = ""
    for part in re.findall(r"\\.|[a-z0-9]-[a-z0-9]|.", held, re.DOTALL):
        if len(part) == 3:
            signs += "".join(map(chr, range(ord(part[0]), ord(part[2]) + 1)))
        else:
            signs += (_CLASSES.get(part[1]) or part[1]) if part[0] == "\\" else part
    return _one_of(signs), end + 1


def _one_of(signs: str) -> _Heads:
    lower = signs.lower()
    if not lower.isascii():
        raise _Unknown
    return frozenset((sign if sign.isalnum() else _EDGE, False) for sign in lower)


def _joined(heads: _Heads, following: _Heads) -> _Heads:
    """Return the heads with what may follow them, as far as they are looked up."""
    found: set[tuple[str, bool]] = set()
    for head, is_open in heads:
        if is_open or len(head) > LETTERS or _EDGE in head:
            found.add((head, is_open))
        else:
            found.update((head + more, is_more_open) for more, is_more_open in following)
    found = {(head[: LETTERS + 1], is_open) for head, is_open in found}
    return frozenset((head, True) for head, _ in heads) if len(found) > _MOST else frozenset(found)
