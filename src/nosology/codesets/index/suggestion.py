"""What to say where no term has the words: the terms that have most of them."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from nosology.codesets.index.matching import Match, matches
from nosology.codesets.index.terms import TermTable
from nosology.codesets.index.words import asked, spelled_out
from nosology.model.errors import InputError, shown

_NAMED = 5


def no_such_term(query: str, tables: Sequence[TermTable], listed: Sequence[Match]) -> InputError:
    """Return the error that names the nearest terms, words of other spelling tried too."""
    nearest = _ranked(listed)
    if not nearest or len(nearest[0].found) < len(asked(spelled_out(query))):
        nearest = _ranked([*_respelled(query, tables), *nearest])
    names = list(
        dict.fromkeys(
            ", ".join(term.name for term in match.table.path(match.term)) for match in nearest
        )
    )[:_NAMED]
    if not names:
        return InputError("index", f"has no term {shown(query)} and none like it")
    return InputError("index", f"has no term {shown(query)}; the nearest are: {'; '.join(names)}")


def _ranked(listed: Sequence[Match]) -> list[Match]:
    return sorted(listed, key=lambda match: match.rank)[: 2 * _NAMED]


def _respelled(query: str, tables: Sequence[TermTable]) -> list[Match]:
    found: list[Match] = []
    for table in tables:
        words = [_nearest_word(table, word) for word in asked(spelled_out(query))]
        found.extend(matches(table, words, limit=_NAMED))
    return found


def _nearest_word(table: TermTable, word: str) -> str:
    if word in table.by_word:
        return word
    near = get_close_matches(word, table.by_word, n=1, cutoff=0.8)
    return near[0] if near else word
