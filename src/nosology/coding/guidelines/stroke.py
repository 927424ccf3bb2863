"""Chapter 9: a stroke in its episode: its score, its cause in a procedure, the transient attack."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.diagnoses.draft import Case, Draft, first, replaced
from nosology.coding.guidelines.cerebrovascular import PAST_DAYS, VISITS
from nosology.coding.guidelines.relation import of_draft, said_at, when
from nosology.coding.guidelines.wording import said_with
from nosology.coding.rules import because
from nosology.model.record import Span

_INFARCTION, _HISTORY = "I63", "Z8673"
_ATTACK = "G459"
_SCORE = re.compile(
    r"\b(?:NIHSS|NIH stroke scale|National Institutes? of Health Stroke Scale)(?:\s*\(NIHSS\))?"
    r"(?:\s+(?:score|total))*(?:\s+(?:of|was|is|on arrival|on admission|at presentation))*"
    r"\s*[:=]?\s*(?:(?:score|total)(?:\s+(?:of|was|is))?\s*[:=]?\s*)?(?P<score>\d{1,2})\b(?!\s?/\s?\d{1,2}/)",
    re.IGNORECASE,
)
_HIGHEST_SCORE = 42
_OF_PROCEDURE = re.compile(
    r"\b(?:due to|secondary to|caused by|complication of|complicating|resulting from)\s+"
    r"(?P<procedure>(?:[\w-]+\s+){0,4}?(?:surgery|procedure|operation|CABG|bypass|replacement"
    r"|endarterectomy|stenting|catheterization|angioplasty|repair)\b)",
    re.IGNORECASE,
)
_OF_HEART = re.compile(r"\b(?:CABG|coronary|cardiac|heart|valve|aortic)\b", re.IGNORECASE)
_DURING = re.compile(r"\bintra-?operative|\bintra-?procedural|\bduring\b", re.IGNORECASE)
_INTRAOPERATIVE, _POSTPROCEDURAL = "I9781", "I9782"
_THROMBOLYSIS = re.compile(
    r"\b(?:r?tPA|alteplase|tenecteplase|TNK(?:ase)?|thrombolytics?|thrombolysis)\b", re.IGNORECASE
)
_ELSEWHERE = re.compile(
    r"\b(?:outside (?:hospital|facility)|OSH|(?:another|other|referring"
    r"|transferring) (?:hospital|facility)"
    r"|prior to transfer|before transfer|then transferred|transferred (?:here|to us|for|from))\b",
    re.IGNORECASE,
)
_NOT_GIVEN = re.compile(
    r"\b(?:no|not|without|declined|deferred|contraindicat\w+|candidate"
    r"|outside (?:of )?(?:the )?window)\b",
    re.IGNORECASE,
)
_GIVEN_ELSEWHERE, _THROMBOLYZED = "Z9282", ("I63", "I21", "I22")


def stroke_of_procedure(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with a cerebral infarction that a procedure caused as its complication.

    The documentation must clearly give the procedure as the cause; ``postoperative`` alone does not
    (ICD-10-CM OCG I.C.9.c). The Tabular List asks for the infarction as an additional code.
    """
    stroke = first(drafts, _INFARCTION)
    if stroke is None or first(drafts, "I978"):
        return list(drafts)
    said = said_with(stroke, case)
    found = _OF_PROCEDURE.search(said)
    if found is None:
        return list(drafts)
    stem = _INTRAOPERATIVE if _DURING.search(said) else _POSTPROCEDURAL
    code = stem + ("0" if _OF_HEART.search(found["procedure"]) else "1")
    if not case.is_billable(code):
        return list(drafts)
    complication = replace(stroke, code=code).because("stroke-of-procedure")
    return replaced(drafts, stroke, complication, stroke)


def transient_attack(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with a transient ischemic attack of the past as history in a visit.

    Source: ICD-10-CM Official Guidelines I.C.9.d.3.
    """
    attack = first(drafts, _ATTACK)
    item = of_draft(attack, case) if attack and case.encounter.setting in VISITS else None
    if attack is None or item is None or not case.is_billable(_HISTORY):
        return list(drafts)
    told = when(item, case.on)
    is_past = told.days >= PAST_DAYS if told.days is not None else told.is_past
    if not is_past or told.is_now:
        return list(drafts)
    if first(drafts, _HISTORY):
        return [draft for draft in drafts if draft is not attack]
    return replaced(drafts, attack, replace(attack, code=_HISTORY).because("stroke-past"))


def stroke_score(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the first stroke scale score beside a cerebral infarction.

    Any clinician may document it (ICD-10-CM OCG I.B.14); the Tabular List asks at R29.7- to code
    the infarction first.
    """
    stroke = first(drafts, _INFARCTION)
    if stroke is None or first(drafts, "R297"):
        return list(drafts)
    for reading in case.readings:
        found = _SCORE.search(reading.text)
        if found and int(found["score"]) <= _HIGHEST_SCORE:
            code = f"R297{int(found['score']):02d}"
            if case.is_billable(code):
                span = Span(found.start(), found.end(), reading.index)
                score = Draft(code, (span,), (because("stroke-score"),), stroke.confidence * 0.9)
                return replaced(drafts, stroke, stroke, score)
    return list(drafts)


def thrombolysis_elsewhere(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the thrombolytic that another facility gave before the admission.

    Source: ICD-10-CM Official Guidelines I.C.21.c.3 and the Tabular List at Z92.82: behind the
    infarction of the brain or heart, on the record of the receiving facility.
    """
    infarction = first(drafts, *_THROMBOLYZED)
    if (
        infarction is None
        or first(drafts, _GIVEN_ELSEWHERE)
        or not case.is_billable(_GIVEN_ELSEWHERE)
    ):
        return list(drafts)
    for reading in case.readings:
        for found in _THROMBOLYSIS.finditer(reading.text):
            span = Span(found.start(), found.end(), reading.index)
            said = said_at(span, case)
            if _ELSEWHERE.search(said) and not _NOT_GIVEN.search(said):
                reason = (because("thrombolysis-elsewhere"),)
                return [*drafts, Draft(_GIVEN_ELSEWHERE, (span,), reason, 0.7)]
    return list(drafts)
