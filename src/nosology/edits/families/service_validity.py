"""CPT and HCPCS codes of the lines: unknown, out of date, of another code set."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cache
from itertools import product

from nosology.edits.reorder import with_line
from nosology.edits.rule import PROFESSIONAL, Hit, hit, rule
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView, LineView
from nosology.model.claim import Claim
from nosology.model.code import dotted
from nosology.model.facts import FactBook, ServiceFacts
from nosology.model.finding import Category, Severity
from nosology.model.tables import rows, table

COLUMNS = ("code", "replaced_by", "same_unit", "source")
_RATE_LINES = frozenset({"0022", "0023", "0024"})
"""Revenue codes whose lines carry a rate code (HIPPS) in the place of a service."""
_LENGTH = 5
_PCS_LENGTH = 7
_READ_FOR = {"O": "0", "0": "O", "I": "1", "1": "I"}


@dataclass(frozen=True, slots=True)
class Replacement:
    """What took the place of a deleted code.

    Attributes:
        has_same_unit: whether one unit of the one is one unit of the other.
    """

    code: str
    has_same_unit: bool


@cache
def replacements() -> dict[str, Replacement]:
    """Return by deleted code what took its place, read once."""
    return {
        row["code"]: Replacement(row["replaced_by"], row["same_unit"] == "yes")
        for row in rows(table("nosology.edits.families", "replaced_services.tsv"), COLUMNS)
    }


class _Kind(Enum):
    UNKNOWN = auto()
    LETTER = auto()
    OTHER_SET = auto()
    DELETED = auto()
    NOT_YET = auto()


@dataclass(frozen=True, slots=True)
class _Fault:
    """What is wrong with a line's code.

    Attributes:
        told: the day or name that the message tells.
        instead: what is to be billed, in words.
        only: the code that must be meant; empty where there are several or none.
    """

    kind: _Kind
    line: LineView
    told: object = ""
    instead: str = ""
    only: str = ""


def _hits(claim: ClaimView, kind: _Kind) -> Iterator[Hit]:
    for fault in claim.once(_faults):
        if fault.kind is kind:
            yield hit(
                fault.line.number,
                fault.line.code,
                told=fault.told,
                instead=fault.instead,
                only=fault.only,
                day=fault.line.day,
            )


def _faults(claim: ClaimView) -> tuple[_Fault, ...]:
    found = []
    for line in claim.lines:
        facts, day = line.facts, line.day
        if facts is None or day is None or line.is_valid():
            continue
        if facts.system is not None or line.line.revenue_code not in _RATE_LINES:
            found.append(_fault(claim.book, facts, line, day))
    return tuple(found)


def _fault(book: FactBook, facts: ServiceFacts, line: LineView, day: dt.date) -> _Fault:
    code = line.code
    if facts.system is not None:
        ended = [last for _, last in facts.spans if last is not None and last < day]
        if not ended:
            return _Fault(_Kind.NOT_YET, line, min(first for first, _ in facts.spans))
        return _Fault(_Kind.DELETED, line, max(ended), *_replaced(book, code, day))
    readings = _misread(book, code, day)
    if readings:
        only = readings[0] if len(readings) == 1 else ""
        return _Fault(_Kind.LETTER, line, "", ", ".join(readings), only)
    if len(code) == _PCS_LENGTH and book.procedure(code, day).spans:
        return _Fault(_Kind.OTHER_SET, line, "an ICD-10-PCS code")
    diagnosis = book.diagnosis(code.replace(".", ""), day)
    if diagnosis.exists or diagnosis.spans:
        return _Fault(_Kind.OTHER_SET, line, f"the ICD-10-CM code {dotted(diagnosis.code)}")
    return _Fault(_Kind.UNKNOWN, line)


def _replaced(book: FactBook, code: str, day: dt.date) -> tuple[str, str]:
    known = replacements().get(code)
    if known is None or not book.service(known.code, day).is_valid(day):
        return "the service by a code that is valid on the day", ""
    if known.has_same_unit:
        return known.code, known.code
    return f"{known.code}, whose unit is another: count the units anew", ""


def _misread(book: FactBook, code: str, day: dt.date) -> tuple[str, ...]:
    """Return the valid codes that are meant where O and 0, I and 1 were taken for each other."""
    if len(code) != _LENGTH or not _READ_FOR.keys() & set(code) or code.isdigit():
        return ()
    readings = product(*(character + _READ_FOR.get(character, "") for character in code))
    found = sorted({"".join(one) for one in readings} - {code})
    return tuple(one for one in found if book.service(one, day).is_valid(day))


def _replace(claim: ClaimView, found: Hit) -> Claim | None:
    """Return the claim with the only code that can be meant."""
    only = found.values["only"]
    if not isinstance(only, str) or not only or found.line is None:
        return None
    line = claim.lines[found.line - 1].line
    return with_line(claim.claim, replace(line, code=only))


@rule(
    "service-unknown",
    asks=Trait.WRONG_SERVICE,
    category=Category.CODE_NOT_VALID,
    severity=Severity.ERROR,
    authority=("hipaa-code-sets", "cms-100-04-23-20-4"),
    needs=("cpt", "hcpcs"),
    message="{code} is no CPT or HCPCS code.",
    remedy="Look the service up again; a local code must be one that the payer has published.",
    carc="181",
)
def unknown(claim: ClaimView) -> Iterator[Hit]:
    """Each line's code is one of CPT or HCPCS, whether valid on the day or not.

    Why: a line with an unknown code is returned as unprocessable. Rate codes of nursing facilities
    and home health (revenue codes 0022 to 0024) are of another list and not looked up.
    """
    yield from _hits(claim, _Kind.UNKNOWN)


@rule(
    "service-deleted",
    asks=Trait.WRONG_SERVICE,
    category=Category.CODE_NOT_VALID,
    severity=Severity.ERROR,
    authority=("hipaa-code-sets", "cms-100-04-23-20-4"),
    needs=("cpt", "hcpcs"),
    message="{code} was valid to {told}; it is not on {day}.",
    remedy="Bill {instead}.",
    carc="181",
    mend=_replace,
)
def deleted(claim: ClaimView) -> Iterator[Hit]:
    """No line's code had ceased to be valid on the day of service.

    Why: the code set of the day of service holds; payers grant no time of grace.
    """
    yield from _hits(claim, _Kind.DELETED)


@rule(
    "service-not-yet-valid",
    asks=Trait.WRONG_SERVICE,
    category=Category.CODE_NOT_VALID,
    severity=Severity.ERROR,
    authority=("hipaa-code-sets", "cms-100-04-23-20-4"),
    needs=("cpt", "hcpcs"),
    message="{code} is valid from {told}; it is not yet on {day}.",
    remedy="Bill the code that was valid on the day, or correct the date of service.",
    carc="181",
)
def not_yet_valid(claim: ClaimView) -> Iterator[Hit]:
    """No line's code became valid only after the day of service.

    Why: the code set of the day of service holds, not that of the day of billing.
    """
    yield from _hits(claim, _Kind.NOT_YET)


@rule(
    "service-letter-for-digit",
    asks=Trait.WRONG_SERVICE,
    category=Category.CODE_NOT_VALID,
    severity=Severity.ERROR,
    authority="hipaa-code-sets",
    needs=("cpt", "hcpcs"),
    message="{code} is no code; a letter O or I stands for a digit, or a digit for it.",
    remedy="Correct the character: {instead}.",
    carc="181",
    mend=_replace,
)
def letter_for_digit(claim: ClaimView) -> Iterator[Hit]:
    """No O or I is written for 0 or 1 in a line's code, nor the other way round.

    Why: the characters are taken for each other when codes are keyed; the code is then unknown.
    """
    yield from _hits(claim, _Kind.LETTER)


@rule(
    "service-of-another-code-set",
    asks=Trait.WRONG_SERVICE,
    category=Category.CODE_NOT_VALID,
    severity=Severity.ERROR,
    authority="hipaa-code-sets",
    needs=("cpt", "hcpcs", "icd10cm", "icd10pcs"),
    message="{code} is {told}, which does not belong on a line of service.",
    remedy="Bill the service by its CPT or HCPCS code.",
    carc="181",
)
def another_code_set(claim: ClaimView) -> Iterator[Hit]:
    """No ICD-10-CM or ICD-10-PCS code stands in the place of a service.

    Why: a line of service names what was done by CPT or HCPCS, a facility's at least by revenue
    code.
    """
    yield from _hits(claim, _Kind.OTHER_SET)


@rule(
    "dental-code-on-medical-claim",
    category=Category.CODE_NOT_VALID,
    severity=Severity.WARNING,
    authority="x12-837d",
    kinds=PROFESSIONAL,
    needs=("hcpcs",),
    message="{code} is a dental code (CDT), on a professional claim.",
    remedy="Bill it on the dental claim (837D), or by the CPT code of a medical service.",
    carc="16",
)
def dental(claim: ClaimView) -> Iterator[Hit]:
    """No dental code is billed on a professional claim.

    Why: dental services have a claim of their own; many payers return the code on any other. A
    hospital bills it on its institutional claim.
    """
    for line in claim.lines:
        facts = line.facts
        if facts is not None and facts.is_dental and line.is_valid():
            yield hit(line.number, line.code)
