"""Payment: new, used or rented, the month of a rental, and what else a line must say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from nosology.coding.services.acts import Act
from nosology.coding.services.draft import ServiceCase
from nosology.coding.services.supplies.cues import words
from nosology.coding.services.supplies.items import Item, Payment
from nosology.model.encounter import Payer

_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth", "thirteenth"),
)
_CARDINALS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen"),
)
_MONTH = re.compile(
    rf"\b(?:(?P<ordinal>{'|'.join(_ORDINALS)})\s+(?:\w+\s+)?(?:month|rental)|"
    r"(?P<nth>\d{1,2})(?:st|nd|rd|th)\s+(?:\w+\s+)?(?:month|rental)|"
    r"(?:rental\s+)?month\s*(?:#|number|no\.?)?\s*:?\s*"
    rf"(?P<number>\d{{1,2}}|{'|'.join(_CARDINALS)})\b)",
    re.IGNORECASE,
)
_SECOND_AND_THIRD = 3
_LAST = 13
_TRIAL = re.compile(r"\b(?:trial|30[\s-]day|rent\w*)\b", re.IGNORECASE)
_NEW_RENTAL = re.compile(
    r"\b(?:initial|new (?:rental|setup|set[\s-]up|patient|start)|set[\s-]?up|deliver(?:ed|y)|"
    r"start(?:ed|s)?)\b",
    re.IGNORECASE,
)
_LITERS = re.compile(
    r"(?<![\w.])(?P<n>\d{1,2}(?:\.\d{1,2})?)\s*(?:-?\s*)(?:LPM|L\s*/\s*min(?:ute)?|"
    r"liters?(?:\s*(?:per|/)\s*min(?:ute)?)?|L\b)",
    re.IGNORECASE,
)
_SATURATION = re.compile(
    r"(?:SpO2|SaO2|O2 sat\w*|sat(?:uration)?s?|oximetry|"
    r"desaturat\w*)[^.\n%]{0,50}?(?P<n>[5-9]\d)\s*%"
    r"|(?P<n2>[5-9]\d)\s*%[^.\n]{0,20}(?:on room air|RA\b|at rest|saturation|SpO2)",
    re.IGNORECASE,
)
_PRESSURE = re.compile(r"\b(?:PaO2|pO2|PO2)[^.\n\d]{0,20}(?P<n>\d{2})\b", re.IGNORECASE)
_ON_OXYGEN = re.compile(r"^[^.\n]{0,25}\bon\s+\d", re.IGNORECASE)
_GROUP_TWO = re.compile(
    r"\b(?:edema|pulmonary hypertension|cor pulmonale|P pulmonale|hematocrit)\b", re.IGNORECASE
)
_STATIONARY = frozenset({"E1390", "E1391", "E0424", "E0439"})
_LEVEL = re.compile(
    r"\bK[\s-]?(?P<n>[0-4])\b(?!\d)|\b(?:functional|activity|MFCL|K)[\s-]*level\s*(?:is|of|"
    r":)?\s*(?:K[\s-]?)?(?P<n2>[0-4])\b",
    re.IGNORECASE,
)
_BY_LEVEL = ("L5812", "L5828", "L5848", "L5856", "L5857", "L5858", "L5968", "L597", "L598")


@dataclass(frozen=True, slots=True)
class Paid:
    """The modifiers of payment, with what is missing; ``rule`` says why."""

    modifiers: tuple[str, ...]
    rule: str = ""
    missing: str = ""


def paid(item: Item, act: Act, case: ServiceCase) -> Paid:
    """Return how the item is paid.

    Args:
        item: what is paid.
        act: where it is named.
        case: the record.
    """
    text = act.reading.text
    said = said_around(act, case)
    match item.payment:
        case Payment.PURCHASE | Payment.EXCLUDED | Payment.ACCESSORY:
            if words("payment", "used").search(said):
                return Paid(("UE",), "supplies-used")
            is_rented = words("payment", "rental").search(said)
            if is_rented and item.payment is Payment.PURCHASE:
                return Paid(("RR",), "supplies-rented")
            return Paid(("NU",), "supplies-purchased")
        case Payment.STIMULATOR:
            if words("payment", "purchased").search(said):
                return Paid(("NU",), "supplies-purchased")
            if _TRIAL.search(text):
                return Paid(("RR",), "supplies-rented")
            return Paid((), missing="rental-or-purchase")
        case Payment.RENTAL:
            return _rental(act, case)
        case Payment.SERVICED:
            return Paid(("RR",), "supplies-rented")
        case Payment.OXYGEN:
            return Paid(("RR",), "supplies-rented")
    return Paid(())


def said_around(act: Act, case: ServiceCase) -> str:
    """Return the sentence of the item with what follows on it, up to the next item or paragraph."""
    text = act.reading.text
    end = text.find("\n\n", act.mention.end)
    end = min(end if end > 0 else len(text), act.sentence.end + _FOLLOWING)
    for other in case.acts:
        if (
            other.concept.area == act.concept.area
            and other.concept.name != act.concept.name
            and other.reading.index == act.reading.index
            and act.sentence.end <= other.mention.start < end
        ):
            end = max(act.sentence.end, other.sentence.start)
    return text[act.sentence.start : end]


_FOLLOWING = 160


def _rental(act: Act, case: ServiceCase) -> Paid:
    said, text = said_around(act, case), act.reading.text
    elected = words("payment", "elected_purchase").search(text)
    is_rented = words("payment", "rental").search(said)
    if not is_rented:
        if elected:
            return Paid(("NU", "BP"), "supplies-purchase-elected")
        if words("payment", "used").search(said):
            return Paid(("UE",), "supplies-used")
        if words("payment", "purchased").search(said):
            return Paid(("NU",), "supplies-purchased")
    if case.encounter.payer in (Payer.COMMERCIAL, Payer.MEDICAID):
        return Paid(("RR",), "supplies-rented")
    month = month_of(act)
    if month is None:
        return Paid(("RR",), "supplies-rented", missing="rental-month")
    if month > _LAST:
        return Paid((), missing="rental-over")
    modifiers = ["RR", "KH" if month == 1 else "KI" if month <= _SECOND_AND_THIRD else "KJ"]
    if words("payment", "elected_rental").search(text):
        modifiers.append("BR")
    elif words("payment", "undecided").search(text):
        modifiers.append("BU")
    return Paid(tuple(modifiers), "supplies-rental-month")


def month_of(act: Act) -> int | None:
    """Return the month of the rental; the first for what was newly delivered; None for untold."""
    for text in (act.said, act.reading.text):
        match = _MONTH.search(text)
        if match:
            if match["ordinal"]:
                return _ORDINALS.index(match["ordinal"].lower()) + 1
            number = (match["nth"] or match["number"]).lower()
            return int(number) if number.isdigit() else _CARDINALS.index(number) + 1
        if _NEW_RENTAL.search(text):
            return 1
    return None


def oxygen(item: Item, case: ServiceCase, *, has_portable: bool) -> Paid:
    """Return the modifiers of the flow and of the test that qualifies, for Medicare."""
    if not case.is_medicare:
        return Paid(())
    text = "\n".join(reading.text for reading in case.readings)
    modifiers: list[str] = []
    flows = [Decimal(match["n"]) for match in _LITERS.finditer(text)]
    if flows and item.code in _STATIONARY:
        highest = max(flows)
        if highest < 1:
            modifiers.append("QE")
        elif highest > 4:
            modifiers.append("QF" if has_portable else "QG")
    values = [
        int(match["n"] or match["n2"])
        for match in _SATURATION.finditer(text)
        if not _ON_OXYGEN.match(text[match.end() : match.end() + 40])
    ]
    pressures = [int(match["n"]) for match in _PRESSURE.finditer(text)]
    if not values and not pressures:
        return Paid(tuple(modifiers), "supplies-oxygen", "oxygen-test")
    lowest, pressure = min(values, default=100), min(pressures, default=100)
    if lowest <= 88 or pressure <= 55:
        modifiers.append("N1")
    elif (lowest == 89 or pressure <= 59) and _GROUP_TWO.search(text):
        modifiers.append("N2")
    else:
        modifiers.append("N3")
    return Paid(tuple(modifiers), "supplies-oxygen")


def functional_level(item: Item, case: ServiceCase) -> Paid:
    """Return the modifier of the patient's functional level, for feet, ankles and knees."""
    if not item.code.startswith(_BY_LEVEL):
        return Paid(())
    for reading in case.readings:
        match = _LEVEL.search(reading.text)
        if match:
            return Paid((f"K{match['n'] or match['n2']}",), "supplies-functional-level")
    return Paid((), missing="functional-level")


def replaced(act: Act) -> Paid:
    """Return RA for what replaces a lost or worn-out item, RB for a part put in by a repair."""
    if words("payment", "repair_part").search(act.said):
        return Paid(("RB",), "supplies-replaced")
    if words("payment", "replaced_lost").search(act.said):
        return Paid(("RA",), "supplies-replaced")
    return Paid(())
