"""Prescriptions of eyeglasses: the power of each eye's lens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from nosology.coding.services.attributes.told import Told
from nosology.model.reading import Reading

_POWER = r"[+\-−–]?\s?\d{1,2}(?:\.\d{1,2})?|plano|pl\b"
_PRESCRIPTION = re.compile(
    rf"\b(?P<eye>O\.?D\.?|O\.?S\.?|R(?:ight)?(?:\s+(?:eye|lens))?|L(?:eft)?(?:\s+(?:eye|lens))?)"
    rf"\s*[:=]?\s*(?:sphere\s*)?(?P<sphere>{_POWER})\s*(?:DS|D|sph(?:ere)?)?\s*"
    rf"(?:[,/]?\s*(?:cyl(?:inder)?\s*)?(?P<cylinder>[+\-−–]\s?\d{{1,2}}\.\d{{1,2}})\s*"
    r"(?:cyl(?:inder)?\s*)?,?\s*(?:x|×|axis|@)\s*\d{1,3})?",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"[+\-−–]|plano|pl\b|\d\.\d\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Lens:
    """The power of one lens, without signs.

    Attributes:
        side: ``right`` or ``left``.
    """

    side: str
    sphere: Decimal
    cylinder: Decimal
    start: int
    end: int


def prescribed(reading: Reading) -> list[Lens]:
    """Return the lenses that the document prescribes, in the order of the text."""
    found: list[Lens] = []
    for match in _PRESCRIPTION.finditer(reading.text):
        if not _SIGNED.search(match["sphere"]):
            continue
        side = "right" if match["eye"].upper().replace(".", "") in _RIGHT else "left"
        side = "right" if match["eye"].upper().startswith("R") else side
        cylinder = _size(match["cylinder"]) if match["cylinder"] else Decimal(0)
        found.append(Lens(side, _size(match["sphere"]), cylinder, match.start(), match.end()))
    return found


_RIGHT = frozenset({"OD"})


def _size(text: str) -> Decimal:
    digits = re.sub(r"[^\d.]", "", text)
    return Decimal(digits) if digits else Decimal(0)


def spheres(reading: Reading) -> list[Told]:
    """Return the spherical powers, without signs."""
    return [Told(lens.sphere, lens.start, lens.end) for lens in prescribed(reading)]


def cylinders(reading: Reading) -> list[Told]:
    """Return the cylindrical powers, without signs; zero for a lens that has none."""
    return [Told(lens.cylinder, lens.start, lens.end) for lens in prescribed(reading)]
