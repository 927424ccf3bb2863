"""Manipulation of the spine, which Medicare pays as active treatment alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from nosology.edits.rule import MEDICARE, PROFESSIONAL, Hit, hit, rule
from nosology.edits.view import ClaimView
from nosology.model.finding import Category, Override, Severity

_SPINE = frozenset({"98940", "98941", "98942"})
# Active treatment, or a line that itself says that maintenance is not covered.
_TOLD = frozenset({"AT", "GA", "GX", "GY", "GZ"})


@rule(
    "manipulation-not-told-as-active",
    category=Category.MODIFIER_MISSING,
    severity=Severity.ERROR,
    authority=("cms-100-04-12-220", "cms-se1601"),
    kinds=PROFESSIONAL,
    payers=MEDICARE,
    since=dt.date(2015, 10, 1),
    message="Line {line} ({code}) does not say that the manipulation is active treatment.",
    remedy="Add AT where the record shows active treatment; maintenance is not covered (GA with the"
    " patient's notice, GZ without one).",
    carc="96",
    override=Override.MODIFIER,
)
def not_active(claim: ClaimView) -> Iterator[Hit]:
    """Manipulation of the spine (98940 to 98942) has AT, unless it is billed as not covered.

    Why: without AT it is taken for maintenance, which Medicare does not cover.
    """
    for line in claim.lines:
        if line.code in _SPINE and not line.has_any(_TOLD):
            yield hit(line.number, line.code)
