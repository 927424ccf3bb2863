"""Procedures of a hospital stay, as the Medicare Code Editor looks at them.

What it once asked of biopsies, of procedures on both sides and of unspecific operations went with
ICD-9-CM: no ICD-10-PCS code has those attributes.
"""

from __future__ import annotations

from collections.abc import Iterator

from nosology.edits.families.coverage_conditions import condition_of
from nosology.edits.rule import INPATIENT, MEDICARE, Hit, hit, rule
from nosology.edits.view import ClaimView
from nosology.model.facts import ProcedureFacts
from nosology.model.finding import Category, Override, Severity

_EDITOR = ("medicare-code-editor",)
_BIRTHS = frozenset({"cesarean-delivery", "vaginal-delivery"})
_CONDITIONAL = frozenset({"noncovered-conditional", "limited-coverage"})
_ENOUGH_DAYS = 5
_FEWEST_DAYS = 4


@rule(
    "procedure-not-covered",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority=("mce-noncovered", "cms-ncd"),
    kinds=INPATIENT,
    payers=MEDICARE,
    needs=_EDITOR,
    message="Medicare does not cover procedure {codes}.",
    remedy="Bill the procedure and the stay that was for it as not covered, with the patient's"
    " notice of noncoverage if one was given.",
    carc="96",
)
def not_covered(claim: ClaimView) -> Iterator[Hit]:
    """No procedure of the stay is one that Medicare never covers.

    Why: the Medicare Code Editor lists procedures that Medicare does not pay for; a claim with one
    is denied in whole or in part.
    """
    for item in claim.procedures:
        if "noncovered" in item.attributes:
            yield hit(None, item.code)


@rule(
    "procedure-not-covered-for-this-patient",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority=("mce-noncovered", "cms-ncd"),
    kinds=INPATIENT,
    payers=MEDICARE,
    needs=_EDITOR,
    message="Medicare does not cover procedure {codes} here: {reason}.",
    remedy="Check the diagnoses and procedures against the record; if they are right, bill the"
    " procedure as not covered.",
    carc="96",
)
def not_covered_here(claim: ClaimView) -> Iterator[Hit]:
    """A procedure that Medicare covers on conditions meets them.

    Why: some procedures are covered only with another procedure or diagnosis, up to an age, or for
    other reasons than the one given: a pancreas transplant needs a kidney transplant or type 1
    diabetes, a sterilization must not be for sterilization alone.
    """
    for item in claim.procedures:
        if item.attributes & _CONDITIONAL:
            reason = _why_not_covered(item, claim)
            if reason:
                yield hit(None, item.code, reason=reason)


@rule(
    "procedure-of-limited-coverage",
    category=Category.NON_COVERED,
    severity=Severity.ADVISORY,
    authority=("mce-limited-coverage", "cms-ncd"),
    kinds=INPATIENT,
    payers=MEDICARE,
    needs=_EDITOR,
    message="Medicare covers procedure {codes} within limits only and looks at each claim with it.",
    remedy="See that the hospital is approved for the procedure and that the record shows the"
    " conditions of the national coverage determination.",
    carc="50",
    override=Override.DOCUMENTATION,
)
def limited_coverage(claim: ClaimView) -> Iterator[Hit]:
    """A transplant or another procedure of limited coverage is pointed out.

    Why: some procedures of great cost and complexity are covered in certain circumstances only, so
    that Medicare suspends the claim to see whether they hold.
    """
    for item in claim.procedures:
        if "limited-coverage" in item.attributes:
            condition = condition_of(item.code)
            is_asked = condition is None or condition.is_asked(_others(item, claim))
            if is_asked and not _why_not_covered(item, claim):
                yield hit(None, item.code)


@rule(
    "delivery-without-outcome",
    category=Category.USE_ADDITIONAL,
    severity=Severity.ERROR,
    authority=("mce-obstetric-admission", "ocg-i-c-15-b-5"),
    kinds=INPATIENT,
    needs=_EDITOR,
    message="Procedure {codes} delivers a child, and no secondary diagnosis tells the outcome.",
    remedy="Add the code from category Z37 that tells how many were born, and whether alive.",
    carc="16",
)
def no_outcome(claim: ClaimView) -> Iterator[Hit]:
    """A stay with a delivery has a secondary diagnosis that tells its outcome.

    Why: a code from Z37 stands on every record of a mother when a delivery has occurred; without
    it Medicare questions the admission.
    """
    for item in claim.procedures:
        if item.attributes & _BIRTHS and not any(
            "delivery-outcome" in other.facts.attributes for other in claim.listed[1:]
        ):
            yield hit(None, item.code, severity=None if claim.is_medicare else Severity.WARNING)


@rule(
    "ventilation-longer-than-stay",
    category=Category.UNITS,
    severity=Severity.ERROR,
    authority="mce-length-of-stay",
    kinds=INPATIENT,
    needs=_EDITOR,
    message="Procedure {codes} takes more than 96 hours on end, and the stay was of {stay} days.",
    remedy="Count the hours from the start of ventilation to its end, and report the code of that"
    " length; check the dates of the stay.",
    carc="16",
)
def too_short(claim: ClaimView) -> Iterator[Hit]:
    """Ventilation of more than 96 consecutive hours has a stay of more than four days.

    Why: the hours decide the payment of the stay, so the editor compares the code with its length.
    A stay of four days may just have had room for them, but is returned by Medicare all the same.
    """
    for item in claim.procedures:
        if "length-of-stay" in item.attributes:
            first, last = claim.claim.admission_date, claim.claim.discharge_date
            if first is None or last is None or last < first:
                return
            stay = (last - first).days
            if stay < _FEWEST_DAYS:
                gravity = None if claim.is_medicare else Severity.WARNING
                yield hit(None, item.code, stay=stay, severity=gravity)
            elif stay < _ENOUGH_DAYS and claim.is_medicare:
                yield hit(None, item.code, stay=stay, severity=Severity.WARNING)


def _why_not_covered(item: ProcedureFacts, claim: ClaimView) -> str:
    """Return why a procedure of conditional coverage is not covered in the stay; empty if it is."""
    condition = condition_of(item.code)
    if condition is None or not condition.is_asked(_others(item, claim)):
        return ""
    diagnoses = [other.facts for other in claim.listed]
    age = claim.age(claim.claim.admission_date)
    return condition.reason if condition.is_unmet(diagnoses, claim.procedures, age) else ""


def _others(item: ProcedureFacts, claim: ClaimView) -> Iterator[ProcedureFacts]:
    return (other for other in claim.procedures if other.code != item.code)
