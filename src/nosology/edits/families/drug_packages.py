"""National Drug Codes on lines of drugs: missing, malformed, of another drug, without quantity."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from nosology.edits.rule import AMBULATORY, MEDICARE, VERSION_5010, Hit, hit, rule
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView
from nosology.model.encounter import Payer
from nosology.model.finding import Category, Severity
from nosology.model.tables import rows, table

COLUMNS = ("code", "source")
_MEDICAID = frozenset({Payer.MEDICAID})
_DIGITS = 11
_PARTS = frozenset({(5, 4, 2), (4, 4, 2), (5, 3, 2), (5, 4, 1)})
_UNITS = frozenset({"F2", "GR", "ME", "ML", "UN"})
_ITEMS = "UN"
_WITH_PACKAGE = "drug-of-package"


@cache
def unclassified() -> frozenset[str]:
    """Return the codes of drugs without a code of their own, read once."""
    listed = rows(table("nosology.edits.families", "unclassified_drugs.tsv"), COLUMNS)
    return frozenset(row["code"] for row in listed)


def _is_formed(ndc: str) -> bool:
    if ndc.isascii() and ndc.isdigit():
        return len(ndc) == _DIGITS
    written = ndc.split("-")
    return tuple(map(len, written)) in _PARTS and all(
        part.isascii() and part.isdigit() for part in written
    )


@rule(
    "ndc-malformed",
    asks=Trait.NDC,
    category=Category.CODE_NOT_VALID,
    severity=Severity.ERROR,
    authority=("x12-837p-ndc", "masshealth-ndc"),
    since=VERSION_5010,
    message="The National Drug Code of line {line} ({code}) has not the form 5-4-2.",
    remedy="Give eleven digits; fill the short part of a number of ten with a zero in front.",
    carc="16",
)
def malformed(claim: ClaimView) -> Iterator[Hit]:
    """A National Drug Code has eleven digits, or ten or eleven parted by hyphens.

    Ten digits without hyphens do not show where the zero is missing.

    Why: the package cannot be found, and the line is returned.
    """
    for line in claim.lines:
        if line.line.ndc and not _is_formed(line.line.ndc):
            yield hit(line.number, *line.codes)


@rule(
    "ndc-missing",
    category=Category.CODE_NOT_VALID,
    severity=Severity.ERROR,
    authority=("ssa-1927", "masshealth-ndc"),
    kinds=AMBULATORY,
    payers=_MEDICAID,
    when=(_WITH_PACKAGE,),
    message="Line {line} ({code}) does not tell the package of the drug.",
    remedy="Give the National Drug Code of the package, its unit and its quantity.",
    carc="16",
)
def missing(claim: ClaimView) -> Iterator[Hit]:
    """Each line of a drug given by a practitioner tells its package where Medicaid pays.

    Why: the states collect rebates by the package and pay no drug without it; some exempt
    hospitals, so that there it is a warning.
    """
    for line in claim.in_group(_WITH_PACKAGE):
        if not line.line.ndc:
            yield hit(
                line.number,
                line.code,
                severity=Severity.WARNING if claim.claim.bill_type else None,
            )


@rule(
    "ndc-unit-not-valid",
    asks=Trait.NDC,
    category=Category.UNITS,
    severity=Severity.ERROR,
    authority=("x12-837p-ndc", "resdac-ndc-unit"),
    since=VERSION_5010,
    message="Line {line} ({code}) measures the package in {unit}, which is no unit of it.",
    remedy="Give UN, ML, GR, ME or F2.",
    carc="16",
)
def unit_not_valid(claim: ClaimView) -> Iterator[Hit]:
    """A package is measured in units (UN), milliliters, grams, milligrams or international units.

    Why: the line is returned.
    """
    for line in claim.lines:
        unit = line.line.ndc_unit
        if unit and unit not in _UNITS:
            yield hit(line.number, *line.codes, unit=unit)


@rule(
    "ndc-quantity-missing",
    asks=Trait.NDC,
    category=Category.UNITS,
    severity=Severity.WARNING,
    authority=("x12-837p-ndc", "masshealth-ndc"),
    since=VERSION_5010,
    message="Line {line} ({code}) tells a package, and not {lacking}.",
    remedy="Give the quantity of the package that was used, and its unit.",
    carc="16",
)
def quantity_missing(claim: ClaimView) -> Iterator[Hit]:
    """A line with a National Drug Code tells its quantity and unit.

    With Medicaid it is an error.

    Why: rebates are counted by the quantity; the transaction has no package without one.
    """
    for line in claim.lines:
        told = line.line
        if told.ndc and not (told.ndc_quantity and told.ndc_unit):
            lacking = "its unit" if told.ndc_quantity else "how much of it was used"
            yield hit(
                line.number,
                *line.codes,
                lacking=lacking,
                severity=Severity.ERROR if claim.payer is Payer.MEDICAID else None,
            )


@rule(
    "ndc-of-other-drug",
    category=Category.CODE_NOT_VALID,
    severity=Severity.WARNING,
    authority="cms-asp-ndc",
    needs=("asp-ndc",),
    when=(_WITH_PACKAGE,),
    message="The package of line {line} is billed by {told}, and the line bills {code}.",
    remedy="Correct the package or the code of the drug.",
    carc="16",
)
def other_drug(claim: ClaimView) -> Iterator[Hit]:
    """The package of a line is one that the line's code bills, as Medicare's crosswalk lists it.

    Packages that the crosswalk does not list are passed over, and unclassified drugs.

    Why: the drug is paid by the wrong price, or the line is denied.
    """
    for line in claim.in_group(_WITH_PACKAGE):
        ndc, day = line.line.ndc, line.day
        if not ndc or day is None or not _is_formed(ndc) or line.code in unclassified():
            continue
        codes = [item.code for item in claim.book.drug(ndc, day)]
        if codes and line.code not in codes:
            yield hit(line.number, line.code, told=", ".join(codes))


@rule(
    "units-beyond-package",
    category=Category.UNITS,
    severity=Severity.WARNING,
    authority="cms-asp-ndc",
    needs=("asp-ndc",),
    when=(_WITH_PACKAGE,),
    message="Line {line} bills {units} units of {code}; {quantity} of the package hold {held}.",
    remedy="Correct the units of the code or the quantity of the package.",
    carc="16",
)
def beyond_package(claim: ClaimView) -> Iterator[Hit]:
    """A line bills no more units than the items of its package hold.

    Asked where the package is counted in items (UN) and Medicare's crosswalk lists it.

    Why: more is billed than was used.
    """
    for line in claim.in_group(_WITH_PACKAGE):
        told, day = line.line, line.day
        if told.ndc_unit != _ITEMS or not told.ndc_quantity or day is None:
            continue
        if not _is_formed(told.ndc):
            continue
        for item in claim.book.drug(told.ndc, day):
            held = item.billing_units * told.ndc_quantity
            if item.code == line.code and line.units > held:
                yield hit(line.number, line.code, quantity=told.ndc_quantity, held=held)


@rule(
    "unclassified-drug-units",
    category=Category.UNITS,
    severity=Severity.WARNING,
    authority="cms-100-04-17",
    kinds=AMBULATORY,
    payers=MEDICARE,
    when=("drug",),
    message="Line {line} bills {units} units of {code}, a code of drugs without one of their own.",
    remedy="Bill one unit, and name the drug, the dose and the package in the remarks.",
    carc="16",
)
def unclassified_units(claim: ClaimView) -> Iterator[Hit]:
    """A drug without a code of its own is billed with one unit.

    The table unclassified_drugs.tsv lists the codes.

    Why: the contractor prices it by what the remarks name; units would multiply that price.
    """
    for line in claim.lines:
        if line.units != 1 and line.code in unclassified():
            yield hit(line.number, line.code)


@rule(
    "unclassified-drug-without-package",
    category=Category.CODE_NOT_VALID,
    severity=Severity.ADVISORY,
    authority="cms-100-04-17",
    kinds=AMBULATORY,
    when=("drug",),
    message="Line {line} ({code}) does not tell which drug it is for.",
    remedy="Give its National Drug Code, and name the drug and the dose in the remarks.",
    carc="16",
)
def unclassified_package(claim: ClaimView) -> Iterator[Hit]:
    """A drug without a code of its own is told by its National Drug Code.

    Why: the line cannot be priced without knowing the drug, and is returned.
    """
    for line in claim.lines:
        if not line.line.ndc and line.code in unclassified():
            yield hit(line.number, line.code)
