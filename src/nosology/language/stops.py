"""Stops: where a sentence ends within its paragraph, and where a full stop means something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from nosology.language.layout import Block, label_end, settings
from nosology.model.reading import SectionKind

_STOP = re.compile(r"[.!?]+[\"'”’)\]*]*(?=\s|\Z)|(?<=[a-z]{2})\.(?=[A-Z][a-z])")
_WORD_BEFORE = re.compile(r"[A-Za-z][A-Za-z.\-]*\Z|\d+\Z|\)\Z")
_LIST_NUMBER = re.compile(r"(?<=\s)\(?(\d{1,2})[.)]\s+(?=[A-Z])")
_FIRST_NUMBER = re.compile(r"\(?(\d{1,2})[.)]?\Z")
_LAST_WORD = re.compile(r"([A-Za-z]+)\W*\Z")
_INITIALS_LENGTH = 1


@dataclass(frozen=True, slots=True)
class Piece:
    """One sentence of a block.

    Attributes:
        label: end of its label, or 0 for none.
        marker: the block's marker for its first sentence, or a number within the line.
    """

    start: int
    end: int
    label: int
    marker: str
    is_line_start: bool


@cache
def _system_labels() -> re.Pattern[str]:
    names = sorted(settings()["systems"], key=lambda name: (-len(name), name))
    joined = "|".join(
        re.escape(form)
        for name in names
        for form in (name.capitalize(), name.title(), name.upper())
    )
    return re.compile(rf"(?<=[\w)] )(?:{joined})(?=:)")


@cache
def _system_before_dash() -> re.Pattern[str]:
    names = sorted(settings()["systems"], key=lambda name: (-len(name), name))
    return re.compile(rf"(?:{'|'.join(map(re.escape, names))})\s+[-–—]+(?=\s)", re.IGNORECASE)


def pieces(text: str, block: Block, kind: SectionKind) -> Iterator[Piece]:
    """Yield the sentences of the block, in order and without surrounding space."""
    start = block.start
    marker = block.marker
    for end, next_start, next_marker in _cuts(text, block, kind):
        piece = _piece(text, start, end, marker, start == block.start)
        if piece is not None:
            yield piece
            marker = ""
        start = next_start
        marker = next_marker or marker
    piece = _piece(text, start, block.end, marker, start == block.start)
    if piece is not None:
        yield piece


def _piece(text: str, start: int, end: int, marker: str, is_line_start: bool) -> Piece | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        return None
    window = text[start : min(end, start + 60)]
    label = label_end(window)
    if not label and (match := _system_before_dash().match(window)):
        label = match.end()
    return Piece(start, end, start + label if label else 0, marker, is_line_start)


def _cuts(text: str, block: Block, kind: SectionKind) -> Iterator[tuple[int, int, str]]:
    """Yield where a sentence ends, where the next begins, and a list number between them."""
    if block.is_table:
        return
    cuts: dict[int, tuple[int, str]] = {}
    begun = block.start
    for stop in _STOP.finditer(text, block.start, block.end):
        if stop.end() < block.end and _ends(text, begun, stop, block.end):
            cuts[stop.end()] = (stop.end(), "")
            begun = stop.end()
    if kind in {SectionKind.REVIEW_OF_SYSTEMS, SectionKind.PHYSICAL_EXAM}:
        for match in _system_labels().finditer(text, block.start, block.end):
            if match.start() > block.start and not _is_cut(text, cuts, match.start()):
                cuts[match.start()] = (match.start(), "")
    _add_list_numbers(text, block, cuts)
    for end in sorted(cuts):
        yield end, *cuts[end]


def _is_cut(text: str, cuts: dict[int, tuple[int, str]], position: int) -> bool:
    while position > 0 and text[position - 1].isspace():
        position -= 1
    return position in cuts


def _add_list_numbers(text: str, block: Block, cuts: dict[int, tuple[int, str]]) -> None:
    """Cut before each number of a list that runs on in one paragraph: 1. ... 2. ... 3. ..."""
    first = _FIRST_NUMBER.match(block.marker)
    expected = int(first.group(1)) + 1 if first else 1
    for match in _LIST_NUMBER.finditer(text, block.start, block.end):
        if int(match.group(1)) != expected:
            continue
        word = _LAST_WORD.search(text[max(block.start, match.start() - 24) : match.start()])
        before = text[match.start() - 2 : match.start() - 1]
        is_stopped = before in ".;:,) " or ")" in match.group()
        if (
            word is not None
            and not is_stopped
            and word.group(1).lower() in settings()["takes_number"]
        ):
            continue
        if expected == 1 and f" {expected + 1}" not in text[match.end() : block.end]:
            continue
        cuts.pop(match.end(), None)
        number_end = match.start() + len(match.group().rstrip())
        cuts.pop(number_end, None)
        cut = match.start()
        while cut > block.start and text[cut - 1].isspace():
            cut -= 1
        cuts[cut] = (match.end(), match.group().strip())
        expected += 1


def _ends(text: str, begun: int, stop: re.Match[str], end: int) -> bool:
    """Whether the stop ends the sentence that began at ``begun``."""
    sign = stop.group()
    position = stop.start()
    following = stop.end()
    while following < end and text[following].isspace():
        following += 1
    if following >= end:
        return False
    next_char = text[following]
    if sign[0] == "?" and (position == begun or text[position - 1].isspace()):
        return False
    if sign[0] != "." or len(sign.rstrip("\"'”’)]*")) > 1:
        return sign[0] != "." or not next_char.islower()
    if stop.end() == following:
        # No space behind the stop: the pattern has looked at the letters on both sides.
        return text[max(begun, position - 4) : position].lower() not in {"www", "http"}
    before = _WORD_BEFORE.search(text[max(begun, position - 24) : position])
    if before is None:
        return True
    word = before.group().lower()
    if word.isdigit() or word == ")":
        return _ends_after_number(text, begun, position, len(word), next_char)
    if word in settings()["never_last"]:
        return False
    if word in settings()["sometimes_last"] or "." in word:
        return next_char.isupper() or next_char in "-•*"
    if len(word) == _INITIALS_LENGTH:
        return _ends_after_letter(text, begun, position, next_char)
    if next_char.islower():
        return len(word) > 2
    return True


def _ends_after_number(text: str, begun: int, position: int, size: int, next_char: str) -> bool:
    start = position - size
    if not text[begun:start].strip():
        return False  # "2." is the number of an entry, not a sentence
    return not next_char.islower() or text[position - 1] == ")"


def _ends_after_letter(text: str, begun: int, position: int, next_char: str) -> bool:
    """Whether a single letter ends the sentence (hepatitis B) rather than being an initial."""
    if not next_char.isupper():
        return False
    if text[position - 1].islower():
        return True
    before = text[max(begun, position - 40) : position - 1].lower().split()[-3:]
    return not settings()["takes_letter"].isdisjoint(before)
