"""What an operation includes: its closure, its dressing and splint, the local anesthetic.

The global surgical package holds them where they are told in the report of the operation itself.
"""

from __future__ import annotations

from nosology.coding.services.draft import Proposal, ServiceDraft

_DAYS = frozenset({"090"})
_INCLUDED = frozenset(
    {
        *("wound-repair", "splint-application", "cast-application", "strapping"),
        *("joint-injection", "trigger-point-injection", "compression-wrap"),
    }
)
_REPAIR = "wound-repair"
_CLEANING = frozenset({"wound-debridement"})
"""Trimming of the edges belongs to the repair of the wound."""
_FRACTURES = frozenset({"fracture-treatment", "dislocation-reduction"})
_IMMOBILIZING = frozenset({"splint-application", "cast-application", "strapping"})


def without_what_operations_include(proposal: Proposal) -> Proposal:
    """Return the proposal without closures and splints that end an operation of the same report."""
    operations = [draft for draft in proposal.drafts if _is_operation(draft)]
    if not operations:
        return proposal
    return Proposal(
        tuple(
            draft
            for draft in proposal.drafts
            if not any(_includes(one, draft) for one in operations)
        ),
        tuple(
            item
            for item in proposal.missing
            if not any(_includes(one, item.draft) for one in operations)
        ),
    )


def _is_operation(draft: ServiceDraft) -> bool:
    entry = draft.entry
    return entry is not None and (
        draft.concept == _REPAIR
        or ((entry.days in _DAYS or draft.concept in _FRACTURES) and draft.concept not in _INCLUDED)
    )


def _is_same_section(one: ServiceDraft, other: ServiceDraft) -> bool:
    return (
        one.act is not None
        and other.act is not None
        and one.act.reading is other.act.reading
        and one.act.section == other.act.section
    )


def _includes(operation: ServiceDraft, draft: ServiceDraft) -> bool:
    if operation.concept == _REPAIR:
        return draft.concept in _CLEANING and _is_same_section(operation, draft)
    if draft.concept not in _INCLUDED or operation.act is None or draft.act is None:
        return False
    if operation.act.reading is not draft.act.reading:
        return False
    if operation.concept in _FRACTURES and draft.concept not in _IMMOBILIZING:
        return draft.concept == "joint-injection"
    if draft.concept == _REPAIR:
        return True
    sides = {operation.fact("side"), draft.fact("side")} - {""}
    return len(sides) < 2
