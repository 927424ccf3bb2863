"""Modifiers 59, XS and XU where there is nothing that they could tell a service apart from."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.edits.groups import groups_of
from nosology.edits.rule import PROFESSIONAL, Hit, hit, rule
from nosology.edits.sessions import Session, sessions
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView, LineView
from nosology.model.finding import Category, Severity

# XE and XP tell of another encounter or practitioner, which may be on a claim that is not at hand.
_DISTINCT = frozenset({"59", "XS", "XU"})


@rule(
    "distinct-modifier-without-pair",
    category=Category.MODIFIER_INVALID,
    severity=Severity.ADVISORY,
    authority=("mln-distinct", "ncci-modifiers"),
    kinds=PROFESSIONAL,
    needs=("ncci-ptp-practitioner",),
    asks=Trait.MODIFIERS,
    message="{code} (line {line}) has modifier {modifier}, and is a pair with no other service of "
    "{day}.",
    remedy="Take modifier {modifier} off, unless the claim of the other service is not at hand.",
    carc="4",
)
def without_pair(claim: ClaimView) -> Iterator[Hit]:
    """Modifier 59, XS or XU stands where a pair or a second line of the same service calls for it.

    Why: the modifier only opens a pair or tells a repeated service apart; without need it draws
    reviews.
    """
    if claim.modifiers.isdisjoint(_DISTINCT):
        return
    for session in sessions(claim):
        for line in session.lines:
            found = next((item for item in line.modifiers if item in _DISTINCT), None)
            if found is None or "visit" in groups_of(line.code):
                continue
            if len(session.by_code[line.code]) == 1 and not _has_pair(claim, session, line):
                yield hit(line.number, line.code, modifier=found)


def _has_pair(claim: ClaimView, session: Session, line: LineView) -> bool:
    return any(item.code == line.code for item in session.past) or any(
        other != line.code
        and claim.book.pair(line.code, other, session.day, "practitioner") is not None
        for other in session.codes
    )
