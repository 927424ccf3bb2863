"""Visits of a nonphysician practitioner that are to be billed under the physician's number.

Sources: 42 CFR 410.26; Pub. 100-02 ch. 15 s. 60: Medicare pays so only where the physician began
the course of treatment and supervises it: not for a new patient or a new problem.
"""

from __future__ import annotations

from dataclasses import replace

from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.visits import patient
from nosology.coding.services.visits.said import Said, Words
from nosology.model.encounter import Setting

_BARRED = ("new_problem", "unsupervised")


def incident_asked(visit: Proposal, case: ServiceCase, words: Words) -> Proposal:
    """Return the visit, with a question where it cannot be billed under the physician as told."""
    if not (case.is_medicare and visit.drafts and case.encounter.setting is Setting.OFFICE):
        return visit
    under = words.first("incident_to")
    if under is None or words.first("nonphysician") is None:
        return visit
    barred = next((said for said in map(words.first, _BARRED) if said is not None), None)
    if barred is None and patient.of(case, words).status != patient.NEW:
        return visit
    first, *rest = visit.drafts
    said = _because(first, under, barred)
    asked = Missing(replace(said, support=(under.span,)), "incident-to", is_beside=True)
    return Proposal((said, *rest), (*visit.missing, asked))


def _because(draft: ServiceDraft, under: Said, barred: Said | None) -> ServiceDraft:
    text = under.reading.text
    shown = text[barred.start : barred.end] if barred is not None else "new patient"
    return draft.because("visit-incident-to", f"(“{' '.join(shown.split())}”)")
