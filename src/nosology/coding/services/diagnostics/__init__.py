"""Diagnostic tests of the patient: tracings, function tests, screenings by instrument."""

from __future__ import annotations

from nosology.coding.services.diagnostics.combinations import combined
from nosology.coding.services.diagnostics.implied import implied
from nosology.coding.services.diagnostics.nerves import tell as tell_of_nerves
from nosology.coding.services.diagnostics.tests import billed
from nosology.coding.services.diagnostics.tracings import tell as tell_of_tracings
from nosology.coding.services.draft import Proposal, ServiceCase
from nosology.coding.services.selection import groups, select

AREA = "diagnostics"


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
    return Proposal(tuple(combined(drafts)), proposal.missing)
