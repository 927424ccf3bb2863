"""What was thrown away of a single-dose container: modifiers JW and JZ. Drugs given without one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from nosology.edits.hospital_visits import status, visit
from nosology.edits.rule import AMBULATORY, MEDICARE, PROFESSIONAL, Hit, hit, rule
from nosology.edits.view import ClaimView, LineView
from nosology.model.claim import ClaimKind
from nosology.model.finding import Category, Override, Severity

_WASTED, _NOTHING_WASTED = "JW", "JZ"
_EITHER = frozenset({_WASTED, _NOTHING_WASTED})
_JW_REQUIRED = dt.date(2017, 1, 1)
_JZ_KNOWN = dt.date(2023, 1, 1)
_JZ_REQUIRED = dt.date(2023, 7, 1)
_JZ_OF_SUPPLIERS = dt.date(2024, 1, 1)
_PAID_APART = frozenset({"G", "K"})
_WITHOUT_COST_OF_DRUGS = frozenset({"19", "21", "22", "23"})
_RURAL_CLINICS = frozenset({"71", "77"})
_OFFICE, _HOME, _SURGERY_CENTER = "11", "12", "24"
_DRUG = "drug"


def _drug_lines(claim: ClaimView) -> Iterator[LineView]:
    """Yield the lines of drugs that CMS wants to be told of waste: HCPCS codes J and Q5."""
    for line in claim.lines:
        if line.facts is not None and (line.code[:1] == "J" or line.code[:2] == "Q5"):
            yield line


@rule(
    "waste-not-told",
    category=Category.DRUG_WASTE,
    severity=Severity.WARNING,
    authority=("cms-100-04-17-40", "cgs-jz"),
    since=_JZ_REQUIRED,
    kinds=AMBULATORY,
    payers=MEDICARE,
    needs=("outpatient-code-editor",),
    when=(_DRUG,),
    message="Line {line} ({code}) bills a drug of single-dose containers without JW or JZ.",
    remedy="Add JZ where nothing was thrown away; else bill what was thrown away apart, with JW.",
    carc="4",
)
def not_told(claim: ClaimView) -> Iterator[Hit]:
    """A drug that comes in single-dose containers alone bears JW or JZ, or is beside its JW line.

    An error where Medicare pays the drug apart in hospitals too (status G or K); a warning for
    cheaper ones. Asked of drugs that a practitioner bought, in hospitals and surgery centers of
    those paid apart, and of what suppliers dispense from 2024 on; not of rural health clinics,
    nor of drugs that are sold in multiple-dose containers also.

    Why: since July 2023 claims without either are audited, and since October 2023 returned.
    """
    is_professional = claim.kind is ClaimKind.PROFESSIONAL
    if not is_professional and visit(claim).bill in _RURAL_CLINICS:
        return
    wasted: set[tuple[str, dt.date | None]] | None = None
    for line in _drug_lines(claim):
        if line.has_any(_EITHER):
            continue
        is_paid_apart = status(line) in _PAID_APART
        place = line.line.place_of_service
        if is_professional and place != _SURGERY_CENTER:
            if place in _WITHOUT_COST_OF_DRUGS:
                continue
            # What a supplier dispenses and the patient takes at home.
            if place == _HOME and line.day is not None and line.day < _JZ_OF_SUPPLIERS:
                continue
        elif not is_paid_apart:
            continue
        if claim.book.container(line.code) != "single":
            continue
        if wasted is None:
            wasted = {(one.code, one.day) for one in claim.lines if _WASTED in one.modifiers}
        if (line.code, line.day) not in wasted:
            yield hit(line.number, line.code, severity=Severity.ERROR if is_paid_apart else None)


@rule(
    "waste-without-given-drug",
    category=Category.DRUG_WASTE,
    severity=Severity.ERROR,
    authority=("cms-100-04-17-40", "cgs-jz"),
    since=_JW_REQUIRED,
    kinds=AMBULATORY,
    payers=MEDICARE,
    when=(_DRUG,),
    message="Line {line} bills what was thrown away of {code}, and no line what was given.",
    remedy="Bill the units that were given on a line of their own, without JW.",
    carc="16",
)
def waste_alone(claim: ClaimView) -> Iterator[Hit]:
    """A line with JW stands beside a line of the same drug and day without it.

    Why: waste is paid only of a container of which the patient had some.
    """
    if _WASTED not in claim.modifiers:
        return
    given = {(line.code, line.day) for line in claim.lines if _WASTED not in line.modifiers}
    for line in claim.lines:
        if _WASTED in line.modifiers and (line.code, line.day) not in given:
            yield hit(line.number, line.code)


@rule(
    "waste-told-and-denied",
    category=Category.DRUG_WASTE,
    severity=Severity.ERROR,
    authority=("cms-100-04-17-40", "cgs-jz"),
    since=_JZ_KNOWN,
    kinds=AMBULATORY,
    payers=MEDICARE,
    when=(_DRUG,),
    message="Line {line} says that nothing of {code} was thrown away; line {other} bills waste.",
    remedy="Take JZ off where some was thrown away; else take the line with JW off.",
    carc="4",
)
def told_and_denied(claim: ClaimView) -> Iterator[Hit]:
    """A drug of a day has a line with JW or lines with JZ, not both.

    Two on one line are another rule's (``modifiers-exclude-each-other``).

    Why: they contradict each other, and the claim is returned.
    """
    if not claim.modifiers >= _EITHER:
        return
    for line in claim.lines:
        if _NOTHING_WASTED not in line.modifiers:
            continue
        for other in claim.lines:
            if (
                other.number != line.number
                and _WASTED in other.modifiers
                and (other.code, other.day) == (line.code, line.day)
            ):
                yield hit(line.number, line.code, other=other.number)
                break


@rule(
    "waste-of-multiple-dose-container",
    category=Category.DRUG_WASTE,
    severity=Severity.WARNING,
    authority=("cms-100-04-17-40", "cgs-jz"),
    since=_JW_REQUIRED,
    kinds=AMBULATORY,
    payers=MEDICARE,
    when=(_DRUG,),
    message="Line {line} has {modifier}, and {code} comes in multiple-dose containers.",
    remedy="Take {modifier} off and bill what was given alone.",
    carc="4",
)
def of_multiple_dose(claim: ClaimView) -> Iterator[Hit]:
    """Neither JW nor JZ stands on a drug that comes in multiple-dose containers alone.

    Why: Medicare pays no waste of them; JZ is for single-dose containers too.
    """
    if claim.modifiers.isdisjoint(_EITHER):
        return
    for line in _drug_lines(claim):
        if line.has_any(_EITHER) and claim.book.container(line.code) == "multiple":
            modifier = _WASTED if _WASTED in line.modifiers else _NOTHING_WASTED
            yield hit(line.number, line.code, modifier=modifier)


@rule(
    "administration-without-drug",
    category=Category.ADD_ON,
    severity=Severity.ADVISORY,
    authority="cms-100-04-12-30-5",
    kinds=PROFESSIONAL,
    payers=MEDICARE,
    when=("drug-administration",),
    message="Line {line} ({code}) gives a drug or vaccine, and none is billed on {day}.",
    remedy="Add the drug or vaccine; where it cost nothing, say in the remarks what was given.",
    override=Override.DOCUMENTATION,
)
def without_drug(claim: ClaimView) -> Iterator[Hit]:
    """In an office, the giving of a drug or vaccine stands beside the drug of its day.

    Why: the contractor asks what was given; often the charge for the drug was missed.
    """
    with_drug = {line.day for line in claim.lines if _DRUG in line.groups}
    for line in claim.in_group("drug-administration"):
        if line.line.place_of_service == _OFFICE and line.day not in with_drug:
            yield hit(line.number, line.code)
