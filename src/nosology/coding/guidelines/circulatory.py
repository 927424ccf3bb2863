"""Chapter 9: hypertension with heart and kidney disease, its crisis and what it is secondary to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.diagnoses.draft import Case, Draft, first, moved_before, replaced
from nosology.coding.diagnoses.specificity import Support, content_words
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.guidelines.relation import (
    CAUSES,
    are_unrelated,
    beside,
    causes_of,
    of_draft,
)
from nosology.coding.guidelines.wording import said_with
from nosology.coding.rules import because
from nosology.model.record import Span

_LATE_STAGES = ("N185", "N186")
_PRIMARY = ("I10", "I11", "I12", "I13")
_FAILURE, _KIDNEY = "I50", "N18"
_SAYS_FAILURE = frozenset({"I110", "I130", "I132"})
_SAYS_HEART, _SAYS_KIDNEY = ("I11", "I13"), ("I12", "I13")
_SAYS_LATE = frozenset({"I120", "I1311", "I132"})
_HEART_DISEASE = ("I514", "I515", "I517", "I5189", "I519")
"""Heart conditions beside heart failure that are part of hypertensive heart disease."""
_HELD = (
    (("I12", "I13"), "N18", "N189", "chronic kidney disease"),
    (("I110", "I130", "I132"), "I50", "I509", "heart failure"),
)
"""Combination codes with the category that they ask for, its open code and the term of that."""
_UNSPECIFIED_HEART = "I519"
_NAMED_HEART = ("I0", "I20", "I21", "I22", "I24", "I25", "I3", "I4", "Q2")
_CRISIS, _HYPERTENSIVE = "I16", ("I10", "I11", "I12", "I13", "I15", "I1A")
_CHRONIC_IN_PREGNANCY = ("O10", "O11", "O13", "O14", "O16")
_NAMED = "hypertension"
_DUE = re.compile(CAUSES, re.IGNORECASE)
_WITH_CAUSE = ("I15", "I271", "I272")
_ARREST, _ARREST_OF_HEART, _ARREST_OTHER = "I469", "I462", "I468"
_RHYTHMS = ("I44", "I45", "I47", "I490", "I499", "I441", "I442")
_NAMED_AFTER = re.compile(r"\s*(?:/|-|,|\band\b|\bwith\b)?\s*", re.IGNORECASE)
_OF_HEART = ("I0", "I1", "I2", "I3", "I40", "I41", "I42", "I43", "I44", "I45", "I47", "I48", "I49")
_HEART = (*_OF_HEART, "I5", "Q20", "Q21", "Q22", "Q23", "Q24")


def hypertension(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with I10 as I11, I12 or I13 where heart disease or CKD is coded too.

    The Guidelines presume the relation unless the record says that the conditions are unrelated
    (ICD-10-CM OCG I.C.9.a.1 to 3). The combination code stands before the condition, which the
    Tabular List asks for as an additional code at I11.0, I12.- and I13.-; a heart condition of
    I51.- is part of I11.9 and I13.1-, which the Excludes1 note at I51 says.
    """
    pressures = [draft for draft in drafts if draft.code.startswith(_PRIMARY)]
    if not pressures:
        return list(drafts)
    pressure = pressures[0]
    failure, kidney, heart = (
        _related(drafts, codes, pressure, case)
        for codes in ((_FAILURE,), (_KIDNEY,), _HEART_DISEASE)
    )
    said = {draft.code for draft in pressures}
    code, rule = _hypertensive(
        has_failure=bool(failure or said & _SAYS_FAILURE),
        has_heart_disease=bool(heart or any(item.startswith(_SAYS_HEART) for item in said)),
        has_kidney_disease=bool(kidney or any(item.startswith(_SAYS_KIDNEY) for item in said)),
        is_late=bool((kidney and kidney.code.startswith(_LATE_STAGES)) or said & _SAYS_LATE),
    )
    if said == {code} and heart is None and len(pressures) == 1:
        return list(drafts)
    if not case.is_billable(code):
        return list(drafts)
    partners = [draft for draft in (failure, kidney, heart) if draft]
    combined = replace(
        pressure,
        code=code,
        support=tuple(span for draft in (*pressures, *partners) for span in draft.support),
    )
    if rule:
        combined = combined.because(rule)
    kept = [draft for draft in drafts if draft not in pressures[1:] and draft is not heart]
    result = replaced(kept, pressure, combined)
    for partner in (failure, kidney):
        if partner:
            result = moved_before(result, combined, partner)
    return result


def _related(
    drafts: Sequence[Draft], codes: tuple[str, ...], pressure: Draft, case: Case
) -> Draft | None:
    """The first draft of the codes, unless the record says that hypertension is not its cause."""
    found = first(drafts, *codes)
    if found is None or are_unrelated(found.code[:3], pressure.code[:3], case):
        return None
    return found


def _hypertensive(
    *, has_failure: bool, has_heart_disease: bool, has_kidney_disease: bool, is_late: bool
) -> tuple[str, str]:
    """The one code of hypertension with all that goes with it, and the rule."""
    if has_kidney_disease and has_failure:
        return ("I132" if is_late else "I130"), "hypertension-with-heart-and-kidney-disease"
    if has_kidney_disease and has_heart_disease:
        return ("I1311" if is_late else "I1310"), "hypertension-with-heart-and-kidney-disease"
    if has_kidney_disease:
        return ("I120" if is_late else "I129"), "hypertension-with-kidney-disease"
    if has_failure:
        return "I110", "hypertension-with-heart-failure"
    return ("I119", "hypertension-with-heart-disease") if has_heart_disease else ("I10", "")


def hypertensive_partners(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the heart failure and kidney disease that a combination code holds.

    I11.0, I12.- and I13.- say that there is one; the Tabular List asks for the type or stage
    (ICD-10-CM OCG I.C.9.a.1 to 3).
    """
    result = list(drafts)
    for draft in drafts:
        for codes, category, concept, term in _HELD:
            if not draft.code.startswith(codes) or first(result, category):
                continue
            choices = case.specificity.choose(
                concept, category, content_words(term), Support(draft.words)
            )
            if choices and case.is_billable(choices[0].title.code):
                held = replace(
                    draft,
                    code=choices[0].title.code,
                    rationale=(because("additional-code", f"({draft.code})"),),
                    words=frozenset(),
                )
                result = replaced(result, draft, draft, held)
    return result


def heart_disease_by_name(drafts: Sequence[Draft], _case: Case) -> list[Draft]:
    """Return the drafts without an unspecified heart disease beside one that is named.

    Source: ICD-10-CM Official Guidelines I.B.2 and I.B.18.
    """
    named = first(drafts, *_NAMED_HEART)
    if named is None or not any(draft.code == _UNSPECIFIED_HEART for draft in drafts):
        return list(drafts)
    kept = [draft for draft in drafts if draft.code != _UNSPECIFIED_HEART]
    return replaced(kept, named, named.because("more-specific-coded"))


def hypertensive_crisis(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the hypertension that the record names beside a hypertensive crisis.

    Source: ICD-10-CM Official Guidelines I.C.9.a.10: any identified hypertensive disease is coded
    also; a crisis by itself identifies none.
    """
    crisis = first(drafts, _CRISIS)
    if crisis is None:
        return list(drafts)
    # A hypertension that only the words of the crisis say is not identified.
    kept = [draft for draft in drafts if draft.code != "I10" or draft.support != crisis.support]
    if first(kept, *_HYPERTENSIVE, *_CHRONIC_IN_PREGNANCY):
        return kept
    named = next(
        (
            item
            for item in case.statements
            if item.concept == "I10" and item.sense in (Sense.PRESENT, Sense.PAST)
        ),
        None,
    )
    if named is None or not case.is_billable("I10"):
        return kept
    disease = Draft(
        "I10", (named.span, *crisis.support), (because("hypertensive-crisis"),), crisis.confidence
    )
    return replaced(kept, crisis, crisis, disease)


def secondary_hypertension(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the stated cause of a secondary or pulmonary hypertension.

    Two codes are required; which is first follows the reason for the encounter, so that the order
    of the record stays (ICD-10-CM OCG I.C.9.a.6 and I.C.9.a.11).
    """
    result = list(drafts)
    for draft in drafts:
        if not draft.code.startswith(_WITH_CAUSE):
            continue
        stated = [
            (assigned.code, cause.span)
            for cause in causes_of(draft, case)
            if not cause.concept.startswith(_WITH_CAUSE)
            for assigned in case.assignment.codes(cause)
        ] or _named_within(draft, case)
        for code, span in stated:
            if not any(item.code[:3] == code[:3] for item in result) and case.is_billable(code):
                added = Draft(
                    code,
                    (span,),
                    (because("hypertension-secondary"),),
                    draft.confidence * 0.9,
                    place=draft.place,
                )
                result = replaced(result, draft, draft, added)
    return result


def _named_within(draft: Draft, case: Case) -> list[tuple[str, Span]]:
    """The cause that the term itself names (``hypertension due to renal artery stenosis``)."""
    if not _DUE.search(said_with(draft, case)):
        return []
    entries = case.index.within(draft.words - {_NAMED})
    fullest = max(entries, key=lambda entry: (len(case.index.bag(entry)), -entry), default=None)
    if fullest is None:
        return []
    term = case.index.term(fullest)
    if term.concept.startswith(("I1", "I27", "Z", "R")):
        return []
    choices = case.specificity.choose(
        term.concept, term.within, content_words(term.text), Support(draft.words)
    )
    return [(choice.title.code, draft.support[0]) for choice in choices]


def _rhythm_of(arrest: Draft, case: Case) -> list[Statement]:
    """The arrhythmia that the arrest is named after (VF arrest, arrest with pulseless VT)."""
    item = of_draft(arrest, case)
    if item is None:
        return []
    text = item.reading.text
    return [
        other
        for other in beside(item, case)
        if other.sense is Sense.PRESENT
        and other.concept.startswith(_RHYTHMS)
        and _NAMED_AFTER.fullmatch(
            text[other.mention.end : item.mention.start]
            if other.mention.end <= item.mention.start
            else text[item.mention.end : other.mention.start]
        )
    ]


def cardiac_arrest(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with a cardiac arrest of stated cause behind that cause.

    The Tabular List divides I46 by the underlying condition and asks to code it first at I46.2 and
    I46.8.
    """
    arrest = next((draft for draft in drafts if draft.code == _ARREST), None)
    if arrest is None:
        return list(drafts)
    for cause in (*causes_of(arrest, case), *_rhythm_of(arrest, case)):
        underlying = next((draft for draft in drafts if draft.code[:3] == cause.concept[:3]), None)
        code = _ARREST_OF_HEART if cause.concept.startswith(_HEART) else _ARREST_OTHER
        if underlying is not None and case.is_billable(code):
            caused = replace(arrest, code=code, support=(*arrest.support, cause.span)).because(
                "cardiac-arrest-cause"
            )
            return moved_before(replaced(drafts, arrest, caused), underlying, caused)
    return list(drafts)
