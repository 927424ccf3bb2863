"""Diagnosis codes that a payer's front end would return: unknown, out of date, incomplete."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.edits.diagnosis_faults import Fault, FaultKind, faults
from nosology.edits.reorder import with_diagnosis
from nosology.edits.rule import PROFESSIONAL, Hit, hit, rule
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView
from nosology.model.claim import Claim
from nosology.model.code import dotted
from nosology.model.finding import Category, Severity

_CODE_SETS = ("hipaa-code-sets", "ocg-i-a-3")


def _hits(claim: ClaimView, kind: FaultKind) -> Iterator[Hit]:
    for fault in faults(claim):
        if fault.kind is kind:
            yield _hit(fault)


def _hit(fault: Fault) -> Hit:
    shown = ", ".join(dotted(code) for code in fault.instead)
    return hit(
        None,
        dotted(fault.code),
        place=fault.place,
        position=fault.position,
        told=fault.told,
        instead=shown or "the code that the record supports",
        only=fault.only,
    )


def _replace(claim: ClaimView, found: Hit) -> Claim | None:
    """Return the claim with the only code that can be meant."""
    only, position = found.values["only"], found.values["position"]
    if not isinstance(only, str) or not isinstance(position, int) or not only:
        return None
    return with_diagnosis(claim.claim, position, only)


@rule(
    "diagnosis-unknown",
    asks=Trait.WRONG_DIAGNOSIS,
    category=Category.CODE_NOT_VALID,
    severity=Severity.ERROR,
    authority=_CODE_SETS,
    needs=("icd10cm",),
    message="{code} ({place}) is not a code of ICD-10-CM.",
    remedy="Look the diagnosis up again and report {instead}.",
    carc="16",
)
def unknown(claim: ClaimView) -> Iterator[Hit]:
    """Each diagnosis is a code of ICD-10-CM, in whatever release.

    Why: a claim with a diagnosis that no release knows is returned as unprocessable.
    """
    yield from _hits(claim, FaultKind.UNKNOWN)


@rule(
    "diagnosis-deleted",
    asks=Trait.WRONG_DIAGNOSIS,
    category=Category.CODE_NOT_VALID,
    severity=Severity.ERROR,
    authority=("hipaa-code-sets", "cms-100-04-23-10-6"),
    needs=("icd10cm",),
    message="{code} ({place}) was valid to {told}; it is not on {day}.",
    remedy="Replace it by what came in its place: {instead}.",
    carc="146",
    mend=_replace,
)
def deleted(claim: ClaimView) -> Iterator[Hit]:
    """No diagnosis had ceased to be valid on the day of service or discharge.

    Why: codes are replaced every October and sometimes in April; there is no grace period.
    """
    yield from _hits(claim, FaultKind.DELETED)


@rule(
    "diagnosis-not-yet-valid",
    asks=Trait.WRONG_DIAGNOSIS,
    category=Category.CODE_NOT_VALID,
    severity=Severity.ERROR,
    authority=("hipaa-code-sets", "cms-100-04-23-10-6"),
    needs=("icd10cm",),
    message="{code} ({place}) is valid from {told}; it is not yet on {day}.",
    remedy="Use the code that was valid on the day, or correct the date of service.",
    carc="146",
)
def not_yet_valid(claim: ClaimView) -> Iterator[Hit]:
    """No diagnosis became valid only after the day of service or discharge.

    Why: the code set of the day of service holds, not that of the day of billing.
    """
    yield from _hits(claim, FaultKind.NOT_YET)


@rule(
    "diagnosis-not-billable",
    asks=Trait.WRONG_DIAGNOSIS,
    category=Category.CODE_NOT_BILLABLE,
    severity=Severity.ERROR,
    authority=("ocg-i-a-2", "ocg-i-a-3"),
    needs=("icd10cm",),
    message="{code} ({place}) is a heading of ICD-10-CM and not complete.",
    remedy="Report the code below it that the record supports, such as: {instead}.",
    carc="16",
)
def not_billable(claim: ClaimView) -> Iterator[Hit]:
    """Each diagnosis is complete: a category or subcategory with codes below it is none.

    Why: only codes are permitted for reporting, not categories or subcategories.
    """
    yield from _hits(claim, FaultKind.HEADING)


@rule(
    "seventh-character-missing",
    asks=Trait.WRONG_DIAGNOSIS,
    category=Category.SEVENTH_CHARACTER,
    severity=Severity.ERROR,
    authority=("ocg-i-a-2", "ocg-i-a-5"),
    needs=("icd10cm",),
    message="{code} ({place}) lacks its seventh character.",
    remedy="Complete it with the character of the encounter: {instead}.",
    carc="16",
)
def seventh_missing(claim: ClaimView) -> Iterator[Hit]:
    """A code that takes a seventh character has it.

    Why: a code with an applicable seventh character is invalid without it.
    """
    yield from _hits(claim, FaultKind.SEVENTH_MISSING)


@rule(
    "seventh-character-not-valid",
    asks=Trait.WRONG_DIAGNOSIS,
    category=Category.SEVENTH_CHARACTER,
    severity=Severity.ERROR,
    authority="ocg-i-a-5",
    needs=("icd10cm",),
    message="{code} ({place}) has {told} as seventh character, which it does not take.",
    remedy="Use one of the characters that the category lists: {instead}.",
    carc="16",
)
def seventh_not_valid(claim: ClaimView) -> Iterator[Hit]:
    """The seventh character is one of those that the category lists.

    Why: categories have lists of their own; a fracture takes others than a sprain.
    """
    yield from _hits(claim, FaultKind.SEVENTH_WRONG)


@rule(
    "placeholder-missing",
    asks=Trait.WRONG_DIAGNOSIS,
    category=Category.SEVENTH_CHARACTER,
    severity=Severity.ERROR,
    authority=("ocg-i-a-4", "ocg-i-a-5"),
    needs=("icd10cm",),
    message="{code} ({place}) has its seventh character in the wrong place.",
    remedy="Fill the places before it with X: {instead}.",
    carc="16",
    mend=_replace,
)
def placeholder_missing(claim: ClaimView) -> Iterator[Hit]:
    """The seventh character of a shorter code stands in the seventh place, behind placeholders.

    Why: the character must always be the seventh; X fills the empty places.
    """
    yield from _hits(claim, FaultKind.PLACEHOLDER)


@rule(
    "seventh-character-superfluous",
    asks=Trait.WRONG_DIAGNOSIS,
    category=Category.SEVENTH_CHARACTER,
    severity=Severity.ERROR,
    authority="ocg-i-a-5",
    needs=("icd10cm",),
    message="{code} ({place}) has a seventh character that the code does not take.",
    remedy="Report it without: {instead}.",
    carc="16",
    mend=_replace,
)
def seventh_superfluous(claim: ClaimView) -> Iterator[Hit]:
    """No seventh character and no placeholder stands behind a code that takes none.

    Why: a code is valid only in full as the Tabular List has it.
    """
    yield from _hits(claim, FaultKind.SEVENTH_SUPERFLUOUS)


@rule(
    "diagnosis-letter-for-digit",
    asks=Trait.WRONG_DIAGNOSIS,
    category=Category.CODE_NOT_VALID,
    severity=Severity.ERROR,
    authority=_CODE_SETS,
    needs=("icd10cm",),
    message="{code} ({place}) is no code; a letter O or I stands for a digit, or a digit for it.",
    remedy="Correct the character: {instead}.",
    carc="16",
    mend=_replace,
)
def letter_for_digit(claim: ClaimView) -> Iterator[Hit]:
    """No O or I is written for 0 or 1 in a diagnosis, nor the other way round.

    Why: the characters are taken for each other when codes are keyed; the code is then unknown.
    """
    yield from _hits(claim, FaultKind.LETTER)


@rule(
    "diagnosis-of-another-code-set",
    asks=Trait.WRONG_DIAGNOSIS,
    category=Category.CODE_NOT_VALID,
    severity=Severity.ERROR,
    authority="hipaa-code-sets",
    needs=("icd10cm",),
    message="{code} ({place}) is {told}, which does not belong among the diagnoses.",
    remedy="Report the diagnosis by its ICD-10-CM code.",
    carc="16",
)
def another_code_set(claim: ClaimView) -> Iterator[Hit]:
    """No code of ICD-9-CM, CPT, HCPCS or ICD-10-PCS stands among the diagnoses.

    Why: since 2015-10-01 diagnoses are reported by ICD-10-CM alone.
    """
    yield from _hits(claim, FaultKind.OTHER_SET)


@rule(
    "diagnosis-not-valid-on-line-day",
    category=Category.CODE_NOT_VALID,
    severity=Severity.ERROR,
    authority=("hipaa-code-sets", "cms-100-04-23-10-6"),
    kinds=PROFESSIONAL,
    needs=("icd10cm",),
    message="{codes}, to which line {line} points, is not valid on {day}, the line's own day.",
    remedy="Put the services before and after the change of codes on claims of their own.",
    carc="146",
)
def not_valid_on_line_day(claim: ClaimView) -> Iterator[Hit]:
    """A diagnosis that is valid on the claim's first day is valid on the day of each line, too.

    Why: a code can end or begin between two lines; each service is coded by its own day.
    """
    first = claim.day
    for line in claim.lines:
        if line.day == first or line.day is None:
            continue
        for item in claim.pointed(line):
            if item.facts.is_billable and not claim.book.diagnosis(item.code, line.day).is_billable:
                yield hit(line.number, item.shown)
