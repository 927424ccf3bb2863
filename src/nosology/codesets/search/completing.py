"""Which seventh character completes a code that a search by words has found."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from nosology.codesets.search.words import roots


def choose(definition: tuple[tuple[str, str], ...], asked: AbstractSet[str]) -> tuple[str, str]:
    """Return the character and meaning that fit the words of a query.

    Without a word that tells, it is what stands for nothing more being known, otherwise the first:
    the initial encounter, for a closed fracture.
    """
    best: tuple[tuple[int, int, int], tuple[str, str]] | None = None
    for place, (character, meaning) in enumerate(definition):
        told = len(asked & set(roots(meaning)))
        is_plain = "unspecified" in meaning
        value = (told, int(is_plain), -place)
        if best is None or value > best[0]:
            best = (value, (character, meaning))
    if best is None:
        raise ValueError("a definition has at least one seventh character")
    return best[1]
