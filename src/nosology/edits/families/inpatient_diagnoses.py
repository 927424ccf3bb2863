"""Diagnoses of a hospital stay, as the Medicare Code Editor looks at them.

Its edits on manifestations, external causes and repeated diagnoses are made of every claim, and
stand with the conventions of the classification.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from nosology.edits.rule import INPATIENT, MEDICARE, Hit, hit, rule
from nosology.edits.view import ClaimView
from nosology.model.finding import Category, Override, Severity

_EDITOR = ("medicare-code-editor",)
_UNSPECIFIED_SINCE = dt.date(2022, 4, 1)
_NO_PAY = "0"
"""The frequency of a bill that asks for no payment."""


@rule(
    "principal-diagnosis-missing",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("x12-837i", "mce-manual"),
    kinds=INPATIENT,
    message="The stay has no principal diagnosis.",
    remedy="Report first the condition that, after study, occasioned the admission.",
    carc="16",
    needs_day=False,
)
def no_principal(claim: ClaimView) -> Iterator[Hit]:
    """A hospital stay has a principal diagnosis.

    Why: a stay is grouped and paid by its principal diagnosis; without one the claim is returned.
    """
    if not any(item.role == "" for item in claim.claim.diagnoses):
        yield hit()


@rule(
    "principal-diagnosis-unacceptable",
    category=Category.UNACCEPTABLE_PRINCIPAL,
    severity=Severity.ERROR,
    authority=("mce-unacceptable-principal", "ocg-ii"),
    kinds=INPATIENT,
    needs=_EDITOR,
    message="{codes} tells a circumstance and is not accepted as principal diagnosis.",
    remedy="Report first the condition that occasioned the admission; {codes} may stand behind it.",
    carc="16",
)
def unacceptable(claim: ClaimView) -> Iterator[Hit]:
    """The principal diagnosis is one that can occasion a stay in a hospital.

    Why: some codes tell what influences health without being an illness or injury, such as the
    outcome of a delivery or a status; Medicare returns a stay that has one as principal
    diagnosis. A code that needs a secondary diagnosis is looked at by itself.
    """
    first = claim.principal
    if first is None or "unacceptable-principal" not in first.facts.attributes:
        return
    if "requires-secondary" not in first.facts.attributes:
        yield hit(None, first.shown, severity=None if claim.is_medicare else Severity.WARNING)


@rule(
    "principal-diagnosis-needs-secondary",
    category=Category.UNACCEPTABLE_PRINCIPAL,
    severity=Severity.ERROR,
    authority="mce-unacceptable-principal",
    kinds=INPATIENT,
    needs=_EDITOR,
    message="{codes} as principal diagnosis is accepted only with a secondary diagnosis.",
    remedy="Add the condition for which the patient had the aftercare, or report another reason"
    " for the stay first.",
    carc="16",
)
def lone_principal(claim: ClaimView) -> Iterator[Hit]:
    """A principal diagnosis that says little by itself has a secondary diagnosis.

    Why: Z51.89, other specified aftercare, is accepted only beside the condition that the care was
    for; alone it is returned as an unacceptable principal diagnosis.
    """
    first = claim.principal
    if first is None or "requires-secondary" not in first.facts.attributes:
        return
    if len(claim.listed) == 1:
        yield hit(None, first.shown, severity=None if claim.is_medicare else Severity.WARNING)


@rule(
    "admission-questionable",
    category=Category.MEDICAL_NECESSITY,
    severity=Severity.WARNING,
    authority="mce-questionable-admission",
    kinds=INPATIENT,
    payers=MEDICARE,
    needs=_EDITOR,
    message="{codes} as principal diagnosis is seldom reason enough for a stay in a hospital.",
    remedy="Report the condition that made the stay necessary, if the record has one; else have the"
    " admission reviewed before billing.",
    carc="50",
    override=Override.DOCUMENTATION,
)
def questionable_admission(claim: ClaimView) -> Iterator[Hit]:
    """The principal diagnosis is one that usually needs a stay in a hospital.

    Why: for some conditions, such as essential hypertension or impacted cerumen, Medicare suspends
    the claim until a review finds that the admission was necessary.
    """
    first = claim.principal
    if first is not None and "questionable-admission" in first.facts.attributes:
        yield hit(None, first.shown)


@rule(
    "site-left-unspecified",
    category=Category.UNSPECIFIED,
    severity=Severity.ERROR,
    authority=("mce-unspecified", "ocg-i-b-13"),
    kinds=INPATIENT,
    payers=MEDICARE,
    needs=_EDITOR,
    since=_UNSPECIFIED_SINCE,
    message="{codes} leaves the side or site open, though its category has codes that tell it.",
    remedy="Code the side or site that the record tells, also in a test that confirms the"
    " diagnosis; if none can be told, say so in the claim's remarks.",
    carc="16",
    override=Override.DOCUMENTATION,
)
def unspecified_site(claim: ClaimView) -> Iterator[Hit]:
    """No diagnosis of a stay leaves the side or site open where other codes tell it.

    Why: since April 2022 Medicare returns a stay with such a complication or comorbidity, unless
    the remarks say why the side could not be determined; in a hospital it nearly always can.
    """
    for item in claim.listed:
        if "unspecified" in item.facts.attributes:
            yield hit(None, item.shown)


@rule(
    "wrong-procedure-performed",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority=("mce-wrong-procedure", "cms-mm6405"),
    kinds=INPATIENT,
    payers=MEDICARE,
    needs=_EDITOR,
    message="{codes} tells that the wrong procedure, patient or side was operated on, which"
    " Medicare does not cover.",
    remedy="Bill the wrong procedure and all that comes of it on a claim for no payment (bill type"
    " 0110), and covered care of the stay on another.",
    carc="233",
)
def wrong_procedure(claim: ClaimView) -> Iterator[Hit]:
    """No claim that asks for payment reports a wrong procedure.

    Why: Medicare covers neither an operation done on the wrong patient, the wrong part of the body
    or by mistake, nor the hospital care for it. The hospital bills it apart, for no payment.
    """
    for item in claim.listed:
        if "wrong-procedure" in item.facts.attributes and claim.claim.bill_type[3:] != _NO_PAY:
            yield hit(None, item.shown)
