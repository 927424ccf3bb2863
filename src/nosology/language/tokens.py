"""Words of the text: where each stands, and what it is once spelling, number and form are levelled.

A token never crosses white space. Hyphens, slashes and apostrophes part words; the possessive
``'s`` belongs to its word. Letters that follow a number belong to it only in a stage or an
ordinal (``3a``, ``2nd``). A number is joined in its word with the word that it belongs to, so that
the 2 of type 2 is not the 2 of stage 2.
"""

from __future__ import annotations

import re
from functools import lru_cache

from nosology.language.normalization import normalize
from nosology.model.reading import Token

_KINDS = frozenset(
    {"hepatitis", "hep", "influenza", "flu", "vitamin", "type", "group", "hemophilia", "class"}
)
"""Words after which a single letter tells kinds apart and is no article (``hepatitis A``)."""
_LETTERS = frozenset("abcde")
_JOINS = frozenset({"and", "or", "/", "&", ","})
_KIND_REACH = 4
"""How far behind such a word the second letter of a list may stand (``hepatitis B and C``)."""
_NUMBERED = frozenset({"stage", "type", "grade", "class", "level", "category"})
"""Words whose number follows and belongs to them alone (``stage 3``, ``type 2``)."""
_COUNTED = frozenset({"degree", "trimester", "toe", "finger", "metatarsal", "metacarpal"})
"""Words whose number stands before them (``2nd degree``, ``third trimester``)."""
_RELATING = {"prior": "before", "secondary": "due"}
"""Words that with ``to`` relate two things and are no adjectives: what was ``prior to`` a visit is
no prior event, and what is ``secondary to diabetes`` is no secondary diabetes."""
_NUMBER = re.compile(r"\d+[a-d]?")
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
    tokens: list[Token] = []
    before = ""
    kind_at = -_KIND_REACH
    for match in _TOKEN.finditer(text):
        words = _words(match.group())
        word = words[0]
        if word in _KINDS:
            kind_at = len(tokens)
        if before in _NUMBERED and _NUMBER.fullmatch(word):
            words = (f"{before}-{word}",)
        elif word in _LETTERS and (
            before in _KINDS
            or (
                before in _JOINS
                and len(tokens) - kind_at <= _KIND_REACH
                and match.group().isupper()
            )
        ):
            words = (f"kind-{word}",)
        elif word == "to" and before in _RELATING:
            tokens[-1] = Token(tokens[-1].start, tokens[-1].end, (_RELATING[before],))
        elif word in _COUNTED and tokens:
            last = -2 if before == "-" and len(tokens) > 1 else -1
            counted = tokens[last]
            if _NUMBER.fullmatch(counted.words[0]):
                name = f"{word}-{counted.words[0]}"
                tokens[last] = Token(counted.start, counted.end, (name,))
        tokens.append(Token(match.start(), match.end(), words))
        before = word
    return tuple(tokens)


def words_of(phrase: str) -> tuple[str, ...]:
    """Return the normalised words of a phrase, signs left out."""
    return tuple(word for token in tokenize(phrase) for word in token.words if word[0].isalnum())
