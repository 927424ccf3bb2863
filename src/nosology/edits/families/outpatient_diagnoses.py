"""The first-listed diagnosis of a hospital's outpatient, as Medicare's editor takes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from nosology.edits.rule import MEDICARE, OUTPATIENT, Hit, hit, rule
from nosology.edits.view import ClaimView
from nosology.model.finding import Category, Severity

_SINCE = dt.date(2019, 10, 1)
_UNACCEPTABLE, _TAKEN_ALL_THE_SAME = "unacceptable_pdx", "unacceptable_pdx_exclusion"


@rule(
    "first-diagnosis-unacceptable-for-outpatient",
    category=Category.UNACCEPTABLE_PRINCIPAL,
    severity=Severity.ERROR,
    authority="ioce-113",
    since=_SINCE,
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=("icd10cm", "outpatient-code-editor"),
    message="{code} may not be listed first: it tells a circumstance, not what was treated.",
    remedy="List first the condition, sign or symptom that was treated, and this one behind it.",
    carc="16",
)
def unacceptable(claim: ClaimView) -> Iterator[Hit]:
    """The first-listed diagnosis is none that the outpatient editor does not take there.

    It takes some that stays in a hospital are refused for.

    Why: the claim is returned.
    """
    first = claim.principal
    if (
        first is not None
        and _UNACCEPTABLE in first.facts.flags
        and _TAKEN_ALL_THE_SAME not in first.facts.flags
        and first.facts.is_billable
    ):
        yield hit(None, first.shown)
