"""What every term of the indexes may be typed as, with the code that it leads to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from nosology.codesets.index.data_sets import COLUMNS, Table
from nosology.codesets.index.listing import Leads
from nosology.codesets.index.terms import Term
from nosology.codesets.index.words import forms, split
from nosology.codesets.release import Rows

# A nonessential modifier longer than this explains; nobody types it.
_LONGEST_MODIFIER = 3
# What says that other terms are closer; it is not typed either.
_MARKS = frozenset({"nec", "nos"})


def index_wordings(rows: Rows, on: dt.date | None = None) -> Iterator[tuple[str, str]]:
    """Yield wording and code for each term of the installed ICD-10-CM indexes and tables.

    A wording is the words of the titles from the main term down, in lower case, without commas and
    other marks, ``abnormal blood pressure elevated``, joining words kept. A term has one; one more
    as its titles are printed, where these give several forms or end in NEC (``abnormal abnormality
    abnormalities blood pressure elevated``); and one more for each of its own short nonessential
    modifiers, which follows it (``abasia hysterical``). A row of a table has one for each column
    that holds a code, followed by the column (``neoplasm breast benign``, ``aspirin adverse
    effect``).

    A code has no dot and may end in a hyphen, which says that characters are missing. Of a pair of
    codes it is the first. A term that refers to another (*see*) has the code of that one, where the
    reference leads to one term. Wordings may repeat, with another code.

    Args:
        rows: puts a question to the store.
        on: date of service, by which the edition is chosen; the newest without it.
    """
    leads = Leads.read(rows, on)
    for name, terms in leads.terms.items():
        yield from _of_table(name, terms, leads)


def _of_table(
    name: Table,
    terms: Sequence[Term],
    leads: Leads,
) -> Iterator[tuple[str, str]]:
    above: list[tuple[str, str]] = []
    for term in terms:
        del above[term.level :]
        above.append(_written(term.title))
        typed = " ".join(filter(None, (short for short, _ in above)))
        full = " ".join(filter(None, (whole for _, whole in above)))
        for ending, code in _codes(name, term, leads):
            wordings = dict.fromkeys((typed, full, *_with_modifiers(typed, term)))
            for wording in wordings:
                yield f"{wording} {ending}".strip(), code


def _written(title: str) -> tuple[str, str]:
    """Return the title as it is typed, in its first form, and the title as it is printed."""
    typed = forms(title)
    first = typed[1] if len(typed) > 1 else None
    words = first or [word for word in split(title) if word not in _MARKS]
    return " ".join(words), " ".join(split(title))


def _with_modifiers(typed: str, term: Term) -> Iterator[str]:
    for modifier in term.modifiers:
        words = split(modifier)
        # What is glued to its word, as the (s) of a plural, is no word.
        if words and len(words) <= _LONGEST_MODIFIER and len("".join(words)) > 2:
            yield f"{typed} {' '.join(words)}"


def _codes(name: Table, term: Term, leads: Leads) -> Iterator[tuple[str, str]]:
    """Yield what follows the wording, and the code, for each code that a term leads to."""
    for lead in leads.of(name, term):
        if lead.table is None or lead.column is None:
            yield "", lead.code
        else:
            yield COLUMNS[lead.table][lead.column].words[0].replace("-", " "), lead.code
