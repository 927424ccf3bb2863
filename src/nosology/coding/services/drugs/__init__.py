"""Drugs given by injection or in the office: substance, dose and units."""

from __future__ import annotations

from nosology.coding.services.draft import Proposal, ServiceCase
from nosology.coding.services.selection import by_catalogue

AREA = "drugs"


def propose(case: ServiceCase) -> Proposal:
    """Return what is billed of the area."""
    return by_catalogue(case, AREA)
