"""Words of the text: where each stands, and what it is once spelling, number and form are levelled.

A token never crosses white space. Hyphens, slashes and apostrophes part words; the possessive
``'s`` belongs to its word. Letters that follow a number belong to it only in a stage or an
ordinal (``3a``, ``2nd``).
"""

from __future__ import annotations

import re
from functools import lru_cache

from nosology.language.normalization import normalize
from nosology.model.reading import Token

_TOKEN = re.compile(
    r"""
      \d+(?:st|nd|rd|th|[a-d])(?![A-Za-z0-9])     # 2nd, stage 3a
    | \d+(?:[.,]\d+)*                             # 12, 4.5, 1,200
    | [^\W\d_]+[A-Za-z0-9]*(?:['’]s(?![A-Za-z]))? # word, with a possessive; B12, T2DM
    | [^\w\s]                                     # one sign
    | _+
    """,
    re.VERBOSE,
)


@lru_cache(maxsize=65_536)
def _words(raw: str) -> tuple[str, ...]:
    return (normalize(raw),)


def tokenize(text: str) -> tuple[Token, ...]:
    """Return the tokens of the text, ascending and without overlap.

    Signs are tokens too, each by itself, with the sign as its word.
    """
    return tuple(
        [
            Token(match.start(), match.end(), _words(match.group()))
            for match in _TOKEN.finditer(text)
        ]
    )


def words_of(phrase: str) -> tuple[str, ...]:
    """Return the normalised words of a phrase, signs left out."""
    return tuple(
        word
        for match in _TOKEN.finditer(phrase)
        for word in _words(match.group())
        if word[0].isalnum()
    )
