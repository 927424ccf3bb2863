"""Medicines of the plan for which the record names nothing that they are given for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nosology.coding.diagnoses.knowledge import Drug
from nosology.coding.queries.inquiry import Inquiry
from nosology.coding.queries.templates import Ask, templates
from nosology.model.code import CodeBook, dotted
from nosology.model.errors import NosologyError
from nosology.model.reading import Reading, SectionKind, Sentence
from nosology.model.record import Span

_PLAN = frozenset(
    {SectionKind.PLAN, SectionKind.ASSESSMENT_AND_PLAN, SectionKind.ASSESSMENT, SectionKind.ORDERS}
)
_GIVEN = re.compile(
    r"\b(?:continu|start|initiat|refill|resum|increas|decreas|titrat|prescrib|maintain)\w*",
    re.IGNORECASE,
)
_NOT_GIVEN = re.compile(
    r"\b(?:stop|hold|held|discontinu|avoid|allerg|consider|declin|not|if|prn|as needed)\w*\b",
    re.IGNORECASE,
)
_REASONED = re.compile(r"\b(?:for|to (?:help|treat|prevent|control)|because|given (?:her|his))\b")
_PREVENTION = "Given for prevention (please say of what)"
_AT_DISCHARGE = "discharge"
"""In the heading of a list of medicines that the stay ends with, and so continues or starts."""
_FAMILY = 2
"""Codes that begin alike so far are kin: a thyroid disease accounts for a thyroid hormone."""
_MOST_ANSWERS = 4


def unexplained_medicines(inquiry: Inquiry) -> Iterator[Ask]:
    """Yield a question for a medicine that is given for a chronic condition never named.

    Given are the medicines that the plan starts, changes or continues, and those that a stay ends
    with.

    Asked only of medicines whose most usual use is chronic, where no statement of the record
    is kin to any of them, and the plan itself gives no reason and stands under no problem.
    """
    template = templates()["treatment"]
    asked: set[tuple[str, ...]] = set()
    kin = {code[:_FAMILY] for code in inquiry.concepts}
    provided = {reading.index for reading in inquiry.provided}
    for drug, span in inquiry.medicines.named(_is_given, provided):
        if not drug.treats or drug.treats in asked or not _is_for_chronic(drug, inquiry):
            continue
        if any(code[:_FAMILY] in kin for code in drug.treats) or _is_reasoned(span, inquiry):
            continue
        asked.add(drug.treats)
        answers = (*_uses(drug, inquiry), _PREVENTION)
        yield Ask(template, (span,), answers, weight=template.weight)


def _is_given(reading: Reading, sentence: Sentence) -> bool:
    section = reading.sections[sentence.section]
    if section.kind is SectionKind.MEDICATIONS and _AT_DISCHARGE in section.title:
        said = reading.said(sentence)
        return not _NOT_GIVEN.search(said) and not _REASONED.search(said)
    if section.kind not in _PLAN:
        return False
    said = reading.said(sentence)
    return bool(_GIVEN.search(said)) and not _NOT_GIVEN.search(said) and not _REASONED.search(said)


def _is_for_chronic(drug: Drug, inquiry: Inquiry) -> bool:
    use = drug.treats[0]
    return inquiry.knowledge.is_chronic(use) or any(
        prefix.startswith(use) for prefix in inquiry.knowledge.chronic_prefixes
    )


def _is_reasoned(span: Span, inquiry: Inquiry) -> bool:
    """Whether a condition stands in the drug's sentence, or names the problem that it is under.

    An entry with a number of its own is under no problem, whatever stands above it.
    """
    for item in inquiry.statements:
        if item.reading.index != span.document:
            continue
        sentences = item.reading.sentences
        own = sentences[item.mention.sentence]
        if own.start <= span.start < own.end:
            return True
        if item.problem is not None and any(
            sentences[number].start <= span.start < sentences[number].end
            and not sentences[number].marker[:1].isdigit()
            for number in item.problem.sentences
        ):
            return True
    return False


def _uses(drug: Drug, inquiry: Inquiry) -> tuple[str, ...]:
    """The titles of what the drug is usually given for, neoplasms left out."""
    titles = [
        _title(code, inquiry.book, inquiry) for code in drug.treats if not code.startswith("C")
    ]
    return tuple(dict.fromkeys(title for title in titles if title))[:_MOST_ANSWERS]


def _title(code: str, book: CodeBook, inquiry: Inquiry) -> str:
    try:
        return book.lookup(dotted(code), inquiry.on).display.removeprefix("Other ").capitalize()
    except NosologyError:
        return ""
