"""Lists of places of the body: what stands beside such a list is said of each place."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from nosology.language.normalization import normalize
from nosology.language.terms import STOP_WORDS
from nosology.model.reading import Sentence, Token

SEPARATORS = frozenset({",", "and", "or", "/", "&", ";", "+"})
"""What parts the members of a list."""
SIDES = frozenset({"right", "left", "bilateral"})
"""Words that do not make a term say more: the side is chosen afterwards."""
_ARTICLES = frozenset({"the", "of", "his", "her", "their"})
_NOTHING: frozenset[int] = frozenset()


def places() -> frozenset[str]:
    """Return the words that say where on the body something is."""
    return _places()[0]


def beside_places() -> frozenset[str]:
    """Return the words that go with such a word (``upper``, ``great``, ``second``)."""
    return _places()[1]


def listed_places(
    tokens: Sequence[Token], sentence: Sentence
) -> tuple[frozenset[int], frozenset[int], frozenset[int]]:
    """Return the tokens of lists of places, all that are places, and all that are sides.

    A list is a run of places, their sides and their articles with a separator between two places:
    what stands beside it is said of each.
    """
    known, beside = _places()
    heads = {token.words[0] for token in tokens[sentence.first_token : sentence.last_token]}
    if known.isdisjoint(heads):
        return _NOTHING, _NOTHING, _NOTHING
    found: set[int] = set()
    sites: set[int] = set()
    sides: set[int] = set()
    run: list[int] = []
    count = separators = 0
    for token in range(sentence.first_token, sentence.last_token + 1):
        word = tokens[token].words[0] if token < sentence.last_token else ""
        is_place = word in known
        is_separator = word in SEPARATORS
        if is_place:
            sites.add(token)
        elif word in SIDES:
            sides.add(token)
        if is_place or (count and is_separator) or word in beside or (run and word in _ARTICLES):
            run.append(token)
            count += is_place
            separators += is_separator and count > 0
            continue
        if count > 1 and separators:
            found.update(_one_list(tokens, sentence, run, word))
        run, count, separators = [], 0, 0
    return frozenset(found), frozenset(sites), frozenset(sides)


def _one_list(
    tokens: Sequence[Token], sentence: Sentence, run: list[int], following: str
) -> list[int]:
    """The run, without its last place where that begins another name (``…, left hand pain``)."""
    is_followed = following[:1].isalnum() and following not in STOP_WORDS
    if not is_followed or run[0] == sentence.first_token:
        return run
    last = max(token for token in run if tokens[token].words[0] in SEPARATORS)
    return [token for token in run if token < last] if tokens[last].words[0] == "," else run


@cache
def _places() -> tuple[frozenset[str], frozenset[str]]:
    read = tomllib.loads(
        files("nosology.language").joinpath("coordination.toml").read_text(encoding="utf-8")
    )
    return (
        frozenset(normalize(word) for word in read["places"]),
        frozenset(normalize(word) for word in read["with_places"]),
    )
