"""Services that a payer does not cover, or not for the diagnoses that they point to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from nosology.edits.rule import AMBULATORY, MEDICARE, PROFESSIONAL, Hit, hit, rule
from nosology.edits.view import ClaimView
from nosology.model.finding import Category, Override, Severity

_SAID = frozenset({"GA", "GX", "GY", "GZ"})
"""Modifiers by which the claim says itself that it expects a denial."""
_EXCLUDED_SAID = frozenset({"GY", "GX"})


@rule(
    "diagnosis-not-covered",
    category=Category.MEDICAL_NECESSITY,
    severity=Severity.WARNING,
    authority=("cms-coverage-database", "ssa-1862"),
    kinds=AMBULATORY,
    payers=MEDICARE,
    needs=("coverage",),
    message="{code} is not covered for {pointed}: {policies}.",
    remedy="Point to a documented diagnosis that the policy covers; else a signed notice (GA).",
    carc="50",
    override=Override.DOCUMENTATION,
)
def diagnosis_not_covered(claim: ClaimView) -> Iterator[Hit]:
    """A service of which a local policy speaks points to a diagnosis that the policy covers.

    Asked of the coverage tables that are installed. A facility's line, which points to nothing, may
    rest on any diagnosis of the claim. A line that expects the denial (GA, GX, GY, GZ) passes.

    Why: the payer denies it as not medically necessary. Policies are made by region: look whether
    the one that is named is that of the claim's contractor.
    """
    for line in claim.with_code():
        if line.has_any(_SAID) or line.day is None:
            continue
        pointed = claim.pointed(line) if claim.kind in PROFESSIONAL else claim.diagnoses
        policies: tuple[str, ...] = ()
        for item in pointed:
            told = claim.book.coverage(line.code, item.code, line.day)
            if told.is_covered is None or told.is_covered:
                break
            policies = policies or told.policies
        else:
            if policies:
                yield hit(
                    line.number,
                    line.code,
                    *(item.shown for item in pointed),
                    pointed=", ".join(item.shown for item in pointed),
                    policies=", ".join(policies[:3]),
                )


@rule(
    "excluded-by-law",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority=("ssa-1862", "ioce-specification"),
    kinds=PROFESSIONAL,
    payers=MEDICARE,
    needs=("outpatient-code-editor",),
    message="{code} is excluded from Medicare by law.",
    remedy="Bill the patient; for a denial that another payer asks for, add GY.",
    carc="96",
)
def excluded_by_law(claim: ClaimView) -> Iterator[Hit]:
    """A service that the law excludes from Medicare is billed only with the modifier that says so.

    Why: it is never paid; a claim for it is made only for the denial.
    """
    yield from _flagged(claim, "statutory_exclusion", _EXCLUDED_SAID)


@rule(
    "not-covered-by-medicare",
    category=Category.NON_COVERED,
    severity=Severity.WARNING,
    authority="ioce-specification",
    kinds=PROFESSIONAL,
    payers=MEDICARE,
    needs=("outpatient-code-editor",),
    message="Medicare does not cover {code}.",
    remedy="Bill the patient; for a denial that another payer asks for, add GY.",
    carc="96",
)
def not_covered_by_medicare(claim: ClaimView) -> Iterator[Hit]:
    """A service that Medicare does not cover is billed only with a modifier that says so.

    Told by the outpatient editor's list, which is made for hospitals: a warning for practices.

    Why: it is denied, and without a notice the patient may not be billed.
    """
    yield from _flagged(claim, "non_covered", _SAID)


@rule(
    "medicare-takes-another-code",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority="ioce-specification",
    kinds=PROFESSIONAL,
    payers=MEDICARE,
    needs=("outpatient-code-editor",),
    since=dt.date(2019, 7, 1),
    message="Medicare does not recognize {code}.",
    remedy="Bill the code that Medicare takes for the service, such as a G code, or the patient.",
    carc="96",
)
def medicare_takes_another_code(claim: ClaimView) -> Iterator[Hit]:
    """A code that Medicare does not recognize stands on no claim to Medicare.

    Consultations, codes of other payers (S and T codes) and services for which Medicare has a code
    of its own are such.

    Why: the line is returned or denied whatever the record says.
    """
    yield from _flagged(claim, "not_recognized_mcare", _EXCLUDED_SAID)


def _flagged(claim: ClaimView, flag: str, said: frozenset[str]) -> Iterator[Hit]:
    """Yield the lines of a code with the flag that do not bear a modifier which says so itself."""
    for line in claim.lines:
        if line.facts is None or flag not in line.facts.flags:
            continue
        if not line.has_any(said) and line.is_valid():
            yield hit(line.number, line.code)
