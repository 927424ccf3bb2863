"""Sides of the body: diagnoses that contradict each other, or the modifier of their line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations

from nosology.edits.rule import PROFESSIONAL, Hit, hit, rule
from nosology.edits.sides import (
    BOTH,
    LEFT,
    OPEN,
    RIGHT,
    are_siblings,
    side_of,
    sides_of_modifiers,
)
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView, DiagnosisView
from nosology.model.code import dotted
from nosology.model.finding import Category, Override, Severity

_CATEGORY = 3
_SUBCATEGORY = 4
_ONE_SIDE = frozenset({RIGHT, LEFT})
_BILATERAL_DIGIT = "3"
_RIGHT_DIGIT = "1"
_OPEN_DIGITS = frozenset("039")


# The claim in hand is asked about by one rule after another.
@lru_cache(maxsize=1)
def _siblings(claim: ClaimView) -> tuple[tuple[DiagnosisView, str, DiagnosisView, str], ...]:
    """Return pairs of codes that are alike but for the side, each with its side."""
    diagnoses = claim.listed
    if len({item.code[:_CATEGORY] for item in diagnoses}) == len(diagnoses):
        return ()
    day = claim.known_day
    categories: dict[str, list[DiagnosisView]] = {}
    for item in diagnoses:
        categories.setdefault(item.code[:_CATEGORY], []).append(item)
    found = []
    for alike in categories.values():
        for one, other in combinations(alike, 2):
            if not _may_be_siblings(one.code, other.code):
                continue
            titles = claim.book.title(one.code, day), claim.book.title(other.code, day)
            if are_siblings(*titles):
                found.append((one, side_of(titles[0]), other, side_of(titles[1])))
    return tuple(found)


def _may_be_siblings(one: str, other: str) -> bool:
    """Return whether two codes differ in one character alone, behind the category's next.

    The code for both sides may be shorter by the character of the side (M17.0 beside M17.11).
    """
    if abs(len(one) - len(other)) == 1:
        return one[:_CATEGORY] == other[:_CATEGORY]
    if len(one) != len(other) or one[:_SUBCATEGORY] != other[:_SUBCATEGORY]:
        return False
    return sum(first != second for first, second in zip(one, other, strict=True)) == 1


@rule(
    "side-open-beside-side",
    asks=Trait.SEVERAL_DIAGNOSES,
    category=Category.LATERALITY,
    severity=Severity.WARNING,
    authority="ocg-i-b-13",
    needs=("icd10cm",),
    message="{open} leaves the side open that {told} beside it tells.",
    remedy="Leave {open} out, unless the record speaks of a second site of unknown side.",
)
def open_beside_side(claim: ClaimView) -> Iterator[Hit]:
    """No code for an unspecified side stands beside the same code for a side.

    Why: where the side is known, the code that tells it is reported, alone.
    """
    for one, side, other, other_side in _siblings(claim):
        for left_open, its, told, told_side in (
            (one, side, other, other_side),
            (other, other_side, one, side),
        ):
            if its == OPEN and told_side in (RIGHT, LEFT, BOTH):
                yield hit(None, left_open.shown, told.shown, open=left_open.shown, told=told.shown)


@rule(
    "both-sides-beside-side",
    asks=Trait.SEVERAL_DIAGNOSES,
    category=Category.LATERALITY,
    severity=Severity.WARNING,
    authority="ocg-i-b-13",
    needs=("icd10cm",),
    message="{both} says both sides, and {one} beside it one of them.",
    remedy="Report {both} alone, or the code of the one side.",
)
def both_beside_side(claim: ClaimView) -> Iterator[Hit]:
    """No code for both sides stands beside the same code for one of them.

    Why: the bilateral code tells both already; the second code contradicts or repeats it.
    """
    for one, side, other, other_side in _siblings(claim):
        for both, its, single, single_side in (
            (one, side, other, other_side),
            (other, other_side, one, side),
        ):
            if its == BOTH and single_side in _ONE_SIDE:
                yield hit(None, both.shown, single.shown, both=both.shown, one=single.shown)


@rule(
    "two-sides-for-bilateral",
    asks=Trait.SEVERAL_DIAGNOSES,
    category=Category.LATERALITY,
    severity=Severity.ADVISORY,
    authority="ocg-i-b-13",
    needs=("icd10cm",),
    message="{one} and {other} say right and left, for which there is {both}.",
    remedy="Report {both} alone, unless each side is treated at an encounter of its own.",
)
def two_sides(claim: ClaimView) -> Iterator[Hit]:
    """Right and left of one condition are reported by the bilateral code, where there is one.

    Lines of a professional claim that point to one of the two alone are services for one side;
    then both codes may stand.

    Why: two codes are for conditions that have no bilateral code.
    """
    for one, side, other, other_side in _siblings(claim):
        if {side, other_side} != _ONE_SIDE or len(one.code) != len(other.code):
            continue
        places = {one.position, other.position}
        if any(len(places.intersection(line.line.diagnoses)) == 1 for line in claim.lines):
            continue
        at = next(
            place
            for place, pair in enumerate(zip(one.code, other.code, strict=True))
            if pair[0] != pair[1]
        )
        both = f"{one.code[:at]}{_BILATERAL_DIGIT}{one.code[at + 1 :]}"
        facts = claim.book.diagnosis(both, claim.known_day)
        if facts.is_billable and side_of(claim.book.title(both, claim.known_day)) == BOTH:
            shown = f"{both[:3]}.{both[3:]}"
            yield hit(None, one.shown, other.shown, one=one.shown, other=other.shown, both=shown)


@rule(
    "modifier-side-against-diagnosis",
    asks=Trait.MODIFIERS,
    category=Category.LATERALITY,
    severity=Severity.WARNING,
    authority="ocg-i-b-13",
    kinds=PROFESSIONAL,
    needs=("icd10cm",),
    message="{modifier} says {side}; line {line} points to the other side only ({codes}).",
    remedy="Correct the modifier, or point the line to the diagnosis of its side.",
    carc="4",
)
def modifier_against_diagnosis(claim: ClaimView) -> Iterator[Hit]:
    """A line with a modifier for one side does not point to diagnoses of the other side alone.

    Why: payers deny a service on one side for a condition of the other.
    """
    known = sides_of_modifiers()
    for line in claim.lines:
        if not line.modifiers:
            continue
        told = [name for name in line.modifiers if name in known]
        if not told or len({known[name] for name in told}) > 1:
            continue
        pointed = claim.pointed(line)
        side = known[told[0]]
        if pointed and all(
            side_of(claim.book.title(item.code, claim.known_day)) in _ONE_SIDE - {side}
            for item in pointed
        ):
            shown = [item.shown for item in pointed]
            yield hit(line.number, *shown, modifier=told[0], side=side)


@rule(
    "side-left-open",
    category=Category.UNSPECIFIED,
    severity=Severity.ADVISORY,
    authority="ocg-i-b-13",
    needs=("icd10cm",),
    message="{codes} leaves the side open; {right} tells the right one.",
    remedy="Report the code of the side that the record tells.",
    override=Override.DOCUMENTATION,
)
def left_open(claim: ClaimView) -> Iterator[Hit]:
    """A diagnosis of an unspecified side is pointed out where codes for the sides exist.

    Where a code for the side stands beside it, ``side-open-beside-side`` tells of it.

    Why: the side is seldom unknown to the one who treats it, and many payers deny a code without
    it.
    """
    day = claim.known_day
    for item in claim.listed:
        right = _for_the_right(claim, item, day) if _OPEN_DIGITS.intersection(item.code[4:]) else ""
        if right and all(
            other.code[:_SUBCATEGORY] != right[:_SUBCATEGORY]
            for other in claim.listed
            if other is not item
        ):
            yield hit(None, item.shown, right=dotted(right))


def _for_the_right(claim: ClaimView, item: DiagnosisView, day: dt.date) -> str:
    """Return the code that says the same of the right side; empty where there is none."""
    title = claim.book.title(item.code, day)
    if side_of(title) != OPEN:
        return ""
    for at in range(_SUBCATEGORY, len(item.code)):
        if item.code[at] in _OPEN_DIGITS:
            right = item.code[:at] + _RIGHT_DIGIT + item.code[at + 1 :]
            other = claim.book.title(right, day)
            if side_of(other) == RIGHT and are_siblings(title, other):
                return right
    return ""
