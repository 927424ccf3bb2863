"""Drugs given in the office or hospital: substance, dose, units, waste and National Drug Code."""

from __future__ import annotations

from nosology.coding.services.draft import Proposal, ServiceCase
from nosology.coding.services.drugs.devices import devices_put_in
from nosology.coding.services.drugs.given import AREA, TOLD, Given, drugs_given
from nosology.coding.services.drugs.lines import lines
from nosology.model.encounter import Setting

__all__ = ["AREA", "TOLD", "bills_drugs", "propose"]

_BILLING = frozenset(
    {Setting.OFFICE, Setting.HOPD_FACILITY, Setting.HOME, Setting.IMAGING_CENTER_GLOBAL}
)
"""Settings whose claims carry the drugs that are given; elsewhere the hospital bills them."""


def bills_drugs(case: ServiceCase) -> bool:
    """Return whether the claim carries drugs and their administration."""
    return case.encounter.setting in _BILLING


def propose(case: ServiceCase) -> Proposal:
    """Return what is billed of the drugs that the record says were given."""
    if not bills_drugs(case):
        return Proposal()
    by_code: dict[str, list[Given]] = {}
    for given in drugs_given(case):
        if given.code:
            by_code.setdefault(given.code, []).append(given)
    proposal = Proposal()
    for several in by_code.values():
        proposal += lines(several, case)
    known = frozenset(given.act.concept.name for several in by_code.values() for given in several)
    return proposal + Proposal(devices_put_in(case, known))
