"""One index of every term: the lexicon's, then the official index's, then the Tabular List's."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from importlib.resources.abc import Traversable

from nosology.coding.lexicon.bags import bag_of
from nosology.coding.lexicon.entries import entries
from nosology.coding.lexicon.official_index import IndexedTerm, index_terms
from nosology.coding.lexicon.titles import phrases
from nosology.language.terms import Term, TermIndex, build_index
from nosology.model.code import CodeBook, Title
from nosology.model.tables import rows, table

FORMAT = 1
"""Raised when the way terms are compiled changes, so that a stored index is made anew."""
_CATEGORY = 3


def fingerprint(book: CodeBook, on: dt.date | None, editions: Iterable[str] = ()) -> str:
    """Return a key that changes whenever the compiled index would.

    Args:
        book: whose release answers for the date.
        on: date of service.
        editions: what tells the editions of the official indexes that are compiled with it.
    """
    digest = hashlib.sha256(f"{FORMAT} {book.release(on)} {' '.join(editions)}".encode())
    for source in _ingredients():
        digest.update(source.name.encode())
        digest.update(source.read_bytes())
    return f"{family(book, on)}{digest.hexdigest()[:24]}"


def family(book: CodeBook, on: dt.date | None) -> str:
    """Return what the keys of all indexes of the release begin with."""
    return f"term-index-{book.release(on)}-"


def compile_index(
    book: CodeBook, on: dt.date | None = None, indexed: Iterable[IndexedTerm] = ()
) -> TermIndex:
    """Return the index of all terms of the lexicon and of the release that answers for the date.

    An entry whose code the release does not have is left out. Where two terms have the same words
    the lexicon's stands before the official index's, that before the Tabular List's, and a category
    before what is below it.

    Args:
        book: whose release answers for the date.
        on: date of service.
        indexed: the terms of the official indexes, where there are any.
    """
    return build_index(_terms(book, on, indexed))


def _terms(book: CodeBook, on: dt.date | None, indexed: Iterable[IndexedTerm]) -> Iterator[Term]:
    titles = list(book.titles(on))
    known = {title.code: title for title in titles}
    lexicon: dict[frozenset[str], str] = {}
    for entry in entries():
        if entry.code in known:
            within = entry.within or _default_bound(entry.code)
            bag = bag_of(entry.term)
            lexicon.setdefault(frozenset(bag), entry.code)
            yield Term(entry.term, entry.code, within, "lexicon", bag)
    ignored = {
        frozenset(bag_of(row["words"]))
        for row in rows(table("nosology.coding.lexicon", "ignored.tsv"), ("words", "why"))
    }
    for term in index_terms(indexed, known, lexicon):
        if frozenset(term.words) not in ignored:
            yield term
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
