"""Services that Medicare does not pay on a hospital's bill for an outpatient."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.edits.hospital_visits import (
    CRITICAL_ACCESS,
    flagged,
    is_of_practitioner,
    status,
    visit,
)
from nosology.edits.rule import MEDICARE, OUTPATIENT, Hit, hit, rule
from nosology.edits.view import ClaimView, LineView
from nosology.model.finding import Category, Override, Severity

_NEEDS = ("outpatient-code-editor",)
_SAID_TO_BE_NOT_COVERED = frozenset({"GX", "GY", "GZ"})
_NOT_PRICED = "E2"
_RURAL_CLINICS = frozenset({"71", "77"})
_HOSPICES = frozenset({"81", "82"})
_OTHER_SITES = frozenset({"14", "22", "23", "34", "71", "72", "73", "74", "75", "76", "77", "84"})
_WITHOUT_OBSERVATION = frozenset({"12", "14", "22", "23", "32", "34", "84", "87", "89"})
_PROGRAMS = frozenset({"41", "92", "89"})
_VISITS = ("99202", "99215")


def _severity(line: LineView) -> Severity | None:
    """Return an advisory where the line itself says that it is not covered."""
    return Severity.ADVISORY if line.has_any(_SAID_TO_BE_NOT_COVERED) else None


@rule(
    "service-not-covered-for-outpatient",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority="ioce-9",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Medicare covers {code} (line {line}) under no outpatient benefit on {day}.",
    remedy="Bill what is covered, or move the line to non-covered charges with GY or GZ.",
    carc="96",
)
def not_covered(claim: ClaimView) -> Iterator[Hit]:
    """No service is billed that the outpatient editor knows as not covered.

    Why: the line is denied for reasons other than an exclusion by law.
    """
    for line in flagged(claim, "non_covered"):
        if line.facts is not None and "information_only" not in line.facts.flags:
            yield hit(line.number, line.code, severity=_severity(line))


@rule(
    "service-excluded-by-law",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority="ioce-50",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="{code} (line {line}) is excluded from Medicare by law.",
    remedy="Take it off, or bill it with GY as a non-covered charge for a denial.",
    carc="96",
)
def excluded_by_law(claim: ClaimView) -> Iterator[Hit]:
    """No service is billed that the law excludes from Medicare.

    Why: the claim is returned until the line is shown as a non-covered charge.
    """
    for line in flagged(claim, "statutory_exclusion"):
        yield hit(line.number, line.code, severity=_severity(line))


@rule(
    "service-questionable-for-outpatient",
    category=Category.NON_COVERED,
    severity=Severity.WARNING,
    authority="ioce-12",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Whether Medicare covers {code} (line {line}) is questionable; the claim is suspended.",
    remedy="Have the record ready that shows why it was needed and not cosmetic.",
    carc="50",
    override=Override.DOCUMENTATION,
)
def questionable(claim: ClaimView) -> Iterator[Hit]:
    """Services that Medicare covers in some cases alone are told.

    Why: the claim is suspended, and paid after a review of the record if at all.
    """
    for line in flagged(claim, "questionable"):
        yield hit(line.number, line.code)


@rule(
    "service-not-priced-for-outpatient",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority="ioce-13",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Medicare makes no payment for {code} (line {line}): it has no price for it.",
    remedy="Bill the product that was given by the code that is paid on the day.",
    carc="96",
)
def not_priced(claim: ClaimView) -> Iterator[Hit]:
    """No service of status E2, without a price and data of claims, is billed under the system.

    Why: the line is rejected.
    """
    found = visit(claim)
    if _NOT_PRICED in found.statuses and found.is_prospective:
        for line in claim.lines:
            if status(line) == _NOT_PRICED:
                yield hit(line.number, line.code, severity=_severity(line))


@rule(
    "service-not-recognized-by-medicare",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority="ioce-28",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Medicare does not recognize {code} (line {line}) on outpatient claims.",
    remedy="Bill the code by which Medicare takes the same service, where there is one.",
    carc="96",
)
def not_recognized_by_medicare(claim: ClaimView) -> Iterator[Hit]:
    """No service is billed by a code that Medicare does not recognize on outpatient claims.

    Why: the line is rejected; often another code tells the same service.
    """
    for line in flagged(claim, "not_recognized_mcare"):
        yield hit(line.number, line.code, severity=_severity(line))


@rule(
    "visit-code-of-practitioner",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority=("ioce-62", "cms-100-04-4-160"),
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Line {line} bills a hospital's clinic visit by {code}, the code of the practitioner.",
    remedy="Bill the hospital's visit by G0463; leave {code} to the practitioner's claim.",
    carc="16",
)
def visit_of_practitioner(claim: ClaimView) -> Iterator[Hit]:
    """A hospital under prospective payment bills clinic visits by G0463, not by 99202 to 99215.

    Why: the claim is returned; since 2014 one code tells every visit to a hospital's clinic.
    """
    if visit(claim).is_prospective:
        for line in flagged(claim, "not_recognized_opps"):
            if _VISITS[0] <= line.code <= _VISITS[1]:
                yield hit(line.number, line.code)


@rule(
    "service-not-recognized-for-outpatient",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority="ioce-62",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="The outpatient payment system does not recognize {code} (line {line}).",
    remedy="Bill the hospital's code for the service, or leave it to the practitioner's claim.",
    carc="16",
)
def not_recognized(claim: ClaimView) -> Iterator[Hit]:
    """No service of status B is billed where the prospective payment system pays.

    Clinic visits are another rule's (``visit-code-of-practitioner``).

    Why: the claim is returned; the hospital has another code, or only the practitioner bills it.
    """
    if visit(claim).is_prospective:
        for line in flagged(claim, "not_recognized_opps"):
            if not _VISITS[0] <= line.code <= _VISITS[1]:
                yield hit(line.number, line.code)


@rule(
    "service-not-for-this-facility",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority="ioce-55",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="{code} (line {line}) may not be billed on a bill of type {bill_type}.",
    remedy="Bill it on the hospital's outpatient bill (013x), or take it off.",
    carc="5",
)
def not_for_facility(claim: ClaimView) -> Iterator[Hit]:
    """Services that only a hospital's outpatient department reports are on no other bill.

    Why: the claim is returned.
    """
    if visit(claim).bill in _OTHER_SITES:
        for line in flagged(claim, "non_reportable_site"):
            yield hit(line.number, line.code, bill_type=claim.claim.bill_type)


@rule(
    "observation-on-other-bill",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority=("ioce-53", "cms-100-04-4-290"),
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="{code} (line {line}) is for a hospital's outpatients alone, not for {bill_type}.",
    remedy="Bill observation on the hospital's outpatient bill (013x or 085x), or take it off.",
    carc="5",
)
def observation_elsewhere(claim: ClaimView) -> Iterator[Hit]:
    """Observation is billed on no bill but that of a hospital's outpatients (013x, 085x).

    Why: the line is rejected.
    """
    if visit(claim).bill in _WITHOUT_OBSERVATION:
        for line in flagged(claim, "observation_hospital_only"):
            yield hit(line.number, line.code, bill_type=claim.claim.bill_type)


@rule(
    "equipment-billed-by-hospital",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority="ioce-61",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="{code} (line {line}) can only be billed to the contractor for equipment.",
    remedy="Bill it as a supplier to the contractor for durable medical equipment.",
    carc="109",
)
def equipment(claim: ClaimView) -> Iterator[Hit]:
    """No equipment that only its own contractor pays stands on a hospital's bill.

    Beside a comprehensive service (status J1) it is paid with that and not asked about.

    Why: the claim is returned; the hospital's contractor cannot pay it.
    """
    found = visit(claim)
    if not (found.is_comprehensive and found.is_hospital):
        for line in flagged(claim, "dmerc_billable_only"):
            yield hit(line.number, line.code)


@rule(
    "service-not-billable-to-hospital-contractor",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority="ioce-72",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="{code} (line {line}) is not billable to the contractor for hospitals (status M).",
    remedy="Bill it on a professional claim where a practitioner gave it; else take it off.",
    carc="109",
)
def not_billable(claim: ClaimView) -> Iterator[Hit]:
    """No service of status M stands on a hospital's bill.

    Practitioners that a critical access hospital or a hospice bills for may; rural health clinics
    report them for quality.

    Why: the claim is returned.
    """
    found = visit(claim)
    if "non_billable_mac" not in found.flags or found.bill in _RURAL_CLINICS:
        return
    for line in flagged(claim, "non_billable_mac"):
        if found.bill == CRITICAL_ACCESS and is_of_practitioner(line):
            continue
        if found.bill in _HOSPICES and line.line.revenue_code == "0657":
            continue
        yield hit(line.number, line.code)


@rule(
    "service-for-information-only",
    category=Category.NON_COVERED,
    severity=Severity.ADVISORY,
    authority="ioce-112",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="{code} (line {line}) is for information only and is not paid.",
    remedy="Leave it where a program of reporting asks for it; expect no payment.",
    carc="246",
)
def for_information(claim: ClaimView) -> Iterator[Hit]:
    """Services that only inform are told.

    Why: the line is rejected without payment, which is no fault of the claim.
    """
    for line in flagged(claim, "information_only"):
        yield hit(line.number, line.code)


@rule(
    "program-service-outside-program",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority="ioce-81",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="{code} (line {line}) is of a day program of psychiatry; the bill is of none.",
    remedy="Add condition code 41 (partial hospitalization) or 92 (intensive outpatient), or bill "
    "the therapy by its own code.",
    carc="16",
)
def outside_program(claim: ClaimView) -> Iterator[Hit]:
    """Services of psychiatric day programs alone stand on bills of such a program.

    Condition codes 41 and 92 tell of one.

    Why: the claim is returned.
    """
    if visit(claim).bill == "13" and _PROGRAMS.isdisjoint(claim.claim.condition_codes):
        for line in flagged(claim, "ph_not_mh"):
            yield hit(line.number, line.code)
