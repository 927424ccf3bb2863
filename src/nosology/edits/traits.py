"""What a claim has that rules look at, so that those with nothing to look at are not asked."""

from __future__ import annotations

from enum import IntFlag, auto

from nosology.model.claim import Claim, Provider


class Trait(IntFlag):
    """A thing that a claim has or lacks. A rule names all that it cannot object without."""

    MODIFIERS = auto()
    """A line has a modifier."""
    SEVERAL_LINES = auto()
    SEVERAL_DIAGNOSES = auto()
    UNITS = auto()
    """A line has other units than one."""
    HISTORY = auto()
    """Earlier claims of the patient were given."""
    FLAWS = auto()
    """Something could not be read."""
    END_DATE = auto()
    """A line tells its last day."""
    NDC = auto()
    RECEIVED_DATE = auto()
    TOTAL_CHARGE = auto()
    FREQUENCY = auto()
    """The claim tells its frequency, or its type of bill ends with another than 1."""
    PROVIDER_DETAILS = auto()
    """A provider is told by more than its NPI."""
    PROCEDURES = auto()
    """ICD-10-PCS codes."""
    POINTERS = auto()
    """A line points to another diagnosis than the first alone."""
    WRONG_DIAGNOSIS = auto()
    """A diagnosis may not stand on a claim of the day."""
    WRONG_SERVICE = auto()
    """A line's code may not be billed on its day."""
    COMPANY = auto()
    """There are several lines, or earlier claims of the patient."""


NONE = Trait(0)
COUNT = len(Trait)
_NOBODY = Provider()
_ORIGINAL = ("", "1")


def traits_of(claim: Claim, *, has_history: bool) -> int:
    """Return the bits of what a claim has."""
    found = 0
    lines = claim.lines
    if len(lines) > 1:
        found |= _SEVERAL_LINES | _COMPANY
    for line in lines:
        if line.modifiers:
            found |= _MODIFIERS
        if line.units != 1:
            found |= _UNITS
        if line.end_date is not None:
            found |= _END_DATE
        if line.ndc:
            found |= _NDC
        if line.diagnoses != _FIRST:
            found |= _POINTERS
        if line.rendering_provider is not None:
            found |= _PROVIDER_DETAILS
    if len(claim.diagnoses) > 1:
        found |= _SEVERAL_DIAGNOSES
    if claim.procedures:
        found |= _PROCEDURES
    if has_history:
        found |= _HISTORY | _COMPANY
    if claim.flaws:
        found |= _FLAWS
    if claim.received_date is not None:
        found |= _RECEIVED_DATE
    if claim.total_charge is not None:
        found |= _TOTAL_CHARGE
    if claim.frequency not in _ORIGINAL or claim.bill_type[3:4] not in _ORIGINAL:
        found |= _FREQUENCY
    biller = claim.billing_provider
    others = (
        claim.rendering_provider,
        claim.referring_provider,
        claim.ordering_provider,
        claim.attending_provider,
        claim.service_facility,
    )
    has_details = biller.taxonomy or biller.tax_id or biller.zip or biller.clia
    if has_details or claim.patient.zip or others.count(_NOBODY) < len(others):
        found |= _PROVIDER_DETAILS
    return found


# Plain numbers: the operators of the enumeration are many times slower.
_FIRST = (1,)
_MODIFIERS = int(Trait.MODIFIERS)
_SEVERAL_LINES = int(Trait.SEVERAL_LINES)
_SEVERAL_DIAGNOSES = int(Trait.SEVERAL_DIAGNOSES)
_UNITS = int(Trait.UNITS)
_HISTORY = int(Trait.HISTORY)
_FLAWS = int(Trait.FLAWS)
_END_DATE = int(Trait.END_DATE)
_NDC = int(Trait.NDC)
_RECEIVED_DATE = int(Trait.RECEIVED_DATE)
_TOTAL_CHARGE = int(Trait.TOTAL_CHARGE)
_FREQUENCY = int(Trait.FREQUENCY)
_PROVIDER_DETAILS = int(Trait.PROVIDER_DETAILS)
_PROCEDURES = int(Trait.PROCEDURES)
_POINTERS = int(Trait.POINTERS)
_COMPANY = int(Trait.COMPANY)
