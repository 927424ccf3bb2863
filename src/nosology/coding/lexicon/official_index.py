"""Terms of the official index, where the user has installed it, as far as notes are read by them.

The Index is written for a coder who has understood the record: its terms name a condition because
somebody has already decided that there is one. Found in a sentence many of them do not (``Lesion,
cardia``, ``Absence, eye``), so a term is taken only where its words leave no doubt what they name
and its code does not depend on what they leave open; the tables beside this module say what is left
out. The lexicon's own entries are never contradicted: where one has the same words, or some of them
and leads to the same place, the Index adds nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from typing import Protocol

from nosology.coding.lexicon.bags import bag_of
from nosology.language.terms import Term
from nosology.model.code import EXTERNAL_CAUSES, Title
from nosology.model.tables import rows, table

ORIGIN = "index"
"""The origin of the terms."""

type Bag = frozenset[str]

_PACKAGE = "nosology.coding.lexicon"
_CATEGORY = 3
_LONGEST = 7
_BEGINNING = 4
_SHORTEST_NAME = 5
_MARKS = re.compile(r"\([^)]*\)|\[[^\]]*\]|\b(?:NEC|NOS)\b")
_OPEN = re.compile(
    r"\b(?:specified|unspecified|other|unknown|classified elsewhere|multiple sites?|type|any|care"
    r"|without|not|no|none|non|absence of)\b",
    re.IGNORECASE,
)
"""What no note says (``specified site NEC``), or what is told by what is not there."""
_ANYWHERE = re.compile(r"unspecified (?:site|body region)|site unspecified")
_NEOPLASMS = ("C", "D0", "D1", "D2", "D3", "D4")
_ILL_DEFINED = ("C76", "C80")
_NOT_BY_WORDS = (*EXTERNAL_CAUSES, "Z", *(f"R{number}" for number in range(70, 98)), "R99")
"""External causes and reasons for encounters, which the guidelines decide by more than words, and
abnormal findings, which are coded where a clinician says what they mean (ICD-10-CM OCG III.B)."""
_CIRCUMSTANCES = ("O", "P", "Q")
"""Chapters of who or when: pregnancy, the newborn, what is congenital."""
_SAYS_SO = {
    "O": frozenset({"pregnancy", "puerperal", "obstetric", "obstetrical", "labor", "postpartum"}),
    "P": frozenset({"newborn", "neonatal", "perinatal", "birth", "congenital"}),
    "Q": frozenset({"congenital"}),
}
_OWN_SHARE = 0.9
"""From this share of a main term's codes on, its chapter is what the main term means anyway."""
_SIDES = frozenset({"right", "left", "bilateral", "unilateral"})
"""Chosen afterwards, by the words around the term."""
_ABBREVIATION = re.compile(r"\b[A-Z]{2,}\b")
"""Spelled out in notes, and not always as the Index means it."""
_SOME_DISEASE = re.compile(r"\b(?:disease|disorder|condition)s?\b.*\bunspecified\b")
_SAYS_DISEASE = ("disease", "disorder", "condition", "pathy")
_NAMELESS = frozenset({"syndrome", "disease", "fever", "day", "three", "seven"})


class IndexedTerm(Protocol):
    """A term of the index, as it is handed in."""

    @property
    def table(self) -> str:
        """Whose term it is: ``diseases``, ``neoplasm``, ``drug`` or ``external-cause``."""
        ...

    @property
    def titles(self) -> tuple[str, ...]:
        """From the main term down, without nonessential modifiers."""
        ...

    @property
    def code(self) -> str:
        """Without a dot; a hyphen at its end where characters are missing."""
        ...

    @property
    def manifestation(self) -> str:
        """The second code of a pair; empty where there is none."""
        ...

    @property
    def column(self) -> str:
        """Of a table, by its name; empty elsewhere."""
        ...


def index_terms(
    indexed: Iterable[IndexedTerm], titles: Mapping[str, Title], lexicon: Mapping[Bag, str]
) -> Iterator[Term]:
    """Yield the terms of the index that a note is read by, in the index's order.

    Where the same words lead to codes of which none holds the others, they lead nowhere.

    Args:
        indexed: the terms of the index.
        titles: the release's codes, without dots, by which the index's are verified.
        lexicon: the words of the lexicon's terms, with the code of each.
    """
    led = _by_word({bag: code for bag, code in lexicon.items() if bag})
    for bag, leads in _leads(list(indexed), titles).items():
        code = _one_of(leads)
        if code is not None and bag not in lexicon and not _is_implied(bag, code, led):
            within = code[:-1] if len(code) > _CATEGORY else code
            yield Term(leads[code].text, code, within, ORIGIN, leads[code].words)


@dataclass(frozen=True, slots=True)
class _Wording:
    text: str
    words: tuple[str, ...]


def _leads(
    indexed: list[IndexedTerm], titles: Mapping[str, Title]
) -> dict[Bag, dict[str, _Wording]]:
    """Every bag of words that the index gives -> the codes that it leads to."""
    own = _chapters_of_main_terms(indexed)
    found: dict[Bag, dict[str, _Wording]] = {}
    for term in indexed:
        code = term.code.rstrip("-")
        title = titles.get(code)
        if title is None or not _is_taken(term) or not _is_told_by_words(title):
            continue
        for parts in _wordings(term):
            words = bag_of(" ".join(parts))
            bag = frozenset(words)
            if _names_something(bag, term) and _says_enough(bag, term, title, own):
                found.setdefault(bag, {}).setdefault(code, _Wording(", ".join(parts), words))
    return found


def _is_taken(term: IndexedTerm) -> bool:
    if term.manifestation or term.table == "external-cause":
        # One code of a pair would be half of the answer: its two conditions are read by themselves.
        return False
    if term.column:
        return term.column in _columns()
    subterms = _subterms(term.titles[0])
    is_left_out = subterms == "too" or (subterms == "kept" and len(term.titles) == 1)
    return not is_left_out and not any(
        _OPEN.search(title) or _ABBREVIATION.search(_MARKS.sub("", title)) for title in term.titles
    )


def _is_told_by_words(title: Title) -> bool:
    """Whether the words that lead to the code can be all that it says.

    Codes of no or an ill-defined site are given for want of one; to a growth named by its tissue
    alone the Index gives such a code too, and a note says the site elsewhere.
    """
    display = title.display.lower()
    is_anywhere = _ANYWHERE.search(display) or (
        title.code.startswith(_NEOPLASMS) and "unspecified" in display
    )
    return not title.code.startswith((*_NOT_BY_WORDS, *_ILL_DEFINED)) and not is_anywhere


def _wordings(term: IndexedTerm) -> Iterator[tuple[str, ...]]:
    """Yield the ways to say a term: of a main term its first form, below it every form."""
    titles = [_MARKS.sub(" ", title).strip() for title in term.titles]
    below = [_forms(title) for title in titles[1:]]
    if not term.column:
        yield from product((_first_form(titles[0]),), *below)
    elif term.table == "neoplasm":
        yield from product(_columns()[term.column], *below)
    else:
        yield from product(_columns()[term.column], (titles[0],), *below)


def _forms(title: str) -> tuple[str, ...]:
    """The forms of a title that gives several of one word: ``calculus, calculi``."""
    forms = tuple(part.strip() for part in title.split(",") if part.strip())
    beginning = forms[0][:_BEGINNING].lower() if forms else ""
    if all(" " not in form and form.lower().startswith(beginning) for form in forms):
        return forms
    return (title,)


def _first_form(title: str) -> str:
    return (_forms(title) or (title,))[0]


def _names_something(bag: Bag, term: IndexedTerm) -> bool:
    """Whether the words tell one condition from others."""
    if not bag or len(bag) > _LONGEST or not bag.isdisjoint(_SIDES):
        return False
    if len(bag) == 1:
        (word,) = bag
        return len(term.titles) == 1 and word.endswith(_endings())
    return bool(bag - _NAMELESS) and any(len(word) >= _SHORTEST_NAME for word in bag - _NAMELESS)


def _chapters_of_main_terms(indexed: list[IndexedTerm]) -> dict[tuple[str, str], float]:
    """Main term and first letter of a code -> the share of its codes that begin with the letter."""
    counts: Counter[tuple[str, str]] = Counter()
    totals: Counter[str] = Counter()
    for term in indexed:
        if not term.column:
            counts[term.titles[0], term.code[0]] += 1
            totals[term.titles[0]] += 1
    return {key: count / totals[key[0]] for key, count in counts.items()}


def _says_enough(
    bag: Bag, term: IndexedTerm, title: Title, own: Mapping[tuple[str, str], float]
) -> bool:
    """Whether the words say what the code takes for granted.

    That it is congenital or of pregnancy, where the main term is not of that chapter; or that there
    is a disease, where the code says no more (*Strain, heart* leads to a heart disease).
    """
    letter = term.code[0]
    if letter in _CIRCUMSTANCES and own.get((term.titles[0], letter), 0.0) < _OWN_SHARE:
        return not bag.isdisjoint(_SAYS_SO[letter])
    return not _SOME_DISEASE.search(title.display.lower()) or any(
        word.endswith(_SAYS_DISEASE) for word in bag
    )


def _one_of(leads: Mapping[str, _Wording]) -> str | None:
    """The code that holds all the others, or None."""
    first = min(leads, key=len)
    return first if all(code.startswith(first) for code in leads) else None


def _by_word(lexicon: Mapping[Bag, str]) -> dict[str, list[tuple[Bag, str]]]:
    """The lexicon's bags, each under the one of its words that the fewest have."""
    frequency = Counter(word for bag in lexicon for word in bag)
    led: dict[str, list[tuple[Bag, str]]] = {}
    for bag, code in lexicon.items():
        led.setdefault(min(bag, key=lambda word: (frequency[word], word)), []).append((bag, code))
    return led


def _is_implied(bag: Bag, code: str, led: Mapping[str, list[tuple[Bag, str]]]) -> bool:
    """Whether a shorter term of the lexicon leads to the same place, or above or below it."""
    return any(
        part < bag and (known.startswith(code) or code.startswith(known))
        for word in bag
        for part, known in led.get(word, ())
    )


@lru_cache(maxsize=1 << 14)
def _subterms(main_term: str) -> str | None:
    """Whether the subterms of a main term that is left out are too; None where it is not."""
    return _left_out().get(frozenset(bag_of(_first_form(main_term))))


@cache
def _left_out() -> dict[Bag, str]:
    """The words of main terms that are left out -> whether their subterms are ``too``."""
    listed = rows(table(_PACKAGE, "index_left_out.tsv"), ("main_term", "subterms", "why"))
    return {frozenset(bag_of(row["main_term"])): row["subterms"] for row in listed}


@cache
def _columns() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in rows(table(_PACKAGE, "index_columns.tsv"), ("column", "phrase", "source")):
        found[row["column"]] = (*found.get(row["column"], ()), row["phrase"])
    return found


@cache
def _endings() -> tuple[str, ...]:
    listed = rows(table(_PACKAGE, "index_endings.tsv"), ("ending", "says"))
    return tuple(row["ending"] for row in listed)
