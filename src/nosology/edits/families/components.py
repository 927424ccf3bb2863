"""The professional and the technical part of a service (modifiers 26 and TC)."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.edits.payers import less_beyond_medicare
from nosology.edits.rule import MEDICARE, PROFESSIONAL, Hit, hit, rule
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView, LineView
from nosology.model.finding import Category, Override, Severity

_READING, _EQUIPMENT = "26", "TC"
_PARTS = frozenset({_READING, _EQUIPMENT})
# Indicators of the fee schedule for the professional and technical part.
_DIVIDED, _EQUIPMENT_ALONE = "1", "3"
_TAKES_READING = frozenset({"", _DIVIDED, "6", "8"})
_TAKES_EQUIPMENT = frozenset({"", _DIVIDED})
_HOSPITAL = frozenset({"19", "21", "22", "23"})
_NEEDS = ("mpfs|fee-indicators",)


def _component(line: LineView) -> str:
    facts = line.facts
    return "" if facts is None or facts.fee is None else facts.fee.component


@rule(
    "reading-of-undivided-service",
    category=Category.MODIFIER_INVALID,
    severity=Severity.ERROR,
    authority="mpfs-indicators",
    kinds=PROFESSIONAL,
    needs=_NEEDS,
    asks=Trait.MODIFIERS,
    message="Modifier 26 is on {code} (line {line}), which has no professional part of its own "
    "(indicator {indicator}).",
    remedy="Take modifier 26 off; where only the reading was done, use the code for the reading.",
    carc="4",
)
def reading(claim: ClaimView) -> Iterator[Hit]:
    """Modifier 26 stands only on services that the fee schedule divides in two parts.

    Beside indicator 1 it may stand on tests that a physician interprets (indicators 6 and 8).

    Why: the fee schedule has no price for the combination.
    """
    if _READING not in claim.modifiers:
        return
    for line in claim.lines:
        if _READING in line.modifiers and (told := _component(line)) not in _TAKES_READING:
            yield hit(line.number, line.code, indicator=told, severity=less_beyond_medicare(claim))


@rule(
    "equipment-part-of-undivided-service",
    category=Category.MODIFIER_INVALID,
    severity=Severity.ERROR,
    authority="mpfs-indicators",
    kinds=PROFESSIONAL,
    needs=_NEEDS,
    asks=Trait.MODIFIERS,
    message="Modifier TC is on {code} (line {line}), which has no technical part of its own "
    "(indicator {indicator}).",
    remedy="Take modifier TC off; where only the test was run, use the code for the tracing alone.",
    carc="4",
)
def equipment(claim: ClaimView) -> Iterator[Hit]:
    """Modifier TC stands only on services that the fee schedule divides in two parts.

    Why: the fee schedule has no price for the combination; a code that is the technical part by
    itself needs no TC.
    """
    if _EQUIPMENT not in claim.modifiers:
        return
    for line in claim.lines:
        if _EQUIPMENT in line.modifiers and (told := _component(line)) not in _TAKES_EQUIPMENT:
            yield hit(line.number, line.code, indicator=told, severity=less_beyond_medicare(claim))


@rule(
    "reading-not-told-at-hospital",
    category=Category.MODIFIER_MISSING,
    severity=Severity.ERROR,
    authority="cms-100-04-13-20",
    kinds=PROFESSIONAL,
    needs=_NEEDS,
    message="Line {line} ({code}) bills the whole service at a hospital (place of service "
    "{place}), whose equipment it is.",
    remedy="Add modifier 26 to bill the professional part.",
    carc="4",
    override=Override.MODIFIER,
)
def whole(claim: ClaimView) -> Iterator[Hit]:
    """A service of two parts bears modifier 26 where it is given to a patient of a hospital.

    The places of service are 19, 21, 22 and 23. Other payers than Medicare mostly want it too.

    Why: the hospital is paid for the equipment and the staff; the physician, for the reading.
    """
    for line in claim.lines:
        if (
            line.line.place_of_service in _HOSPITAL
            and _component(line) == _DIVIDED
            and not line.has_any(_PARTS)
        ):
            yield hit(
                line.number,
                line.code,
                place=line.line.place_of_service,
                severity=less_beyond_medicare(claim),
            )


@rule(
    "equipment-part-at-hospital",
    category=Category.PLACE_OF_SERVICE,
    severity=Severity.ERROR,
    authority="cms-100-04-13-20",
    kinds=PROFESSIONAL,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Line {line} ({code}) bills a technical part at a hospital (place of service {place}).",
    remedy="Leave the technical part to the hospital's claim; correct the place of service where "
    "it was given elsewhere.",
    carc="5",
)
def technical(claim: ClaimView) -> Iterator[Hit]:
    """No technical part is billed on a professional claim for a patient of a hospital.

    It is what bears modifier TC, and codes that are a technical part by themselves (indicator 3).

    Why: Medicare pays for it with the hospital's own payment, to the hospital alone.
    """
    for line in claim.lines:
        if line.line.place_of_service in _HOSPITAL and (
            _EQUIPMENT in line.modifiers or _component(line) == _EQUIPMENT_ALONE
        ):
            yield hit(line.number, line.code, place=line.line.place_of_service)
