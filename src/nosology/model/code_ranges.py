"""Codes that the notes of the Tabular List name, such as ``(B95-B97)`` or ``(L97.4-, L97.5-)``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from nosology.model.code import Note, plain

_CODE = r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?"
_ASIDE = re.compile(r"\(([^()]*)\)")
_CODES = re.compile(rf"\b({_CODE})(?:\.?-(?![A-Z\d]))?(?:\s?-\s?({_CODE}))?")


@dataclass(frozen=True, slots=True)
class CodeRange:
    """A code with all below it, or an inclusive range of them (``J00-J22``)."""

    first: str
    last: str

    @classmethod
    def parse(cls, text: str) -> CodeRange:
        """Return the range that the text writes."""
        first, _, last = text.partition("-")
        return cls(plain(first), plain(last or first))

    def holds(self, code: str) -> bool:
        """Return whether the code lies in the range."""
        return self.first <= code[: len(self.first)] and code[: len(self.last)] <= self.last


def named_in(notes: Iterable[Note]) -> tuple[CodeRange, ...]:
    """Return the codes and ranges that the notes name, in their order."""
    return _named_in(tuple(notes))


@lru_cache(maxsize=8192)
def _named_in(notes: tuple[Note, ...]) -> tuple[CodeRange, ...]:
    return tuple(
        CodeRange(plain(found.group(1)), plain(found.group(2) or found.group(1)))
        for note in notes
        for found in _CODES.finditer(note.text)
    )


@lru_cache(maxsize=8192)
def ranges_by_note(notes: tuple[Note, ...]) -> tuple[tuple[CodeRange, Note], ...]:
    """Return each code or range that the notes give in parentheses, with its note.

    A code outside them is part of the description (``tuberculosis, any type in A15 (J65)``).
    """
    return tuple(
        (named, note)
        for note in notes
        for aside in _ASIDE.findall(note.text)
        for named in _named_in((Note(aside, note.origin),))
    )
