"""Visits: evaluation and management, preventive care, care management, psychotherapy."""

from __future__ import annotations

from nosology.coding.services.draft import Proposal, ServiceCase
from nosology.coding.services.selection import by_catalogue

AREA = "visits"


def propose(case: ServiceCase, others: Proposal) -> Proposal:
    """Return what is billed, visits before the others' services.

    Args:
        case: the record.
        others: what the other areas propose: what is billed beside a visit is no part of it.
    """
    return by_catalogue(case, AREA) + others
