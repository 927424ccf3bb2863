"""Typing errors: words that differ by a letter or two, or that sound alike.

Keys are kept instead of words: two words that are one deletion, insertion, substitution or
transposition apart share the key of a word with one letter less. Keys are checksums, so that what
they find is compared letter by letter.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache

_SOUNDS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"^(?:pn|kn|gn)", "n"), (r"^ps", "s"), (r"^pt", "t"), (r"^wr", "r"), (r"^x", "s"),
        (r"^mn", "n"), (r"^rh", "r"), (r"rrh", "r"), (r"rh", "r"), (r"ph", "f"), (r"gh", "g"),
        (r"sch", "sk"), (r"ch(?=[rl])", "k"), (r"ch", "k"), (r"sc(?=[eiy])", "s"),
        (r"c(?=[eiy])", "s"), (r"ck", "k"), (r"[cq]", "k"), (r"th", "t"), (r"x", "ks"),
        (r"z", "s"), (r"dg", "g"), (r"g(?=[eiy])", "j"), (r"ph", "f"), (r"v", "f"),
        (r"[aeiouyhw]+", "a"), (r"(.)\1+", r"\1"), (r"(?<=.)a", ""),
    )
)  # fmt: skip
_SOUND, _LETTERS = "~", "^"
SHORTEST, SHORTEST_FAR, BEGINNING = 4, 6, 7


def keys(word: str) -> set[int]:
    """Return the keys that a word shares with those one error away, or that sound like it."""
    found = {zlib.crc32(word.encode())}
    found.update(zlib.crc32((word[:at] + word[at + 1 :]).encode()) for at in range(len(word)))
    found.add(zlib.crc32((_SOUND + sound(word)).encode()))
    found.add(zlib.crc32((_LETTERS + "".join(sorted(word))).encode()))
    return found


def far_keys(word: str) -> set[int]:
    """Return the keys that a word's beginning shares with those of words two errors away."""
    begun = word[:BEGINNING]
    once = {begun[:at] + begun[at + 1 :] for at in range(len(begun))}
    twice = {one[:at] + one[at + 1 :] for one in once for at in range(len(one))}
    return {zlib.crc32(one.encode()) for one in twice}


@lru_cache(maxsize=100_000)
def sound(word: str) -> str:
    """Return how a word sounds: its consonants, doubled ones once."""
    for pattern, replacement in _SOUNDS:
        word = pattern.sub(replacement, word)
    return word


def distance(word: str, other: str, most: int) -> int:
    """Return how many errors lie between the words, ``most`` + 1 where there are more.

    An error is a letter missing, doubled, wrong, or two letters in each other's place.
    """
    if abs(len(word) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, char in enumerate(word, 1):
        current = [row]
        for column, counter in enumerate(other, 1):
            value = min(last[column] + 1, current[-1] + 1, last[column - 1] + (char != counter))
            if row > 1 and column > 1 and char == other[column - 2] and word[row - 2] == counter:
                value = min(value, before[column - 2] + 1)
            current.append(value)
        if min(current) > most:
            return most + 1
        before, last = last, current
    return last[-1]
