"""The order of services in the answer: visits, then the weightiest, add-ons behind their main one.

Drugs stand behind what gave them, vaccines behind their administration: so a claim is read.
"""

from __future__ import annotations

from collections.abc import Sequence

from nosology.coding.services.catalogue.indicators import indicators_of
from nosology.coding.services.draft import ServiceCase, ServiceDraft

_FIRST = ("visits",)
_OPERATIONS = ("procedures",)
_LATER = (
    *("imaging", "diagnostics", "infusions", "drugs", "vaccines"),
    *("therapy", "laboratory", "supplies", "transport"),
)
_AREAS = {area: place for place, area in enumerate((*_FIRST, *_OPERATIONS, *_LATER))}
_ADD_ON_DAYS = "ZZZ"


def ordered(drafts: Sequence[ServiceDraft], case: ServiceCase) -> list[ServiceDraft]:
    """Return the drafts in reporting order; equal ones keep the order of the record."""
    main = [draft for draft in drafts if not is_add_on(draft, case)]
    main.sort(key=_rank)
    found: list[ServiceDraft] = []
    waiting = [draft for draft in drafts if is_add_on(draft, case)]
    for draft in main:
        found.append(draft)
        own = [item for item in waiting if _belongs(item, draft, case)]
        found += own
        waiting = [item for item in waiting if item not in own]
    return found + sorted(waiting, key=_rank)


def is_add_on(draft: ServiceDraft, case: ServiceCase) -> bool:
    """Return whether the service is only billed beside another one."""
    if indicators_of(draft.code).days == _ADD_ON_DAYS:
        return True
    if draft.entry is not None and draft.entry.is_add_on:
        return True
    return case.pairs is not None and bool(case.pairs.primaries(draft.code, case.on))


def _belongs(add_on: ServiceDraft, main: ServiceDraft, case: ServiceCase) -> bool:
    primaries = case.pairs.primaries(add_on.code, case.on) if case.pairs else None
    if primaries:
        return main.code in primaries
    return add_on.concept == main.concept and add_on.area == main.area


def _rank(draft: ServiceDraft) -> tuple[int, float]:
    area = _AREAS.get(draft.area, len(_AREAS))
    is_weighed = draft.area in {*_FIRST, *_OPERATIONS}
    return (area, -float(indicators_of(draft.code).weight) if is_weighed else 0.0)
