"""Pointers from the lines of service to the diagnoses that justify them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nosology.edits.reorder import with_line
from nosology.edits.rule import PROFESSIONAL, Hit, hit, rule
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView
from nosology.model.claim import Claim
from nosology.model.code import EXTERNAL_CAUSES, dotted
from nosology.model.finding import Category, Severity

_MOST_POINTERS = 4
_AUTHORITY = ("x12-837p", "nucc-cms-1500")


@rule(
    "diagnosis-pointer-missing",
    category=Category.DIAGNOSIS_POINTER,
    severity=Severity.ERROR,
    authority=_AUTHORITY,
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


@rule(
    "diagnosis-pointer-beyond-list",
    category=Category.DIAGNOSIS_POINTER,
    severity=Severity.ERROR,
    authority=_AUTHORITY,
    kinds=PROFESSIONAL,
    message="Line {line} ({code}) points to diagnosis {to}; the claim lists {count}.",
    remedy="Correct the pointer, or add the diagnosis that it was meant for.",
    carc="16",
)
def beyond_list(claim: ClaimView) -> Iterator[Hit]:
    """No line points to a position at which the claim has no diagnosis.

    Why: a pointer to nothing is returned as unprocessable.
    """
    count = len(claim.claim.diagnoses)
    for line in claim.lines:
        for to in line.line.diagnoses:
            if not 0 < to <= count:
                yield hit(line.number, line.code, to=to, count=count)


@rule(
    "diagnosis-pointers-too-many",
    asks=Trait.POINTERS,
    category=Category.DIAGNOSIS_POINTER,
    severity=Severity.ERROR,
    authority=_AUTHORITY,
    kinds=PROFESSIONAL,
    message="Line {line} ({code}) points to {count} diagnoses; a line has room for four.",
    remedy="Keep the four that were the reason for the service, the most important first.",
    carc="16",
)
def too_many_pointers(claim: ClaimView) -> Iterator[Hit]:
    """No line points to more than four diagnoses.

    Why: the form and the transaction have room for four pointers a line.
    """
    for line in claim.lines:
        if len(line.line.diagnoses) > _MOST_POINTERS:
            yield hit(line.number, line.code, count=len(line.line.diagnoses))


def _once(claim: ClaimView, found: Hit) -> Claim | None:
    """Return the claim with each pointer of the line once."""
    if found.line is None:
        return None
    line = claim.lines[found.line - 1].line
    return with_line(claim.claim, replace(line, diagnoses=tuple(dict.fromkeys(line.diagnoses))))


@rule(
    "diagnosis-pointer-repeated",
    asks=Trait.POINTERS,
    category=Category.DIAGNOSIS_POINTER,
    severity=Severity.WARNING,
    authority=_AUTHORITY,
    kinds=PROFESSIONAL,
    message="Line {line} ({code}) points to diagnosis {to} more than once.",
    remedy="Point to each diagnosis once.",
    carc="16",
    mend=_once,
)
def repeated_pointer(claim: ClaimView) -> Iterator[Hit]:
    """No line points to one diagnosis twice.

    Why: the repetition tells nothing, and some payers return the line.
    """
    for line in claim.lines:
        pointers = line.line.diagnoses
        if len(pointers) > 1 and len(set(pointers)) < len(pointers):
            twice = next(to for place, to in enumerate(pointers) if to in pointers[:place])
            yield hit(line.number, line.code, to=twice)


@rule(
    "diagnosis-pointer-to-external-cause",
    category=Category.DIAGNOSIS_POINTER,
    severity=Severity.WARNING,
    authority=("nucc-cms-1500", "ocg-i-c-20-a-6"),
    kinds=PROFESSIONAL,
    message="Line {line} ({code}) points first to {cause}, an external cause.",
    remedy="Point first to the injury or illness that was treated.",
    carc="16",
)
def pointer_to_external_cause(claim: ClaimView) -> Iterator[Hit]:
    """The first diagnosis that a line points to is not an external cause.

    The first of the claim is another rule's (``external-cause-first``).

    Why: the first pointer names the reason for the service; an external cause is never that.
    """
    listed = claim.claim.diagnoses
    for line in claim.lines:
        pointers = line.line.diagnoses
        if pointers and 0 < pointers[0] <= len(listed):
            code = listed[pointers[0] - 1].code
            if pointers[0] > 1 and code.startswith(EXTERNAL_CAUSES):
                yield hit(line.number, line.code, cause=dotted(code))


@rule(
    "diagnosis-pointer-to-manifestation",
    category=Category.DIAGNOSIS_POINTER,
    severity=Severity.ADVISORY,
    authority=("nucc-cms-1500", "ocg-i-a-13"),
    kinds=PROFESSIONAL,
    needs=("icd10cm", "medicare-code-editor"),
    message="Line {line} ({code}) points first to {manifestation}, a manifestation.",
    remedy="Point first to the underlying disease, then to the manifestation.",
)
def pointer_to_manifestation(claim: ClaimView) -> Iterator[Hit]:
    """The first diagnosis that a line points to is not the manifestation of another.

    The first of the claim is another rule's (``manifestation-first``).

    Why: the first pointer is the line's primary diagnosis, for which the same order holds.
    """
    diagnoses = claim.diagnoses
    for line in claim.lines:
        pointers = line.line.diagnoses
        if pointers and 0 < pointers[0] <= len(diagnoses):
            item = diagnoses[pointers[0] - 1]
            if item.position > 1 and "manifestation" in item.facts.attributes:
                yield hit(line.number, line.code, manifestation=item.shown)
