"""Services whose payment is in that of others (status of the physician fee schedule)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from nosology.edits.rule import MEDICARE, PROFESSIONAL, Hit, hit, rule
from nosology.edits.sessions import sessions
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView, LineView
from nosology.model.finding import Category, Severity

_BUNDLED = "B"
_ALWAYS = frozenset({_BUNDLED, "P"})
_RESIDENCES = frozenset({"04", "12", "13", "14", "16", "31", "32", "33", "54", "55", "56", "65"})
_NOTHING = Decimal(0)
_BESIDE_OTHERS = "T"
# Paid by the schedule, or by the contractor.
_PAID = frozenset({"A", "R", "C", "J"})


def _status(line: LineView) -> str:
    facts = line.facts
    return "" if facts is None or facts.fee is None else facts.fee.status


@rule(
    "service-bundled",
    category=Category.BUNDLED,
    severity=Severity.ERROR,
    authority="mpfs-indicators",
    kinds=PROFESSIONAL,
    payers=MEDICARE,
    needs=("mpfs|fee-indicators",),
    message="{code} (line {line}) is never paid by itself (status {status}).",
    remedy="Take the line off, or keep it for the record without a charge to the patient.",
    carc="97",
)
def always(claim: ClaimView) -> Iterator[Hit]:
    """A service whose status is B (bundled) or P (bundled or excluded) is not billed to Medicare.

    Where no schedule is installed, those of status B are the group ``bundled``. Supplies of status
    P are left alone where a supplier delivers them: at home and in other residences. A line that
    charges nothing passes; so the visits after an operation are kept on record.

    Why: its payment is in that of other services, billed or not.
    """
    for line in claim.lines:
        if line.facts is None or not line.is_valid():
            continue
        status = _status(line) or (_BUNDLED if "bundled" in line.groups else "")
        if status not in _ALWAYS or line.line.charge == _NOTHING:
            continue
        if status == _BUNDLED or line.line.place_of_service not in _RESIDENCES:
            yield hit(line.number, line.code, status=status)


@rule(
    "service-bundled-beside-others",
    category=Category.BUNDLED,
    severity=Severity.ERROR,
    authority="mpfs-indicators",
    kinds=PROFESSIONAL,
    payers=MEDICARE,
    needs=("mpfs",),
    asks=Trait.SEVERAL_LINES,
    message="{code} (line {line}) is paid only where nothing else of the practitioner is on {day}; "
    "{other} is.",
    remedy="Take the line off; it is paid with {other}.",
    carc="97",
)
def beside_others(claim: ClaimView) -> Iterator[Hit]:
    """A service whose status is T is the only one that the fee schedule pays on its day.

    Why: it is paid only where the same practitioner has no other payable service that day.
    """
    for session in sessions(claim):
        if len(session.lines) < 2:
            continue
        for line in session.lines:
            if _status(line) == _BESIDE_OTHERS:
                other = next((item for item in session.lines if _status(item) in _PAID), None)
                if other is not None:
                    yield hit(line.number, line.code, other.code, other=other.code)
