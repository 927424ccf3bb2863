"""Pointers from the lines of service to the diagnoses that justify them."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.edits.rule import PROFESSIONAL, Hit, hit, rule
from nosology.edits.view import ClaimView
from nosology.model.finding import Category, Severity

_MOST_POINTERS = 4


@rule(
    "diagnosis-pointer-missing",
    category=Category.DIAGNOSIS_POINTER,
    severity=Severity.ERROR,
    authority=("x12-837p", "nucc-cms-1500"),
    kinds=PROFESSIONAL,
    message="Line {line} ({code}) points to no diagnosis.",
    remedy="Point the line to the diagnoses that were the reason for it, at most four.",
    carc="16",
)
def missing_pointer(claim: ClaimView) -> Iterator[Hit]:
    """Each line of a professional claim points to at least one diagnosis.

    Why: the payer judges the medical necessity of a line by the diagnoses it points to; a line
    without a pointer is returned as unprocessable.
    """
    for line in claim.lines:
        if line.code and not line.line.diagnoses:
            yield hit(line.number, line.code)
