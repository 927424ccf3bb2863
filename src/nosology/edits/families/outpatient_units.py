"""Units and modifiers of procedures that a hospital broke off or did on both sides."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.edits.hospital_visits import CRITICAL_ACCESS, visit
from nosology.edits.rule import MEDICARE, OUTPATIENT, Hit, hit, rule
from nosology.edits.view import ClaimView
from nosology.model.finding import Category, Severity

_NEEDS = ("outpatient-code-editor",)
_BOTH = "50"
_BROKEN_OFF = frozenset({"52", "73"})
_ONCE_OR_TWICE = frozenset({"bilateral_conditional", "bilateral_independent"})


@rule(
    "broken-off-procedure-more-than-once",
    category=Category.UNITS,
    severity=Severity.ERROR,
    authority=("ioce-37", "cms-100-04-4-20"),
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Line {line} ({code}) was reduced or broken off before anesthesia, with {more}.",
    remedy="Bill the one procedure that was broken off, with one unit and without 50.",
    carc="16",
)
def broken_off(claim: ClaimView) -> Iterator[Hit]:
    """A procedure with 52 or 73 has one unit, and no modifier 50 where it may be of one side.

    Why: the claim is returned; what was broken off was done once.
    """
    found = visit(claim)
    if claim.modifiers.isdisjoint(_BROKEN_OFF) or not (
        found.is_prospective or found.bill == CRITICAL_ACCESS
    ):
        return
    for line in claim.lines:
        if line.facts is None or not line.has_any(_BROKEN_OFF):
            continue
        if line.units > 1:
            yield hit(line.number, line.code, more=f"{line.units} units")
        elif _BOTH in line.modifiers and not line.facts.flags.isdisjoint(_ONCE_OR_TWICE):
            yield hit(line.number, line.code, more="modifier 50")


@rule(
    "hospital-both-sides-with-two-units",
    category=Category.UNITS,
    severity=Severity.ERROR,
    authority="ioce-74",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Line {line} ({code}) has modifier 50 and {units} units; both sides are one unit.",
    remedy="Bill one unit with modifier 50.",
    carc="16",
)
def both_sides(claim: ClaimView) -> Iterator[Hit]:
    """A procedure on both sides is one line with modifier 50 and one unit.

    Why: the claim is returned.
    """
    found = visit(claim)
    if _BOTH not in claim.modifiers or not (found.is_prospective or found.bill == "34"):
        return
    for line in claim.lines:
        if (
            line.units > 1
            and _BOTH in line.modifiers
            and line.facts is not None
            and not line.facts.flags.isdisjoint(_ONCE_OR_TWICE)
        ):
            yield hit(line.number, line.code)
