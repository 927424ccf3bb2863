"""Claims with diagnoses moved, replaced or left out, and with their pointers renumbered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nosology.model.claim import Claim, Line


def moved_behind(claim: Claim, moved: int, anchor: int) -> Claim:
    """Return the claim with one diagnosis put directly behind another; positions are 1-based."""
    order = [place for place in range(1, len(claim.diagnoses) + 1) if place != moved]
    order.insert(order.index(anchor) + 1, moved)
    return _ordered(claim, order, {})


def without_repeats(claim: Claim, repeats: Mapping[int, int]) -> Claim:
    """Return the claim without some diagnoses.

    Args:
        claim: the claim.
        repeats: by the 1-based position of each that goes, the position of the same code that
            stays; pointers to the one then point to the other, once.
    """
    order = [place for place in range(1, len(claim.diagnoses) + 1) if place not in repeats]
    return _ordered(claim, order, repeats)


def with_diagnosis(claim: Claim, position: int, code: str) -> Claim:
    """Return the claim with another code at the 1-based position; 0 is the admitting diagnosis."""
    if position == 0:
        return replace(claim, admitting_diagnosis=code)
    diagnoses = list(claim.diagnoses)
    diagnoses[position - 1] = replace(diagnoses[position - 1], code=code)
    return replace(claim, diagnoses=tuple(diagnoses))


def with_line(claim: Claim, line: Line) -> Claim:
    """Return the claim with the line in the place of the one of its number."""
    return replace(
        claim, lines=tuple(line if item.number == line.number else item for item in claim.lines)
    )


def _ordered(claim: Claim, order: Sequence[int], same: Mapping[int, int]) -> Claim:
    """Return the claim with its diagnoses in the order of their former positions."""
    became = {former: place for place, former in enumerate(order, start=1)}
    return replace(
        claim,
        diagnoses=tuple(claim.diagnoses[place - 1] for place in order),
        lines=tuple(
            replace(
                line,
                diagnoses=tuple(
                    dict.fromkeys(became.get(same.get(to, to), to) for to in line.diagnoses)
                ),
            )
            for line in claim.lines
        ),
    )
