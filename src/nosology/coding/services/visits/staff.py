"""Visits that clinical staff make: a nurse's visit, a pharmacist's, the management of warfarin.

Sources: CPT E/M guidelines 2023, 99211; Pub. 100-02 ch. 15 s. 60; CPT anticoagulation management.
"""

from __future__ import annotations

from nosology.coding.rules import because
from nosology.coding.services.draft import Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.visits.evaluation import AREA, opening
from nosology.coding.services.visits.said import Words
from nosology.model.encounter import Setting
from nosology.model.record import Author, Span

_STAFF = frozenset({Author.NURSE, Author.PHARMACIST})
_HEAD = 200
_ANTICOAGULATION = "93793"
_SETTINGS = frozenset({Setting.OFFICE, Setting.TELEHEALTH})


def is_staffed(words: Words) -> bool:
    """Return whether clinical staff saw the patient, no physician or other such professional."""
    if words.first("pharmacist") is not None:
        return True
    nurse = words.first("nurse_visit")
    return nurse is not None and nurse.start < _HEAD and words.first("physician_visit") is None


def is_unlicensed(words: Words) -> bool:
    """Return whether the author's profession has no evaluation and management of its own."""
    return words.first("credentials") is not None


def staff_visit(case: ServiceCase, words: Words, others: Proposal) -> Proposal:
    """Return the visit that staff made under supervision; nothing beside an injection."""
    authors = {reading.document.author for reading in case.readings}
    if case.encounter.setting not in _SETTINGS or not (
        authors <= _STAFF or is_staffed(words) or words.all("not_seen")
    ):
        return Proposal()
    managed = words.first("anticoagulation")
    if any(draft.code == _ANTICOAGULATION for draft in others.drafts):
        return Proposal()
    if managed is not None and words.has("inr"):
        return _of(
            _ANTICOAGULATION, (managed.span,), "anticoagulation", "anticoagulation-management"
        )
    if any(draft.area not in {"laboratory"} for draft in others.drafts):
        return Proposal()
    if words.first("nurse_evaluated") is None or words.first("nurse_only_service") is not None:
        return Proposal()
    said = words.first("nurse_visit") or words.first("pharmacist")
    spans = (said.span,) if said else opening(case.readings)
    return _of("99211", spans, "nurse-visit", "office-visit")


def _of(code: str, spans: tuple[Span, ...], rule: str, concept: str) -> Proposal:
    return Proposal((ServiceDraft(code, AREA, spans, (because(rule),), 0.7, concept),))
