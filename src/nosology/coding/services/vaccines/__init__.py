"""Vaccines and their administration."""

from __future__ import annotations

from nosology.coding.services.draft import Proposal, ServiceCase
from nosology.coding.services.selection import by_catalogue

AREA = "vaccines"


def propose(case: ServiceCase) -> Proposal:
    """Return what is billed of the area."""
    return by_catalogue(case, AREA)
