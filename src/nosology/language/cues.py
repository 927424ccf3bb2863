"""Cues: words that decide in what sense the terms around them stand, and how far they reach.

One engine serves every question of context. Each question has a TOML file of rules: what a rule
sets, in which direction and how far, and its phrases. Phrases are compared word by word in their
normalised form; the longest that fits is taken, so that ``no increase in`` hides ``no``.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from nosology.language.tokens import tokenize
from nosology.model.errors import InputError
from nosology.model.reading import Mention, Reading, SectionKind, Sentence

_CHOICE = re.compile(r"\(([^()]*)\)")
_FIELDS = {
    "sets", "direction", "phrases", "limit", "commas", "verbs", "place", "requires",
    "unless", "sections", "source", "stops",
}  # fmt: skip


class Direction(Enum):
    """Where the terms stand that a cue is about."""

    FORWARD = "forward"
    BACKWARD = "backward"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a cue file.

    Attributes:
        name: goes into ``Cue.rule``.
        sets: the context value; empty for a phrase that only hides the shorter ones in it.
        limit: most words between the cue and the term.
        commas: ``through`` for lists, ``end`` where a comma ends the reach unless a list joined
            by "or" goes on, ``initial`` where it does so only after a cue that opens the sentence.
        verbs: whether a finite verb ends the reach.
        place: ``start`` or ``end`` of the sentence or its clause, where the phrase counts only
            there; ``label`` for a whole answer after a label.
        requires: words one of which must stand before the term.
        unless: words none of which may stand in the sentence.
        sections: kinds of section in which alone the rule holds.
        stops: whether the question's stop words end the reach.
    """

    name: str
    sets: str
    direction: Direction
    limit: int = 1_000
    commas: str = "through"
    verbs: bool = True
    place: str = ""
    requires: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    sections: frozenset[SectionKind] = frozenset()
    stops: bool = True


@dataclass(slots=True)
class _Node:
    following: dict[str, _Node] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A cue in a sentence; ``first`` and ``last`` (exclusive) count the sentence's words."""

    rule: Rule
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one sentence in normalised form, with the token of each.

    Attributes:
        label: number of words in the sentence's label, its colon included.
        known: the words, each once.
    """

    words: tuple[str, ...]
    tokens: Sequence[int]
    label: int
    section: SectionKind
    known: frozenset[str]

    def of_mention(self, mention: Mention) -> tuple[int, int, frozenset[int]]:
        """Return the mention's first word, the one past its last, and all that are its own."""
        if isinstance(self.tokens, range):
            begin, end = self.tokens.start, self.tokens.stop
            at = [token - begin for token in mention.tokens if begin <= token < end]
        else:
            own = set(mention.tokens)
            at = [index for index, token in enumerate(self.tokens) if token in own]
        return (at[0], at[-1] + 1, frozenset(at)) if at else (0, 0, frozenset())


def words_of_sentence(reading: Reading, sentence: Sentence) -> Words:
    """Return the words of a sentence, every sign a word by itself."""
    first, last = sentence.first_token, sentence.last_token
    tokens = reading.tokens[first:last]
    words = tuple([word for token in tokens for word in token.words])
    indices: Sequence[int] = range(first, last)
    if len(words) != len(tokens):
        indices = [
            index for index, token in enumerate(tokens, first) for _ in range(len(token.words))
        ]
    label = 0
    if sentence.label > sentence.start:
        for token in tokens:
            if token.end > sentence.label:
                break
            label += len(token.words)
    kind = reading.sections[sentence.section].kind
    return Words(words, indices, label, kind, frozenset(words))


@dataclass(frozen=True, slots=True)
class Cues:
    """The rules of one question, ready to be looked for.

    Attributes:
        starters: the words with which a phrase may begin.
        stops: phrases that end every reach, unless one of ``through`` begins there.
    """

    root: _Node
    starters: frozenset[str]
    stops: _Node
    through: _Node
    verbs: frozenset[str]
    after_comma: frozenset[str]
    classes: Mapping[str, str]
    rules: Mapping[str, Rule]

    def find(self, words: Words) -> list[Found]:
        """Return the cues of the sentence from left to right, hidden ones left out."""
        found: list[Found] = []
        sequence, starters = words.words, self.starters
        if starters.isdisjoint(words.known):
            return found
        free = 0
        for at in [index for index, word in enumerate(sequence) if word in starters]:
            if at < free:
                continue
            match = _longest(self.root, sequence, at, self.classes)
            if match is None:
                continue
            rules, last = match
            holding = [rule for rule in rules if _holds(rule, words, at, last)]
            if holding:
                found.extend(Found(rule, at, last) for rule in holding)
                free = last
        return found

    def reach(self, words: Words, cue: Found, found: Sequence[Found]) -> Iterator[tuple[int, int]]:
        """Yield the ranges of words that the cue is about."""
        if cue.rule.place == "label":
            yield 0, words.label
            return
        if cue.rule.direction is not Direction.BACKWARD:
            yield cue.last, self._forward_end(words, cue, found)
        if cue.rule.direction is not Direction.FORWARD:
            yield self._backward_start(words, cue, found), cue.first

    def _forward_end(self, words: Words, cue: Found, found: Sequence[Found]) -> int:
        sequence, rule = words.words, cue.rule
        limit = len(sequence)
        for other in found:
            if other.first >= cue.last and other.rule.direction is not Direction.BACKWARD:
                limit = min(limit, other.first)
                break
        is_comma_end = rule.commas == "end" or (
            rule.commas == "initial" and cue.first == words.label
        )
        at = cue.last
        while at < limit:
            word = sequence[at]
            if word == ";" or (rule.stops and self._is_stop(sequence, at)):
                return at
            if word == ",":
                following = sequence[at + 1] if at + 1 < limit else ""
                if following in self.after_comma and at > cue.last:
                    return at
                if is_comma_end and not _is_list_with_or(sequence, at, limit):
                    return at
            elif rule.verbs and at > cue.last and word in self.verbs:
                return at
            at += 1
        return limit

    def _backward_start(self, words: Words, cue: Found, found: Sequence[Found]) -> int:
        sequence = words.words
        low = 0
        for other in found:
            if other.last <= cue.first and other.rule.direction is not Direction.BACKWARD:
                low = max(low, other.last)
        at = cue.first - 1
        joined = False
        while at >= low:
            word = sequence[at]
            if word in {"and", "or"}:
                joined = True
            if word == ";" or (cue.rule.stops and self._is_stop(sequence, at)):
                return at + 1
            if word == "," and at < cue.first - 1 and not joined:
                return at + 1
            at -= 1
        return low

    def _is_stop(self, sequence: Sequence[str], at: int) -> bool:
        classes = self.classes
        return _is_at(self.stops, sequence, at, classes) and not _is_at(
            self.through, sequence, at, classes
        )

    def decide(self, words: Words, mentions: Sequence[Mention]) -> list[Found | None]:
        """Return for each mention of the sentence the cue that is nearest to it, or None."""
        found = self.find(words)
        if not found:
            return [None] * len(mentions)
        ranges = [(cue, low, high) for cue in found for low, high in self.reach(words, cue, found)]
        return [self._nearest(words, mention, ranges) for mention in mentions]

    def _shortened(self, words: Words, cue: Found, end: int) -> Found | None:
        """The cue that ends where the mention begins, in whose own words the longer one ended.

        In ``no acute fracture`` and ``no decrease in vision`` the term takes words of the phrase.
        """
        match = _longest(self.root, words.words[:end], cue.first, self.classes)
        if match is None or match[1] != end:
            return None
        holding = [rule for rule in match[0] if _holds(rule, words, cue.first, end)]
        return Found(holding[0], cue.first, end) if holding else None

    def _nearest(
        self, words: Words, mention: Mention, ranges: list[tuple[Found, int, int]]
    ) -> Found | None:
        first, last, own = words.of_mention(mention)
        best: tuple[int, int, Found] | None = None
        for whole, begin, high in ranges:
            cue, low = whole, begin
            if cue.first < first < cue.last:
                shorter = self._shortened(words, cue, first)
                if shorter is None:
                    continue
                cue, low = shorter, first
            if not any(low <= at < high for at in own):
                continue
            if (cue.last - 1 if cue.first >= last else cue.first) in own:
                continue  # the cue's words are the term's own, as in "without aura"
            if cue.first >= last:
                distance = cue.first - last
            elif cue.last <= first:
                distance = first - cue.last
            else:
                distance = 0
            rule = cue.rule
            if rule.place == "label":
                distance = -1  # the whole answer to the label outweighs any cue within it
            if distance > rule.limit:
                continue
            if rule.requires and rule.requires.isdisjoint(words.words[: max(first, cue.first)]):
                continue
            order = (distance, 1 if cue.first >= last else 0)
            if best is None or order < best[:2]:
                best = (*order, cue)
        return best[2] if best is not None else None


def _is_list_with_or(sequence: Sequence[str], at: int, limit: int) -> bool:
    return any(word in {"or", "versus"} for word in sequence[at + 1 : min(limit, at + 8)])


def _holds(rule: Rule, words: Words, first: int, last: int) -> bool:
    if rule.sections and words.section not in rule.sections:
        return False
    if rule.unless and not rule.unless.isdisjoint(words.known):
        return False
    if rule.requires and rule.direction is Direction.FORWARD:
        before = words.words[:first]
        if rule.requires.isdisjoint(before):
            return False
    if not rule.place:
        return True
    size = len(words.words)
    if rule.place == "start":
        return first in {0, words.label} or words.words[first - 1] in {",", ";", "(", ".", "and"}
    if rule.place == "label":
        return 0 < words.label == first and size - last <= 1
    return last == size or words.words[last] in {".", ",", ";", ")", "and", "or", "but", "on", "at"}


def _longest(
    root: _Node, words: Sequence[str], at: int, classes: Mapping[str, str]
) -> tuple[tuple[Rule, ...], int] | None:
    """Return the rules of the longest phrase that begins at the word, and where it ends."""
    best: tuple[tuple[Rule, ...], int] | None = None
    node = root
    while True:
        if node.rules:
            best = (node.rules, at)
        if at == len(words):
            return best
        word = words[at]
        at += 1
        following = node.following.get(word)
        name = classes.get(word)
        of_class = node.following.get(name) if name is not None else None
        if following is not None and of_class is not None:
            for branch in (following, of_class):
                found = _longest(branch, words, at, classes)
                if found is not None and (best is None or found[1] > best[1]):
                    best = found
            return best
        branch_taken = following if following is not None else of_class
        if branch_taken is None:
            return best
        node = branch_taken


def _is_at(root: _Node, words: Sequence[str], at: int, classes: Mapping[str, str]) -> bool:
    return words[at] in root.following and _longest(root, words, at, classes) is not None


@cache
def load_cues(name: str) -> Cues:
    """Return the rules of a cue file of this package, such as ``negation.toml``.

    Raises:
        InputError: when the file has an unknown field or value.
    """
    table = tomllib.loads(files("nosology.language").joinpath(name).read_text(encoding="utf-8"))
    classes = dict(_numbers())
    for key, members in table.pop("lists", {}).items():
        for member in members:
            classes.update((word, f"<{key}>") for word in _pieces(member))
    reach = table.pop("reach", {})
    root, stops, through = _Node(), _Node(), _Node()
    rules: dict[str, Rule] = {}
    for rule_name, row in table.items():
        rule = _rule(name, rule_name, row)
        rules[rule_name] = rule
        for phrase in row["phrases"]:
            for words in _spelled_out(phrase):
                _insert(root, words, rule)
    for key, phrases in (("stops", stops), ("through", through)):
        for phrase in reach.get(key, ()):
            for words in _spelled_out(phrase):
                _insert(phrases, words, Rule(key, "", Direction.FORWARD))
    begins = root.following
    starters = frozenset(begins) | {word for word, name in classes.items() if name in begins}
    return Cues(
        root=root,
        starters=starters,
        stops=stops,
        through=through,
        verbs=_words(reach.get("verbs", ())),
        after_comma=_words(reach.get("after_comma", ())),
        classes=classes,
        rules=rules,
    )


def _numbers() -> Iterator[tuple[str, str]]:
    for number in range(130):
        yield str(number), "<number>"
    for year in range(1900, 2100):
        yield str(year), "<year>"


def _rule(file: str, name: str, row: Mapping[str, Any]) -> Rule:
    unknown = sorted(set(row) - _FIELDS)
    if unknown:
        raise InputError(f"{file}: [{name}]", f"unknown field {unknown[0]!r}")
    try:
        return Rule(
            name=name,
            sets=row.get("sets", ""),
            direction=Direction(row.get("direction", "forward")),
            limit=row.get("limit", 1_000),
            commas=row.get("commas", "through"),
            verbs=row.get("verbs", True),
            place=row.get("place", ""),
            requires=_words(row.get("requires", ())),
            unless=_words(row.get("unless", ())),
            sections=frozenset(SectionKind(kind) for kind in row.get("sections", ())),
            stops=row.get("stops", True),
        )
    except ValueError as error:
        raise InputError(f"{file}: [{name}]", f"{error}; see the docstring of Rule") from None


def _words(words: Sequence[str]) -> frozenset[str]:
    return frozenset(part for word in words for part in _pieces(word))


@lru_cache(maxsize=4096)
def _pieces(piece: str) -> tuple[str, ...]:
    if piece.startswith("<") and piece.endswith(">"):
        return (piece,)
    if piece in {"[", "]"}:
        return ("(",) if piece == "[" else (")",)
    return tuple(word for token in tokenize(piece) for word in token.words)


def _spelled_out(phrase: str) -> Iterator[tuple[str, ...]]:
    """Yield the normalised words of a phrase for every choice in it.

    ``(is|was|)`` chooses among words, nothing included; ``<family>`` stands for a word of that
    list of the file, ``<number>`` and ``<year>`` for a number, ``[`` and ``]`` for parentheses.
    """
    if re.search(r"\([^()]*\(", phrase):
        raise InputError(phrase, "has a choice within a choice; write two phrases")
    parts = [
        part.split("|") if number % 2 else [part]
        for number, part in enumerate(_CHOICE.split(phrase))
    ]
    for chosen in itertools.product(*parts):
        words = tuple(word for piece in "".join(chosen).split() for word in _pieces(piece))
        if words:
            yield words


def _insert(root: _Node, words: Sequence[str], rule: Rule) -> None:
    node = root
    for word in words:
        node = node.following.setdefault(word, _Node())
    if rule not in node.rules:
        node.rules = (*node.rules, rule)
