"""Outpatient products that go with a service, and services that go with a product."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from nosology.edits.hospital_visits import CRITICAL_ACCESS, flagged, status, visit
from nosology.edits.rule import MEDICARE, OUTPATIENT, Hit, hit, rule
from nosology.edits.view import ClaimView, LineView
from nosology.model.finding import Category, Severity

_NEEDS = ("outpatient-code-editor",)
_BROKEN_OFF = frozenset({"52", "73", "74"})
_WITHOUT_DEVICE = "CG"
_DEVICE_STATUSES = frozenset({"H", "U"})
_IMPLANTING = frozenset({"J1", "S", "T"})
_PAID_UNLESS_PACKAGED = frozenset({"Q1", "Q2", "Q3"})
_VISITS = frozenset({"V", "J2"})
_DRUG_STATUSES = frozenset({"G", "K", "K1"})
_PAID_SERVICES = frozenset({"J1", "J2", "P", "Q1", "Q2", "Q3", "S", "T", "V"})
_TOKEN = Decimal("1.01")
_RED_CELLS, _WHOLE_BLOOD = "0381", "0382"
_BOUGHT, _PROCESSED = "038", "039"
_BLOOD_BILLS = frozenset({"12", "13", "34"})


def _missing(lines: tuple[LineView, ...], flag: str) -> bool:
    return not any(line.facts is not None and flag in line.facts.flags for line in lines)


@rule(
    "device-missing",
    category=Category.ADD_ON,
    severity=Severity.ERROR,
    authority="ioce-92",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="{code} (line {line}) implants a device, and no device is billed on {day}.",
    remedy="Bill the device; with 52, 73 or 74 if the procedure was broken off, with CG if no "
    "device was used.",
    carc="107",
)
def device(claim: ClaimView) -> Iterator[Hit]:
    """A procedure that needs a device stands beside a device on its day.

    Procedures that were reduced or broken off (52, 73, 74) need none; nor do those with CG that may
    be done without one.

    Why: the claim is returned.
    """
    found = visit(claim)
    if "device_procedure" not in found.flags or not found.is_hospital:
        return
    for lines in found.days.values():
        if not _missing(lines, "device"):
            continue
        for line in lines:
            facts = line.facts
            if facts is None or "device_procedure" not in facts.flags or line.has_any(_BROKEN_OFF):
                continue
            if not (_WITHOUT_DEVICE in line.modifiers and "bypass_e92_modifier" in facts.flags):
                yield hit(line.number, line.code)


@rule(
    "device-without-procedure",
    category=Category.ADD_ON,
    severity=Severity.ERROR,
    authority="ioce-38",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="{code} (line {line}) is a device or source, and nothing on the bill implants it.",
    remedy="Bill the procedure by which it was implanted.",
    carc="107",
)
def device_alone(claim: ClaimView) -> Iterator[Hit]:
    """Devices and sources (status H and U) stand beside a service of status S, T or J1.

    Services of status Q1, Q2 and Q3 count as such on a bill without a visit, which would package
    them.

    Why: the claim is returned.
    """
    found = visit(claim)
    if (
        not found.is_hospital
        or found.statuses.isdisjoint(_DEVICE_STATUSES)
        or not found.statuses.isdisjoint(_IMPLANTING)
    ):
        return
    if found.statuses.isdisjoint(_PAID_UNLESS_PACKAGED) or not found.statuses.isdisjoint(_VISITS):
        for line in claim.lines:
            if status(line) in _DEVICE_STATUSES:
                yield hit(line.number, line.code)


@rule(
    "drug-without-service",
    category=Category.ADD_ON,
    severity=Severity.ERROR,
    authority="ioce-99",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="{code} (line {line}) is a drug, and no service that gave it is on the bill.",
    remedy="Add the administration or the procedure with which it was given.",
    carc="107",
)
def drug_alone(claim: ClaimView) -> Iterator[Hit]:
    """Drugs that are paid apart (status G, K) stand beside a service that is paid.

    Factors of clotting and some others, which patients give themselves, may stand alone.

    Why: the claim is returned.
    """
    found = visit(claim)
    if (
        found.is_hospital
        and not found.statuses.isdisjoint(_DRUG_STATUSES)
        and found.statuses.isdisjoint(_PAID_SERVICES)
    ):
        for line in claim.lines:
            if (
                line.facts is not None
                and line.facts.status_indicator in _DRUG_STATUSES
                and "bypass_e99" not in line.facts.flags
            ):
                yield hit(line.number, line.code)


@rule(
    "drug-at-token-charge",
    category=Category.BALANCE,
    severity=Severity.ERROR,
    authority="ioce-117",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="{code} (line {line}) is a drug that is paid apart, at a charge of {charge}.",
    remedy="Bill the charge for the drug; a drug without cost to the hospital is not billed.",
    carc="16",
)
def token_charge(claim: ClaimView) -> Iterator[Hit]:
    """Drugs that are paid apart (status G, K) have a charge of more than a dollar.

    Why: the line is denied; a charge of a cent tells that the hospital did not pay for the drug.
    """
    found = visit(claim)
    if found.is_hospital and not found.statuses.isdisjoint(_DRUG_STATUSES):
        for line in claim.lines:
            charge = line.line.charge
            if status(line) in _DRUG_STATUSES and charge is not None and 0 < charge < _TOKEN:
                yield hit(line.number, line.code, charge=charge)


@rule(
    "blood-missing",
    category=Category.ADD_ON,
    severity=Severity.ERROR,
    authority="ioce-43",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="{code} (line {line}) is a transfusion, and no blood or product is on the bill.",
    remedy="Bill the product that was given, at its processing fee where the blood was donated.",
    carc="107",
)
def blood(claim: ClaimView) -> Iterator[Hit]:
    """A transfusion stands beside a blood product.

    Why: the claim is returned.
    """
    found = visit(claim)
    if found.bill in _BLOOD_BILLS and "blood_product" not in found.flags:
        for line in flagged(claim, "blood_service"):
            yield hit(line.number, line.code)


@rule(
    "blood-under-other-revenue-code",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority="ioce-79",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Line {line} is under {revenue_code}, for {product}, which {code} is not.",
    remedy="Bill it under the revenue code of the product.",
    carc="16",
)
def blood_product(claim: ClaimView) -> Iterator[Hit]:
    """Packed red cells stand under revenue code 0381 and whole blood under 0382, nothing else does.

    Why: the claim is returned; the deductible of three pints is counted by these codes.
    """
    if visit(claim).bill not in ("13", CRITICAL_ACCESS):
        return
    for line in claim.lines:
        revenue_code = line.line.revenue_code
        if revenue_code not in (_RED_CELLS, _WHOLE_BLOOD):
            continue
        flags: frozenset[str] = frozenset() if line.facts is None else line.facts.flags
        wanted, product = (
            ("packed_red_cells", "packed red cells")
            if revenue_code == _RED_CELLS
            else ("whole_blood", "whole blood")
        )
        if wanted not in flags:
            shown = line.codes
            yield hit(
                line.number,
                *shown,
                revenue_code=revenue_code,
                product=product,
                code=line.code or "a line without a service code",
            )


@rule(
    "blood-under-no-blood-code",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority="ioce-73",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Line {line} bills blood ({code}) under revenue code {revenue_code}.",
    remedy="Put blood that was bought under 038x, processing and storage under 039x.",
    carc="16",
)
def blood_elsewhere(claim: ClaimView) -> Iterator[Hit]:
    """Blood and its products stand under revenue codes 038x and 039x.

    Why: the claim is returned.
    """
    if visit(claim).bill == "13":
        for line in flagged(claim, "blood_product"):
            if line.line.revenue_code[:3] not in (_BOUGHT, _PROCESSED):
                yield hit(line.number, line.code, revenue_code=line.line.revenue_code)


@rule(
    "blood-without-processing",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority="ioce-73",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Line {line} bills {code} as bought (038x), and no line its processing (039x).",
    remedy="Add a line of the same product under 039x, with the same units and BL on both.",
    carc="16",
)
def without_processing(claim: ClaimView) -> Iterator[Hit]:
    """Blood that was bought stands beside its processing and storage of the same day.

    Why: the claim is returned; Medicare pays both by two lines of the product.
    """
    found = visit(claim)
    if "blood_product" not in found.flags or found.bill != "13":
        return
    for lines in found.days.values():
        processed = {line.code for line in lines if line.line.revenue_code[:3] == _PROCESSED}
        for line in lines:
            if (
                line.line.revenue_code[:3] == _BOUGHT
                and line.facts is not None
                and "blood_product" in line.facts.flags
                and line.code not in processed
            ):
                yield hit(line.number, line.code)
