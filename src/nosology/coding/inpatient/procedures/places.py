"""The part of the body that a procedure was done on, by its name, layer and side."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nosology.coding.inpatient.procedures.acts import Act, Piece
from nosology.coding.inpatient.procedures.catalog import BodyPart, body_numbers, body_parts
from nosology.coding.inpatient.procedures.choices import choices
from nosology.language.terms import STOP_WORDS
from nosology.model.coding import Evidence
from nosology.model.reading import Mention, Reading, Token

_SIDE_ANY_CASE = re.compile(
    r"\b(?P<both>bilateral(?:ly)?|both|right (?:and|&) left|left (?:and|&) right)\b"
    r"|(?-i:(?<!hepatitis )(?<!group )(?<!type )(?<!vitamin )(?<!hep )\b"
    r"(?P<each>B(?:/L)?)(?= [a-z]{4}))"
    r"|\b(?P<right>right|rt|(?-i:(?<!\d )R(?![.-]?\d|/)))\b"
    r"|\b(?P<left>left(?! (?:in\b|open|to\b|behind|over|the\b|at\b))|lt"
    r"|(?-i:(?<!\d )(?<!\d)L(?![.-]?\d|/)))\b",
    re.IGNORECASE,
)
_LIST_BREAK = re.compile(r"[;:.]")
_NEAR = 45


@dataclass(frozen=True, slots=True)
class Side:
    """The side that the record states; ``name`` is right, left or both."""

    name: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the body that the text names, in every body system that has it."""

    parts: tuple[BodyPart, ...]
    mention: Mention
    piece: Piece
    side: Side | None

    def evidence(self) -> Evidence:
        """Return the words that name it."""
        return self.piece.evidence(self.mention.start, self.mention.end)


def places_in(piece: Piece) -> tuple[Place, ...]:
    """Return the parts of the body that the stretch of text names, in its order."""
    reading = piece.reading
    tokens = reading.tokens
    first = bisect_left(tokens, piece.start, key=lambda token: token.start)
    last = bisect_left(tokens, piece.end, key=lambda token: token.start)
    found: list[Place] = []
    at = first
    while at < last:
        longest = _longest(tokens, at, last)
        if longest is None:
            at += 1
            continue
        number, end = longest
        start_at, end_at = tokens[at].start, tokens[end - 1].end
        mention = Mention(start_at, end_at, tuple(range(at, end)), -1, str(number), "")
        found.append(
            Place(body_parts()[number], mention, piece, side_near(piece, start_at, end_at))
        )
        at = end
    return tuple(found)


_SIDE_WORDS = frozenset({"left", "right", "bilateral", "both"})
_PARTING = frozenset({",", ";", ":", ".", "and", "or", "/", "(", ")", "&", "with", "to", "-", "–"})
_LONGEST_NAME = 7


def _longest(tokens: Sequence[Token], at: int, last: int) -> tuple[int, int] | None:
    """The number of the longest name that begins at the token, and where it ends."""
    numbers = body_numbers()
    best: tuple[int, int] | None = None
    whole: set[str] = set()
    unsided: set[str] = set()
    for end in range(at, min(last, at + _LONGEST_NAME)):
        words = tokens[end].words
        if words[0] in _PARTING:
            hyphen = words[0] == "-" and end > at and tokens[end].start == tokens[end - 1].end
            if not hyphen:
                break
            continue
        if len(words) == 1 and words[0] in STOP_WORDS:
            if end == at:
                return None
            continue
        whole.update(words)
        unsided.update(word for word in words if word not in _SIDE_WORDS)
        number = numbers.get(frozenset(whole))
        if number is None and unsided:
            number = numbers.get(frozenset(unsided))
        if number is not None:
            best = number, end + 1
    return best


def side_near(piece: Piece, start: int, end: int) -> Side | None:
    """Return the side nearest to the words between ``start`` and ``end`` in their phrase."""
    text = piece.reading.text
    before = text[max(piece.start, start - _NEAR) : start]
    cut = max((found.end() for found in _LIST_BREAK.finditer(before)), default=0)
    offset = start - len(before)
    inside = list(_SIDE_ANY_CASE.finditer(text, start, end))
    earlier = list(_SIDE_ANY_CASE.finditer(before, cut))
    if inside:
        return _side(piece, inside[0], 0)
    if earlier:
        return _side(piece, earlier[-1], offset)
    after = text[end : min(piece.end, end + _NEAR)]
    for found in _SIDE_ANY_CASE.finditer(after):
        if _LIST_BREAK.search(after[: found.start()]):
            break
        return _side(piece, found, end)
    return None


def _side(piece: Piece, found: re.Match[str], offset: int) -> Side:
    name = "both" if found["both"] or found["each"] else "right" if found["right"] else "left"
    return Side(name, piece.evidence(found.start() + offset, found.end() + offset))


def side_of(act: Act) -> Side | None:
    """Return the side of the procedure: by its own words, then the one that its report states."""
    near = side_near(act.own, act.mention.start, act.mention.end)
    if near is not None:
        return near
    for pieces in ((act.own,), act.beside, act.rest):
        found = _sides(pieces)
        names = {side.name for side in found}
        if pieces is act.rest and len(names - {"both"}) == 1:
            return next(side for side in found if side.name != "both")
        if len(names) == 1:
            return found[0]
        if len(names) > 1 and pieces is not act.rest:
            return None
    return _of_document(act.reading)


def _sides(pieces: Iterable[Piece]) -> list[Side]:
    return [
        _side(piece, found, piece.start)
        for piece in pieces
        for found in _SIDE_ANY_CASE.finditer(piece.text)
    ]


_LONGEST_OF_ONE_SIDE = 60_000
"""In longer documents a side that stands anywhere says nothing of one procedure."""


def _of_document(reading: Reading) -> Side | None:
    if len(reading.text) > _LONGEST_OF_ONE_SIDE:
        return None
    whole = Piece(reading, 0, len(reading.text))
    found = _sides((whole,))
    return found[0] if len({side.name for side in found}) == 1 else None


def value_of(part: BodyPart, side: Side | None) -> tuple[str, ...] | None:
    """Return the values of the part on that side, two for both; None where the side is missing."""
    if side is not None:
        if side.name == "both":
            if part.both:
                return (part.both,)
            if part.right and part.left:
                return (part.right, part.left)
        elif side.name == "right" and part.right:
            return (part.right,)
        elif side.name == "left" and part.left:
            return (part.left,)
    if part.right and part.left:
        return None
    if side is not None and side.name in {"right", "left"} and not part.unsided:
        return None
    for value in (part.unsided, part.right, part.left, part.both):
        if value:
            return (value,)
    return None


LAYERED = frozenset("HJKLMPQNRSXYW")


def deepest_layer(groups: Sequence[Sequence[Piece]], systems: Iterable[str]) -> str | None:
    """Return the body systems of the deepest layer that the text names among these (B3.5)."""
    offered = set(systems)
    for pieces in groups:
        said = " ".join(piece.text for piece in pieces)
        for layer in choices("layer"):
            if offered & set(layer.value) and layer.words.search(said):
                return layer.value
    return None
