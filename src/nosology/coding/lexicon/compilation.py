"""One index of every term: the lexicon's entries first, then the Tabular List's own words."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from importlib.resources.abc import Traversable

from nosology.coding.lexicon.entries import entries
from nosology.coding.lexicon.titles import phrases
from nosology.coding.tables import rows, table
from nosology.language.abbreviations import expand
from nosology.language.terms import STOP_WORDS, Term, TermIndex, build_index
from nosology.language.tokens import words_of
from nosology.model.code import CodeBook, Title

FORMAT = 1
"""Raised when the way terms are compiled changes, so that a stored index is made anew."""
_CATEGORY = 3


def fingerprint(book: CodeBook, on: dt.date | None) -> str:
    """Return a key that changes whenever the compiled index would."""
    digest = hashlib.sha256(f"{FORMAT} {book.release(on)}".encode())
    for source in _ingredients():
        digest.update(source.name.encode())
        digest.update(source.read_bytes())
    return f"{family(book, on)}{digest.hexdigest()[:24]}"


def family(book: CodeBook, on: dt.date | None) -> str:
    """Return what the keys of all indexes of the release begin with."""
    return f"term-index-{book.release(on)}-"


def compile_index(book: CodeBook, on: dt.date | None = None) -> TermIndex:
    """Return the index of all terms of the lexicon and of the release that answers for the date.

    An entry whose code the release does not have is left out; where two terms have the same words
    the lexicon's stands before the Tabular List's, and a category before what is below it.
    """
    return build_index(_terms(book, on))


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


def _terms(book: CodeBook, on: dt.date | None) -> Iterator[Term]:
    titles = list(book.titles(on))
    known = {title.code for title in titles}
    for entry in entries():
        if entry.code in known:
            within = entry.within or _default_bound(entry.code)
            yield Term(entry.term, entry.code, within, "lexicon", bag_of(entry.term))
    ignored = {
        frozenset(bag_of(row["words"]))
        for row in rows(table("nosology.coding.lexicon", "ignored.tsv"), ("words", "why"))
    }
    parents = {title.code[:length] for title in titles for length in range(3, len(title.code))}
    for title in titles:
        for phrase in phrases(title):
            bag = bag_of(phrase)
            if bag and frozenset(bag) not in ignored:
                within = title.code if title.code in parents else _bound(title)
                yield Term(phrase, title.code, within, "title", bag)


def _default_bound(code: str) -> str:
    return code[:-1] if len(code) > _CATEGORY else code


def _bound(title: Title) -> str:
    """How far words may choose beside a title: one level up, two where it leaves an axis open."""
    levels = 2 if "unspecified" in title.display.lower() else 1
    return title.code[: max(_CATEGORY, len(title.code) - levels)]


def _ingredients() -> list[Traversable]:
    def python_and_tables(package: str) -> list[Traversable]:
        found = [item for item in table(package).iterdir() if item.name.endswith((".tsv", ".py"))]
        return sorted(found, key=lambda item: item.name)

    terms = sorted(table("nosology.coding.lexicon", "terms").iterdir(), key=lambda item: item.name)
    language = [
        item
        for item in python_and_tables("nosology.language")
        if item.name
        in {
            "abbreviations.tsv",
            "abbreviations.py",
            "word_forms.tsv",
            "normalization.py",
            "tokens.py",
            "terms.py",
        }
    ]
    return [*terms, *python_and_tables("nosology.coding.lexicon"), *language]
