"""What the segments of a line of service tell: service, amounts, drug."""

from __future__ import annotations

from collections.abc import Callable

from nosology.claims.x12.draft import LineDraft
from nosology.claims.x12.segments import Segment, components, element
from nosology.claims.x12.values import AMOUNT, count, number

type FlawOf = Callable[[str, int, str], None]
"""Notes a value that cannot be read: the claim's field, the element, what was expected."""

_PROCEDURE_PARTS = 6
"""Qualifier, code and four modifiers."""
_CODES = frozenset({"HC", "HP"})


def read_service(line: LineDraft, segment: Segment, divider: str, flaw: FlawOf) -> None:
    """Take a professional service (SV1) into the line."""
    _read_procedure(line, element(segment, 1), 1, divider, flaw)
    _read_amounts(line, segment, (2, 4), flaw)
    line.place_of_service = element(segment, 5)
    line.diagnoses = _pointers(element(segment, 7), divider, flaw)
    if emergency := element(segment, 9).upper():
        line.emergency = emergency == "Y"


def read_facility_service(line: LineDraft, segment: Segment, divider: str, flaw: FlawOf) -> None:
    """Take an institutional service (SV2) into the line."""
    line.revenue_code = element(segment, 1).upper()
    _read_procedure(line, element(segment, 2), 2, divider, flaw)
    _read_amounts(line, segment, (3, 5), flaw)


def read_drug(line: LineDraft, segment: Segment) -> None:
    """Take a drug (LIN) into the line."""
    if element(segment, 2) == "N4":
        line.ndc = element(segment, 3)


def read_drug_quantity(line: LineDraft, segment: Segment, divider: str, flaw: FlawOf) -> None:
    """Take the quantity of a drug (CTP) into the line."""
    if not line.ndc:
        return
    if text := element(segment, 4):
        line.ndc_quantity = count(text)
        if line.ndc_quantity is None:
            flaw("ndc_quantity", 4, AMOUNT)
    line.ndc_unit = components(element(segment, 5), divider, 1)[0].upper()


def _read_procedure(line: LineDraft, text: str, position: int, divider: str, flaw: FlawOf) -> None:
    if not text:
        return
    qualifier, code, *modifiers = components(text, divider, _PROCEDURE_PARTS)
    if qualifier not in _CODES:
        flaw("code", position, "expected the qualifier HC (HCPCS) or HP (rate code)")
        return
    line.code = code.upper()
    line.modifiers = tuple(item.upper() for item in modifiers if item)


def _read_amounts(
    line: LineDraft, segment: Segment, positions: tuple[int, int], flaw: FlawOf
) -> None:
    charge, units = positions
    if text := element(segment, charge):
        line.charge = number(text)
        if line.charge is None:
            flaw("charge", charge, AMOUNT)
    if text := element(segment, units):
        read = count(text)
        if read is None:
            flaw("units", units, AMOUNT)
        else:
            line.units, line.has_units = read, True


def _pointers(text: str, divider: str, flaw: FlawOf) -> tuple[int, ...]:
    found = []
    for item in text.split(divider) if text else ():
        read = count(item.strip())
        if read is None or read != int(read):
            flaw("diagnoses", 7, "expected positions of diagnoses such as 1")
            return ()
        found.append(int(read))
    return tuple(found)
