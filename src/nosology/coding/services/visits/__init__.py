"""Visits: evaluation and management, preventive care, care management, psychotherapy."""

from __future__ import annotations

from nosology.coding.rules import because
from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.visits import kinds
from nosology.coding.services.visits.beside import beside
from nosology.coding.services.visits.care import care, replaces_visit
from nosology.coding.services.visits.critical import critical_care
from nosology.coding.services.visits.distance import at_a_distance
from nosology.coding.services.visits.evaluation import AREA, evaluation, opening
from nosology.coding.services.visits.kinds import Kind
from nosology.coding.services.visits.level import Worksheet, worksheet
from nosology.coding.services.visits.preventive import eye_visit, preventive
from nosology.coding.services.visits.prolonged import complexity, prolonged
from nosology.coding.services.visits.said import Words
from nosology.coding.services.visits.stays import discharge, newborn, transitional
from nosology.model.record import Author

_DISCHARGES = frozenset({"hospital-discharge", "nursing-discharge"})


def propose(case: ServiceCase, others: Proposal) -> Proposal:
    """Return what is billed, visits before the others' services.

    Args:
        case: the record.
        others: what the other areas propose: what is billed beside a visit is no part of it.
    """
    words = Words(case.readings)
    kind = kinds.of(case, words)
    found = (
        _with_visit(case, words, kind, others) if kind.concept else _without(case, words, others)
    )
    drafts = tuple(at_a_distance(draft, case, words) for draft in found.drafts)
    return Proposal(drafts, found.missing) + others


def _without(case: ServiceCase, words: Words, others: Proposal) -> Proposal:
    """Return what is billed where no physician's visit is told: a nurse's visit, counseling."""
    counseling = care(case, words, has_visit=False, is_wellness=False)
    if counseling.drafts or others.drafts:
        return counseling
    return counseling + _nurse_visit(case, words)


def _nurse_visit(case: ServiceCase, words: Words) -> Proposal:
    if case.encounter.setting.value not in {"office", "telehealth"}:
        return Proposal()
    authors = {reading.document.author for reading in case.readings}
    said = words.first("nurse_visit")
    if authors != {Author.NURSE} and said is None:
        return Proposal()
    if words.first("nurse_evaluated") is None or words.first("nurse_only_service") is not None:
        return Proposal()
    spans = (said.span,) if said else opening(case.readings)
    return Proposal(
        (ServiceDraft("99211", AREA, spans, (because("nurse-visit"),), 0.7, "office-visit"),)
    )


def _with_visit(case: ServiceCase, words: Words, kind: Kind, others: Proposal) -> Proposal:
    if (
        kind.concept == "office-visit"
        and words.first("nurse_visit")
        and not words.first("physician_visit")
    ):
        return _without(case, words, others)
    sheet = worksheet(case, words, others.drafts)
    counseling = care(case, words, has_visit=False, is_wellness=False)
    if replaces_visit(counseling, kind) and not _is_medical(case, words, sheet):
        return counseling
    visit = _visit(case, words, kind, sheet, others)
    has_visit = bool(visit.drafts)
    is_wellness = any(draft.concept.startswith("wellness") for draft in visit.drafts)
    counseling = care(case, words, has_visit=has_visit, is_wellness=is_wellness)
    for draft in visit.drafts[:1]:
        visit += Proposal(tuple(prolonged(draft, sheet, case)))
        visit += complexity(draft, case, words, others.drafts)
    return visit + counseling


def _is_medical(case: ServiceCase, words: Words, sheet: Worksheet) -> bool:
    """Whether medical evaluation and management stands beside a service that could replace it."""
    authors = {reading.document.author for reading in case.readings}
    if authors & {Author.SOCIAL_WORKER, Author.THERAPIST, Author.DIETITIAN}:
        return False
    return bool(sheet.risk) and sheet.risk[0].text == "prescription drug management"


def _visit(
    case: ServiceCase, words: Words, kind: Kind, sheet: Worksheet, others: Proposal
) -> Proposal:
    if kind.concept in _DISCHARGES:
        return discharge(case, words, kind)
    if kind.concept == "hospital-clinic-visit":
        return _hospital_clinic(case)
    if words.first("no_charge") is not None:
        return Proposal()
    critical = critical_care(case, words)
    if critical is not None and critical.drafts:
        return critical
    young = newborn(case, words, kind)
    if young is not None:
        return young
    missing = critical.missing if critical is not None else ()
    if kind.concept == "office-visit":
        special = _office(case, words, sheet, others)
        if special is not None:
            return Proposal(special.drafts, special.missing + missing)
    found = evaluation(case, words, kind, sheet)
    found = beside(found, case, words, sheet, others)
    if (
        kind.concept == "hospital-initial"
        and case.is_medicare
        and words.first("principal_physician")
    ):
        found = Proposal(
            tuple(draft.with_modifiers("AI").because("modifier-ai") for draft in found.drafts),
            found.missing,
        )
    return Proposal(found.drafts, found.missing + missing)


def _office(case: ServiceCase, words: Words, sheet: Worksheet, others: Proposal) -> Proposal | None:
    """Return the visit that is told by more than its level; None for a leveled one."""
    global_visit = _post_operative(case, words, sheet)
    if global_visit is not None:
        return global_visit
    tcm = transitional(case, words, sheet)
    if tcm is not None and tcm.drafts:
        return tcm
    eye = eye_visit(case, words)
    if eye is not None:
        return Proposal((eye,))
    checked = preventive(case, words, sheet)
    if checked is not None:
        return _beside_preventive(checked, case, words, sheet, others)
    if tcm is not None:
        found = evaluation(case, words, Kind("office-visit"), sheet)
        return Proposal(found.drafts, found.missing + tcm.missing)
    return None


def _beside_preventive(
    found: Proposal, case: ServiceCase, words: Words, sheet: Worksheet, others: Proposal
) -> Proposal:
    """Return the preventive visit with 25 where what is done beside it asks for it."""
    first = beside(Proposal(found.drafts[:1]), case, words, sheet, others)
    if not first.drafts:
        first = Proposal(found.drafts[:1])
    return first + Proposal(found.drafts[1:], found.missing)


def _post_operative(case: ServiceCase, words: Words, sheet: Worksheet) -> Proposal | None:
    """Return 99024 for a visit in the global period; with 24 a visit for something else."""
    said = words.first("post_operative")
    in_global = words.first("global_period")
    if said is None and in_global is None:
        return None
    if said is not None and in_global is None and said.start > 400 and "here" not in said.part:
        return None
    spans = tuple(item.span for item in (said, in_global) if item is not None)
    if words.first("unrelated_to_surgery") is not None:
        visit = evaluation(case, words, Kind("office-visit"), sheet)
        return Proposal(
            tuple(draft.with_modifiers("24").because("modifier-24") for draft in visit.drafts),
            visit.missing,
        )
    return Proposal(
        (
            ServiceDraft(
                "99024",
                AREA,
                spans,
                (because("visit-in-global-period"),),
                0.8,
                "post-operative-visit",
            ),
        )
    )


def _hospital_clinic(case: ServiceCase) -> Proposal:
    """Return the hospital's own line for a clinic visit: Medicare has one number for all."""
    spans = opening(case.readings)
    draft = ServiceDraft(
        "G0463", AREA, spans, (because("hospital-clinic-visit"),), 0.8, "hospital-clinic-visit"
    )
    if case.is_medicare:
        return Proposal((draft,))
    return Proposal(missing=(Missing(draft),))
