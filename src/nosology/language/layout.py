"""Layout: which lines belong together, and which are list entries, table rows or stand alone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from nosology.language.headings import LINE_END, MARKER

LABEL = re.compile(r"\**([A-Za-z][A-Za-z0-9 ,/&()'’.-]{0,50}?)\**\s?(?:(?<!\d):|:(?!\d))(?!//)\**")
_NEARLY_FULL = 0.8
_FULL_LINE = 50
_LONGEST_LINE = 140
_SHORT_LINE = 40
_CELLS = re.compile(r"\S(?:\t+|[^\S\n]{3,})(?=\S)")
_WORD = re.compile(r"[A-Za-z]+")
_LAST_WORD = re.compile(r"([A-Za-z]+)\W*\Z")
_NAME_AND_PLAN = re.compile(r"[^-–—.:]{2,45}\s[-–—]{1,2}\s(?=\S)")
"""A name, a dash and what is done about it (``vaginal atrophy - cream twice a week``)."""
_COUNTED = re.compile(
    r"^[^\S\n]*(?P<number>\d{1,2})(?P<sign>[.)][^\S\n]*|[^\S\n]?[-–:/][^\S\n]?|[^\S\n]+)(?=[A-Za-z])(?P<word>[A-Za-z]+)",
    re.MULTILINE,
)
"""A line that begins with a number, whatever follows it."""


@cache
def settings() -> dict[str, Any]:
    """Return what ``sentences.toml`` states, its lists as frozen sets."""
    text = files("nosology.language").joinpath("sentences.toml").read_text(encoding="utf-8")
    return {name: frozenset(value) for name, value in tomllib.loads(text).items()}


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that form one paragraph, list entry or table row.

    Attributes:
        start: first character after indent and marker.
        indent: columns before the marker or text, a tab counting as one.
        is_wrapped: whether it takes more than one line.
    """

    start: int
    end: int
    marker: str = ""
    indent: int = 0
    is_table: bool = False
    is_wrapped: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    first: int
    text: str
    marker: str
    indent: int
    is_table: bool


def blocks(text: str, start: int, end: int, *, is_listing: bool = False) -> Iterator[Block]:
    """Yield the blocks of the text between two offsets, in order.

    In a listing, with one thing a line as diagnoses have, a capital begins another entry however
    full the line above it is.
    """
    lines = list(_lines(text, start, end))
    width = _width(lines)
    opened: list[_Line] = []
    for line in lines:
        if line is None:
            yield from _closed(opened)
            opened = []
            continue
        if opened and _goes_on(opened, line, 0 if is_listing and _begins(opened, line) else width):
            opened.append(line)
            continue
        yield from _closed(opened)
        opened = [line]
    yield from _closed(opened)


def _closed(opened: list[_Line]) -> Iterator[Block]:
    if opened:
        first, last = opened[0], opened[-1]
        yield Block(
            first.first, last.end, first.marker, first.indent, first.is_table, len(opened) > 1
        )


def _lines(text: str, start: int, end: int) -> Iterator[_Line | None]:
    """Yield the lines with something on them, and None for one without."""
    position = start
    numbered = counted(text, start, end)
    while position < end:
        match = LINE_END.search(text, position, end)
        line_end, following = (match.start(), match.end()) if match else (end, end)
        first = position
        while first < line_end and _is_blank(text[first]):
            first += 1
        last = line_end
        while last > first and _is_blank(text[last - 1]):
            last -= 1
        if first == last:
            yield None
        else:
            yield _line(text, position, first, last, numbered.get(first, 0))
        position = following


def counted(text: str, start: int, end: int) -> dict[int, int]:
    """Return where the text of each line begins that counts without a stop, by where it starts.

    Hurried lists go ``1 gout``, ``2-hypertension``: numbers are taken for such where they rise
    from 1, two at least, and no unit follows that would make them amounts.
    """
    found: dict[int, int] = {}
    run: dict[int, int] = {}
    expected = 1
    for line in _COUNTED.finditer(text, start, end):
        number = int(line["number"])
        if line["word"].lower() in settings()["counted_by"]:
            continue
        if number == 1:
            run, expected = {}, 1
        if number != expected:
            continue
        expected += 1
        if line["sign"].strip() not in {".", ")"}:
            run[line.start("number")] = line.start("word")
        if number > 1:
            found |= run
    return found


def _is_blank(char: str) -> bool:
    return (
        char.isspace() or char in "\x00\u200b\u200e\u200f\ufeff\u202a\u202b\u202c\u2066\u2067\u2069"
    )


def _line(text: str, start: int, first: int, last: int, after_number: int) -> _Line:
    indent = first - start
    marker = ""
    if after_number:
        marker = text[first:after_number].rstrip()
        first = after_number
    head = text[first : min(last, first + 8)]
    match = MARKER.match(head)
    while match is not None and first + match.end() < last:
        marker = marker or match.group()
        if match.group()[0] in "[☐☑☒":
            marker = match.group()
        first += match.end()
        while first < last and _is_blank(text[first]):
            first += 1
        match = MARKER.match(text[first : min(last, first + 8)])
        if match is not None and match.group()[0] not in "[☐☑☒":
            break
    content = text[first:last]
    is_table = content.count("|") > 1 or (
        len(content) < 400 and len(_CELLS.findall(content)) > 1 and not content.endswith(".")
    )
    return _Line(start, last, first, content, marker, indent, is_table)


def _width(lines: list[_Line | None]) -> int:
    """Return the column at which the lines are wrapped, or 0 for text that is not."""
    written = [line for line in lines if line is not None]
    if not any(line.text[-1] in ".!?" for line in written):
        return 0  # a list of names, not prose
    longest = max((line.end - line.start for line in written), default=0)
    if sum(line.end - line.start >= _NEARLY_FULL * longest for line in written) < 2:
        return 0  # one long line says nothing of where lines are wrapped
    return longest if _FULL_LINE <= longest <= _LONGEST_LINE else 0


def _begins(opened: list[_Line], line: _Line) -> bool:
    """Whether the line of a listing begins as an entry does: a capital, no deeper than it."""
    return line.text[0].isupper() and line.indent <= opened[0].indent


def _goes_on(opened: list[_Line], line: _Line, width: int) -> bool:
    """Whether the line continues the block that is open."""
    previous = opened[-1]
    if line.marker or line.is_table or previous.is_table:
        return False
    if opened[0].marker and line.indent < opened[0].indent:
        return False
    tail = previous.text[-1]
    first_word = _WORD.match(line.text)
    word = first_word.group().lower() if first_word else ""
    is_small = line.text[0].islower()
    length = previous.end - previous.start
    next_word = line.text.split(None, 1)[0]
    was_full = bool(width) and length + 1 + len(next_word) > width - 2 and length >= _FULL_LINE
    if tail == "." and _LAST_WORD.search(previous.text[-8:]) is not None:
        last = previous.text.split()[-1].lower().rstrip(".")
        if last in settings()["never_last"]:
            return True
    if tail in ".!?":
        if opened[0].marker and line.indent <= opened[0].indent and len(line.text) <= _SHORT_LINE:
            return False  # a name of its own, not more of the list entry above it
        # The next line is a sentence of its own, unless the wrap fell behind a short form.
        return was_full and not _is_labeled(line.text) and bool(word)
    if tail == ":":
        return was_full and not _is_labeled(line.text)
    if tail == ",":
        return not _is_labeled(line.text)
    if _is_labeled(line.text):
        return False
    last_word = _LAST_WORD.search(previous.text[-30:])
    if last_word is not None and last_word.group(1) in settings()["goes_on"]:
        return True
    if _NAME_AND_PLAN.match(line.text) and _NAME_AND_PLAN.match(previous.text):
        return False  # each names a problem and what is done about it
    if is_small and word in settings()["continues"]:
        return True
    if was_full:
        return True
    return is_small and length > _SHORT_LINE


def _is_labeled(content: str) -> bool:
    return content[0].isupper() and label_end(content) > 0


def label_end(content: str) -> int:
    """Return where a label such as ``Neck:`` at the start of the text ends, or 0."""
    match = LABEL.match(content[:60])
    if match is None:
        return 0
    words = match.group(1).lower().split()
    if len(words) > 6 or not settings()["not_in_label"].isdisjoint(words):
        return 0
    if "." in match.group(1).rstrip("."):
        return 0
    return match.end()
