"""Modifiers of visits in facilities, and the hospital's own lines for visits.

Sources: Pub. 100-04 ch. 12 s. 30.6.9.1 (AI), s. 30.6.18 (FS), ch. 4 s. 160 (G0463 and
emergency levels).
"""

from __future__ import annotations

from nosology.coding.rules import because
from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.visits.evaluation import AREA, opening
from nosology.coding.services.visits.kinds import Kind
from nosology.coding.services.visits.said import Words

_INITIAL = frozenset({"hospital-initial", "nursing-initial"})
_HEAD = 300
_PAID_APART = frozenset({"procedures", "infusions"})
"""Areas whose services an outpatient editor pays beside a visit only where 25 tells it apart."""
_UNSURE = 0.3


def marked(found: Proposal, case: ServiceCase, words: Words, kind: Kind) -> Proposal:
    """Return the visit with the modifiers that tell who made it."""
    modifiers = []
    if case.is_medicare and kind.concept in _INITIAL and not _is_consult(words):
        modifiers.append("AI")
    if kind.concept.startswith("hospital") and words.first("shared_visit") is not None:
        modifiers.append("FS")
    drafts = found.drafts
    for modifier in modifiers:
        drafts = tuple(
            draft.with_modifiers(modifier).because(f"modifier-{modifier.lower()}")
            for draft in drafts
        )
    return Proposal(drafts, found.missing)


def _is_consult(words: Words) -> bool:
    said = words.first("consultation")
    return said is not None and said.start < _HEAD


def beside_treatment(found: Proposal, others: Proposal) -> Proposal:
    """Return an emergency visit of a hospital with 25 where procedures or drugs stand beside it."""
    if not any(draft.area in _PAID_APART for draft in others.drafts):
        return found
    return Proposal(
        tuple(
            draft.with_modifiers("25").because("modifier-25")
            if draft.concept == "emergency-visit"
            else draft
            for draft in found.drafts
        ),
        found.missing,
    )


def hospital_clinic(case: ServiceCase, words: Words) -> Proposal:
    """Return the hospital's own line for a visit of an outpatient.

    Medicare has one number for all clinic visits. A hospital levels its emergency visits by
    guidelines of its own: only a level that the record states is reported.
    """
    department = words.first("emergency_department")
    if department is not None and department.start < _HEAD:
        acuity = words.first("facility_acuity")
        said = acuity or department
        draft = ServiceDraft(
            f"9928{acuity.groups['level'] if acuity else 1}",
            AREA,
            (said.span,),
            (because("facility-level"),),
            0.8 if acuity else _UNSURE,
            "emergency-visit",
        )
        if acuity is not None:
            return Proposal((draft,))
        return Proposal(missing=(Missing(draft, "facility-level"),))
    draft = ServiceDraft(
        "G0463",
        AREA,
        opening(case.readings),
        (because("hospital-clinic-visit"),),
        0.8,
        "hospital-clinic-visit",
    )
    if case.is_medicare:
        return Proposal((draft,))
    return Proposal(missing=(Missing(draft),))
