"""Depth of a debridement: the deepest tissue that was taken, whatever else was taken on the way."""

from __future__ import annotations

from nosology.coding.services.draft import ServiceCase

_DEBRIDEMENTS = frozenset({"wound-debridement", "open-fracture-debridement"})
_DEPTH = "depth"
_FROM_DEEPEST = ("bone", "muscle", "subcutaneous", "skin")


def deepest(case: ServiceCase) -> None:
    """Keep the deepest tissue that the place nearest to each debridement tells of."""
    for act in case.of_area("procedures"):
        if act.concept.name not in _DEBRIDEMENTS:
            continue
        told = case.facts.all_told(act, _DEPTH)
        for depth in _FROM_DEEPEST:
            found = [item for item in told if item.value == depth]
            if found:
                case.facts.derive(act, _DEPTH, found[0])
                break
