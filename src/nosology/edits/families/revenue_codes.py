"""Revenue codes of the institutional form: unknown, ended, without a service, not paid."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.edits.hospital_visits import visit
from nosology.edits.rule import FACILITY, INPATIENT, MEDICARE, OUTPATIENT, Hit, hit, rule
from nosology.edits.view import ClaimView, LineView
from nosology.model.facts import RevenueFacts
from nosology.model.finding import Category, Severity

_NEEDS = ("outpatient-code-editor",)
_TOTAL = "0001"
_NEEDS_NO_SERVICE = frozenset({"N", "F"})
_ALSO_WITHOUT_SERVICE = "bypass_e48"
_PAID_BY_SERVICE = frozenset(
    {"12", "13", "14", "22", "23", "32", "34", "71", "72", "73", "74", "75", "76", "77", "78"}
    | {"83", "84", "87", "89"}
)
_FULL_DENIAL = "89"
_CONVENIENCE = "099"


def _told(claim: ClaimView) -> tuple[tuple[LineView, RevenueFacts | None], ...]:
    """Return each line that has a revenue code and a day, with the facts of a valid one."""
    return claim.once(_made)


def _made(claim: ClaimView) -> tuple[tuple[LineView, RevenueFacts | None], ...]:
    found = []
    for line in claim.lines:
        if line.line.revenue_code and line.day is not None:
            known = claim.book.revenue(line.line.revenue_code, line.day)
            found.append((line, known if known and known.is_valid(line.day) else None))
    return tuple(found)


@rule(
    "revenue-code-not-valid",
    category=Category.CODE_NOT_VALID,
    severity=Severity.ERROR,
    authority=("ioce-41", "nubc-ub-04"),
    kinds=FACILITY,
    needs=_NEEDS,
    message="Revenue code {revenue_code} (line {line}) is none, or none on {day}.",
    remedy="Give the four digits of the department or service, with the leading zero.",
    carc="16",
)
def not_valid(claim: ClaimView) -> Iterator[Hit]:
    """Each revenue code is one on the day of service.

    Those of stays are held against the list of the outpatient editor, and told as a warning.

    Why: the claim is returned.
    """
    for line, told in _told(claim):
        if told is None:
            yield hit(
                line.number,
                *line.codes,
                revenue_code=line.line.revenue_code,
                severity=Severity.WARNING if claim.kind in INPATIENT else None,
            )


@rule(
    "revenue-code-needs-service",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority="ioce-48",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Line {line} gives revenue code {revenue_code} without a service code.",
    remedy="Give the HCPCS or CPT code of the service.",
    carc="16",
)
def needs_service(claim: ClaimView) -> Iterator[Hit]:
    """A line has a service code unless its revenue code may stand alone.

    Those may that are packaged whatever the service (status N, F) and those that the outpatient
    editor exempts; so may the total of the bill (0001). Critical access hospitals are not asked.

    Why: the claim is returned; the department alone does not tell what is to be paid.
    """
    if visit(claim).bill not in _PAID_BY_SERVICE or _FULL_DENIAL in claim.claim.condition_codes:
        return
    for line, told in _told(claim):
        if (
            told is not None
            and not line.code
            and line.line.revenue_code != _TOTAL
            and told.status_indicator not in _NEEDS_NO_SERVICE
            and _ALSO_WITHOUT_SERVICE not in told.flags
        ):
            yield hit(line.number, revenue_code=line.line.revenue_code)


@rule(
    "revenue-code-not-recognized",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority="ioce-65",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Medicare does not recognize revenue code {revenue_code} (line {line}).",
    remedy="Give the revenue code under which Medicare takes the service, or take the line off.",
    carc="16",
)
def not_recognized(claim: ClaimView) -> Iterator[Hit]:
    """No revenue code is one that Medicare does not recognize.

    Why: the line is rejected.
    """
    for line, told in _told(claim):
        if told is not None and "not_recognized" in told.flags:
            yield hit(line.number, *line.codes, revenue_code=line.line.revenue_code)


@rule(
    "revenue-code-excluded-by-law",
    category=Category.NON_COVERED,
    severity=Severity.WARNING,
    authority="ioce-50",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Revenue code {revenue_code} (line {line}) is for what the law excludes from Medicare.",
    remedy="Put the charges as non-covered, with GY on the service.",
    carc="96",
)
def excluded(claim: ClaimView) -> Iterator[Hit]:
    """No covered charges stand under a revenue code of what the law excludes.

    So is 0637, for drugs that patients take by themselves.

    Why: the claim is returned unless the charges are shown as not covered.
    """
    for line, told in _told(claim):
        if told is not None and "statutory_exclusion" in told.flags:
            yield hit(line.number, *line.codes, revenue_code=line.line.revenue_code)


@rule(
    "revenue-code-never-covered",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority="ioce-9",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Revenue code {revenue_code} (line {line}) without a service code is not covered.",
    remedy="Give the service code where one was rendered; else bill the patient.",
    carc="96",
)
def never_covered(claim: ClaimView) -> Iterator[Hit]:
    """No line without a service code is for what is the patient's convenience (099x).

    Why: the line is denied.
    """
    if not visit(claim).is_prospective:
        return
    for line, told in _told(claim):
        if told is not None and not line.code and line.line.revenue_code.startswith(_CONVENIENCE):
            yield hit(line.number, revenue_code=line.line.revenue_code)
