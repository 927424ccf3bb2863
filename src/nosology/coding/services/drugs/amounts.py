"""Amounts of drugs as records write them: masses, units, volumes, strengths, in vials."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from nosology.coding.services.attributes.numbers import number_of

_NUMBER = r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?|\.\d+"
_UNITS = {
    **dict.fromkeys(("mg", "mgs", "milligram", "milligrams"), "mg"),
    **dict.fromkeys(("mcg", "mcgs", "ug", "µg", "μg", "microgram", "micrograms"), "mcg"),
    **dict.fromkeys(("g", "gm", "gms", "gram", "grams"), "g"),
    **dict.fromkeys(("unit", "units", "iu", "u", "usp units"), "unit"),
    **dict.fromkeys(("ml", "mls", "cc", "ccs", "milliliter", "milliliters"), "mL"),
    **dict.fromkeys(("l", "liter", "liters", "litre"), "L"),
    **dict.fromkeys(("meq", "meqs", "milliequivalents"), "mEq"),
    **dict.fromkeys(("mci", "millicurie", "millicuries"), "mCi"),
    **dict.fromkeys(("uci", "µci", "microcurie", "microcuries"), "uCi"),
}
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(?<![\w.,/])(?P<number>{_NUMBER})\s*-?\s*(?P<million>million\s+)?(?P<unit>{_UNIT})\b"
    rf"(?:\s*(?:/|per)\s*(?P<each>\d+(?:\.\d+)?)?\s*(?P<per>kg|m2|m²|mL|cc|hr?|hour|min(?:ute)?|day|vial|dose)(?![a-z]))?"
    r"(?P<package>\s*-?\s*(?:\w+[\s-]+){0,3}?(?:vials?|SDVs?|syringes?|ampules?|ampoules?|amps?|bottles?|bags?|pens?|kits?)\b)?",
    re.IGNORECASE,
)
_BAG = re.compile(
    r"\s*(?:of\s+)?(?:NS|NSS|normal saline|0?\.9\s*%|D5W?|dextrose|LR|bag|IVPB|piggyback)\b", re.I
)
_COUNT = r"(?P<count>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|single)"
_COUNTED = re.compile(
    rf"(?<![\w./])(?:{_COUNT}\s*(?:[x×]\s*)?(?:\(\d\)\s*)?(?:\w+[\s-]+){{0,2}}?"
    r"(?:vials?|SDVs?|syringes?|ampules?|doses?|implants?|unit[\s-]doses?|nebs?|applicators?|sticks?|treatments?)\b)",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"\s*\)?\s*[x×]\s*(?P<times>\d{1,2})\b(?!\s*(?:mg|mcg|kg|days?|weeks?|\.))", re.I
)
_BEFORE_COUNT = re.compile(
    rf"(?<![\w./]){_COUNT}\s*(?:[x×]\s*)?(?:\(\d\)\s*)?(?:\w+\s+)?$", re.IGNORECASE
)
_WEIGHT = re.compile(
    r"(?:\b(?:weight|wt|weighs)\b[^\d\n]{0,12}|[x×*]\s*|\()(?P<kg>\d{1,3}(?:\.\d+)?)\s*kg\b",
    re.IGNORECASE,
)
_SURFACE = re.compile(r"\bBSA\b[^\d\n]{0,10}(?P<m2>\d(?:\.\d+)?)", re.IGNORECASE)
_MILLION = Decimal(1_000_000)
_MOST_BEFORE = 20


class Per(StrEnum):
    """What an amount is told for."""

    DOSE = "dose"
    PACKAGE = "package"
    VOLUME = "volume"
    WEIGHT = "weight"
    SURFACE = "surface"
    RATE = "rate"


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount at its place in the text.

    Attributes:
        per: what it is told for; ``each`` the milliliters of a strength.
        times: how often it is told to be taken: the number of containers of a ``PACKAGE``.
        is_whole: whether a strength tells its milliliters, as that of one container does.
    """

    value: Decimal
    unit: str
    start: int
    end: int
    per: Per = Per.DOSE
    each: Decimal = Decimal(1)
    times: int = 1
    is_whole: bool = False

    @property
    def total(self) -> Decimal:
        """The value as often as it is taken."""
        return self.value * self.times


def amounts(text: str, start: int, end: int) -> Iterator[Amount]:
    """Yield the amounts between two places of the text, in its order."""
    for match in _AMOUNT.finditer(text, start, end):
        unit = _UNITS[match["unit"].lower()]
        if match["unit"] == "G" or (unit in {"L", "unit"} and match["unit"] == "l"):
            unit = "g" if match["unit"] == "G" else unit
        value = Decimal(match["number"].replace(",", ""))
        if match["million"]:
            value *= _MILLION
        if unit == "L":
            value, unit = value * 1000, "mL"
        per, each, times = Per.DOSE, Decimal(1), 1
        told = (match["per"] or "").lower()
        if told in {"ml", "cc"} and match["each"] and _BAG.match(text, match.end(), end):
            # What a bag of fluid carries is the dose: ``200 mg/100 mL NS``.
            per = Per.DOSE
        elif told in {"ml", "cc"}:
            per, each = Per.VOLUME, Decimal(match["each"] or 1)
        elif told == "kg":
            per = Per.WEIGHT
        elif told in {"m2", "m²"}:
            per = Per.SURFACE
        elif told in {"vial"} or match["package"]:
            per = Per.PACKAGE
            before = _BEFORE_COUNT.search(
                text, max(start, match.start() - _MOST_BEFORE), match.start()
            )
            counted = number_of(before["count"]) if before else None
            times = int(counted) if counted else 1
        elif told and told != "dose":
            per = Per.RATE
        after = _TIMES.match(text, match.end(), end)
        if after and per in {Per.PACKAGE, Per.DOSE}:
            times = max(times, int(after["times"]))
        yield Amount(value, unit, match.start(), match.end(), per, each, times, bool(match["each"]))


def containers(text: str, start: int, end: int) -> tuple[int, int, int] | None:
    """Return how many vials, syringes or doses are told, and where; None for none."""
    match = _COUNTED.search(text, start, end) or _TIMES.match(text, start, end)
    counted = (match.groupdict().get("count") or match["times"]) if match else ""
    number = number_of(counted)
    if match is None or number is None:
        return None
    return int(number), match.start(), match.end()


def weight(text: str) -> Decimal | None:
    """Return the weight in kilograms that the text tells."""
    match = _WEIGHT.search(text)
    return Decimal(match["kg"]) if match else None


def surface(text: str) -> Decimal | None:
    """Return the body surface in square meters that the text tells."""
    match = _SURFACE.search(text)
    return Decimal(match["m2"]) if match else None
