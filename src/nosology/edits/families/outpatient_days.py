"""A hospital's outpatient day: services of inpatients alone, packaged services alone, visits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from nosology.edits.hospital_visits import SIGNIFICANT, Visit, status, visit
from nosology.edits.rule import MEDICARE, OUTPATIENT, Hit, hit, rule
from nosology.edits.view import ClaimView, LineView
from nosology.model.finding import Category, Override, Severity

_NEEDS = ("outpatient-code-editor",)
_INPATIENT_ONLY = "C"
_PACKAGED = "N"
_VISITS_ALWAYS = frozenset({"V"})
_VISIT_STATUSES = frozenset({"V", "J2"})
_NO_VISIT = frozenset({"observation_direct_admit", "trauma_critical_care"})
_OUTPATIENT = "13"
_SEPARATE = "separate_procedure"
_DIED = "CA"
_DIED_OR_TRANSFERRED = frozenset(
    {"02", "05", "20", "62", "63", "65", "66", "82", "85", "90", "91", "93", "94"}
)
_FULL_DENIAL = frozenset({"89"})
_KNEE, _ANESTHESIA_FOR_KNEE = "27447", "01402"
_APART = "G0"
_PARTIAL_HOSPITALIZATION = frozenset({"41", "92"})


def _asks(claim: ClaimView, found: Visit) -> bool:
    """Return whether services of inpatients alone are looked for on the bill at all."""
    return (
        _INPATIENT_ONLY in found.statuses
        and found.is_hospital
        and _FULL_DENIAL.isdisjoint(claim.claim.condition_codes)
    )


def _yields(found: Visit, lines: tuple[LineView, ...]) -> bool:
    """Return whether a greater procedure stands on the day, to which separate ones belong."""
    return found.is_comprehensive or any(status(line) == SIGNIFICANT for line in lines)


def _inpatient_lines(claim: ClaimView) -> dict[dt.date, tuple[LineView, ...]]:
    """Return by day the lines for which the whole day is denied."""
    return claim.once(_made)


def _made(claim: ClaimView) -> dict[dt.date, tuple[LineView, ...]]:
    found = visit(claim)
    # A patient who died or was transferred: the service that saved or tried to is paid for all.
    if not _asks(claim, found) or _died(claim):
        return {}
    has_knee = any(line.code == _KNEE for line in claim.lines)
    denied = {}
    for day, lines in found.days.items():
        yields = _yields(found, lines)
        chosen = tuple(
            line
            for line in lines
            if line.facts is not None
            and line.facts.status_indicator == _INPATIENT_ONLY
            and not (yields and _SEPARATE in line.facts.flags)
            and not (has_knee and line.code == _ANESTHESIA_FOR_KNEE)
        )
        if chosen:
            denied[day] = chosen
    return denied


def _died(claim: ClaimView) -> list[LineView]:
    """Return the lines of services of inpatients alone that bear CA."""
    if _DIED not in claim.modifiers:
        return []
    found = visit(claim)
    return [
        line
        for lines in found.days.values()
        for line in lines
        if _DIED in line.modifiers
        and line.facts is not None
        and line.facts.status_indicator == _INPATIENT_ONLY
        and not (_SEPARATE in line.facts.flags and _yields(found, lines))
    ]


@rule(
    "service-for-inpatients-only",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority=("ioce-18", "palmetto-inpatient-only"),
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Medicare pays {code} (line {line}) for inpatients only.",
    remedy="Bill it as a stay where the patient was admitted; add CA only if the patient died "
    "or was transferred before that.",
    carc="96",
)
def inpatient_only(claim: ClaimView) -> Iterator[Hit]:
    """No service of status C stands on a hospital's bill for an outpatient.

    Not asked about are separate procedures beside a greater one, and bills on which modifier CA
    tells that the patient died or was transferred before an admission.

    Why: it is not paid, and nor is anything else of the day.
    """
    for lines in _inpatient_lines(claim).values():
        for line in lines:
            yield hit(line.number, line.code)


@rule(
    "service-beside-inpatient-only",
    category=Category.BUNDLED,
    severity=Severity.ERROR,
    authority=("ioce-49", "palmetto-inpatient-only"),
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Line {line} is not paid: {other} of {day} is paid for inpatients only.",
    remedy="Correct or move the line of {other}; the rest of the day is then paid.",
    carc="97",
)
def beside_inpatient_only(claim: ClaimView) -> Iterator[Hit]:
    """No other line is of the day of a service that is paid for inpatients only.

    Why: every other line of the day is denied with it.
    """
    days = visit(claim).days
    for day, denied in _inpatient_lines(claim).items():
        for line in days[day]:
            if line not in denied:
                yield hit(line.number, *line.codes, other=denied[0].code)


@rule(
    "inpatient-service-part-of-another",
    category=Category.BUNDLED,
    severity=Severity.WARNING,
    authority="ioce-45",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="{code} (line {line}) is paid with the procedure that it was part of on {day}.",
    remedy="Expect no payment of its own; take it off if the record does not show it apart.",
    carc="97",
)
def part_of_another(claim: ClaimView) -> Iterator[Hit]:
    """A separate procedure of status C beside a greater procedure of the day is told.

    Greater is a procedure of status T of the same day, or one of status J1 on the bill.

    Why: the line is rejected; the greater procedure pays for it.
    """
    found = visit(claim)
    if _SEPARATE not in found.flags or not _asks(claim, found):
        return
    denied = _inpatient_lines(claim)
    for day, lines in found.days.items():
        if day in denied or not _yields(found, lines):
            continue
        for line in lines:
            if (
                line.facts is not None
                and line.facts.status_indicator == _INPATIENT_ONLY
                and _SEPARATE in line.facts.flags
            ):
                yield hit(line.number, line.code)


@rule(
    "death-modifier-without-death",
    category=Category.MODIFIER_INVALID,
    severity=Severity.ERROR,
    authority="ioce-70",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Line {line} ({code}) bears CA, and the patient neither died nor was transferred.",
    remedy="Correct the patient's status, or take CA off.",
    carc="4",
)
def died_without_death(claim: ClaimView) -> Iterator[Hit]:
    """Modifier CA goes with a patient status that tells of death or of a transfer.

    Why: the claim is returned.
    """
    if (
        _DIED in claim.modifiers
        and claim.claim.discharge_status not in _DIED_OR_TRANSFERRED
        and _asks(claim, visit(claim))
    ):
        for line in _died(claim):
            yield hit(line.number, line.code)


@rule(
    "death-modifier-more-than-once",
    category=Category.MODIFIER_INVALID,
    severity=Severity.ERROR,
    authority="ioce-60",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="CA stands on {count} services; only one is paid for a patient who died.",
    remedy="Leave CA on the one service that was to save the patient.",
    carc="4",
)
def died_twice(claim: ClaimView) -> Iterator[Hit]:
    """Modifier CA stands on one service with one unit.

    Why: the claim is returned; one payment is made for everything.
    """
    if _DIED in claim.modifiers and _asks(claim, visit(claim)):
        lines = _died(claim)
        count = sum(line.units for line in lines)
        if count > 1:
            for line in lines:
                yield hit(line.number, line.code, count=count)


def _has_other_edit(claim: ClaimView, found: Visit) -> bool:
    """Return whether another edit tells of packaged services: on the wrong bill, or training alone.

    Both deny the lines before it is asked whether all are packaged.
    """
    if found.bill != _OUTPATIENT and "observation_hospital_only" in found.flags:
        return True
    return "educational" in found.flags and all(
        line.facts is None or "educational" in line.facts.flags for line in claim.lines
    )


@rule(
    "only-packaged-services",
    category=Category.BUNDLED,
    severity=Severity.ERROR,
    authority="ioce-27",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Every service of the bill is packaged into others, and there is no other.",
    remedy="Add the service that they belong to; without one there is nothing to pay.",
    carc="97",
)
def only_packaged(claim: ClaimView) -> Iterator[Hit]:
    """A bill under prospective payment holds a service that is not of status N.

    Lines without a service code count as packaged where their revenue code has status N.

    Why: the claim is rejected.
    """
    found = visit(claim)
    if not found.is_prospective or len(found.statuses) > 2 or _has_other_edit(claim, found):
        return
    is_packaged = False
    for line in claim.lines:
        told = status(line)
        if not line.code and line.day is not None and line.line.revenue_code:
            known = claim.book.revenue(line.line.revenue_code, line.day)
            told = "" if known is None else known.status_indicator
        if told == _PACKAGED:
            is_packaged = True
        elif told or line.is_valid():
            return
    if is_packaged:
        yield hit()


@rule(
    "visits-in-one-department",
    category=Category.MODIFIER_MISSING,
    severity=Severity.ERROR,
    authority=("ioce-42", "cms-100-04-4-180"),
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="{count} visits stand under revenue code {revenue_code} on {day}, without condition "
    "code G0.",
    remedy="Add condition code G0 if they were apart, and modifier 27 to the later ones; else "
    "bill one.",
    carc="16",
    override=Override.DOCUMENTATION,
)
def several_visits(claim: ClaimView) -> Iterator[Hit]:
    """Visits of a day to one department (revenue code) are one, unless condition code G0 is given.

    Critical care and direct referrals to observation are not counted.

    Why: the claim is returned; G0 says that the visits were apart.
    """
    found = visit(claim)
    if found.bill != _OUTPATIENT or found.statuses.isdisjoint(_VISIT_STATUSES):
        return
    told = claim.claim.condition_codes
    if _APART in told or not _PARTIAL_HOSPITALIZATION.isdisjoint(told):
        return
    # Beside a comprehensive service visits of status J2 are paid with it.
    asked = _VISITS_ALWAYS if found.is_comprehensive else _VISIT_STATUSES
    for lines in found.days.values():
        by_department: dict[str, list[LineView]] = {}
        for line in lines:
            if (
                status(line) in asked
                and line.line.revenue_code
                and line.facts is not None
                and _NO_VISIT.isdisjoint(line.facts.flags)
            ):
                by_department.setdefault(line.line.revenue_code, []).append(line)
        for revenue_code, visits in by_department.items():
            count = sum(line.units for line in visits)
            if count > 1:
                for line in visits:
                    yield hit(line.number, line.code, count=count, revenue_code=revenue_code)
