"""Places: side, digit, eyelid or coronary artery of a service, and both sides in one line.

Which services are told with a side comes from the catalogue (``modifiers``) and from the bilateral
indicator of the fee schedule: 1 and 3 are told by side, and both sides are one line with 50; 2 is
both sides already; 0 is never told with 50. Equipment tells its sides itself, a line a side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.services.catalogue.indicators import indicators_of
from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.coding.services.modifiers.listing import is_place, places
from nosology.coding.services.modifiers.ranges import numbers
from nosology.coding.services.modifiers.sides import (
    BOTH,
    MODIFIERS,
    said_side,
    side_of,
    side_of_diagnoses,
)

_BY_NAME = ("digit", "eyelid", "coronary")
"""Attributes whose values are modifiers."""
_WITHOUT = frozenset(
    {"visits", "drugs", "vaccines", "infusions", "laboratory", "supplies", "transport", "therapy"}
)
"""Areas whose services have no place of the body, or tell it by rules of their own."""
_BOTH_ALREADY = "2"
_BOTH_SIDES = "50"
_NO_FEE_SCHEDULE = ""
_VESSELS = numbers("36000-37799")
"""Access to vessels, which is told with a side only where the catalogue says so."""


def located(drafts: Sequence[ServiceDraft], case: ServiceCase) -> list[ServiceDraft]:
    """Return the drafts, each with the modifier of its place; both sides of one are one line."""
    firm: dict[str, set[str]] = {}
    for draft in drafts:
        if side := said_side(draft, case):
            firm.setdefault(draft.code, set()).add(side)
    placed: list[ServiceDraft] = []
    for draft in drafts:
        placed += _located(draft, case, firm.get(draft.code, set()))
    return _joined(placed)


def sided(drafts: Sequence[ServiceDraft], case: ServiceCase) -> list[ServiceDraft]:
    """Return the drafts, those without a side with that of the diagnoses that they point to."""
    found: list[ServiceDraft] = []
    for draft in drafts:
        needs = draft.entry.modifiers if draft.entry else frozenset[str]()
        is_open = _takes_side(draft) and not needs & frozenset(_BY_NAME)
        side = side_of_diagnoses(draft, case) if is_open else ""
        if not side or any(map(_is_placed, draft.modifiers)):
            found.append(draft)
        else:
            told = draft.with_modifiers(MODIFIERS[side])
            found.append(told.because("modifier-side-of-diagnosis", f"({side})"))
    return found


def _takes_side(draft: ServiceDraft) -> bool:
    """Whether a side is told of the service."""
    needs = draft.entry.modifiers if draft.entry else frozenset[str]()
    if draft.area in _WITHOUT or indicators_of(draft.code).bilateral == _BOTH_ALREADY:
        return False
    return bool(needs & {"side", "bilateral"}) or _is_sided(draft)


def _is_sided(draft: ServiceDraft) -> bool:
    """Whether the bilateral indicator alone gives the service a side.

    Lines are counted limb by limb, or by the vessel, where units or access tell that.
    """
    entry = draft.entry
    is_counted = entry is not None and bool(entry.units.attribute)
    takes_50 = indicators_of(draft.code).takes_50
    return takes_50 and not is_counted and draft.code not in _VESSELS


def _located(draft: ServiceDraft, case: ServiceCase, firm: set[str]) -> list[ServiceDraft]:
    """Return the draft with its place; ``firm`` are sides said of the number in a sentence."""
    if draft.area in _WITHOUT or any(map(_is_placed, draft.modifiers)):
        return [draft]
    needs = draft.entry.modifiers if draft.entry else frozenset[str]()
    for name in _BY_NAME:
        value = draft.fact(name)
        if name in needs and is_place(value):
            return [draft.with_modifiers(value).because("modifier-place", f"({value})")]
    if not _takes_side(draft):
        return [draft]
    takes_both = indicators_of(draft.code).takes_50 or "bilateral" in needs
    side = side_of(draft, case)
    if len(firm) == 1 and side not in firm and not said_side(draft, case):
        # What names it again without a side speaks of the side that was said.
        (side,) = firm
    if side == BOTH:
        return _both(draft, takes_both=takes_both)
    if side not in MODIFIERS:
        return [draft]
    return [draft.with_modifiers(MODIFIERS[side]).because("modifier-side", f"({side})")]


def _both(draft: ServiceDraft, *, takes_both: bool) -> list[ServiceDraft]:
    if takes_both:
        # A line a side was counted where two were told: 50 says both in one.
        one = replace(draft, units=1) if draft.units == 2 else draft
        return [one.with_modifiers(_BOTH_SIDES).because("modifier-both-sides")]
    if indicators_of(draft.code).bilateral == _NO_FEE_SCHEDULE:
        return [draft.with_modifiers(side).because("modifier-side") for side in MODIFIERS.values()]
    return [draft]


def _is_placed(modifier: str) -> bool:
    return modifier == _BOTH_SIDES or is_place(modifier)


def _joined(drafts: Sequence[ServiceDraft]) -> list[ServiceDraft]:
    """Return the drafts with the left and the right of one service as one line, where it may be."""
    found = list(drafts)
    for draft in drafts:
        if "RT" not in draft.modifiers or not indicators_of(draft.code).takes_50:
            continue
        others = set(draft.modifiers) - {"RT"}
        left = next(
            (
                item
                for item in found
                if item.code == draft.code
                and set(item.modifiers) == {*others, "LT"}
                and item.units == draft.units
                and places(item.modifiers) == {"LT"}
            ),
            None,
        )
        if left is None or draft not in found:
            continue
        both = replace(
            draft,
            modifiers=(*(name for name in draft.modifiers if name != "RT"), _BOTH_SIDES),
            support=tuple(dict.fromkeys((*draft.support, *left.support))),
            diagnoses=tuple(dict.fromkeys((*draft.diagnoses, *left.diagnoses))),
        ).because("modifier-both-sides")
        found[found.index(draft)] = both
        found.remove(left)
    return _without_sides_of_both(found)


def _without_sides_of_both(drafts: Sequence[ServiceDraft]) -> list[ServiceDraft]:
    """Return the drafts, a line of one side within the line that bills both."""
    found = list(drafts)
    for draft in drafts:
        side = places(draft.modifiers) & set(MODIFIERS.values())
        wanted = {*draft.modifiers, _BOTH_SIDES} - side
        for number, item in enumerate(found):
            if side and item.code == draft.code and set(item.modifiers) == wanted:
                support = tuple(dict.fromkeys((*item.support, *draft.support)))
                found[number] = replace(item, support=support)
                found.remove(draft)
                break
    return found
