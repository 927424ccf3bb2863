"""Which administration is the initial one, and what the others are beside it.

Source: CPT, Hydration, Therapeutic ... and Chemotherapy Administration: one initial service an
access and encounter; for a hospital chemotherapy before therapy before hydration and infusion
before push, for a physician what the patient came for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nosology.coding.services.infusions.administrations import Administration, Care, Method

SHORTEST_HYDRATION = 31
_HOUR = 60
_BEYOND = 30
"""Minutes beyond a full hour that do not yet make another."""
_APART = 30
"""Minutes after which the same drug may be pushed again for a hospital to bill it."""
_ORDER = (
    (Care.CHEMO, Method.INFUSION),
    (Care.CHEMO, Method.PUSH),
    (Care.PLAIN, Method.INFUSION),
    (Care.PLAIN, Method.PUSH),
    (Care.PLAIN, Method.HYDRATION),
)


@dataclass(frozen=True, slots=True)
class Billed:
    """A code with its units, the administrations that it bills, and the rule that says so."""

    code: str
    units: int
    of: tuple[Administration, ...]
    rule: str


def further_hours(minutes: int) -> int:
    """Return the hours beyond the first, each begun by more than thirty minutes."""
    return max((minutes - _HOUR + _BEYOND - 1) // _HOUR, 0)


def ranked(
    administered: Sequence[Administration], *, is_facility: bool, is_for_hydration: bool
) -> list[Billed]:
    """Return what is billed for everything given through veins.

    Args:
        administered: pushes, infusions, pumps and hydration, in the order of the record.
        is_facility: whether a hospital bills it.
        is_for_hydration: whether the patient came for fluids.
    """
    hydrations = [one for one in administered if one.method is Method.HYDRATION]
    others = [one for one in administered if one.method is not Method.HYDRATION]
    fluid_minutes = _fluid_minutes(hydrations, others)
    initial = _initial(others)
    hydration_first = (
        bool(fluid_minutes)
        and not any(one.care is Care.CHEMO for one in others)
        and (initial is None or (is_for_hydration and not is_facility))
    )
    if hydration_first:
        initial = None
    found: list[Billed] = []
    if initial is not None:
        found += _first(initial)
    found += _pumps(others)
    taken = {initial.concept: [initial]} if initial is not None else {}
    concurrent_billed = False
    infusions = [one for one in others if one.method is Method.INFUSION and one is not initial]
    running = [initial] if initial is not None and initial.method is Method.INFUSION else []
    for one in infusions:
        if one.care is not Care.CHEMO and _is_concurrent(one, running):
            if not concurrent_billed:
                found.append(Billed("96368", 1, (one,), "infusion-concurrent"))
                concurrent_billed = True
        else:
            found += _sequential(one, is_repeat=one.concept in taken)
        running.append(one)
        taken.setdefault(one.concept, []).append(one)
    for one in others:
        if one.method is Method.PUSH and one is not initial:
            found += _further_push(one, taken.get(one.concept, []), is_facility=is_facility)
            taken.setdefault(one.concept, []).append(one)
    if fluid_minutes:
        found += _hydration(hydrations, fluid_minutes, is_first=hydration_first)
    return found


def _initial(others: Sequence[Administration]) -> Administration | None:
    for care, method in _ORDER:
        several = [one for one in others if _care_of(one) is care and one.method is method]
        if several:
            # The longest, so that what ran beside or after it is the smaller part.
            return max(several, key=lambda one: (not one.is_concurrent, one.minutes))
    return None


def _care_of(one: Administration) -> Care:
    return Care.PLAIN if one.care is Care.HORMONAL else one.care


def _first(one: Administration) -> list[Billed]:
    is_chemo = one.care is Care.CHEMO
    if one.method is Method.PUSH:
        code = "96409" if is_chemo else "96374"
        return [Billed(code, 1, (one,), "infusion-push")]
    first, more = ("96413", "96415") if is_chemo else ("96365", "96366")
    found = [Billed(first, 1, (one,), "infusion-initial")]
    hours = further_hours(one.minutes)
    if hours:
        found.append(Billed(more, hours, (one,), "infusion-hours"))
    return found


def _pumps(others: Sequence[Administration]) -> list[Billed]:
    pumps = tuple(one for one in others if one.method is Method.PUMP)
    return [Billed("96416", 1, pumps[:1], "infusion-pump")] if pumps else []


def _sequential(one: Administration, *, is_repeat: bool) -> list[Billed]:
    first, more = ("96417", "96415") if one.care is Care.CHEMO else ("96367", "96366")
    hours = further_hours(one.minutes)
    if is_repeat:
        return [Billed(more, 1 + hours, (one,), "infusion-hours")]
    found = [Billed(first, 1, (one,), "infusion-sequential")]
    if hours:
        found.append(Billed(more, hours, (one,), "infusion-hours"))
    return found


def _further_push(
    one: Administration, same: Sequence[Administration], *, is_facility: bool
) -> list[Billed]:
    if same:
        times = [item.ran.start for item in same if item.ran.start is not None]
        start = one.ran.start
        is_apart = start is not None and all(abs(start - other) > _APART for other in times)
        if not (is_facility and times and is_apart):
            return []
        return [Billed("96376", 1, (one,), "infusion-same-drug")]
    code = "96411" if one.care is Care.CHEMO else "96375"
    return [Billed(code, 1, (one,), "infusion-push")]


def _is_concurrent(one: Administration, running: Sequence[Administration]) -> bool:
    return one.is_concurrent or any(one.ran.minutes_beside(other.ran) > 0 for other in running)


def _fluid_minutes(hydrations: Sequence[Administration], others: Sequence[Administration]) -> int:
    """Return the minutes of hydration that no infusion ran beside; nothing below the least."""
    infusions = [one for one in others if one.method is Method.INFUSION]
    total = 0
    for one in hydrations:
        if not one.is_concurrent:
            beside = sum(one.ran.minutes_beside(other.ran) for other in infusions)
            total += max(one.minutes - beside, 0)
    return total if total >= SHORTEST_HYDRATION else 0


def _hydration(
    hydrations: Sequence[Administration], minutes: int, *, is_first: bool
) -> list[Billed]:
    hours = further_hours(minutes)
    if not is_first:
        return [Billed("96361", 1 + hours, tuple(hydrations), "hydration")]
    found = [Billed("96360", 1, tuple(hydrations), "hydration")]
    if hours:
        found.append(Billed("96361", hours, tuple(hydrations), "hydration"))
    return found
