"""What was left in a single container and thrown away, as the record tells it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from nosology.coding.services.drugs.amounts import Amount, Per, amounts
from nosology.coding.services.drugs.doses import Container, Dose

_WASTED = r"(?:wast(?:ed?|age|ing)|discard(?:ed|ing)?|thrown away|disposed)"
_NONE = re.compile(
    rf"(?<![\w.])(?:no|zero|0|without(?: any)?|nil|none|nothing)\s+(?:\w+\s+){{0,2}}{_WASTED}"
    rf"|\b{_WASTED}\s*(?:amount)?\s*(?::|=|-|was|is)?\s*(?:none|0(?!\.?\d)|nil|zero|no\b|n/?a)"
    r"|\bentire (?:\w+\s+){0,2}(?:vials?|syringe|contents?|package)\b"
    r"|\b(?:full|whole) (?:vials?|syringe) (?:was )?(?:used|given|administered)\b"
    r"|\bno (?:drug |medication )?left\s?over\b|\bnothing left\b|\bnone left\b",
    re.IGNORECASE,
)
_TOLD = re.compile(rf"\b{_WASTED}\b", re.IGNORECASE)
_REST = re.compile(
    rf"\b(?:remain(?:der|ing)|rest|residual|left\s?over|balance|excess|unused)\b[^.;\n]{{0,50}}\b{_WASTED}"
    rf"|\b{_WASTED}\b[^.;\n]{{0,20}}\b(?:remain(?:der|ing)|rest|residual|balance|excess|unused)\b",
    re.IGNORECASE,
)
_SINGLE = re.compile(
    r"\b(?:single[\s-](?:dose|use|patient)|SDV|prefilled|pre-filled|auto-?injectors?|ampules?"
    r"|ampoules?|unit[\s-]dose|preservative[\s-]free vial)\b",
    re.IGNORECASE,
)
_MULTIPLE = re.compile(r"\b(?:multi(?:ple)?[\s-]?(?:dose|use)|MDV)\b", re.IGNORECASE)
_AROUND = 45


@dataclass(frozen=True, slots=True)
class Waste:
    """What became of the rest.

    Attributes:
        amount: thrown away, in the unit of the code; None where the record does not tell.
        is_none: whether the record says that nothing was.
        start: where the words stand that say so, and ``end``; equal where none do.
        is_rest: whether the rest is said to be thrown away without telling how much.
    """

    amount: Decimal | None = None
    is_none: bool = False
    start: int = 0
    end: int = 0
    is_rest: bool = False


def container_of(dose: Dose, text: str) -> Container:
    """Return in what the drug came: as the text tells, else as it is sold."""
    if _MULTIPLE.search(text):
        return Container.MULTIPLE
    if _SINGLE.search(text):
        return Container.SINGLE
    return dose.container


def waste_in(text: str, start: int, end: int, dose: Dose, given: Decimal | None) -> Waste:
    """Return what the text between the two places says of waste.

    Args:
        text: of the document, of which only what stands from ``start`` to ``end`` is looked at.
        start: where to begin.
        end: where to end.
        dose: what one unit of the code holds.
        given: what was given, in the unit of the code, from which a rest is reckoned.
    """
    none = _NONE.search(text, start, end)
    if none:
        return Waste(Decimal(0), is_none=True, start=none.start(), end=none.end())
    told = _TOLD.search(text, start, end)
    if told is None:
        return Waste()
    amount = _nearest(text, told, start, end, dose)
    if amount is not None:
        value = dose.in_own_unit(amount.value, amount.unit)
        return Waste(value, start=min(amount.start, told.start()), end=max(amount.end, told.end()))
    if _REST.search(text, start, end) and given is not None:
        held = held_by_packages(text, start, end, dose)
        if held is not None and held > given:
            return Waste(held - given, start=told.start(), end=told.end())
    return Waste(start=told.start(), end=told.end(), is_rest=True)


def is_waste(text: str, amount: Amount, start: int, end: int) -> bool:
    """Return whether the amount is told as thrown away."""
    after = re.split(r"[;.\n](?!\d)", text[amount.end : min(end, amount.end + _AROUND)])[0]
    before = re.split(r"[;.\n](?!\d)", text[max(start, amount.start - _AROUND) : amount.start])[-1]
    first = re.match(rf"[^,]*?\b{_WASTED}\b", after, re.IGNORECASE)
    if first and not re.search(
        r"\b(?:given|administered|injected|used)\b", first[0], re.IGNORECASE
    ):
        return True
    return bool(re.search(rf"\b{_WASTED}\b[^,\d]*$", before, re.IGNORECASE))


def held_by_packages(text: str, start: int, end: int, dose: Dose) -> Decimal | None:
    """Return what the containers that the text tells of held together, in the unit of the code."""
    held = Decimal(0)
    for amount in amounts(text, start, end):
        if amount.per is Per.PACKAGE:
            own = dose.in_own_unit(amount.total, amount.unit)
            held += own or 0
    return held or None


def _nearest(text: str, told: re.Match[str], start: int, end: int, dose: Dose) -> Amount | None:
    found = [
        amount
        for amount in amounts(text, start, end)
        if amount.per is Per.DOSE
        and dose.in_own_unit(amount.value, amount.unit) is not None
        and is_waste(text, amount, start, end)
    ]
    return min(found, key=lambda amount: abs(amount.start - told.start()), default=None)
