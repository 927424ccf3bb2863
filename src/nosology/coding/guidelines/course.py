"""Conventions: acute before chronic, and conditions that have not come to pass."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft, moved_before, replaced
from nosology.coding.guidelines.wording import sentences_with
from nosology.model.code import plain
from nosology.model.tables import rows, table

_TO_COME = re.compile(r"\b(?:impending|threatened|threatening)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_CODED_AS_TO_COME = ("I200", "O200", "O47", "O60", "F102", "Z56", "T7", "R")
"""What the Index lists under impending and threatened."""


def impending(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts without conditions that the record calls impending or threatened.

    A condition that did not occur has a code only where the Index lists it as impending or
    threatened; otherwise what underlies it is coded (ICD-10-CM OCG I.B.11).
    """
    if not any(
        word in reading.text.lower()
        for reading in case.readings
        for word in ("impending", "threaten")
    ):
        return list(drafts)
    return [
        draft
        for draft in drafts
        if draft.code.startswith(_CODED_AS_TO_COME) or not _is_to_come(draft, case)
    ]


def _is_to_come(draft: Draft, case: Case) -> bool:
    told = list(sentences_with(draft, case))
    return bool(told) and all(
        _TO_COME.search(reading.text[sentence.start : span.start])
        for span, reading, sentence in told
    )


def acute_before_chronic(drafts: Sequence[Draft], _: Case) -> list[Draft]:
    """Return the drafts with the acute form of a condition before its chronic form.

    Both are coded where the Index has an entry for each at one level (ICD-10-CM OCG I.B.8).
    """
    result = list(drafts)
    for acute, chronic in _forms():
        sudden = next((draft for draft in result if draft.code.startswith(acute)), None)
        lasting = next((draft for draft in result if draft.code.startswith(chronic)), None)
        if sudden and lasting and result.index(lasting) < result.index(sudden):
            placed = sudden.because("acute-before-chronic", f"({lasting.code})")
            result = moved_before(replaced(result, sudden, placed), placed, lasting)
    return result


@cache
def _forms() -> tuple[tuple[str, str], ...]:
    listed = rows(
        table("nosology.coding.guidelines", "acute_and_chronic.tsv"), ("acute", "chronic", "source")
    )
    return tuple((plain(row["acute"]), plain(row["chronic"])) for row in listed)
