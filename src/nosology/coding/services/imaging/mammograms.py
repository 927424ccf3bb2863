"""Mammograms: screening or diagnostic, and both on one day."""

from __future__ import annotations

from dataclasses import replace

from nosology.coding.services.acts import Act
from nosology.coding.services.attributes.facts import Facts
from nosology.coding.services.catalogue import catalogue
from nosology.coding.services.draft import Proposal, ServiceCase

_SCREENING = "screening-mammogram"
_DIAGNOSTIC = "diagnostic-mammogram"
_MARKED = frozenset({"77065", "77066"})
_BY_KIND = {"screening": _SCREENING, "diagnostic": _DIAGNOSTIC}


def of_a_kind(act: Act, facts: Facts) -> Act | None:
    """Return the act as the screening or diagnostic mammogram that the text tells, else None."""
    told = facts.told(act, "mammogramkind")
    if told is None:
        return None
    return replace(act, concept=catalogue().concepts[_BY_KIND[str(told.value)]])


def converted(proposal: Proposal, case: ServiceCase) -> Proposal:
    """Return the proposal, a diagnostic mammogram on the day of a screening one marked as such."""
    concepts = {draft.concept for draft in proposal.drafts}
    if not {_SCREENING, _DIAGNOSTIC} <= concepts or not case.is_medicare:
        return proposal
    return replace(
        proposal,
        drafts=tuple(
            draft.with_modifiers("GG").because("imaging-screening-converted")
            if draft.concept == _DIAGNOSTIC and draft.code in _MARKED
            else draft
            for draft in proposal.drafts
        ),
    )
