"""Diagnostic tests of the patient: tracings, function tests, screenings by instrument."""

from __future__ import annotations

from dataclasses import replace

from nosology.coding.services.diagnostics.combinations import combined
from nosology.coding.services.diagnostics.implied import implied
from nosology.coding.services.diagnostics.nerves import tell as tell_of_nerves
from nosology.coding.services.diagnostics.repeats import repeated
from nosology.coding.services.diagnostics.tests import billed
from nosology.coding.services.diagnostics.tracings import tell as tell_of_tracings
from nosology.coding.services.draft import Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.selection import groups, select

AREA = "diagnostics"
_SIDE = "side"


def propose(case: ServiceCase) -> Proposal:
    """Return what is billed of the area."""
    acts = [act for act in case.acts if act.concept.area == AREA]
    tests = billed(acts, case)
    tell_of_tracings(tests, case)
    tell_of_nerves(tests, case)
    proposal = Proposal()
    for group in groups(tests, case):
        proposal += select(group, case)
    drafts = [*proposal.drafts, *implied(proposal.drafts, case)]
    placed = [_without_side(draft) for draft in repeated(combined(drafts), tests, case)]
    return Proposal(tuple(placed), proposal.missing)


def _without_side(draft: ServiceDraft) -> ServiceDraft:
    """Return the draft without a side, unless its number is told apart by one."""
    if draft.entry is None or _SIDE in draft.entry.modifiers:
        return draft
    return replace(draft, facts=tuple(fact for fact in draft.facts if fact[0] != _SIDE))
