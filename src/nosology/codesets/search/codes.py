"""Answers to a query that is a code, the beginning of one, a pattern, or a range."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nosology.codesets.search.building import BILLABLE, CODE
from nosology.codesets.search.query import CodeRange
from nosology.codesets.search.ranking import Allowed
from nosology.codesets.search.shard import Shard

_SEVENTH = 7
_CATEGORY = 3
_MOST_LOOKED_AT = 20_000


@dataclass(frozen=True, slots=True)
class CodeHit:
    """A code that answers; ``meaning`` is that of the seventh character which completes it."""

    entry: int
    code: str
    meaning: str = ""


def beginning_with(shard: Shard, code: str, allowed: Allowed | None) -> Iterator[CodeHit]:
    """Yield the codes that begin so, in their order, each with the codes that complete it."""
    place = shard.codes_from(code)
    is_found = False
    while place < len(shard.code_entry):
        name = shard.code_at(place)
        if not name.startswith(code):
            break
        entry = shard.code_entry[place]
        place += 1
        if shard.entry_flags[entry] & CODE:
            is_found = True
            if allowed is None or allowed[entry]:
                yield CodeHit(entry, name)
                yield from completed(shard, entry, name)
    if not is_found and len(code) > _CATEGORY:
        yield from _half_completed(shard, code, allowed)


def completed(shard: Shard, entry: int, name: str) -> Iterator[CodeHit]:
    """Yield the codes that seventh characters make of an entry."""
    number = shard.entry_completion[entry]
    if number:
        stem = name.ljust(_SEVENTH - 1, "X")
        for character, meaning in shard.definitions[number]:
            yield CodeHit(entry, stem + character, meaning)


def _half_completed(shard: Shard, code: str, allowed: Allowed | None) -> Iterator[CodeHit]:
    """Yield the codes with a seventh character that begin with more than an entry's own name."""
    for length in range(min(len(code), _SEVENTH) - 1, _CATEGORY - 1, -1):
        name = code[:length]
        place = shard.codes_from(name)
        while place < len(shard.code_entry) and shard.code_at(place) == name:
            entry = shard.code_entry[place]
            place += 1
            if allowed is None or allowed[entry]:
                found = [hit for hit in completed(shard, entry, name) if hit.code.startswith(code)]
                if found:
                    yield from found
                    return


def like(shard: Shard, pattern: str, allowed: Allowed | None) -> Iterator[CodeHit]:
    """Yield the codes that the pattern describes: ``?`` is one character, ``*`` any end."""
    literal = re.match(r"[0-9A-Z]*", pattern)
    start = literal.group() if literal else ""
    expression = re.compile(
        "".join({"?": "[0-9A-Z]", "*": "[0-9A-Z]*"}.get(char, char) for char in pattern)
    )
    place = shard.codes_from(start)
    for _ in range(_MOST_LOOKED_AT):
        if place >= len(shard.code_entry):
            return
        name = shard.code_at(place)
        if not name.startswith(start):
            break
        entry = shard.code_entry[place]
        place += 1
        if shard.entry_flags[entry] & CODE and (allowed is None or allowed[entry]):
            if expression.fullmatch(name):
                yield CodeHit(entry, name)
            if shard.entry_completion[entry]:
                for hit in completed(shard, entry, name):
                    if expression.fullmatch(hit.code):
                        yield hit
    if len(start) > _CATEGORY:
        for hit in _half_completed(shard, start, allowed):
            if expression.fullmatch(hit.code):
                yield hit


def within(shard: Shard, wanted: CodeRange, allowed: Allowed | None) -> Iterator[CodeHit]:
    """Yield the codes of the range, and those below its last one."""
    place = shard.codes_from(wanted.first)
    while place < len(shard.code_entry):
        name = shard.code_at(place)
        if name > wanted.last and not name.startswith(wanted.last):
            return
        entry = shard.code_entry[place]
        place += 1
        if shard.entry_flags[entry] & CODE and (allowed is None or allowed[entry]):
            yield CodeHit(entry, name)
            yield from completed(shard, entry, name)


def is_billable(shard: Shard, hit: CodeHit) -> bool:
    """Return whether the code may stand on a claim."""
    return bool(hit.meaning or shard.entry_flags[hit.entry] & BILLABLE)
