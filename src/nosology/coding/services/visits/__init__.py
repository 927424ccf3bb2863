"""Visits: evaluation and management, preventive care, care management, psychotherapy."""

from __future__ import annotations

from dataclasses import replace

from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.visits import kinds
from nosology.coding.services.visits.beside import beside
from nosology.coding.services.visits.care import care, is_whole, replaces_visit
from nosology.coding.services.visits.critical import critical_care, critical_care_of_child
from nosology.coding.services.visits.distance import at_a_distance
from nosology.coding.services.visits.evaluation import evaluation
from nosology.coding.services.visits.hospital import beside_treatment, hospital_clinic, marked
from nosology.coding.services.visits.incident import incident_asked
from nosology.coding.services.visits.kinds import Kind
from nosology.coding.services.visits.level import Worksheet, worksheet
from nosology.coding.services.visits.minutes import unlikely
from nosology.coding.services.visits.pelvic import pelvic_screening
from nosology.coding.services.visits.postoperative import post_operative
from nosology.coding.services.visits.preventive import (
    WELLNESS,
    eye_visit,
    preventive,
    with_welcome_tracing,
)
from nosology.coding.services.visits.prolonged import complexity, prolonged
from nosology.coding.services.visits.said import Words
from nosology.coding.services.visits.staff import is_staffed, is_unlicensed, staff_visit
from nosology.coding.services.visits.stays import discharge, newborn, transitional
from nosology.model.record import Author

_OF_A_VISIT = (
    *("total_time", "preventive", "subsequent_hospital", "visit_told", "critical_care"),
    *("welcome_to_medicare_visit", "wellness_again", "after_fracture_care"),
)
"""Cues by which a record that is shaped like a report is known to tell of a visit."""
_DISCHARGES = frozenset({"hospital-discharge", "nursing-discharge"})
_COUNSELED = {
    "smoking-cessation": ("F17", "Z720"),
    "alcohol-intervention": ("F10",),
    "alcohol-counseling": ("F10",),
}
"""Counseling that is a service of its own beside a visit, and what it is for."""
_SCREENED = frozenset({"breast-pelvic-screening", "pap-collection"})
"""Screening examinations that are services of their own, whatever else the visit was for."""
_COUNSELORS = frozenset({Author.SOCIAL_WORKER, Author.THERAPIST, Author.DIETITIAN})


def propose(case: ServiceCase, others: Proposal) -> Proposal:
    """Return what is billed, visits before the others' services.

    Args:
        case: the record.
        others: what the other areas propose: what is billed beside a visit is no part of it.
    """
    words = Words(case.readings)
    if case.facts.reports_only() and not any(words.first(cue) for cue in _OF_A_VISIT):
        return others
    kind = kinds.of(case, words)
    if kind.concept and not (kind.concept == "office-visit" and is_staffed(words)):
        found = _with_visit(case, words, kind, others)
    else:
        found = _without(case, words, others)
    drafts = tuple(at_a_distance(draft, case, words) for draft in found.drafts)
    return Proposal(drafts, found.missing) + with_welcome_tracing(others, drafts)


def _without(case: ServiceCase, words: Words, others: Proposal) -> Proposal:
    """Return what is billed where no physician's visit is told: a nurse's visit, counseling."""
    found = care(case, words, has_visit=False, is_wellness=False)
    if found.drafts or found.missing:
        return found
    return staff_visit(case, words, others)


def _with_visit(case: ServiceCase, words: Words, kind: Kind, others: Proposal) -> Proposal:
    alone = care(case, words, has_visit=False, is_wellness=False)
    if kind.concept == "office-visit" and is_unlicensed(words):
        return alone
    sheet = worksheet(case, words, others.drafts, _cared_for(case, alone))
    if replaces_visit(alone, kind) and (is_whole(alone) or not _is_medical(case, sheet)):
        return alone
    if any(draft.concept == "psychotherapy" for draft in alone.drafts):
        # Beside psychotherapy a visit is chosen by decision making alone.
        sheet = replace(sheet, time=None)
    visit = incident_asked(_visit(case, words, kind, sheet, others), case, words)
    is_wellness = any(draft.concept in WELLNESS for draft in visit.drafts)
    beside_it = care(case, words, has_visit=bool(visit.drafts), is_wellness=is_wellness)
    beside_it += pelvic_screening(beside_it, case, words)
    for draft in visit.drafts[:1]:
        visit += Proposal(tuple(prolonged(draft, sheet, case)))
        visit = _time_asked(visit, draft, sheet, words)
        visit += complexity(draft, case, words, others.drafts)
    visit = _without_problem(visit, sheet, beside_it)
    if any(draft.concept in _COUNSELED for draft in beside_it.drafts):
        visit = Proposal(
            tuple(
                draft.with_modifiers("25").because("modifier-25")
                if draft.concept == "office-visit"
                else draft
                for draft in visit.drafts
            ),
            visit.missing,
        )
    return visit + beside_it


def _time_asked(visit: Proposal, draft: ServiceDraft, sheet: Worksheet, words: Words) -> Proposal:
    """Return the visit with the question about a total time too long to be that of a visit."""
    long = unlikely(words) if sheet.time is None else None
    if long is None:
        return visit
    said = draft.because("visit-time-unlikely", f"({long.minutes} minutes)")
    asked = Missing(replace(said, support=(long.span,)), "visit-minutes", is_beside=True)
    return Proposal(
        tuple(said if one is draft else one for one in visit.drafts), (*visit.missing, asked)
    )


def _without_problem(visit: Proposal, sheet: Worksheet, beside_it: Proposal) -> Proposal:
    """Return the visits without a leveled one that dealt with no problem beside a screening."""
    if not any(draft.concept in _SCREENED for draft in beside_it.drafts):
        return visit
    if sheet.problems or sheet.risk or sheet.time is not None:
        return visit
    kept = tuple(draft for draft in visit.drafts if draft.concept != "office-visit")
    left = tuple(
        Missing(replace(draft.because("visit-only-for-service"), confidence=0.3))
        for draft in visit.drafts
        if draft.concept == "office-visit"
    )
    return Proposal(kept, visit.missing + left)


def _cared_for(case: ServiceCase, counseling: Proposal) -> frozenset[str]:
    """Return the diagnoses whose care is billed as counseling, so that none is weighed twice."""
    prefixes = tuple(
        prefix for draft in counseling.drafts for prefix in _COUNSELED.get(draft.concept, ())
    )
    return frozenset(
        item.code for item in case.diagnoses if prefixes and item.code.startswith(prefixes)
    )


def _is_medical(case: ServiceCase, sheet: Worksheet) -> bool:
    """Whether medical evaluation and management stands beside a service that could replace it."""
    authors = {reading.document.author for reading in case.readings}
    if authors & _COUNSELORS:
        return False
    return any(item.text == "prescription drug management" for item in sheet.risk)


def _visit(
    case: ServiceCase, words: Words, kind: Kind, sheet: Worksheet, others: Proposal
) -> Proposal:
    if kind.concept in _DISCHARGES:
        return discharge(case, words, kind)
    if kind.concept == "hospital-clinic-visit":
        return beside_treatment(hospital_clinic(case, words), others)
    if words.first("no_charge") is not None:
        return Proposal()
    of_child = critical_care_of_child(case, words, kind)
    if of_child is not None:
        return of_child
    critical = critical_care(case, words)
    if critical is not None and critical.drafts:
        return critical
    young = newborn(case, words, kind)
    if young is not None:
        return young
    missing = critical.missing if critical is not None else ()
    found = _special(case, words, sheet, others) if kind.concept == "office-visit" else None
    if found is None:
        leveled = evaluation(case, words, kind, sheet)
        found = marked(beside(leveled, case, words, sheet, others), case, words, kind)
    return Proposal(found.drafts, found.missing + missing)


def _special(
    case: ServiceCase, words: Words, sheet: Worksheet, others: Proposal
) -> Proposal | None:
    """Return an office visit that is told by more than its level; None for a leveled one."""
    after = post_operative(case, words, sheet)
    if after is not None:
        return after
    handed_over = transitional(case, words, sheet)
    if handed_over is not None and handed_over.drafts:
        return handed_over
    eye = eye_visit(case, words)
    if eye is not None:
        return beside(Proposal((eye,)), case, words, sheet, others)
    checked = preventive(case, words, sheet)
    if checked is not None:
        return _beside_preventive(checked, case, words, sheet, others)
    missing: tuple[Missing, ...] = handed_over.missing if handed_over is not None else ()
    leveled = evaluation(case, words, Kind("office-visit"), sheet)
    return beside(leveled, case, words, sheet, others) + Proposal(missing=missing)


def _beside_preventive(
    found: Proposal, case: ServiceCase, words: Words, sheet: Worksheet, others: Proposal
) -> Proposal:
    """Return the preventive visit with 25 where what is done beside it asks for it."""
    first = beside(Proposal(found.drafts[:1]), case, words, sheet, others).drafts
    if not first:
        # The examination itself is more than the work before and after what is done beside it.
        first = tuple(
            draft.with_modifiers("25").because("modifier-25") for draft in found.drafts[:1]
        )
    return Proposal(first + found.drafts[1:], found.missing)
