"""Days of service: in order, within the statement, and filed in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from nosology.edits.rule import FACILITY, MEDICARE, PROFESSIONAL, VERSION_5010, Hit, hit, rule
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView
from nosology.model.dates import years_from
from nosology.model.encounter import Payer
from nosology.model.finding import Category, Severity

# The day from which services must be filed with Medicare within a year (Affordable Care Act 6404).
_ONE_YEAR = dt.date(2010, 1, 1)


@rule(
    "line-ends-before-it-begins",
    asks=Trait.END_DATE,
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("x12-837p", "x12-837i"),
    since=VERSION_5010,
    message="Line {line} ({code}) ends on {end}, before it begins on {day}.",
    remedy="Correct the first or the last day.",
    carc="16",
)
def line_ends_before_it_begins(claim: ClaimView) -> Iterator[Hit]:
    """The last day of a line is not before its first.

    Why: a range that runs backward is rejected.
    """
    for line in claim.lines:
        end = line.line.end_date
        if end is not None and line.day is not None and end < line.day:
            yield hit(line.number, line.code, end=end)


@rule(
    "statement-ends-before-it-begins",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("x12-837i", "nubc-ub-04"),
    since=VERSION_5010,
    kinds=FACILITY,
    message="The statement ends on {end}, before it begins on {first}.",
    remedy="Correct the first or the last day of the statement.",
    carc="16",
)
def statement_ends_before_it_begins(claim: ClaimView) -> Iterator[Hit]:
    """A facility's statement covers its first day up to a last that is not before it.

    Why: a period that runs backward is returned to the provider.
    """
    first, end = claim.claim.statement_from, claim.claim.statement_to
    if first is not None and end is not None and end < first:
        yield hit(first=first, end=end)


@rule(
    "service-outside-statement",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("ioce-specification", "nubc-ub-04"),
    since=VERSION_5010,
    kinds=FACILITY,
    message="Line {line} is of {day}, outside the statement of {first} to {end}.",
    remedy="Bill the line with the statement of its day, or correct the day.",
    carc="16",
)
def service_outside_statement(claim: ClaimView) -> Iterator[Hit]:
    """Each line of a facility's claim is of a day within the statement.

    Why: a line of another day belongs to another statement; the claim is returned.
    """
    first, end = claim.claim.statement_from, claim.claim.statement_to
    if first is None or end is None or end < first:
        return
    for line in claim.lines:
        day = line.line.date
        if day is not None and not first <= day <= end:
            yield hit(line.number, *line.codes, first=first, end=end)


@rule(
    "service-before-birth",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("x12-837p", "x12-837i"),
    message="The service of {first} is before the patient's date of birth.",
    remedy="Correct the date of birth or of service.",
    carc="16",
)
def service_before_birth(claim: ClaimView) -> Iterator[Hit]:
    """No day of service is before the patient's date of birth.

    Why: one of the two days is wrong, and the payer will not find the member.
    """
    born, first = claim.claim.patient.birth_date, claim.claim.first_day
    if born is not None and first is not None and first < born:
        yield hit(first=first)


@rule(
    "service-after-receipt",
    asks=Trait.RECEIVED_DATE,
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("x12-837p", "x12-837i"),
    message="Line {line} ({code}) is of {day}, after the claim was received on {received}.",
    remedy="Correct the day, or file the claim when the service has been rendered.",
    carc="16",
)
def service_after_receipt(claim: ClaimView) -> Iterator[Hit]:
    """No service is of a day after the payer received the claim.

    Why: what has not been rendered cannot be billed.
    """
    received = claim.claim.received_date
    if received is None:
        return
    for line in claim.lines:
        if line.day is not None and line.day > received:
            yield hit(line.number, line.code, received=received)


@rule(
    "line-crosses-years",
    asks=Trait.END_DATE,
    category=Category.SYNTAX,
    severity=Severity.WARNING,
    authority="cms-100-04-1-10",
    kinds=PROFESSIONAL,
    message="Line {line} ({code}) runs from {day} to {end}, over the turn of a year.",
    remedy="Divide the line at the end of the year.",
    carc="16",
)
def line_crosses_years(claim: ClaimView) -> Iterator[Hit]:
    """A line of a professional claim does not run over the turn of a year.

    Why: codes, prices and the deductible change with the year.
    """
    for line in claim.lines:
        end = line.line.end_date
        if end is not None and line.day is not None and line.day.year < end.year:
            yield hit(line.number, line.code, end=end)


@rule(
    "filed-too-late",
    asks=Trait.RECEIVED_DATE,
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("42-cfr-424-44", "cms-100-04-1-70"),
    since=max(_ONE_YEAR, dt.date(2015, 10, 1)),
    payers=MEDICARE,
    message="The services of {last} were to be filed by {limit}; the claim was received on "
    "{received}.",
    remedy="File it only with a reason that allows a later day; the patient may not be billed.",
    carc="29",
)
def filed_too_late(claim: ClaimView) -> Iterator[Hit]:
    """Medicare receives a claim within one calendar year after the day of service.

    For a facility the year counts from the last day of the statement. Asked only where the claim
    tells on which day it was or will be received.

    Why: a later claim is denied, and the denial cannot be appealed.
    """
    yield from _late(claim)


@rule(
    "medicaid-filed-too-late",
    asks=Trait.RECEIVED_DATE,
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority="42-cfr-447-45",
    payers=frozenset({Payer.MEDICAID}),
    message="The services of {last} were to be filed by {limit} at the latest; the claim was "
    "received on {received}.",
    remedy="Look whether the state's plan has an exception; many states ask for it sooner.",
    carc="29",
)
def medicaid_filed_too_late(claim: ClaimView) -> Iterator[Hit]:
    """A Medicaid agency receives a claim within twelve months after the day of service.

    Why: federal rules make the agency ask for it by then; states may ask for it sooner.
    """
    yield from _late(claim)


def _late(claim: ClaimView) -> Iterator[Hit]:
    received = claim.claim.received_date
    if received is None:
        return
    last = claim.claim.last_day_told
    if claim.kind in PROFESSIONAL or last is None:
        days = [line.day for line in claim.lines if line.day is not None]
        if not days:
            return
        last = min(days)
    limit = years_from(last, 1)
    if received > limit:
        yield hit(last=last, limit=limit, received=received)
