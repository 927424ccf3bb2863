"""Sizes of dressings and bandages, in the inches by which they are billed."""

from __future__ import annotations

import re
from decimal import Decimal

from nosology.coding.services.attributes.told import Told
from nosology.model.reading import Reading

_NUMBER = r"\d{1,3}(?:\.\d{1,2})?"
_INCH = r"(?:-?\s*(?:inch(?:es)?|in\b\.?|\"|”|″))"
_CM = r"(?:\s*(?:cm|centimeters?)\b)"
_FACES = re.compile(
    rf"(?<![\w.])(?P<one>{_NUMBER})(?P<unit1>{_INCH}|{_CM})?\s*(?:x|×|by)\s*"
    rf"(?P<two>{_NUMBER})(?P<unit2>{_INCH}|{_CM})?(?!\s*(?:x|×|by)\s*\d)(?![\w.]*\d)",
    re.IGNORECASE,
)
_SQUARE = re.compile(
    rf"(?<![\w.])(?P<number>{_NUMBER})\s*(?:sq\.?(?:uare)?\s*(?:in(?:ch(?:es)?)?\b\.?))",
    re.IGNORECASE,
)
_WIDTH = re.compile(
    rf"(?<![\w.])(?P<number>{_NUMBER})\s*{_INCH}(?!\s*(?:x|×|by)\s*\d{{1,3}}\s*(?:in|\"))",
    re.IGNORECASE,
)
_CM_PER_INCH = Decimal("2.54")


def square_inches(reading: Reading) -> list[Told]:
    """Return the areas of dressings in square inches; of two bare numbers, inches are meant."""
    found = [
        Told(Decimal(match["number"]), match.start(), match.end())
        for match in _SQUARE.finditer(reading.text)
    ]
    for match in _FACES.finditer(reading.text):
        area = Decimal(match["one"]) * Decimal(match["two"])
        unit = (match["unit2"] or match["unit1"] or "").strip().lower()
        if unit.startswith(("cm", "cent")):
            area /= _CM_PER_INCH**2
        found.append(Told(area, match.start(), match.end()))
    return sorted(found, key=lambda told: told.start)


def widths(reading: Reading) -> list[Told]:
    """Return the widths of bandages and tapes in inches."""
    return [
        Told(Decimal(match["number"]), match.start(), match.end())
        for match in _WIDTH.finditer(reading.text)
    ]
