"""Contradictions: a side against the other, a condition stated here and denied there."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.diagnoses.values import of_code
from nosology.coding.queries.inquiry import Inquiry, span_of
from nosology.coding.queries.laterality import documented
from nosology.coding.queries.templates import Ask, templates
from nosology.language.analytes import Direction
from nosology.model.reading import SectionKind
from nosology.model.record import Span

_OPPOSITE = {"right": "left", "left": "right"}
_BOTH = frozenset({"both", "bilateral", "bilaterally"})
_BEFORE = 3
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
    asked: set[str] = set()
    for assessed in inquiry.statements:
        if not (assessed.is_assessed and assessed.is_named and assessed.sense is Sense.PRESENT):
            continue
        own = _side(assessed)
        if own not in _OPPOSITE or assessed.concept in asked:
            continue
        if not _has_sided_code(assessed, inquiry):
            continue
        told = [
            (item, side)
            for item in inquiry.statements
            if item.concept[:3] == assessed.concept[:3]
            and item is not assessed
            and item.sense is Sense.PRESENT
            and (side := _side(item))
        ]
        opposite = [item for item, side in told if side == _OPPOSITE[own] and _is_told(item)]
        if opposite and all(side == _OPPOSITE[own] for _, side in told):
            asked.add(assessed.concept)
            yield Ask(
                template,
                (_with_side(assessed),),
                answers,
                (_with_side(opposite[0]),),
                weight=template.weight,
            )


def _has_sided_code(item: Statement, inquiry: Inquiry) -> bool:
    return any(
        diagnosis.code.startswith(item.concept[:3])
        and any(side in diagnosis.display.lower() for side in _OPPOSITE)
        for diagnosis in inquiry.diagnoses
    )


def _is_told(item: Statement) -> bool:
    return item.kind in _TOLD and not item.is_assessed


def _side(item: Statement) -> str:
    """The side that stands in the statement or right before it: ``both`` for both, else empty."""
    tokens = item.reading.tokens
    first = max(
        item.mention.tokens[0] - _BEFORE,
        item.reading.sentences[item.mention.sentence].first_token,
    )
    words = {word for token in tokens[first : item.mention.tokens[-1] + 1] for word in token.words}
    if words & _BOTH or _OPPOSITE.keys() <= words:
        return "both"
    return next((side for side in ("left", "right") if side in words), "")


def _with_side(item: Statement) -> Span:
    """The statement with the words before it in which its side stands."""
    sentence = item.reading.sentences[item.mention.sentence]
    first = max(item.mention.tokens[0] - _BEFORE, sentence.first_token)
    for token in item.reading.tokens[first : item.mention.tokens[0]]:
        if _OPPOSITE.keys() & set(token.words):
            return Span(token.start, item.mention.end, item.reading.index)
    return item.span


def statuses(inquiry: Inquiry) -> Iterator[Ask]:
    """Yield a question where one assessment states a reported diagnosis and another denies it.

    Where documents of two providers disagree, the attending provider is asked.
    """
    template = templates()["statement-conflict"]
    answers = tuple(option.text for option in template.options)
    asked: set[str] = set()
    for denied in inquiry.statements:
        if denied.sense is not Sense.ABSENT or not denied.is_assessed or denied.concept in asked:
            continue
        if inquiry.knowledge.is_symptom(denied.concept):
            continue
        stated = next(
            (item for item in inquiry.statements if _gainsays(item, denied, inquiry)), None
        )
        if stated is not None:
            asked.add(denied.concept)
            yield Ask(template, (stated.span,), answers, (_said(denied),), weight=template.weight)


def _gainsays(item: Statement, denied: Statement, inquiry: Inquiry) -> bool:
    """Whether the statement says that the patient has what the other denies.

    In one document only a reported diagnosis that the assessment names does so; of two documents
    each may be right, whatever is reported.
    """
    if (
        item.concept != denied.concept
        or item.sense is not Sense.PRESENT
        or not (item.is_assessed and item.is_named)
    ):
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
