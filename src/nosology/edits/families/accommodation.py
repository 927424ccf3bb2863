"""Days of room and board against the length of the stay."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from nosology.edits.rule import INPATIENT, Hit, hit, rule
from nosology.edits.view import ClaimView
from nosology.model.finding import Category, Severity

# Room and board and intensive care, without the nursery (017x) and leave of absence (018x).
_ROOMS = frozenset({"010", "011", "012", "013", "014", "015", "016", "019", "020", "021"})
_LAST_SUBCATEGORY = 3


@rule(
    "room-days-beyond-stay",
    category=Category.BALANCE,
    severity=Severity.WARNING,
    authority=("nubc-ub-04", "cms-100-04-3-40"),
    kinds=INPATIENT,
    message="Room and board is billed for {days} days, and the stay was of {stay}.",
    remedy="Correct the units of the room lines, or the dates of the stay.",
    carc="16",
)
def beyond_stay(claim: ClaimView) -> Iterator[Hit]:
    """A stay has no more days of room and board than nights; one of a single day has one.

    The days are counted from the admission, or the statement's first day where that is later, to
    the discharge; a bill of a patient who is still there counts its last day, too.

    Why: the day of discharge is not charged, and days must agree with the dates.
    """
    days = sum(
        (
            line.units
            for line in claim.lines
            if line.line.revenue_code[:_LAST_SUBCATEGORY] in _ROOMS
        ),
        Decimal(0),
    )
    if not days:
        return
    told = claim.claim
    first = max((day for day in (told.admission_date, told.statement_from) if day), default=None)
    last = told.discharge_date or told.statement_to
    if first is None or last is None or last < first:
        return
    stay = (last - first).days + (told.discharge_date is None)
    if days > max(stay, 1):
        yield hit(days=days, stay=stay)
