"""The missed and the wrong codes of an evaluation, each with the text around it.

This is the one output of an evaluation that holds patient text, and it is made on request only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from nosology.evaluation.causes import (
    Cause,
    CodeTitles,
    Read,
    Senses,
    cause_of_missed,
    cause_of_wrong,
    counted,
)
from nosology.evaluation.run import Answered
from nosology.language.sections import SectionStage
from nosology.model.code import CodeBook, dotted
from nosology.model.encounter import Encounter
from nosology.model.errors import UnknownCode
from nosology.model.reading import Reading, Section, SectionKind
from nosology.model.record import Document, Span

AROUND = 70
"""Characters of text shown on either side."""

LEAST_SHARE = 0.25
"""Part of a title's words that a sentence must hold to be shown as the place of a missed code."""

_WORD = re.compile(r"[a-z][a-z'-]+|[0-9]+")
# Rough, since it only chooses what is shown: a part of a line up to a stop.
_SENTENCE = re.compile(r"[^\s.!?][^\n.!?]*[.!?]?")
_EMPTY_WORDS = (
    "a an and any as at by classified disease disorder due elsewhere encounter for from in "
    "initial into nec nos not of on or other part site specified than the to type unspecified "
    "with without"
)
_EMPTY = frozenset(_EMPTY_WORDS.split())


class MistakeKind(StrEnum):
    """What went wrong with a code."""

    MISSED = "missed"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A code that is only gold (missed) or only answered (wrong).

    Attributes:
        display: the code's title, or that the release has no such code.
        cause: what kind of decision differs from the coders'.
        section: kind of the section where the words stand; None where no words were found.
        span: the first evidence of a wrong code; for a missed one the sentence that holds most of
            the words of its title; None where there is none.
        before: text before the span, on one line.
        quote: the text of the span, on one line.
        after: text after it, on one line.
    """

    id: str
    kind: MistakeKind
    code: str
    display: str
    cause: Cause
    section: SectionKind | None = None
    span: Span | None = None
    before: str = ""
    quote: str = ""
    after: str = ""


def mistakes(answer: Answered, book: CodeBook, read: Read | None = None) -> Iterator[Mistake]:
    """Yield the note's missed codes and then its wrong ones, each in the order of the code set.

    Args:
        answer: the note with its codes and what was answered.
        book: the code set.
        read: tells what was read of the note; without it nothing counts as read.
    """
    encounter = answer.labeled.encounter
    labels = answer.labels
    missed_codes, wrong_codes = labels.gold - labels.answered, labels.answered - labels.gold
    titles = CodeTitles(book, encounter)
    senses: Senses = read(encounter) if read and missed_codes else {}
    for code in sorted(missed_codes):
        display, names = _names(code, encounter, book)
        span = _best_sentence(names, encounter)
        cause = cause_of_missed(code, wrong_codes, senses, titles)
        missed = Mistake(encounter.id, MistakeKind.MISSED, dotted(code), display, cause)
        yield _placed(missed, span, encounter)
    for item in sorted(answer.coding.icd10cm, key=lambda item: item.code):
        if item.code in wrong_codes:
            piece = item.evidence[0] if item.evidence else None
            span = Span(piece.start, piece.end, piece.document) if piece else None
            cause = cause_of_wrong(item.code, missed_codes, titles)
            wrong = Mistake(encounter.id, MistakeKind.WRONG, dotted(item.code), item.display, cause)
            yield _placed(wrong, span, encounter)


def by_cause(listed: Sequence[Mistake]) -> dict[Cause, list[Mistake]]:
    """Return the mistakes under their cause, the cause with the most first."""
    return {
        cause: [mistake for mistake in listed if mistake.cause is cause]
        for cause in counted(mistake.cause for mistake in listed)
    }


def sections_of(document: Document) -> tuple[Section, ...]:
    """Return the sections that cover the document."""
    return SectionStage()(Reading(document)).sections


def _placed(mistake: Mistake, span: Span | None, encounter: Encounter) -> Mistake:
    if span is None:
        return mistake
    document = encounter.record.documents[span.document]
    text = document.text
    section = next(
        (part for part in sections_of(document) if part.start <= span.start < part.end), None
    )
    return replace(
        mistake,
        section=section.kind if section else SectionKind.BODY,
        span=span,
        before=_one_line(text[max(0, span.start - AROUND) : span.start]),
        quote=_one_line(span.quote(text)),
        after=_one_line(text[span.end : span.end + AROUND]),
    )


def _names(code: str, encounter: Encounter, book: CodeBook) -> tuple[str, tuple[str, ...]]:
    """The title of a gold code and the names under which the text may have it."""
    try:
        found = book.lookup(code, encounter.date_of_service)
    except UnknownCode:
        return "not a code of the release", ()
    return found.display, (found.display, *(term.text for term in found.inclusion_terms))


def _best_sentence(names: Sequence[str], encounter: Encounter) -> Span | None:
    wanted = [words for name in names if (words := _words(name))]
    best, best_share = None, 0.0
    for index, document in enumerate(encounter.record.documents):
        for sentence in _SENTENCE.finditer(document.text):
            present = _words(sentence.group())
            for words in wanted:
                share = len(words & present) / len(words)
                if share >= LEAST_SHARE and share > best_share:
                    best, best_share = Span(sentence.start(), sentence.end(), index), share
    return best


def _words(text: str) -> frozenset[str]:
    # An ending is cut so that plurals meet; this only chooses what to show, never a code.
    return frozenset(
        word.removesuffix("s") for word in _WORD.findall(text.lower()) if word not in _EMPTY
    )


def _one_line(text: str) -> str:
    # A control character of a note could steer the terminal that the listing is read on.
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
