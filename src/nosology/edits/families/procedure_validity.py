"""ICD-10-PCS codes: which may stand on a claim, and on which claims."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from nosology.edits.rule import AMBULATORY, FACILITY, OUTPATIENT, Hit, hit, rule
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView
from nosology.model.claim import Claim, ClaimKind
from nosology.model.code import System
from nosology.model.facts import FactBook, ProcedureFacts
from nosology.model.finding import Category, Severity

_STAYS = FACILITY - OUTPATIENT
_LENGTH = 7
_MISREAD = str.maketrans("OI", "01")


class _Kind(Enum):
    UNKNOWN = auto()
    INCOMPLETE = auto()
    LETTER = auto()
    DELETED = auto()
    NOT_YET = auto()


@dataclass(frozen=True, slots=True)
class _Fault:
    """What is wrong with a code; ``only`` is the code that must be meant, if one must."""

    kind: _Kind
    code: str
    position: int
    told: object = ""
    instead: Sequence[str] = ()
    only: str = ""


def _faults(claim: ClaimView) -> Iterator[_Fault]:
    if not claim.claim.procedures:
        return
    for position, facts in enumerate(claim.procedures, start=1):
        if not facts.is_valid:
            yield _fault(claim.book, facts, position, claim.known_day)


def _fault(book: FactBook, facts: ProcedureFacts, position: int, day: dt.date) -> _Fault:
    code = facts.code
    if facts.spans:
        ended = [last for _, last in facts.spans if last is not None and last < day]
        if not ended:
            begins = min(first for first, _ in facts.spans)
            return _Fault(_Kind.NOT_YET, code, position, begins)
        instead = tuple(
            one
            for one in book.successors(code, System.ICD10PCS, day)
            if book.procedure(one, day).is_valid
        )
        only = instead[0] if len(instead) == 1 else ""
        return _Fault(_Kind.DELETED, code, position, max(ended), instead, only)
    read = code.translate(_MISREAD)
    if read != code and book.procedure(read, day).is_valid:
        return _Fault(_Kind.LETTER, code, position, "", (read,), read)
    kind = _Kind.INCOMPLETE if len(code) < _LENGTH else _Kind.UNKNOWN
    return _Fault(kind, code, position, len(code))


def _hits(claim: ClaimView, kind: _Kind) -> Iterator[Hit]:
    for fault in _faults(claim):
        if fault.kind is kind:
            yield hit(
                None,
                fault.code,
                position=fault.position,
                told=fault.told,
                instead=", ".join(fault.instead) or "the code that the record supports",
                only=fault.only,
            )


def _replace(claim: ClaimView, found: Hit) -> Claim | None:
    """Return the claim with the only code that can be meant."""
    only, position = found.values["only"], found.values["position"]
    if not isinstance(only, str) or not isinstance(position, int) or not only:
        return None
    procedures = list(claim.claim.procedures)
    procedures[position - 1] = replace(procedures[position - 1], code=only)
    return replace(claim.claim, procedures=tuple(procedures))


@rule(
    "procedure-unknown",
    category=Category.CODE_NOT_VALID,
    severity=Severity.ERROR,
    authority="hipaa-code-sets",
    kinds=_STAYS,
    needs=("icd10pcs",),
    message="{code} (procedure {position}) is not a code of ICD-10-PCS.",
    remedy="Build the code again from the table of its first three characters.",
    carc="16",
)
def unknown(claim: ClaimView) -> Iterator[Hit]:
    """Each procedure is a code of ICD-10-PCS, in whatever release.

    Why: only combinations that a row of the tables allows are codes.
    """
    yield from _hits(claim, _Kind.UNKNOWN)


@rule(
    "procedure-incomplete",
    category=Category.CODE_NOT_BILLABLE,
    severity=Severity.ERROR,
    authority="pcs-guidelines-a",
    kinds=_STAYS,
    needs=("icd10pcs",),
    message="{code} (procedure {position}) has {told} characters; an ICD-10-PCS code has seven.",
    remedy="Complete the code from the table of its first three characters.",
    carc="16",
)
def incomplete(claim: ClaimView) -> Iterator[Hit]:
    """Each ICD-10-PCS code has seven characters.

    Why: all seven must be given for a code to be valid.
    """
    yield from _hits(claim, _Kind.INCOMPLETE)


@rule(
    "procedure-letter-for-digit",
    category=Category.CODE_NOT_VALID,
    severity=Severity.ERROR,
    authority="pcs-guidelines-a",
    kinds=_STAYS,
    needs=("icd10pcs",),
    message="{code} (procedure {position}) has a letter O or I, which ICD-10-PCS does not use.",
    remedy="Write the digit: {instead}.",
    carc="16",
    mend=_replace,
)
def letter_for_digit(claim: ClaimView) -> Iterator[Hit]:
    """No letter O or I is written for 0 or 1 in an ICD-10-PCS code.

    Why: ICD-10-PCS leaves both letters out, so that they are not taken for the digits.
    """
    yield from _hits(claim, _Kind.LETTER)


@rule(
    "procedure-deleted",
    category=Category.CODE_NOT_VALID,
    severity=Severity.ERROR,
    authority=("hipaa-code-sets", "cms-100-04-23-10-6"),
    kinds=_STAYS,
    needs=("icd10pcs",),
    message="{code} (procedure {position}) was valid to {told}; it is not on {day}.",
    remedy="Replace it by what came in its place: {instead}.",
    carc="181",
    mend=_replace,
)
def deleted(claim: ClaimView) -> Iterator[Hit]:
    """No procedure code had ceased to be valid on the day of discharge.

    Why: procedures of a stay are coded with the release of the discharge.
    """
    yield from _hits(claim, _Kind.DELETED)


@rule(
    "procedure-not-yet-valid",
    category=Category.CODE_NOT_VALID,
    severity=Severity.ERROR,
    authority=("hipaa-code-sets", "cms-100-04-23-10-6"),
    kinds=_STAYS,
    needs=("icd10pcs",),
    message="{code} (procedure {position}) is valid from {told}; it is not yet on {day}.",
    remedy="Use the code that was valid on the day of discharge.",
    carc="181",
)
def not_yet_valid(claim: ClaimView) -> Iterator[Hit]:
    """No procedure code became valid only after the day of discharge.

    Why: procedures of a stay are coded with the release of the discharge.
    """
    yield from _hits(claim, _Kind.NOT_YET)


@rule(
    "procedure-outside-a-stay",
    asks=Trait.PROCEDURES,
    category=Category.CODE_NOT_VALID,
    severity=Severity.ERROR,
    authority="hipaa-code-sets",
    kinds=AMBULATORY,
    needs_day=False,
    message="{codes} is an ICD-10-PCS code, on a claim that is not of an inpatient stay.",
    remedy="Leave it out, and bill the service by its CPT or HCPCS code.",
    carc="16",
)
def outside_a_stay(claim: ClaimView) -> Iterator[Hit]:
    """ICD-10-PCS codes stand on claims of hospital stays alone.

    Why: the code set was adopted for procedures of inpatients of hospitals; everywhere else CPT
    and HCPCS are. A hospital's outpatient claim with such codes is often processed all the same.
    """
    severity = None if claim.kind is ClaimKind.PROFESSIONAL else Severity.WARNING
    for item in claim.claim.procedures:
        yield hit(None, item.code, severity=severity)
