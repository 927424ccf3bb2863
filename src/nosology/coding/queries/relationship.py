"""Whether a condition after a procedure is a complication of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.queries.inquiry import Inquiry
from nosology.coding.queries.templates import Ask, templates
from nosology.model.code_ranges import CodeRange
from nosology.model.record import Span
from nosology.model.tables import settings

_REACH = 24
_AFTER = "post"
"""What every word has that sets a condition after a procedure; a quick look before reading."""


@cache
def _words() -> tuple[tuple[CodeRange, ...], re.Pattern[str], re.Pattern[str]]:
    read = settings("nosology.coding.queries", "relationship.toml")
    ranges = tuple(CodeRange.parse(code) for code in read["conditions"])
    after = re.compile("|".join(read["after_procedure"]), re.IGNORECASE)
    related = re.compile("|".join(read["related"]), re.IGNORECASE)
    return ranges, after, related


def complications(inquiry: Inquiry) -> Iterator[Ask]:
    """Yield a question for a condition called postoperative without a word on what caused it.

    A complication is coded only where the provider states that it is one (ICD-10-CM OCG I.B.16).
    """
    if _AFTER not in inquiry.lowered:
        return
    template = templates()["complication"]
    answers = tuple(option.text for option in template.options)
    asked: set[str] = set()
    for item in inquiry.statements:
        if item.sense is not Sense.PRESENT or item.concept[:3] in asked:
            continue
        span = _postoperative(item)
        if span is not None:
            asked.add(item.concept[:3])
            yield Ask(template, (span,), answers, weight=template.weight)


def _postoperative(item: Statement) -> Span | None:
    """Where the condition stands with the word that sets it after a procedure, or None."""
    ranges, after, related = _words()
    sentence = item.reading.sentences[item.mention.sentence]
    start = max(sentence.start, item.mention.start - _REACH)
    found = after.search(item.reading.text, start, item.mention.end)
    if found is None or related.search(item.said):
        return None
    if not any(within.holds(item.concept) for within in ranges):
        return None
    return Span(min(found.start(), item.mention.start), item.mention.end, item.reading.index)
