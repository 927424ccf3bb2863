"""What is wrong with a diagnosis code that may not stand on a claim; exactly one thing for each."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import product

from nosology.edits.view import ClaimView
from nosology.model.code import System
from nosology.model.facts import DiagnosisFacts, FactBook

_CATEGORY = 3
_LONGEST = 7
_MOST_SHOWN = 10
_TAIL = re.compile(r"X+[A-Z0-9]?|[ADS]")
_ICD_9 = re.compile(r"\d{3,5}|E[89]\d{2,3}")
_READ_FOR = {"O": "0", "0": "O", "I": "1", "1": "I"}


class FaultKind(Enum):
    """Why a code may not stand on a claim; each has a rule of its own."""

    UNKNOWN = auto()
    DELETED = auto()
    NOT_YET = auto()
    HEADING = auto()
    SEVENTH_MISSING = auto()
    SEVENTH_WRONG = auto()
    SEVENTH_SUPERFLUOUS = auto()
    PLACEHOLDER = auto()
    LETTER = auto()
    OTHER_SET = auto()


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a code.

    Attributes:
        position: 1-based; 0 for the admitting diagnosis.
        told: the day or character or name that the message tells.
        instead: codes that may be meant.
        only: the code that must be meant; empty where there are several or none.
    """

    kind: FaultKind
    code: str
    position: int
    told: object = ""
    instead: tuple[str, ...] = ()
    only: str = ""

    @property
    def place(self) -> str:
        """Where in the claim the code stands."""
        return f"diagnosis {self.position}" if self.position else "the admitting diagnosis"


def faults(claim: ClaimView) -> tuple[Fault, ...]:
    """Return what is wrong with the diagnoses of a claim, the admitting one with them."""
    return claim.once(_all_faults)


def _all_faults(claim: ClaimView) -> tuple[Fault, ...]:
    return tuple(_faults(claim))


def _faults(claim: ClaimView) -> Iterator[Fault]:
    for item in claim.diagnoses:
        if not item.facts.is_billable:
            yield _fault(claim.book, item.facts, item.position, claim.known_day)
    admitting = claim.claim.admitting_diagnosis
    if admitting:
        facts = claim.book.diagnosis(admitting, claim.known_day)
        if not facts.is_billable:
            yield _fault(claim.book, facts, 0, claim.known_day)


def _fault(book: FactBook, facts: DiagnosisFacts, position: int, day: dt.date) -> Fault:
    code = facts.code
    if facts.spans:
        ended = [last for _, last in facts.spans if last is not None and last < day]
        if not ended:
            begins = min(first for first, _ in facts.spans)
            return Fault(FaultKind.NOT_YET, code, position, begins)
        instead = _valid(book, book.successors(code, System.ICD10CM, day), day)
        return Fault(FaultKind.DELETED, code, position, max(ended), instead, _only(instead))
    if facts.exists:
        below = tuple(book.below(code, day))
        kind = FaultKind.SEVENTH_MISSING if _lacks_seventh(code, below) else FaultKind.HEADING
        return Fault(kind, code, position, instead=below[:_MOST_SHOWN])
    return (
        _misplaced(book, code, position, day)
        or _misread(book, code, position, day)
        or _superfluous(book, code, position, day)
        or _foreign(book, code, position, day)
        or Fault(FaultKind.UNKNOWN, code, position, instead=_near(book, code, day))
    )


def _lacks_seventh(code: str, below: tuple[str, ...]) -> bool:
    """Return whether all codes below differ by their seventh character alone."""
    return bool(below) and all(
        len(one) == _LONGEST and not one[len(code) : -1].strip("X") for one in below
    )


def _misplaced(book: FactBook, code: str, position: int, day: dt.date) -> Fault | None:
    """Return what is wrong where the code is one that lacks, or has a wrong, seventh character."""
    last, core = code[-1:], code[:-1].rstrip("X")
    if len(core) < _CATEGORY:
        return None
    known = book.diagnosis(core, day)
    if not known.exists or known.is_billable:
        return None
    below = tuple(book.below(core, day))
    if not _lacks_seventh(core, below):
        if last.isalpha() and known.seventh_characters and last in known.seventh_characters:
            ending = tuple(one for one in below if one.endswith(last)) or below
            return Fault(FaultKind.HEADING, code, position, instead=ending[:_MOST_SHOWN])
        return None
    padded = f"{core:X<6}"
    if f"{padded}{last}" in below and len(code) < _LONGEST:
        only = f"{padded}{last}"
        return Fault(FaultKind.PLACEHOLDER, code, position, instead=(only,), only=only)
    if last == "X" and len(code) < _LONGEST:
        return Fault(FaultKind.SEVENTH_MISSING, code, position, instead=below[:_MOST_SHOWN])
    if code[:-1] == padded:
        return Fault(FaultKind.SEVENTH_WRONG, code, position, last, below[:_MOST_SHOWN])
    return None


def _misread(book: FactBook, code: str, position: int, day: dt.date) -> Fault | None:
    """Return the fault where the code is one once its O and 0, I and 1 are read aright."""
    if len(code) > _LONGEST or code.isdigit() or not _READ_FOR.keys() & set(code):
        return None
    readings = product(*(_readings(character) for character in code))
    found = _valid(book, tuple(sorted({"".join(one) for one in readings} - {code})), day)
    if not found:
        return None
    return Fault(FaultKind.LETTER, code, position, "", found[:_MOST_SHOWN], _only(found))


def _readings(character: str) -> str:
    return character + _READ_FOR.get(character, "")


def _superfluous(book: FactBook, code: str, position: int, day: dt.date) -> Fault | None:
    """Return the fault where a code that takes no seventh character has one."""
    for length in range(min(len(code), _LONGEST) - 1, _CATEGORY - 1, -1):
        core, tail = code[:length], code[length:]
        if book.diagnosis(core, day).is_billable:
            if not _TAIL.fullmatch(tail) and len(code) != _LONGEST:
                return None
            kind = FaultKind.SEVENTH_SUPERFLUOUS
            return Fault(kind, code, position, tail, (core,), core)
    return None


def _foreign(book: FactBook, code: str, position: int, day: dt.date) -> Fault | None:
    """Return the fault where the code is one of another code set."""
    service = book.service(code, day).system is not None
    if _ICD_9.fullmatch(code):
        told = "a CPT number or an ICD-9-CM code" if service else "an ICD-9-CM code"
    elif service:
        told = "a HCPCS or CPT code"
    elif len(code) == _LONGEST and book.procedure(code, day).spans:
        told = "an ICD-10-PCS code"
    else:
        return None
    return Fault(FaultKind.OTHER_SET, code, position, told)


def _near(book: FactBook, code: str, day: dt.date) -> tuple[str, ...]:
    """Return billable codes under the longest beginning of the code that is a heading."""
    for length in range(min(len(code), _LONGEST) - 1, _CATEGORY - 1, -1):
        facts = book.diagnosis(code[:length], day)
        if facts.is_billable:
            return (facts.code,)
        if facts.exists:
            return tuple(book.below(facts.code, day))[:_MOST_SHOWN]
    return ()


def _valid(book: FactBook, codes: Sequence[str], day: dt.date) -> tuple[str, ...]:
    return tuple(code for code in codes if book.diagnosis(code, day).is_billable)


def _only(codes: tuple[str, ...]) -> str:
    return codes[0] if len(codes) == 1 else ""
