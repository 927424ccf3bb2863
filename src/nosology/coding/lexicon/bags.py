"""The words by which a phrase is found, in whatever order they stand."""

from __future__ import annotations

from nosology.language.abbreviations import expand
from nosology.language.terms import STOP_WORDS
from nosology.language.tokens import words_of


def bag_of(phrase: str) -> tuple[str, ...]:
    """Return the words by which a phrase is found: levelled, abbreviations spelled out."""
    return tuple(dict.fromkeys(word for word in spelled_out(phrase) if word not in STOP_WORDS))


def spelled_out(phrase: str) -> tuple[str, ...]:
    """Return the levelled words of a phrase, those written as abbreviations spelled out."""
    written = set(phrase.lower().split())
    return tuple(
        part
        for word in words_of(phrase)
        for part in ((word in written and expand(word)) or (word,))
    )
