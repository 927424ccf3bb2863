"""Units of service that cannot be true, whatever the limits."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.edits.groups import groups_of
from nosology.edits.rule import PROFESSIONAL, Hit, hit, rule
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView
from nosology.model.finding import Category, Severity

_LIMITS = "mue-practitioner"


@rule(
    "units-not-positive",
    category=Category.UNITS,
    severity=Severity.ERROR,
    authority="x12-837p-units",
    asks=Trait.UNITS,
    message="Line {line} ({code}) bills {units} units.",
    remedy="Bill the units that were given.",
    carc="16",
    needs_day=False,
)
def not_positive(claim: ClaimView) -> Iterator[Hit]:
    """A line with a service bills more than no units.

    Why: a line without a quantity is returned as unprocessable.
    """
    for line in claim.lines:
        if line.line.units <= 0 and line.code:
            yield hit(line.number, line.code)


@rule(
    "units-not-told",
    category=Category.UNITS,
    severity=Severity.ADVISORY,
    authority="x12-837p-units",
    message="Line {line} ({code}) tells no units; one was taken.",
    remedy="Tell the units that were given.",
    carc="16",
    needs_day=False,
)
def not_told(claim: ClaimView) -> Iterator[Hit]:
    """A line with a service tells its units.

    Why: the electronic claim requires a quantity; where none is told, the other rules take one.
    """
    for line in claim.lines:
        if not line.line.has_units and line.line.units > 0 and line.code:
            yield hit(line.number, line.code)


@rule(
    "units-in-parts",
    category=Category.UNITS,
    severity=Severity.ERROR,
    authority="x12-837p-units",
    asks=Trait.UNITS,
    message="Line {line} bills {units} units of {code}, which is counted in whole units.",
    remedy="Bill whole units, by the rounding that the code calls for.",
    carc="16",
)
def in_parts(claim: ClaimView) -> Iterator[Hit]:
    """Units are whole, except miles, which ambulances bill in tenths.

    Why: the fee schedules price whole units; parts of one are rejected or cut off.
    """
    for line in claim.lines:
        units = line.line.units
        if units != units.to_integral_value() and line.code:
            is_mileage = "mileage" in groups_of(line.code)
            if not is_mileage or units * 10 != (units * 10).to_integral_value():
                yield hit(line.number, line.code)


@rule(
    "units-of-visit",
    category=Category.UNITS,
    severity=Severity.ERROR,
    authority="cms-100-04-12-30",
    kinds=PROFESSIONAL,
    when=("once-a-day",),
    asks=Trait.UNITS,
    message="Line {line} bills {units} units of {code}, which is for all of an encounter or day.",
    remedy="Bill one unit; bill visits of other days on lines of their own.",
    carc="151",
)
def of_visit(claim: ClaimView) -> Iterator[Hit]:
    """A visit that stands for an encounter or a day has one unit a day.

    A line of several days may have as many units as days. Where the medically unlikely edits are
    installed, they tell it instead.

    Why: the code is paid once a day, however long the visit.
    """
    for line in claim.in_group("once-a-day"):
        if line.units <= 1 or line.day is None:
            continue
        last = line.last_day or line.day
        days = (last - line.day).days + 1
        if line.units > days and not claim.book.has(_LIMITS, line.day):
            yield hit(line.number, line.code)
