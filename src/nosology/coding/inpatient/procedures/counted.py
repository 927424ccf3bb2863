"""Body part values that are counted or measured: coronary arteries, veins, hours, both sides."""

from __future__ import annotations

import re
from dataclasses import replace

from nosology.coding.inpatient.procedures.acts import Act
from nosology.coding.inpatient.procedures.breathing import hours_value
from nosology.coding.inpatient.procedures.building import Built, Tables, built, missing
from nosology.coding.inpatient.procedures.catalog import Pattern
from nosology.coding.inpatient.procedures.coronary import coronary_number
from nosology.coding.inpatient.procedures.places import side_of
from nosology.coding.inpatient.procedures.veins import vein
from nosology.coding.rules import because


def counted(act: Act, pattern: Pattern, tables: Tables) -> list[Built]:
    """Return the codes of the pattern, its counted and measured axes filled in."""
    if pattern.approach.startswith("#"):
        value = hours_value(act)
        if value is None and "breathing" not in act.row.how:
            return []
        if value is None:
            return [missing(act, "duration", pattern.table + pattern.body)]
        why = because("pcs-ventilation-hours")
        return [
            replace(result, rationale=(*result.rationale, why)) if result.code else result
            for result in built(act, replace(pattern, approach=value), tables)
        ]
    if not pattern.body.startswith("#"):
        return built(act, pattern, tables)
    name = pattern.body[1:]
    if name == "coronary":
        values = coronary_number(act)
        topic = "number of arteries"
    elif name == "vein":
        told = vein(act)
        values, topic = (told,) if told else None, "vein"
    elif name in _SIDED:
        values, topic = _of_side(act, name, _SIDED[name]), "laterality"
    else:
        values, topic = None, "body part"
    if values is None:
        return [missing(act, topic, pattern.table)]
    return [result for value in values for result in built(act, pattern, tables, value)]


_SIDED = {
    "carotid": ("K", "L"),
    "pulmonaryveins": ("S", "T"),
    "pulmonaryarteries": ("Q", "R"),
    "uterine": ("E", "F"),
    "arm": ("B", "C"),
}


def _of_side(act: Act, name: str, sides: tuple[str, str]) -> tuple[str, ...] | None:
    if name == "carotid":
        said = act.own.text
        if re.search(r"common carotid", said, re.IGNORECASE):
            sides = ("H", "J")
    side = side_of(act)
    if side is None or side.name == "both":
        return sides if name != "carotid" else None
    return (sides[0],) if side.name == "right" else (sides[1],)
