"""What a claim bills beside what its record supports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from nosology.model.code import plain
from nosology.model.coding import Evidence, Rationale, Service
from nosology.model.errors import InputError, shown

LINE_FIELDS = ("code", "modifiers", "units", "date", "place_of_service", "diagnoses", "charge")
_LONGEST_CODE = 5


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A line as it was billed.

    Attributes:
        number: 1-based, as the claim counts its lines.
    """

    number: int
    code: str
    modifiers: tuple[str, ...] = ()
    units: Decimal = Decimal(1)


class Verdict(StrEnum):
    """What the record makes of a billed or of an unbilled service."""

    SUPPORTED = "supported"
    DIFFERS = "differs"
    """Supported with other modifiers, other units, or at another level."""
    UNSUPPORTED = "unsupported"
    MISSED = "missed"
    """Supported and not billed."""


@dataclass(frozen=True, slots=True)
class ReviewedLine:
    """One line of a review.

    Attributes:
        line: as it was billed; None for what was missed.
        service: what the record supports instead, or beside; None where it supports none.
        text: why, in plain words.
    """

    verdict: Verdict
    text: str
    line: ClaimLine | None = None
    service: Service | None = None
    evidence: tuple[Evidence, ...] = ()
    rationale: tuple[Rationale, ...] = ()

    @property
    def code(self) -> str:
        """The billed number, or the missed one."""
        if self.line is not None:
            return self.line.code
        return self.service.code if self.service is not None else ""

    def as_json(self) -> dict[str, Any]:
        """Return the fields as the JSON answer carries them."""
        line = self.line
        return {
            "verdict": self.verdict.value,
            "line": line.number if line else None,
            "code": self.code,
            "modifiers": list(line.modifiers) if line else [],
            "units": _number(line.units) if line else None,
            "text": self.text,
            "service": self.service.as_json() if self.service else None,
            "evidence": [item.as_json() for item in self.evidence],
            "rationale": [item.as_json() for item in self.rationale],
        }


@dataclass(frozen=True, slots=True)
class Review:
    """The lines of a claim in their order, then what was missed, in the order of the answer."""

    id: str
    lines: tuple[ReviewedLine, ...]
    version: str

    def of(self, verdict: Verdict) -> tuple[ReviewedLine, ...]:
        """Return the lines with that verdict."""
        return tuple(item for item in self.lines if item.verdict is verdict)

    def as_json(self) -> dict[str, Any]:
        """Return the fields as the JSON answer carries them."""
        return {
            "id": self.id,
            "review": [item.as_json() for item in self.lines],
            "nosology": self.version,
        }


def claim_lines(fields: object, where: str = "claim") -> tuple[ClaimLine, ...]:
    """Return the lines of a claim: an object with ``lines``, or the list of lines itself.

    Raises:
        InputError: naming the line and the field that is missing, unknown or not as expected.
    """
    lines = fields.get("lines") if isinstance(fields, Mapping) else fields
    if not isinstance(lines, Sequence) or isinstance(lines, str):
        raise InputError(where, "must be a claim with a list 'lines', or the list itself")
    return tuple(_line(item, number, where) for number, item in enumerate(lines, start=1))


def _line(fields: object, number: int, where: str) -> ClaimLine:
    place = f"{where}: line {number}"
    if not isinstance(fields, Mapping):
        raise InputError(place, "must be an object with a field 'code'")
    for name in fields:
        if name not in LINE_FIELDS:
            raise InputError(
                place, f"unknown field {shown(name)}; the fields are {', '.join(LINE_FIELDS)}"
            )
    code = fields.get("code")
    if not isinstance(code, str) or not code.strip().isalnum() or len(plain(code)) > _LONGEST_CODE:
        raise InputError(place, f"field 'code' must be a service's number, found {shown(code)}")
    modifiers = fields.get("modifiers", [])
    if not isinstance(modifiers, list) or not all(isinstance(item, str) for item in modifiers):
        raise InputError(place, "field 'modifiers' must be a list of texts such as '25'")
    return ClaimLine(
        number, plain(code), tuple(plain(item) for item in modifiers), _units(fields, place)
    )


def _units(fields: Mapping[Any, Any], place: str) -> Decimal:
    given = fields.get("units", 1)
    try:
        if isinstance(given, bool) or not isinstance(given, int | float | str | Decimal):
            raise InvalidOperation
        units = Decimal(str(given))
    except InvalidOperation:
        units = Decimal(0)
    if not units.is_finite() or units <= 0:
        raise InputError(place, f"field 'units' must be a number above 0, found {shown(given)}")
    return units


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
