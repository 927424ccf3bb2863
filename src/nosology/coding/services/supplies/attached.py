"""What an item is used with, where its line must say so: wounds, tapes, tubes, lenses."""

from __future__ import annotations

import re

from nosology.coding.services.acts import Act
from nosology.coding.services.attributes.lenses import Lens, prescribed
from nosology.coding.services.attributes.numbers import number_of
from nosology.coding.services.catalogue import Entry, catalogue
from nosology.coding.services.catalogue.conditions import Truth
from nosology.coding.services.draft import ServiceCase
from nosology.coding.services.supplies.items import Item, Payment, items
from nosology.coding.services.supplies.payment import Paid

_WOUND = r"(?:wounds?|ulcers?|lesions?|surgical sites?|incisions?)"
_WOUNDS = re.compile(
    r"\b(?P<n>\d|one|two|three|four|five|six|seven|eight|nine|single)\s+(?:\w+[\s-]+){0,4}?"
    rf"{_WOUND}\b|\b{_WOUND}\s*(?:x|×)\s*(?P<n2>\d)\b|\bnumber of wounds\s*[:=]?\s*(?P<n3>\d)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(rf"\b{_WOUND}\s*#?\s*(?P<n>\d)\b(?!\s*(?:cm|mm|x|×|\.\d))", re.IGNORECASE)
_ONE_ONLY = re.compile(
    rf"\b{_WOUND}\s*#?\s*\d\s+only\b|\bonly (?:for|on|to) {_WOUND}\s*#?\s*\d\b|"
    rf"\bto {_WOUND}\s*#?\s*\d\b",
    re.IGNORECASE,
)
_EACH = re.compile(rf"\b(?:each|both|all|every)\s+(?:\w+\s+)?{_WOUND}\b", re.IGNORECASE)
_ANY_WOUND = re.compile(rf"\b{_WOUND}\b", re.IGNORECASE)
_PLURAL = re.compile(r"\b(?:wounds|ulcers|lesions|incisions)\b", re.IGNORECASE)
_STOCKINGS = ("A653", "A654", "A655", "A658")
_ROLLS = frozenset({"A4450", "A4452"})
_TAPES = frozenset({*_ROLLS, "A5120"})
_OSTOMY_OR_URINARY = ("A43", "A44", "A50", "A51", "A75")
_BY_MOUTH = re.compile(
    r"\b(?:oral(?:ly)?|by mouth|PO|sip|drink\w*|oral (?:supplement|nutrition)|supplement)\b",
    re.IGNORECASE,
)
_BY_TUBE = re.compile(
    r"\b(?:tube|PEG|G-?tube|gastrostomy|J-?tube|jejunostomy|NG|nasogastric|"
    r"enteral(?:ly)? (?:via|through|fed)|bolus|gravity|pump)\b",
    re.IGNORECASE,
)
_NOT_BY_TUBE = re.compile(
    r"\b(?:no|not|without|denies)\b[^.\n]{0,30}\b(?:tube|PEG)\b", re.IGNORECASE
)
_POLE = "E0776"
_NINE = 9


def dressed(item: Item, act: Act, case: ServiceCase, codes: frozenset[str]) -> Paid:
    """Return the modifier that tells how many wounds a dressing, or the tape on it, is for.

    Source: Article A54563.
    """
    is_dressing = item.payment is Payment.DRESSING and not item.code.startswith(_STOCKINGS)
    if not is_dressing and not (item.code in _ROLLS and _has_dressing(codes)):
        return Paid(())
    texts = [reading.text for reading in case.readings]
    line = act.line
    numbered = {match["n"] for text in texts for match in _NUMBERED.finditer(text)}
    if _ONE_ONLY.search(line):
        return Paid(("A1",), "supplies-wounds")
    if _EACH.search(line) and 1 <= len(numbered) <= _NINE:
        return Paid((f"A{len(numbered)}",), "supplies-wounds")
    for text in (line, *texts):
        match = _WOUNDS.search(text)
        if match:
            number = number_of(match["n"] or match["n2"] or match["n3"])
            if number is not None and 1 <= number <= _NINE:
                return Paid((f"A{number}",), "supplies-wounds")
    text = "\n".join(reading.text for reading in case.readings)
    if _ANY_WOUND.search(text) and not _PLURAL.search(text):
        return Paid(("A1",), "supplies-wounds")
    return Paid((), missing="wound-count" if case.is_medicare else "")


def taped(item: Item, codes: frozenset[str]) -> Paid:
    """Return the modifier that tells what a tape holds: a dressing, or an ostomy or urinary aid."""
    if item.code not in _TAPES:
        return Paid(())
    if _has_dressing(codes):
        return Paid(("AW",), "supplies-used-with")
    if any(code.startswith(_OSTOMY_OR_URINARY) and code not in _TAPES for code in codes):
        return Paid(("AU",), "supplies-used-with")
    return Paid(())


def _has_dressing(codes: frozenset[str]) -> bool:
    return any(items()[code].payment is Payment.DRESSING for code in codes if code in items())


def fed(item: Item, case: ServiceCase, codes: frozenset[str]) -> Paid:
    """Return the modifiers of nutrition: by mouth, or an aid of tube feeding."""
    if item.code == _POLE:
        is_feeding = any(code.startswith(("B4", "B9")) for code in codes)
        return Paid(("BA",), "supplies-nutrition") if is_feeding else Paid(())
    if item.payment is not Payment.ENTERAL or not item.code.startswith(("B4149", "B415", "B416")):
        return Paid(())
    text = "\n".join(reading.text for reading in case.readings)
    is_by_tube = _BY_TUBE.search(_NOT_BY_TUBE.sub(" ", text))
    if _BY_MOUTH.search(text) and not is_by_tube:
        return Paid(("BO", "GY") if case.is_medicare else ("BO",), "supplies-nutrition")
    return Paid(())


def lens_entries(act: Act, case: ServiceCase) -> list[tuple[Entry, Lens]]:
    """Return the number of each eye's lens by its power; empty where that is not told."""
    entries = catalogue().by_concept.get(act.concept.name, ())
    found: list[tuple[Entry, Lens]] = []
    seen: set[str] = set()
    for reading in case.readings:
        for lens in prescribed(reading):
            if lens.side in seen:
                continue
            told = {"sphere": (lens.sphere,), "cylinder": (lens.cylinder,)}
            for entry in entries:
                fits = all(
                    condition.of(told.get(condition.name, ())) is Truth.YES
                    for condition in entry.when
                )
                if fits and case.is_billable(entry.code):
                    found.append((entry, lens))
                    seen.add(lens.side)
                    break
    return found
