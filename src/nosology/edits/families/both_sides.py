"""Services on both sides of the body: modifier 50, LT and RT, and units."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.edits.payers import less_beyond_medicare
from nosology.edits.rule import OUTPATIENT, PROFESSIONAL, Hit, hit, rule
from nosology.edits.sessions import sessions
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView, LineView
from nosology.model.finding import Category, Severity

_BOTH = "50"
_LEFT, _RIGHT = "LT", "RT"
# Indicators of the fee schedule for both sides.
_NEVER, _TWICE_THE_FEE, _BOTH_ALREADY, _NO_CONCEPT = "0", "1", "2", "9"
_INHERENT = "bilateral_inherent"
_AGAIN = frozenset({"76", "77"})
_NEEDS = ("mpfs|fee-indicators",)


def _bilateral(line: LineView) -> str:
    facts = line.facts
    return "" if facts is None or facts.fee is None else facts.fee.bilateral


@rule(
    "both-sides-of-one-structure",
    category=Category.MODIFIER_INVALID,
    severity=Severity.ERROR,
    authority=("cms-100-04-12-40", "mpfs-indicators"),
    kinds=PROFESSIONAL,
    needs=_NEEDS,
    asks=Trait.MODIFIERS,
    message="Modifier 50 is on {code} (line {line}), which is not done on two sides (indicator "
    "{indicator}).",
    remedy="Take modifier 50 off; what was done more than once is told by units or by site.",
    carc="4",
)
def one_structure(claim: ClaimView) -> Iterator[Hit]:
    """Modifier 50 does not stand on services without sides (bilateral indicators 0 and 9).

    Why: the anatomy or the code does not allow a second side; the line is denied.
    """
    if _BOTH not in claim.modifiers:
        return
    for line in claim.lines:
        if _BOTH in line.modifiers and (told := _bilateral(line)) in (_NEVER, _NO_CONCEPT):
            yield hit(line.number, line.code, indicator=told, severity=less_beyond_medicare(claim))


@rule(
    "both-sides-already-in-code",
    category=Category.MODIFIER_INVALID,
    severity=Severity.ERROR,
    authority=("cms-100-04-12-40", "mpfs-indicators"),
    kinds=PROFESSIONAL,
    needs=_NEEDS,
    asks=Trait.MODIFIERS,
    message="Modifier 50 is on {code} (line {line}), which is for both sides already.",
    remedy="Take modifier 50 off and bill one unit.",
    carc="4",
)
def both_already(claim: ClaimView) -> Iterator[Hit]:
    """Modifier 50 does not stand on services whose fee is for both sides (indicator 2).

    Why: both sides are paid with the code; the modifier would ask for them again.
    """
    if _BOTH not in claim.modifiers:
        return
    for line in claim.lines:
        if _BOTH in line.modifiers and _bilateral(line) == _BOTH_ALREADY:
            yield hit(line.number, line.code, severity=less_beyond_medicare(claim))


@rule(
    "sides-apart-of-both-sided-service",
    category=Category.MODIFIER_INVALID,
    severity=Severity.ERROR,
    authority=("cms-100-04-12-40", "mpfs-indicators"),
    kinds=PROFESSIONAL,
    needs=_NEEDS,
    asks=Trait.MODIFIERS | Trait.SEVERAL_LINES,
    message="{code} is for both sides already, and lines {other} and {line} bill it for each.",
    remedy="Bill {code} once, with one unit and without LT and RT.",
    carc="97",
)
def sides_apart(claim: ClaimView) -> Iterator[Hit]:
    """A service whose fee is for both sides is not billed for the left and for the right.

    Why: the second line is paid with the first.
    """
    if _LEFT not in claim.modifiers or _RIGHT not in claim.modifiers:
        return
    for session in sessions(claim):
        for lines in session.by_code.values():
            if len(lines) < 2 or _bilateral(lines[0]) != _BOTH_ALREADY:
                continue
            left = [line for line in lines if _LEFT in line.modifiers]
            right = [line for line in lines if _RIGHT in line.modifiers]
            if left and right:
                first, second = sorted((left[0].number, right[0].number))
                yield hit(second, lines[0].code, other=first, severity=less_beyond_medicare(claim))


@rule(
    "both-sides-with-two-units",
    category=Category.UNITS,
    severity=Severity.ERROR,
    authority="cms-100-04-12-40",
    kinds=PROFESSIONAL,
    needs=_NEEDS,
    asks=Trait.MODIFIERS | Trait.UNITS,
    message="Line {line} ({code}) has modifier 50 and {units} units; both sides are one unit.",
    remedy="Bill one unit with modifier 50.",
    carc="16",
)
def two_units(claim: ClaimView) -> Iterator[Hit]:
    """A surgical service on both sides is one line with modifier 50 and one unit (indicator 1).

    Why: Medicare pays one and a half times the fee for that one unit; more units are denied. Some
    other payers want two units.
    """
    if _BOTH not in claim.modifiers:
        return
    for line in claim.lines:
        if line.units > 1 and _BOTH in line.modifiers and _bilateral(line) == _TWICE_THE_FEE:
            yield hit(line.number, line.code, severity=less_beyond_medicare(claim))


@rule(
    "hospital-both-sides-already-in-code",
    category=Category.MODIFIER_INVALID,
    severity=Severity.ERROR,
    authority="ioce",
    kinds=OUTPATIENT,
    needs=("outpatient-code-editor",),
    asks=Trait.MODIFIERS,
    message="Modifier 50 is on {code} (line {line}), which is for both sides already.",
    remedy="Take modifier 50 off and bill one unit.",
    carc="4",
)
def hospital_both_already(claim: ClaimView) -> Iterator[Hit]:
    """Modifier 50 does not stand on services that the outpatient editor knows as both-sided.

    Why: the editor returns the claim for an inappropriate specification of a bilateral procedure.
    """
    if _BOTH not in claim.modifiers:
        return
    for line in claim.lines:
        if _BOTH in line.modifiers and line.facts is not None and _INHERENT in line.facts.flags:
            yield hit(line.number, line.code)


@rule(
    "hospital-both-sided-service-twice",
    category=Category.DUPLICATE_SERVICE,
    severity=Severity.ERROR,
    authority="ioce",
    kinds=OUTPATIENT,
    needs=("outpatient-code-editor",),
    message="{code} (line {line}) is for both sides already, and is billed {count} times on {day}.",
    remedy="Bill it once; where it was done again, add modifier 76 or 77.",
    carc="18",
)
def hospital_twice(claim: ClaimView) -> Iterator[Hit]:
    """A both-sided service is billed once a day, unless modifier 76 or 77 says it was repeated.

    Units count as well as lines.

    Why: the editor returns the claim for an inappropriate specification of a bilateral procedure.
    """
    for session in sessions(claim):
        for lines in session.by_code.values():
            facts = lines[0].facts
            if facts is None or _INHERENT not in facts.flags:
                continue
            count = sum(line.units for line in lines if not line.has_any(_AGAIN))
            if count > 1 and (len(lines) > 1 or lines[0].units > 1):
                for line in lines:
                    yield hit(line.number, line.code, count=count)
