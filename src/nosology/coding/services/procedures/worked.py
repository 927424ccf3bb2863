"""What an operation was, worked out from more than one word: alone or not, how many grafts.

Each function gives facts by attribute; the catalogue chooses the number by them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from nosology.coding.services.attributes.numbers import number_of
from nosology.coding.services.catalogue import catalogue
from nosology.coding.services.catalogue.conditions import Value
from nosology.coding.services.draft import ServiceCase
from nosology.coding.services.procedures.meant import is_meant
from nosology.coding.services.selection import Group
from nosology.model.tables import patterns

ALONE = frozenset(
    {
        *("adhesiolysis", "diagnostic-laparoscopy", "exploratory-laparotomy", "omentectomy"),
        *("pelvic-exam-anesthesia", "catheter-indwelling", "intubation"),
    }
)
"""Procedures that are part of any other done at the same place, as CPT calls them separate."""
BYPASS = frozenset({"coronary-bypass"})
LEG_ARTERIES = frozenset({"leg-revascularization"})
_PACKAGE = "nosology.coding.services.procedures"
_MAJOR = frozenset({"090", "MMM"})
_MINOR = frozenset({"010", "090", "MMM"})
_BESIDE_MINOR = frozenset({"catheter-indwelling", "intubation"})
"""What is part of a major operation only."""
_CYSTOSCOPIES = "52"
_YES, _NO = ("yes",), ("no",)
_TERRITORIES = ("foot", "tibial", "femoropopliteal", "iliac")


def _words() -> Mapping[str, re.Pattern[str]]:
    return patterns(_PACKAGE, "worked.toml")


def alone(group: Group, case: ServiceCase) -> dict[str, tuple[Value, ...]]:
    """Return whether no other operation was done beside it."""
    name = group.first.concept.name
    counted = _MAJOR if name in _BESIDE_MINOR else _MINOR
    others = {
        act.concept.name
        for act in case.of_area("procedures")
        if act.concept.name not in ALONE | {name}
        and act.reading.index == group.first.reading.index
        and is_meant(act)
    }
    held = catalogue().by_concept
    is_part = any(
        entry.days in counted
        or (name == "catheter-indwelling" and entry.code.startswith(_CYSTOSCOPIES))
        for other in others
        for entry in held.get(other, ())
    )
    return {"alone": _NO if is_part else _YES}


def grafts(group: Group) -> dict[str, tuple[Value, ...]]:
    """Return how many arteries and how many veins a heart bypass was made with."""
    text = group.first.reading.text
    words = _words()
    arteries = len({match[0].upper() for match in words["mammary"].finditer(text)})
    if words["both_mammaries"].search(text):
        arteries = 2
    elif not arteries and words["internal_mammary"].search(text):
        arteries = 1
    arteries += bool(words["radial"].search(text))
    total = _total(text)
    veins = len({match[0].lower() for match in words["vein_target"].finditer(text)})
    if total is not None and total >= arteries:
        veins = int(total) - arteries
    if not arteries and not veins:
        return {"arteries": (), "veins": ()}
    return {"arteries": (Decimal(arteries),), "veins": (Decimal(veins),)}


def _total(text: str) -> Decimal | None:
    for match in _words()["total"].finditer(text):
        for written in match.groups():
            number = number_of(written) if written else None
            if number is not None:
                return number
    return None


def leg_arteries(group: Group) -> dict[str, tuple[Value, ...]]:
    """Return the territory of a leg artery that was opened, how, and whether it was occluded."""
    said = " ".join(dict.fromkeys(act.said for act in group.acts))
    words = _words()
    territory = tuple(name for name in _TERRITORIES if words[name].search(said))[:1]
    work = "stent" if words["stent"].search(said) else "balloon"
    if words["atherectomy"].search(said):
        work = "atherectomy-stent" if work == "stent" else "atherectomy"
    return {
        "territory": territory,
        "leg-work": (work,),
        "occluded": _YES if words["occlusion"].search(group.first.reading.text) else _NO,
    }
