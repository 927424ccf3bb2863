"""Repeated services: the same number more than once on one day, for a reason that the record tells.

76 is the same clinician's repeat, 77 another's. Repeated laboratory tests carry 91, which the
laboratory decides; services at another place carry the modifier of the place, or 59.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.coding.services.modifiers.distinct import site_of
from nosology.coding.services.modifiers.listing import opening, places
from nosology.model.tables import patterns

_PACKAGE = "nosology.coding.services.modifiers"
_COUNTED = frozenset({"drugs", "vaccines", "supplies", "transport", "visits", "laboratory"})
"""Areas that tell a repeat by units, or by rules of their own."""
_SAME, _ANOTHER, _DISTINCT = "76", "77", "59"


def _words() -> Mapping[str, re.Pattern[str]]:
    return patterns(_PACKAGE, "repeated.toml")


def repeated(drafts: Sequence[ServiceDraft], case: ServiceCase) -> list[ServiceDraft]:
    """Return the drafts, with what tells the later of two equal lines from the first."""
    found: list[ServiceDraft] = []
    for draft in drafts:
        same = [item for item in found if item.code == draft.code]
        if not same or draft.area in _COUNTED or {_SAME, _ANOTHER} & set(draft.modifiers):
            found.append(draft)
        else:
            found.append(_told_apart(draft, same, case))
    return [_by_another(draft) for draft in found]


def _told_apart(
    draft: ServiceDraft, same: Sequence[ServiceDraft], case: ServiceCase
) -> ServiceDraft:
    place = places(draft.modifiers)
    if opening(draft.modifiers) or (place and all(places(i.modifiers) != place for i in same)):
        return draft
    if any(set(item.modifiers) != set(draft.modifiers) and not place for item in same):
        return draft
    site = site_of(draft, case)
    if site and all(site_of(item, case) not in ("", site) for item in same):
        return draft.with_modifiers(_DISTINCT).because("modifier-distinct", f"({site})")
    if draft.act is not None and _words()["again"].search(draft.act.said):
        return draft.with_modifiers(_SAME).because("modifier-repeat")
    return draft


def _by_another(draft: ServiceDraft) -> ServiceDraft:
    """Return the draft with 77 where its sentence says that another clinician did it before."""
    if draft.act is None or draft.area in _COUNTED or _ANOTHER in draft.modifiers:
        return draft
    if _words()["by_another"].search(draft.act.said):
        return draft.with_modifiers(_ANOTHER).because("modifier-repeat-by-another")
    return draft
