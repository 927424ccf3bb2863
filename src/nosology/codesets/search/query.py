"""What a query asks: a code, a pattern or range of codes, or words and how they may be read."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import product

from nosology.codesets.search.words import (
    FUNCTION_WORDS,
    PLAIN_WORDS,
    RESIDUAL_WORDS,
    SILENT_WORDS,
    VAGUE_WORDS,
    root,
    split,
)

LONGEST = 400
MOST_WORDS = 12
_MOST_READINGS = 4
_LONGEST_SHORT_FORM = 4
_NEGATIONS = frozenset(("without", "no", "not"))
_ENDS_ABSENCE = frozenset(("with", "of", "in", "at", "on", "due"))
_ABSENT_WORDS = 3
_KINDS = frozenset(
    ("class", "factor", "group", "hepatitis", "influenza", "stage", "type", "vitamin", "grade")
)

_CODE = re.compile(r"(?=[0-9A-Z]*\d)[0-9A-Z]{2,7}")
# A category and its subdivision, parted by what was meant to be the dot.
_PARTED = re.compile(r"^([A-Z][0-9][0-9A-Z])[ ,;:_/-]([0-9][0-9A-Z]{0,3})$")
_PATTERN = re.compile(r"(?=.*[*?])(?=.*\d)[0-9A-Z?]{1,7}\*?|(?=.*\d)[0-9A-Z]{1,6}\?+\*?")
_RANGE = re.compile(
    r"([0-9A-Z]{3,7}(?:\.[0-9A-Z]{1,4})?)\s*(?:-|–|—|\.\.|\bTO\b|:)\s*([0-9A-Z]{3,7}(?:\.[0-9A-Z]{1,4})?)"
)


@dataclass(frozen=True, slots=True)
class CodeRange:
    """Codes from one to another, both with everything below them."""

    first: str
    last: str


def as_range(query: str) -> CodeRange | None:
    """Return the range of codes that the query is."""
    found = _RANGE.fullmatch(query.strip().upper())
    if not found:
        return None
    first, last = (part.replace(".", "") for part in found.groups())
    if not all(any(char.isdigit() for char in part) for part in (first, last)):
        return None
    return CodeRange(first, last) if first <= last else None


def as_code(query: str) -> str | None:
    """Return the code or beginning of a code that the query may be, without its dot."""
    plain = _PARTED.sub(r"\1\2", query.strip().upper()).rstrip("-.").replace(".", "")
    if " " in plain:
        return None
    return plain if _CODE.fullmatch(plain) else None


def as_pattern(query: str) -> str | None:
    """Return the pattern of codes that the query is: ``?`` for one character, ``*`` for any end."""
    plain = query.strip().upper().replace(".", "").replace("%", "*")
    if not plain.isascii() or not ("*" in plain or "?" in plain) or " " in plain:
        return None
    plain = re.sub(r"\*+", "*", plain)
    return plain if _PATTERN.fullmatch(plain) and len(plain.strip("*?")) > 0 else None


@dataclass(frozen=True, slots=True)
class Asked:
    """One word of a query.

    Attributes:
        word: as it is written, folded.
        may_go_on: it was typed, not spelled out, so that it may be the beginning of a word.
        is_last: it may still be being typed.
        is_absent: the query asks for what is without it.
    """

    word: str
    may_go_on: bool = True
    is_last: bool = False
    is_absent: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a query in one reading.

    Attributes:
        wants_plain, wants_residual: the query itself says ``unspecified`` or ``other``.
    """

    asked: tuple[Asked, ...]
    wants_plain: bool = False
    wants_residual: bool = False


def asks_for_status(query: str) -> bool:
    """Return whether the query asks in so many words for what was done or had before."""
    return not _status_words().isdisjoint(query.casefold().split())


@cache
def _status_words() -> frozenset[str]:
    table = files("nosology.codesets.search").joinpath("status_words.tsv")
    lines = table.read_text(encoding="utf-8").splitlines()
    return frozenset([line for line in lines if line and not line.startswith("#")][1:])


type ShortForms = dict[str, tuple[str, ...]]
"""A short form's words, joined by spaces -> what it may stand for, the likeliest first."""


@cache
def own_short_forms() -> ShortForms:
    """Return the short forms and everyday phrases that search itself knows."""
    table = files("nosology.codesets.search").joinpath("short_forms.tsv")
    lines = (
        line
        for line in table.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    )
    rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    next(rows)
    return merged(dict[str, tuple[str, ...]](), rows)


def merged(known: ShortForms, rows: Iterator[list[str]] | Sequence[tuple[str, str]]) -> ShortForms:
    """Return the short forms with more of them; those known stay the likelier."""
    found = dict(known)
    for short, meaning in rows:
        key = " ".join(split(short))
        if key and key != " ".join(split(meaning)):
            meanings = found.get(key, ())
            if meaning not in meanings:
                found[key] = (*meanings, meaning)
    return found


def readings(query: str, short_forms: ShortForms) -> list[Words]:
    """Return the ways in which the words of the query may be read, the likeliest first."""
    text = query[:LONGEST]
    is_open = bool(text) and (text[-1].isalnum() or text[-1] in "'’")
    raw = split(text)[: 2 * MOST_WORDS]
    if not raw:
        return []
    choices = list(_choices(raw, short_forms))
    found: list[Words] = []
    seen: set[tuple[str, ...]] = set()
    for chosen in product(*(options for options in choices)):
        words = [asked for part in chosen for asked in part]
        reading = _reading(words, raw, is_open)
        key = tuple(asked.word for asked in reading.asked)
        if reading.asked and key not in seen:
            seen.add(key)
            found.append(reading)
        if len(found) >= _MOST_READINGS:
            break
    return found


def _choices(raw: Sequence[str], short_forms: ShortForms) -> Iterator[list[list[Asked]]]:
    at = 0
    while at < len(raw):
        for length in range(min(_LONGEST_SHORT_FORM, len(raw) - at), 0, -1):
            meanings = short_forms.get(" ".join(raw[at : at + length]))
            if meanings:
                options = [
                    [Asked(word, may_go_on=False) for word in split(meaning)]
                    for meaning in meanings[:3]
                ]
                options.append([Asked(word) for word in raw[at : at + length]])
                yield options
                at += length
                break
        else:
            yield [[Asked(raw[at])]]
            at += 1


def _reading(words: Sequence[Asked], raw: Sequence[str], is_open: bool) -> Words:
    surface = set(raw)
    kept: dict[str, Asked] = {}
    absent_for = 0
    for asked in words:
        if asked.word in _NEGATIONS:
            absent_for = _ABSENT_WORDS
            continue
        if asked.word in _ENDS_ABSENCE:
            absent_for = 0
        if asked.word in FUNCTION_WORDS:
            continue
        one = replace(asked, is_absent=True) if absent_for > 0 else asked
        absent_for -= 1
        kept.setdefault(root(asked.word), one)
    is_vague = not surface.isdisjoint(PLAIN_WORDS | RESIDUAL_WORDS)
    meaningful = [
        asked
        for asked in kept.values()
        if not (
            asked.word in PLAIN_WORDS
            or asked.word in RESIDUAL_WORDS
            or asked.word in SILENT_WORDS
            or (is_vague and asked.word in VAGUE_WORDS)
        )
    ]
    chosen = (meaningful or list(kept.values()) or list(words))[:MOST_WORDS]
    if is_open and chosen[-1].word == raw[-1] and chosen[-1].may_go_on:
        if len(chosen) > 1 and len(raw[-1]) == 1 and raw[-1].isalpha():
            # The letter of a kind (hepatitis C) is asked for; any other is a word just begun.
            if raw[-2] not in _KINDS:
                chosen.pop()
        else:
            chosen[-1] = replace(chosen[-1], is_last=True)
    return Words(
        tuple(chosen),
        not surface.isdisjoint(PLAIN_WORDS),
        not surface.isdisjoint(RESIDUAL_WORDS),
    )
