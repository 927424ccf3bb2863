"""Procedures: from what was done to the body to the number of it.

Most are chosen by the catalogue alone. Where several acts are one service (lengths of wounds that
are summed), or one act needs what the catalogue cannot weigh (the nature of a lesion), a part of
this package decides: it names the concepts that it takes.
"""

from __future__ import annotations

from nosology.coding.services.acts import Standing
from nosology.coding.services.draft import Area, Proposal, ServiceCase
from nosology.coding.services.procedures import (
    anesthesia,
    biopsies,
    counts,
    excisions,
    fractures,
    injections,
    inner,
    operations,
    repairs,
)
from nosology.coding.services.procedures.contexts import in_context
from nosology.coding.services.procedures.depths import deepest
from nosology.coding.services.procedures.meant import is_meant
from nosology.coding.services.procedures.shares import share_out
from nosology.coding.services.selection import by_catalogue

AREA = "procedures"

PARTS: tuple[tuple[frozenset[str], Area], ...] = (
    (repairs.CONCEPTS, repairs.propose),
    (excisions.CONCEPTS, excisions.propose),
    (biopsies.CONCEPTS, biopsies.propose),
    (counts.CONCEPTS, counts.propose),
    (injections.CONCEPTS, injections.propose),
    (fractures.CONCEPTS, fractures.propose),
    (inner.CONCEPTS, inner.propose),
)
"""The concepts that a part takes, and the part."""


def propose(case: ServiceCase) -> Proposal:
    """Return what is billed of the area."""
    if not case.of_area(AREA, Standing.DONE, Standing.ORDERED):
        return Proposal()
    if anesthesia.is_record(case):
        return anesthesia.propose(case)
    case = in_context(case)
    deepest(case)
    share_out(case, AREA)
    taken = frozenset[str]().union(*(concepts for concepts, _ in PARTS))
    proposal = by_catalogue(case, AREA, lambda act: act.concept.name not in taken and is_meant(act))
    proposal = counts.of_further_digits(proposal)
    for _, part in PARTS:
        proposal += part(case)
    return operations.without_what_operations_include(proposal)
