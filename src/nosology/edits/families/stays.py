"""Dates, admission and discharge of a hospital stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from nosology.edits.rule import INPATIENT, Hit, hit, rule
from nosology.edits.view import ClaimView
from nosology.model.finding import Category, Severity
from nosology.model.tables import rows, table

COLUMNS = ("field", "value", "since", "until", "meaning", "source")
_STATUS, _TYPE, _ORIGIN, _NEWBORN_ORIGIN = (
    "discharge-status",
    "admission-type",
    "point-of-origin",
    "newborn-point-of-origin",
)
_NEWBORN = "4"
_STILL_HERE = "30"
_INTERIM = frozenset({"2", "3"})
_FINAL = frozenset({"1", "4"})
_WINDOW = dt.timedelta(days=3)
"""Days before the admission whose outpatient procedures are billed with the stay."""


@dataclass(frozen=True, slots=True)
class _Held:
    since: dt.date
    until: dt.date


@rule(
    "discharge-status-not-valid",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("mce-discharge-status", "resdac-discharge-status"),
    kinds=INPATIENT,
    message="{status} is no discharge status of a hospital stay on {day}.",
    remedy="Give the two digits that tell where the patient went, such as 01 for home.",
    carc="16",
)
def discharge_status(claim: ClaimView) -> Iterator[Hit]:
    """The discharge status of a stay is one of the list, on the day of discharge.

    Why: the status decides on payment as a transfer; a stay whose status is not on the list, or is
    one of hospices or of outpatients only, is returned.
    """
    status = claim.claim.discharge_status
    if status and not _is_valid(_STATUS, status, claim.known_day):
        yield hit(None, status=status)


@rule(
    "discharge-status-missing",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("mce-discharge-status", "x12-837i"),
    kinds=INPATIENT,
    message="The stay ends on {day} without a discharge status.",
    remedy="Give the two digits that tell where the patient went; 30 where the patient still is in"
    " the hospital.",
    carc="16",
)
def no_discharge_status(claim: ClaimView) -> Iterator[Hit]:
    """A stay that has an end has a discharge status.

    Why: every claim for a stay tells where the patient went at its end; without it the claim is
    returned.
    """
    if not claim.claim.discharge_status and claim.claim.last_day_told is not None:
        yield hit(None)


@rule(
    "still-patient-on-final-bill",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("nubc-interim", "cms-100-04-3-50-2"),
    kinds=INPATIENT,
    message="Bill type {bill} is for a stay that ended, and discharge status 30 says that the"
    " patient is still there.",
    remedy="Give the status at discharge, or bill an interim claim (last digit 2 or 3).",
    carc="16",
)
def still_patient(claim: ClaimView) -> Iterator[Hit]:
    """A bill through discharge does not say that the patient is still in the hospital.

    Why: status 30 belongs to interim bills; a bill from admission through discharge, or the last
    of several, contradicts it and is returned.
    """
    told = claim.claim
    if told.discharge_status == _STILL_HERE and told.bill_type[3:] in _FINAL:
        yield hit(None, bill=told.bill_type)


@rule(
    "discharged-on-interim-bill",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("nubc-interim", "cms-100-04-3-50-2"),
    kinds=INPATIENT,
    message="Bill type {bill} is an interim bill, and discharge status {status} says that the"
    " patient left.",
    remedy="Bill the stay through discharge (last digit 1 or 4), or give status 30.",
    carc="16",
)
def discharged_on_interim(claim: ClaimView) -> Iterator[Hit]:
    """An interim bill says that the patient is still in the hospital.

    Why: the first and the continuing interim bills have status 30, since the patient has not left;
    another status contradicts the type of bill.
    """
    told = claim.claim
    if told.bill_type[3:] in _INTERIM and told.discharge_status not in {"", _STILL_HERE}:
        yield hit(None, bill=told.bill_type, status=told.discharge_status)


@rule(
    "discharge-before-admission",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("x12-837i", "cms-100-04-25-75"),
    kinds=INPATIENT,
    message="The stay ends on {last}, before the admission on {first}.",
    remedy="Correct the date of admission or of discharge.",
    carc="16",
)
def discharge_first(claim: ClaimView) -> Iterator[Hit]:
    """A stay does not end before the admission.

    Why: the payer cannot count the days of such a stay and returns the claim.
    """
    first, last = claim.claim.admission_date, claim.claim.last_day_told
    if first is not None and last is not None and last < first:
        yield hit(None, first=first, last=last)


@rule(
    "procedure-date-missing",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority="x12-837i",
    kinds=INPATIENT,
    message="Procedure {codes} has no date.",
    remedy="Give the day on which the procedure was done.",
    carc="16",
)
def no_procedure_date(claim: ClaimView) -> Iterator[Hit]:
    """Every procedure of a stay has its date.

    Why: the institutional claim carries a date beside each ICD-10-PCS code; without it the claim
    does not pass the checks of its form.
    """
    for item in claim.claim.procedures:
        if item.date is None:
            yield hit(None, item.code)


@rule(
    "procedure-outside-stay",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("nubc-procedure-date", "cms-payment-window"),
    kinds=INPATIENT,
    message="Procedure {codes} on {done} lies outside of the stay from {first} to {last}.",
    remedy="Correct the date of the procedure or those of the stay; bill a procedure of another"
    " day apart.",
    carc="16",
)
def outside_stay(claim: ClaimView) -> Iterator[Hit]:
    """Procedures are dated within the stay, or at most three days before the admission.

    Why: a procedure after the discharge belongs to another claim. Those of outpatients within
    three days before the admission are billed with the stay, earlier ones are not.
    """
    told = claim.claim
    if not told.procedures:
        return
    first, last = told.admission_date, told.last_day_told
    for item in told.procedures:
        if item.date is None:
            continue
        if last is not None and item.date > last:
            yield hit(None, item.code, done=item.date, first=first or "admission", last=last)
        elif first is not None and item.date < first - _WINDOW:
            shown = last or "discharge"
            yield hit(
                None,
                item.code,
                done=item.date,
                first=first,
                last=shown,
                severity=Severity.WARNING,
            )


@rule(
    "admission-type-not-valid",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("nubc-admission-type", "x12-837i"),
    kinds=INPATIENT,
    message="{value} is no type of admission.",
    remedy="Give 1 emergency, 2 urgent, 3 elective, 4 newborn, 5 trauma or 9 not known.",
    carc="16",
)
def admission_type(claim: ClaimView) -> Iterator[Hit]:
    """The type of admission, where it is told, is one of the list.

    Why: the digits 6 to 8 and 0 have no meaning, and a stay with one is returned.
    """
    value = claim.claim.admission_type
    if value and not _is_valid(_TYPE, value, claim.known_day):
        yield hit(None, value=value)


@rule(
    "point-of-origin-not-valid",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("nubc-point-of-origin", "x12-837i"),
    kinds=INPATIENT,
    message="{value} is no point of origin of an admission of type {type} on {day}.",
    remedy="Give where the patient came from, such as 1 for not from a facility or 4 for another"
    " hospital; for a newborn 5 born inside, 6 born outside of the hospital.",
    carc="16",
)
def point_of_origin(claim: ClaimView) -> Iterator[Hit]:
    """The point of origin, where it is told, is one of the list for the type of admission.

    Why: codes such as 7 for the emergency room were withdrawn, and those of newborns mean other
    things than those of other patients; a stay with one that does not hold is returned.
    """
    told = claim.claim
    if not told.admission_source:
        return
    listed = _NEWBORN_ORIGIN if told.admission_type == _NEWBORN else _ORIGIN
    if not _is_valid(listed, told.admission_source, claim.known_day):
        yield hit(None, value=told.admission_source, type=told.admission_type or "unknown")


@rule(
    "admission-half-told",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority="x12-837i",
    kinds=INPATIENT,
    message="The claim tells the {told} of the admission without its {missing}.",
    remedy="Give both: the type of the admission and the point of origin.",
    carc="16",
)
def half_told(claim: ClaimView) -> Iterator[Hit]:
    """A claim that tells the type of admission tells its point of origin, and the other way.

    Why: both stand in one segment of the institutional claim for a stay, and both are required
    there. A claim with neither is taken as one whose segment was not given to the editor.
    """
    told = claim.claim
    if bool(told.admission_type) != bool(told.admission_source):
        words = ("type", "point of origin")
        known, missing = words if told.admission_type else words[::-1]
        yield hit(None, told=known, missing=missing)


def _is_valid(field: str, value: str, on: dt.date) -> bool:
    held = _values().get((field, value))
    return held is not None and held.since <= on <= held.until


@cache
def _values() -> Mapping[tuple[str, str], _Held]:
    return {
        (row["field"], row["value"]): _Held(
            dt.date.fromisoformat(row["since"]) if row["since"] else dt.date.min,
            dt.date.fromisoformat(row["until"]) if row["until"] else dt.date.max,
        )
        for row in rows(table("nosology.edits.families", "stay_values.tsv"), COLUMNS)
    }
