"""The side, where codes have one and the record none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from nosology.coding.queries.inquiry import Inquiry
from nosology.coding.queries.templates import Ask, templates
from nosology.model.code import CodeBook
from nosology.model.coding import Diagnosis
from nosology.model.record import Span

_CATEGORY = 3
_ASKED_STATUSES = ("Z44", "Z47", "Z89", "Z96")
"""Of the Z codes the side matters to care in these: amputations, prostheses, implanted joints."""


def laterality(inquiry: Inquiry) -> Iterator[Ask]:
    """Yield a question for each diagnosis whose side the record leaves open though codes have one.

    Source: ICD-10-CM Official Guidelines I.B.13.
    """
    template = templates()["laterality"]
    answers = tuple(option.text for option in template.options)
    asked: set[tuple[Span, ...]] = set()
    for diagnosis in inquiry.diagnoses:
        if not is_side_open(diagnosis, inquiry.book, inquiry.on):
            continue
        spans = documented(diagnosis)
        if spans not in asked:
            asked.add(spans)
            yield Ask(template, spans, answers, weight=template.weight)


def documented(diagnosis: Diagnosis) -> tuple[Span, ...]:
    """Return where the words stand that the diagnosis rests on first."""
    first = diagnosis.evidence[0]
    return (Span(first.start, first.end, first.document),)


def is_side_open(diagnosis: Diagnosis, book: CodeBook, on: dt.date | None) -> bool:
    """Return whether a neighbor of the code names the right side where this one names none."""
    printed = diagnosis.code[:6].rstrip("X")
    if diagnosis.code.startswith("Z") and not diagnosis.code.startswith(_ASKED_STATUSES):
        return False
    if len(printed) <= _CATEGORY or "unspecified" not in diagnosis.display.lower():
        return False
    titles = {title.display.lower() for title in book.subtree(printed[:-1], on)}
    return bool(_with_side(_printed_title(diagnosis, book, on)) & titles)


def _printed_title(diagnosis: Diagnosis, book: CodeBook, on: dt.date | None) -> str:
    """The title without what a seventh character adds."""
    listed = book.subtree(diagnosis.code[:6].rstrip("X"), on)
    return (listed[0].display if listed else diagnosis.display).lower()


def _with_side(title: str) -> frozenset[str]:
    """The titles that come of saying right where this one says unspecified."""
    parts = title.split("unspecified")
    return frozenset(
        "unspecified".join(parts[:place]) + "right" + "unspecified".join(parts[place:])
        for place in range(1, len(parts))
    )
