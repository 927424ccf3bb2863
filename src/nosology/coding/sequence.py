"""The order in which diagnoses are reported."""

from __future__ import annotations

from collections.abc import Sequence

from nosology.coding.diagnoses.draft import Draft
from nosology.model.code import EXTERNAL_CAUSES

_STATUS = (
    *("Z14", "Z15", "Z16", "Z17", "Z18", "Z19", "Z21", "Z22", "Z28", "Z66", "Z67", "Z68", "Z72"),
    *("Z73", "Z74", "Z78", "Z79", "Z8", "Z9"),
)
"""Status and history: they are not first-listed where a condition is reported."""


def in_reporting_order(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the drafts as they are reported: conditions, status and history, external causes.

    Within each the order of the record stays. Source: ICD-10-CM Official Guidelines I.C.20.a.6 and
    I.C.21.c.3 and 4.
    """

    def place(draft: Draft) -> int:
        if draft.code.startswith(EXTERNAL_CAUSES):
            return 2
        return 1 if draft.code.startswith(_STATUS) else 0

    return sorted(drafts, key=place)
