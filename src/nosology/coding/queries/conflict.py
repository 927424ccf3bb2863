"""Contradictions: a side against the other, a condition stated here and denied there."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.diagnoses.values import of_code
from nosology.coding.queries.inquiry import Inquiry, span_of
from nosology.coding.queries.laterality import documented
from nosology.coding.queries.templates import Ask, templates
from nosology.language.analytes import Direction
from nosology.model.reading import SectionKind, Token
from nosology.model.record import Span

_OPPOSITE = {"right": "left", "left": "right"}
_BOTH = frozenset({"both", "bilateral", "bilaterally"})
_BEFORE, _AFTER = 3, 4
_BREAKS = frozenset({",", ";", ".", ":", "(", "and", "or", "with", "but", "no", "not", "without"})
"""What ends the words that belong to a condition."""
_TOLD = frozenset(
    {
        SectionKind.CHIEF_COMPLAINT,
        SectionKind.HISTORY_OF_PRESENT_ILLNESS,
        SectionKind.PREOPERATIVE_DIAGNOSIS,
        SectionKind.POSTOPERATIVE_DIAGNOSIS,
        SectionKind.PROCEDURE,
        SectionKind.INDICATION,
        SectionKind.FINDINGS,
        SectionKind.IMPRESSION,
    }
)


def sides(inquiry: Inquiry) -> Iterator[Ask]:
    """Yield a question where the assessment names one side and the history only the other.

    Only statements of the same condition are compared, and only where each place names one side.
    """
    if not all(side in inquiry.lowered for side in _OPPOSITE):
        return
    template = templates()["side-conflict"]
    answers = tuple(option.text for option in template.options)
    for same in _sided(inquiry).values():
        assessed = [(item, side) for item, side in same if item.is_assessed]
        told = [(item, side) for item, side in same if item.kind in _TOLD and not item.is_assessed]
        named = {side for _, side in assessed}
        if len(named) != 1 or not told or not _has_sided_code(assessed[0][0], inquiry):
            continue
        if {side for _, side in told} == {_OPPOSITE.get(named.pop(), "")}:
            yield Ask(
                template,
                (_with_side(assessed[0][0]),),
                answers,
                (_with_side(told[0][0]),),
                weight=template.weight,
            )


def _sided(inquiry: Inquiry) -> dict[str, list[tuple[Statement, str]]]:
    """What the record states of the patient with a side, by the category of its code."""
    found: dict[str, list[tuple[Statement, str]]] = {}
    for item in inquiry.statements:
        if item.sense is Sense.PRESENT and (side := _side(item)):
            found.setdefault(item.concept[:3], []).append((item, side))
    return found


def _has_sided_code(item: Statement, inquiry: Inquiry) -> bool:
    return any(
        diagnosis.code.startswith(item.concept[:3])
        and any(side in diagnosis.display.lower() for side in _OPPOSITE)
        for diagnosis in inquiry.diagnoses
    )


def _side(item: Statement) -> str:
    """The side that stands with the statement: ``both`` for both, else empty."""
    words = {word for token in _around(item) for word in token.words}
    if words & _BOTH or _OPPOSITE.keys() <= words:
        return "both"
    return next((side for side in ("left", "right") if side in words), "")


def _around(item: Statement) -> tuple[Token, ...]:
    """The words of the statement, those right before it, and those after it up to a break."""
    tokens = item.reading.tokens
    sentence = item.reading.sentences[item.mention.sentence]
    first = max(item.mention.tokens[0] - _BEFORE, sentence.first_token)
    last = item.mention.tokens[-1] + 1
    end = last
    while end < min(last + _AFTER, sentence.last_token) and _BREAKS.isdisjoint(tokens[end].words):
        end += 1
    return tokens[first:end]


def _with_side(item: Statement) -> Span:
    """The statement with the words in which its side stands."""
    told = [token for token in _around(item) if _OPPOSITE.keys() & set(token.words)]
    return Span(
        min([item.mention.start, *(token.start for token in told)]),
        max([item.mention.end, *(token.end for token in told)]),
        item.reading.index,
    )


def statuses(inquiry: Inquiry) -> Iterator[Ask]:
    """Yield a question where one assessment states a reported diagnosis and another denies it.

    Where documents of two providers disagree, the attending provider is asked.
    """
    template = templates()["statement-conflict"]
    answers = tuple(option.text for option in template.options)
    assessed: dict[str, list[Statement]] = {}
    for item in inquiry.statements:
        if item.is_assessed:
            assessed.setdefault(item.concept, []).append(item)
    for concept, same in assessed.items():
        denied = [item for item in same if item.sense is Sense.ABSENT]
        if not denied or inquiry.knowledge.is_symptom(concept):
            continue
        stated = next((item for item in same if _gainsays(item, denied[0], inquiry)), None)
        if stated is not None:
            yield Ask(
                template, (stated.span,), answers, (_said(denied[0]),), weight=template.weight
            )


def _gainsays(item: Statement, denied: Statement, inquiry: Inquiry) -> bool:
    """Whether the statement says that the patient has what the other denies.

    In one document only a reported diagnosis that the assessment names does so; of two documents
    each may be right, whatever is reported.
    """
    if item.sense is not Sense.PRESENT or not item.is_named:
        return False
    if {_side(item), _side(denied)} == _OPPOSITE.keys():
        return False
    if item.reading.index != denied.reading.index:
        return True
    return item.mention.sentence != denied.mention.sentence and any(
        diagnosis.code.startswith(item.concept[:3]) for diagnosis in inquiry.diagnoses
    )


def usual_values(inquiry: Inquiry) -> Iterator[Ask]:
    """Yield a question for a diagnosis that is an abnormal value, where every value is usual.

    The code stays: it rests on the provider's statement (ICD-10-CM OCG I.A.19).
    """
    if not inquiry.measurements:
        return
    template = templates()["value-conflict"]
    answers = tuple(option.text for option in template.options)
    for diagnosis in inquiry.diagnoses:
        for relation in of_code(diagnosis.code):
            if not relation.defines:
                continue
            results = [
                (reading, item)
                for reading, item in inquiry.measurements
                if item.analyte == relation.analyte
            ]
            judged = [inquiry.judged(item) for _, item in results]
            if results and all(
                each is not None and each.direction is Direction.NORMAL for each in judged
            ):
                spans = tuple(span_of(reading, item) for reading, item in results)
                yield Ask(template, documented(diagnosis), answers, spans, weight=template.weight)


def _said(item: Statement) -> Span:
    """The denied statement with the word that denies it."""
    cues = [cue.start for cue in item.mention.context.cues if cue.kind == "negated"]
    start = min([item.mention.start, *cues])
    end = max([item.mention.end, *(cue.end for cue in item.mention.context.cues)])
    return Span(start, end, item.reading.index)
