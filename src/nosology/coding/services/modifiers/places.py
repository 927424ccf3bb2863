"""Places: side, digit, eyelid or coronary artery of a service, and both sides in one line.

Which services are told with a side comes from the catalogue (``modifiers``) and from the bilateral
indicator of the fee schedule: 1 and 3 are told by side, and both sides are one line with 50; 2 is
both sides already; 0 is never told with 50. Equipment tells its sides itself, a line a side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.services.attributes.facts import is_report
from nosology.coding.services.attributes.told import Reach
from nosology.coding.services.catalogue.indicators import indicators_of
from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.coding.services.modifiers.listing import is_place, places

LEFT, RIGHT, BOTH = "left", "right", "bilateral"
_SIDES = {LEFT: "LT", RIGHT: "RT"}
_BY_NAME = ("digit", "eyelid", "coronary")
"""Attributes whose values are modifiers."""
_WITHOUT = frozenset(
    {"visits", "drugs", "vaccines", "infusions", "laboratory", "supplies", "transport", "therapy"}
)
"""Areas whose services have no place of the body, or tell it by rules of their own."""
_BOTH_ALREADY = "2"
_BOTH_SIDES = "50"
_NO_FEE_SCHEDULE = ""


def located(drafts: Sequence[ServiceDraft], case: ServiceCase) -> list[ServiceDraft]:
    """Return the drafts, each with the modifier of its place; both sides of one are one line."""
    firm: dict[str, set[str]] = {}
    for draft in drafts:
        if side := _said_side(draft, case):
            firm.setdefault(draft.code, set()).add(side)
    placed: list[ServiceDraft] = []
    for draft in drafts:
        placed += _located(draft, case, firm.get(draft.code, set()))
    return _joined(placed)


def side_of(draft: ServiceDraft, case: ServiceCase) -> str:
    """Return the side that the record tells of the service; empty where it is not told of it.

    A side that stands elsewhere in a note of a visit is another thing's, unless the note tells of
    no other side.
    """
    chosen = draft.fact("side")
    if draft.act is None:
        return chosen
    said = _said_side(draft, case)
    if said:
        return chosen if chosen == BOTH else said
    following = case.facts.told(draft.act, "side", Reach.BLOCK)
    if following is not None:
        return str(following.value)
    everywhere = {told.value for told in case.facts.in_document(draft.act.reading, "side")}
    return chosen if is_report(draft.act.reading) or len(everywhere) == 1 else ""


def _said_side(draft: ServiceDraft, case: ServiceCase) -> str:
    """Return the side that stands in the sentence of the service; empty for none."""
    if draft.act is None:
        return ""
    near = case.facts.told(draft.act, "side", Reach.SENTENCE)
    return str(near.value) if near is not None else ""


def _located(draft: ServiceDraft, case: ServiceCase, firm: set[str]) -> list[ServiceDraft]:
    """Return the draft with its place; ``firm`` are sides said of the number in a sentence."""
    if draft.area in _WITHOUT or any(map(_is_placed, draft.modifiers)):
        return [draft]
    needs = draft.entry.modifiers if draft.entry else frozenset[str]()
    for name in _BY_NAME:
        value = draft.fact(name)
        if name in needs and is_place(value):
            return [draft.with_modifiers(value).because("modifier-place", f"({value})")]
    indicators = indicators_of(draft.code)
    takes_both = indicators.takes_50 or "bilateral" in needs
    if not (takes_both or "side" in needs) or indicators.bilateral == _BOTH_ALREADY:
        return [draft]
    side = side_of(draft, case)
    if len(firm) == 1 and side not in firm and not _said_side(draft, case):
        # What names it again without a side speaks of the side that was said.
        (side,) = firm
    if side == BOTH:
        return _both(draft, takes_both=takes_both)
    if side not in _SIDES:
        return [draft]
    return [draft.with_modifiers(_SIDES[side]).because("modifier-side", f"({side})")]


def _both(draft: ServiceDraft, *, takes_both: bool) -> list[ServiceDraft]:
    if takes_both:
        # A line a side was counted where two were told: 50 says both in one.
        one = replace(draft, units=1) if draft.units == 2 else draft
        return [one.with_modifiers(_BOTH_SIDES).because("modifier-both-sides")]
    if indicators_of(draft.code).bilateral == _NO_FEE_SCHEDULE:
        return [draft.with_modifiers(side).because("modifier-side") for side in _SIDES.values()]
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
    return found
