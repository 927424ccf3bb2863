"""Titles and terms as words that can be compared, the same when the store is built and searched."""

from __future__ import annotations

import re
import unicodedata

_POSSESSIVE = re.compile(r"['’]s\b")
_WORD = re.compile(r"[a-z0-9]+")

# Words that carry no meaning of their own in a query.
FUNCTION_WORDS = frozenset(
    (
        *("a", "an", "and", "as", "at", "by", "due", "for", "from", "in", "into", "is", "of"),
        *("on", "or", "that", "the", "this", "to", "with"),
    )
)

# What the list adds to say that nothing more is known, and the words in brackets that may be there
# or not: a wording with them is not less plain than one without.
_NEUTRAL = re.compile(
    r"\([^)]*\)|\[[^\]]*\]"
    r"|,[^,]*\b(?:unspecified|not specified)\b[^,]*$"
    r"|\bnot otherwise specified\b|\bwithout complications?\b"
    r"|\bunspecified\b|\buncomplicated\b|\bnos\b"
)


def fold(text: str) -> str:
    """Return the text in lower case, without accents and possessive endings."""
    folded = text.casefold()
    if not folded.isascii():
        decomposed = unicodedata.normalize("NFKD", folded)
        folded = "".join(part for part in decomposed if not unicodedata.combining(part))
    return _POSSESSIVE.sub("", folded)


def words(text: str) -> list[str]:
    """Return the words of a text, folded, in order."""
    return _WORD.findall(fold(text))


def essential_words(text: str) -> list[str]:
    """Return the words that set a wording apart from its plainest form."""
    bare = _NEUTRAL.sub(" ", fold(text))
    return [word for word in _WORD.findall(bare) if word not in FUNCTION_WORDS]
