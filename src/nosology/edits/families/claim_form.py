"""What every claim must fill, and what can be read of it."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.edits.rule import AMBULATORY, FACILITY, PROFESSIONAL, VERSION_5010, Hit, hit, rule
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView
from nosology.model.finding import Category, Severity

_LONGEST_ID = 38
_MOST_PROFESSIONAL_LINES = 50
_MOST_FACILITY_LINES = 999
_FREQUENCIES = frozenset("0123456789")
_OF_ANOTHER = frozenset("78")


@rule(
    "field-not-readable",
    asks=Trait.FLAWS,
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority="45-cfr-162-1102",
    since=VERSION_5010,
    needs_day=False,
    message="The field {field} {problem}.",
    remedy="Correct the field.",
    carc="16",
)
def field_not_readable(claim: ClaimView) -> Iterator[Hit]:
    """Every date is a day of the calendar, every amount and count a number, every sex F, M or U.

    Why: a value of another form is rejected at the door; nothing that depends on it can be checked.
    """
    for flaw in claim.claim.flaws:
        yield hit(flaw.line, field=flaw.field, problem=flaw.problem)


@rule(
    "claim-id-too-long",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority="x12-837p",
    since=VERSION_5010,
    needs_day=False,
    message="The claim's id is missing or has more than 38 characters.",
    remedy="Give an id of 1 to 38 characters.",
    carc="16",
)
def claim_id_too_long(claim: ClaimView) -> Iterator[Hit]:
    """A claim's id has between one and 38 characters.

    Why: the payer sends it back with the payment, by which it is posted; a longer one is cut off or
    rejected.
    """
    if not 0 < len(claim.claim.id) <= _LONGEST_ID:
        yield hit()


@rule(
    "no-lines",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("x12-837p", "x12-837i"),
    since=VERSION_5010,
    kinds=AMBULATORY,
    needs_day=False,
    message="The claim has no line of service.",
    remedy="Add what was done.",
    carc="16",
)
def no_lines(claim: ClaimView) -> Iterator[Hit]:
    """A professional or outpatient claim has at least one line.

    Why: there is nothing to pay.
    """
    if not claim.lines:
        yield hit()


@rule(
    "too-many-lines",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("x12-837p", "x12-837i"),
    since=VERSION_5010,
    needs_day=False,
    message="The claim has {count} lines; the form takes {most}.",
    remedy="Divide it into several claims.",
    carc="16",
)
def too_many_lines(claim: ClaimView) -> Iterator[Hit]:
    """A professional claim has at most 50 lines, a facility's at most 999.

    Why: what is beyond the last loop of the transaction is not read.
    """
    count = len(claim.lines)
    if count <= _MOST_PROFESSIONAL_LINES:
        return
    most = _MOST_PROFESSIONAL_LINES if claim.kind in PROFESSIONAL else _MOST_FACILITY_LINES
    if count > most:
        yield hit(count=count, most=most)


@rule(
    "diagnosis-missing",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("x12-837p", "cms-100-04-26-10"),
    kinds=AMBULATORY,
    needs_day=False,
    message="The claim has no diagnosis.",
    remedy="Add the diagnosis, sign or symptom that was the reason for the services.",
    carc="16",
)
def diagnosis_missing(claim: ClaimView) -> Iterator[Hit]:
    """A professional or outpatient claim has at least one diagnosis.

    Why: the payer cannot judge why the services were needed and returns the claim.
    """
    if not claim.claim.diagnoses:
        yield hit()


@rule(
    "service-code-missing",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority="x12-837p",
    since=VERSION_5010,
    kinds=PROFESSIONAL,
    needs_day=False,
    message="Line {line} has no service code.",
    remedy="Give the HCPCS or CPT code of the service, or drop the line.",
    carc="16",
)
def service_code_missing(claim: ClaimView) -> Iterator[Hit]:
    """Each line of a professional claim has a HCPCS or CPT code.

    Why: a line without a code cannot be priced.
    """
    for line in claim.lines:
        if not line.code:
            yield hit(line.number)


@rule(
    "revenue-code-missing",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("x12-837i", "nubc-ub-04"),
    since=VERSION_5010,
    kinds=FACILITY,
    needs_day=False,
    message="{which} no revenue code.",
    remedy="Give the revenue code of the department or service.",
    carc="16",
)
def revenue_code_missing(claim: ClaimView) -> Iterator[Hit]:
    """Each line of a facility's claim has a revenue code.

    Where no line has one they are perhaps added later: one advisory for the claim.

    Why: the institutional form counts its lines by revenue code; a line without one is returned.
    """
    lacking = [line for line in claim.lines if not line.line.revenue_code]
    if lacking and len(lacking) == len(claim.lines):
        yield hit(severity=Severity.ADVISORY, which="The claim has")
        return
    for line in lacking:
        codes = line.codes
        yield hit(line.number, *codes, which=f"Line {line.number} has")


@rule(
    "service-date-missing",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority="x12-837p",
    since=VERSION_5010,
    kinds=PROFESSIONAL,
    needs_day=False,
    message="Line {line} ({code}) has no date of service.",
    remedy="Give the day on which the service was rendered.",
    carc="16",
)
def service_date_missing(claim: ClaimView) -> Iterator[Hit]:
    """Each line of a professional claim has its date of service.

    Why: codes, prices and coverage all go by the day; a line without one is returned.
    """
    told = {flaw.line for flaw in claim.claim.flaws if flaw.field == "date"}
    for line in claim.lines:
        if line.line.date is None and line.number not in told:
            yield hit(line.number, line.code)


@rule(
    "birth-date-missing",
    category=Category.SYNTAX,
    severity=Severity.WARNING,
    authority="x12-837p",
    since=VERSION_5010,
    message="The claim does not tell the patient's date of birth.",
    remedy="Give it; edits by age are not made without it.",
    carc="16",
)
def birth_date_missing(claim: ClaimView) -> Iterator[Hit]:
    """A claim tells the patient's date of birth.

    Why: the payer finds the member by it; and services that depend on age cannot be checked.
    """
    told = claim.claim
    if told.patient.birth_date is None and all(
        flaw.field != "patient.birth_date" for flaw in told.flaws
    ):
        yield hit()


@rule(
    "frequency-invalid",
    asks=Trait.FREQUENCY,
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority="x12-837p",
    since=VERSION_5010,
    kinds=PROFESSIONAL,
    needs_day=False,
    message="The claim frequency is not one digit.",
    remedy="Give 1 for an original claim, 7 for a replacement, 8 to void one.",
    carc="16",
)
def frequency_invalid(claim: ClaimView) -> Iterator[Hit]:
    """The frequency of a professional claim is one digit.

    Why: it tells the payer whether this is a claim or takes the place of one.
    """
    frequency = claim.claim.frequency
    if frequency and frequency not in _FREQUENCIES:
        yield hit()


@rule(
    "original-claim-missing",
    asks=Trait.FREQUENCY,
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("x12-837p", "x12-837i"),
    since=VERSION_5010,
    needs_day=False,
    message="The claim replaces or voids another, and does not say which.",
    remedy="Give the payer's control number of the original claim.",
    carc="16",
)
def original_claim_missing(claim: ClaimView) -> Iterator[Hit]:
    """A claim of frequency 7 or 8 names the claim that it replaces or voids.

    Why: without the payer's number it is taken for a duplicate.
    """
    told = claim.claim
    frequency = told.frequency or told.bill_type[3:4]
    if frequency in _OF_ANOTHER and not told.original_claim:
        yield hit()
