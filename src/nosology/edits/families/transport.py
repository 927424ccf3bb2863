"""Lines of an ambulance: where from and where to, base rate and mileage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from nosology.edits.payers import less_beyond_medicare
from nosology.edits.rule import AMBULATORY, MEDICARE, OUTPATIENT, PROFESSIONAL, Hit, hit, rule
from nosology.edits.view import ClaimView, LineView
from nosology.model.finding import Category, Severity
from nosology.model.tables import rows, table

SERVICE_COLUMNS = ("code", "kind", "vehicle")
PLACE_COLUMNS = ("letter", "means", "use", "covered")
_PACKAGE = "nosology.edits.families"
_AMBULANCE = "ambulance"
_BASE, _MILEAGE = "base", "mileage"
_WHOLE_MILES = 100
_PRONOUNCED_DEAD = "QL"
_ARRANGED = frozenset({"QM", "QN"})
# Of another meaning, which an ambulance bears too: a voluntary notice to the patient.
_OTHER_MEANINGS = frozenset({"GX"})


@cache
def services() -> dict[str, tuple[str, str]]:
    """Return by code whether it is a base rate or mileage, and of what vehicle, read once."""
    listed = rows(table(_PACKAGE, "ambulance_services.tsv"), SERVICE_COLUMNS)
    return {row["code"]: (row["kind"], row["vehicle"]) for row in listed}


@cache
def runs() -> dict[str, bool]:
    """Return the modifiers that tell a run, each with whether Medicare pays runs to there."""
    listed = tuple(rows(table(_PACKAGE, "ambulance_places.tsv"), PLACE_COLUMNS))
    return {
        origin["letter"] + destination["letter"]: destination["covered"] != "no"
        for origin in listed
        if origin["use"] != "destination"
        for destination in listed
        if destination["use"] != "origin"
    }


def _run(line: LineView) -> str:
    """Return the modifier that tells the run of a line; empty where none does."""
    known = runs()
    for modifier in line.modifiers:
        if modifier in known and modifier not in _OTHER_MEANINGS:
            return modifier
    return ""


def _of_kind(claim: ClaimView, kind: str) -> Iterator[LineView]:
    for line in claim.lines:
        known = services().get(line.code)
        if known is not None and known[0] == kind:
            yield line


@rule(
    "ambulance-run-missing",
    category=Category.MODIFIER_MISSING,
    severity=Severity.ERROR,
    authority=("cms-100-04-15-30", "fcso-ambulance"),
    kinds=AMBULATORY,
    when=(_AMBULANCE,),
    message="Line {line} ({code}) does not tell from where to where the ambulance went.",
    remedy="Put first the modifier of two letters for origin and destination, such as RH.",
    carc="4",
)
def run_missing(claim: ClaimView) -> Iterator[Hit]:
    """Base rate and mileage of an ambulance tell origin and destination by a modifier.

    The table ambulance_places.tsv lists the letters. A patient who was pronounced dead before the
    vehicle came (QL) was taken nowhere.

    Why: the line is returned; the destination decides whether the run is covered.
    """
    for line in claim.lines:
        if line.code in services() and not _run(line) and _PRONOUNCED_DEAD not in line.modifiers:
            yield hit(line.number, line.code, severity=less_beyond_medicare(claim))


@rule(
    "ambulance-run-differs",
    category=Category.MODIFIER_CONFLICT,
    severity=Severity.ERROR,
    authority=("cms-100-04-15-30", "fcso-ambulance"),
    kinds=AMBULATORY,
    when=(_AMBULANCE,),
    message="Line {line} bills mileage of the run {run}; the base rates of {day} are of {others}.",
    remedy="Give base rate and mileage of a run the same modifier.",
    carc="4",
)
def run_differs(claim: ClaimView) -> Iterator[Hit]:
    """Mileage has the origin and destination of a base rate of its day.

    Why: a run is paid by both lines; miles of another run are denied.
    """
    by_day: dict[dt.date | None, set[str]] = {}
    for line in _of_kind(claim, _BASE):
        by_day.setdefault(line.day, set()).add(_run(line))
    for line in _of_kind(claim, _MILEAGE):
        run, told = _run(line), by_day.get(line.day, set()) - {""}
        if run and told and run not in told:
            yield hit(line.number, line.code, run=run, others=", ".join(sorted(told)))


@rule(
    "ambulance-destination-not-covered",
    category=Category.NON_COVERED,
    severity=Severity.WARNING,
    authority="cms-100-02-10-10",
    kinds=AMBULATORY,
    payers=MEDICARE,
    when=(_AMBULANCE,),
    message="Line {line} ({code}) is a run to a physician's office ({run}), which is not covered.",
    remedy="Bill it with GY for a denial; where the office was a stop on the way to a hospital, "
    "use X as the destination.",
    carc="96",
)
def not_covered(claim: ClaimView) -> Iterator[Hit]:
    """No run is to a destination that Medicare never covers, such as a physician's office.

    Why: it is denied, and the patient has to pay.
    """
    for line in claim.lines:
        if line.code in services():
            run = _run(line)
            if run and not runs()[run] and "GY" not in line.modifiers:
                yield hit(line.number, line.code, run=run)


@rule(
    "mileage-without-base-rate",
    category=Category.ADD_ON,
    severity=Severity.ERROR,
    authority="cms-100-04-15-30",
    kinds=AMBULATORY,
    when=(_AMBULANCE,),
    message="Line {line} bills an ambulance's mileage ({code}), and no base rate is of {day}.",
    remedy="Add the base rate of the run, such as A0427 or A0428.",
    carc="107",
)
def mileage_alone(claim: ClaimView) -> Iterator[Hit]:
    """Mileage of an ambulance stands beside a base rate of its day.

    Why: it is denied alone.
    """
    days = {line.day for line in _of_kind(claim, _BASE)}
    for line in _of_kind(claim, _MILEAGE):
        if line.day not in days:
            yield hit(line.number, line.code, severity=less_beyond_medicare(claim))


@rule(
    "base-rate-without-mileage",
    category=Category.ADD_ON,
    severity=Severity.WARNING,
    authority="cms-100-04-15-30",
    kinds=AMBULATORY,
    when=(_AMBULANCE,),
    message="Line {line} bills an ambulance's base rate ({code}), and no mileage is of {day}.",
    remedy="Add the miles with the patient on board.",
    carc="16",
)
def base_alone(claim: ClaimView) -> Iterator[Hit]:
    """A base rate stands beside mileage of its day.

    A patient who was pronounced dead before the vehicle came (QL) was taken nowhere; a vehicle that
    another met on the way (A0432) bills no miles.

    Why: Medicare wants two lines a run; facilities' claims without both are returned.
    """
    days = {line.day for line in _of_kind(claim, _MILEAGE)}
    for line in _of_kind(claim, _BASE):
        if line.day not in days and _PRONOUNCED_DEAD not in line.modifiers and line.code != "A0432":
            yield hit(line.number, line.code)


@rule(
    "mileage-of-other-vehicle",
    category=Category.ADD_ON,
    severity=Severity.ERROR,
    authority="cms-100-04-15-20",
    kinds=AMBULATORY,
    when=(_AMBULANCE,),
    message="Line {line} bills miles of {vehicle} ({code}); base rates of {day} are of {others}.",
    remedy="Bill A0425 with ground, A0435 with fixed wing and A0436 with rotary wing.",
    carc="16",
)
def other_vehicle(claim: ClaimView) -> Iterator[Hit]:
    """Mileage is of the kind of vehicle whose base rate was billed for its day.

    Why: each kind has its own rate; the line is denied.
    """
    by_day: dict[dt.date | None, set[str]] = {}
    for line in _of_kind(claim, _BASE):
        by_day.setdefault(line.day, set()).add(services()[line.code][1])
    for line in _of_kind(claim, _MILEAGE):
        vehicle, told = services()[line.code][1], by_day.get(line.day)
        if told and vehicle not in told:
            yield hit(
                line.number,
                line.code,
                vehicle=vehicle,
                others=", ".join(sorted(told)),
                severity=less_beyond_medicare(claim),
            )


@rule(
    "mileage-not-rounded",
    category=Category.UNITS,
    severity=Severity.ERROR,
    authority=("cms-100-04-15-20", "fcso-ambulance"),
    kinds=AMBULATORY,
    payers=MEDICARE,
    when=(_AMBULANCE,),
    message="Line {line} ({code}) bills {units} miles, which are not rounded up to {step}.",
    remedy="Round up to a tenth of a mile below 100 miles, to a whole mile from there on.",
    carc="16",
)
def not_rounded(claim: ClaimView) -> Iterator[Hit]:
    """Miles are rounded up: to a tenth below 100, to a whole mile from 100 on, since 2011.

    Why: the line is returned.
    """
    for line in _of_kind(claim, _MILEAGE):
        units = line.units
        if units >= _WHOLE_MILES:
            if units != units.to_integral_value():
                yield hit(line.number, line.code, step="a whole mile")
        elif units * 10 != (units * 10).to_integral_value():
            yield hit(line.number, line.code, step="a tenth")


@rule(
    "mileage-of-nothing",
    category=Category.UNITS,
    severity=Severity.ERROR,
    authority="cms-100-04-15-20",
    kinds=AMBULATORY,
    when=(_AMBULANCE,),
    message="Line {line} ({code}) bills no miles.",
    remedy="Give the miles with the patient on board.",
    carc="16",
)
def no_miles(claim: ClaimView) -> Iterator[Hit]:
    """A line of mileage tells its miles.

    Why: the line is returned; a run of less than a tenth is billed with a tenth.
    """
    for line in _of_kind(claim, _MILEAGE):
        if line.line.has_units and line.units <= Decimal(0):
            yield hit(line.number, line.code)


@rule(
    "ambulance-arrangement-missing",
    category=Category.MODIFIER_MISSING,
    severity=Severity.ERROR,
    authority="cms-100-04-15-30",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    when=(_AMBULANCE,),
    message="Line {line} ({code}) does not tell whether the facility ran the ambulance itself.",
    remedy="Add QN where the facility's own ambulance went, QM where it had another's.",
    carc="4",
)
def arrangement_missing(claim: ClaimView) -> Iterator[Hit]:
    """A facility's lines of an ambulance bear QM (by arrangement) or QN (its own).

    Why: the claim is returned.
    """
    for line in claim.lines:
        if line.code in services() and not line.has_any(_ARRANGED):
            yield hit(line.number, line.code)


@rule(
    "ambulance-arrangement-of-supplier",
    category=Category.MODIFIER_INVALID,
    severity=Severity.WARNING,
    authority="cms-100-04-15-30",
    kinds=PROFESSIONAL,
    payers=MEDICARE,
    when=(_AMBULANCE,),
    message="Line {line} ({code}) bears {modifier}, which is for facilities.",
    remedy="Take {modifier} off.",
    carc="4",
)
def arrangement_of_supplier(claim: ClaimView) -> Iterator[Hit]:
    """A supplier's lines of an ambulance bear neither QM nor QN.

    Why: both tell how a facility came by the ambulance.
    """
    if claim.modifiers.isdisjoint(_ARRANGED):
        return
    for line in claim.lines:
        if line.code in services():
            for modifier in line.modifiers:
                if modifier in _ARRANGED:
                    yield hit(line.number, line.code, modifier=modifier)
