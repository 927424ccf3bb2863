"""The side, where codes have one and the record none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from nosology.coding.queries.inquiry import Inquiry
from nosology.coding.queries.templates import Ask, templates
from nosology.language.tokens import words_of
from nosology.model.code import CodeBook
from nosology.model.coding import Diagnosis
from nosology.model.record import Span

_CATEGORY = 3
_KNOWN: WeakKeyDictionary[CodeBook, dict[tuple[str, dt.date | None], bool]] = WeakKeyDictionary()
"""Whether codes leave their side open, as each book said on each day."""
_SIDES = frozenset({"right", "left", "bilateral", "bilaterally", "both"})
_AFTER = 3
"""How many words a side may stand before the site that it is of."""
_SAYING_NOTHING = frozenset({"unspecified", "disease", "disorder", "other", "side", "site"})


def open_sides(inquiry: Inquiry) -> Iterator[Ask]:
    """Yield a question for each diagnosis whose side the record leaves open though codes have one.

    Source: ICD-10-CM Official Guidelines I.B.13.
    """
    template = templates()["laterality"]
    answers = tuple(option.text for option in template.options)
    asked: set[tuple[Span, ...]] = set()
    for diagnosis in inquiry.diagnoses:
        if any(within.holds(diagnosis.code) for within in template.spares):
            continue
        if not _is_side_open(diagnosis.code, diagnosis.display, inquiry.book, inquiry.on):
            continue
        if _is_told(diagnosis, inquiry):
            continue
        spans = documented(diagnosis)
        if spans not in asked:
            asked.add(spans)
            yield Ask(template, spans, answers, weight=template.weight)


def _is_told(diagnosis: Diagnosis, inquiry: Inquiry) -> bool:
    """Whether the record does give a side, with the condition or with its site.

    A coder can see it there and need not ask.
    """
    title = frozenset(words_of(diagnosis.display)) - _SAYING_NOTHING
    spans = [Span(item.start, item.end, item.document) for item in diagnosis.evidence]
    for reading in inquiry.provided:
        own = [span for span in spans if span.document == reading.index]
        for sentence in reading.sentences:
            tokens = reading.tokens[sentence.first_token : sentence.last_token]
            is_own = any(sentence.start <= span.start < sentence.end for span in own)
            for at, token in enumerate(tokens):
                if _SIDES.isdisjoint(token.words):
                    continue
                near = tokens[at + 1 : at + 1 + _AFTER]
                if is_own or any(title & set(other.words) for other in near):
                    return True
    return False


def documented(diagnosis: Diagnosis) -> tuple[Span, ...]:
    """Return where the words stand that the diagnosis rests on first."""
    first = diagnosis.evidence[0]
    return (Span(first.start, first.end, first.document),)


def _is_side_open(code: str, display: str, book: CodeBook, on: dt.date | None) -> bool:
    """Whether a neighbor of the code names the right side where this one names none."""
    printed = code[:6].rstrip("X")
    if len(printed) <= _CATEGORY or "unspecified" not in display.lower():
        return False
    known = _KNOWN.setdefault(book, {})
    is_open = known.get((code, on))
    if is_open is None:
        titles = {title.display.lower() for title in book.subtree(printed[:-1], on)}
        is_open = bool(_with_side(_printed_title(printed, display, book, on)) & titles)
        known[code, on] = is_open
    return is_open


def _printed_title(printed: str, display: str, book: CodeBook, on: dt.date | None) -> str:
    """The title without what a seventh character adds."""
    listed = book.subtree(printed, on)
    return (listed[0].display if listed else display).lower()


def _with_side(title: str) -> frozenset[str]:
    """The titles that come of saying right where this one says unspecified."""
    parts = title.split("unspecified")
    return frozenset(
        "unspecified".join(parts[:place]) + "right" + "unspecified".join(parts[place:])
        for place in range(1, len(parts))
    )
