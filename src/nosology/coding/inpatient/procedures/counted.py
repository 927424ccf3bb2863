"""Body part values that are counted or measured: coronary arteries, veins, hours, both sides."""

from __future__ import annotations

import re
from dataclasses import replace

from nosology.coding.inpatient.procedures.acts import Act
from nosology.coding.inpatient.procedures.breathing import episode_values, hours_value
from nosology.coding.inpatient.procedures.building import built
from nosology.coding.inpatient.procedures.catalog import Pattern
from nosology.coding.inpatient.procedures.completing import Built, Tables, missing
from nosology.coding.inpatient.procedures.coronary import coronary_number
from nosology.coding.inpatient.procedures.places import side_of
from nosology.coding.inpatient.procedures.veins import PERIPHERAL_VEIN, is_silent, vein
from nosology.coding.rules import because


def counted(act: Act, pattern: Pattern, tables: Tables) -> list[Built]:
    """Return the codes of the pattern, its counted and measured axes filled in."""
    if pattern.approach.startswith("#"):
        several = _episodes(act, pattern, tables)
        if several:
            return several
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
        if not told and is_silent(act):
            return presumed(built(act, pattern, tables, PERIPHERAL_VEIN))
        values, topic = (told,) if told else None, "vein"
    elif name == "parathyroid":
        values, topic = _parathyroids(act), "body part"
    elif name in _SIDED:
        values, topic = _of_side(act, name, _SIDED[name]), "laterality"
    else:
        values, topic = None, "body part"
    if values is None:
        return [missing(act, topic, pattern.table)]
    return [result for value in values for result in built(act, pattern, tables, value)]


def presumed(results: list[Built]) -> list[Built]:
    """Return the results with a peripheral vein as what is usual, the record telling of none."""
    why = because("pcs-vein-presumed")
    return [
        replace(result, rationale=(*result.rationale, why), is_presumed=True)
        if result.code
        else result
        for result in results
    ]


def _episodes(act: Act, pattern: Pattern, tables: Tables) -> list[Built]:
    """The stretches of ventilation, where the record tells the begin and end of several."""
    if "airway" not in act.row.how:
        return []
    why = because("pcs-ventilation-hours")
    return [
        replace(result, rationale=(*result.rationale, why), is_episode=True)
        for value in episode_values(act.reading)
        for result in built(act, replace(pattern, approach=value), tables)
        if result.code
    ]


_GLANDS = {("superior", "right"): "L", ("superior", "left"): "M",
           ("inferior", "right"): "N", ("inferior", "left"): "P"}  # fmt: skip
_LEVELS = re.compile(
    r"\b(?:(?P<superior>superior|upper)|(?P<inferior>inferior|lower))\b", re.IGNORECASE
)
_WHOLE_GLANDS = re.compile(
    r"\b(?:subtotal|total|three|3|four|4|two|2|multiple)(?: and a half| 1/2)?[- ]"
    r"(?:gland )?parathyroid",
    re.IGNORECASE,
)


def _parathyroids(act: Act) -> tuple[str, ...] | None:
    """The parathyroid gland by height and side, several as such."""
    said = act.clause().text
    if _WHOLE_GLANDS.search(said):
        return ("Q",)
    heights = {found.lastgroup or "" for found in _LEVELS.finditer(said)}
    side = side_of(act)
    if len(heights) != 1 or side is None:
        return None
    height = heights.pop()
    sides = ("right", "left") if side.name == "both" else (side.name,)
    return tuple(_GLANDS[height, one] for one in sides)


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
