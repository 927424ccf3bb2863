"""Detachments of limbs and digits by the site and how far up it is."""

from __future__ import annotations

import re

from nosology.coding.inpatient.procedures.acts import Act
from nosology.coding.inpatient.procedures.building import sided
from nosology.coding.inpatient.procedures.choices import all_chosen, choices, chosen
from nosology.coding.inpatient.procedures.completing import Built, Tables, missing, stated
from nosology.coding.inpatient.procedures.places import side_of
from nosology.coding.rules import because

_PARTIAL_RAYS, _WHOLE_RAYS = "9BCDF", "45678"


def amputation(act: Act, tables: Tables) -> list[Built]:
    """Return the detachments by the site and how far up it is."""
    said = act.own.text
    site = chosen("detachment", said)
    if not site:
        return [missing(act, "body part", "0Y6")]
    table, body, level = site.split()
    side = side_of(act)
    if side is None:
        return [missing(act, "laterality", table, ("right", "left"))]
    why = [because("pcs-laterality", f"{side.name}.")]
    if level == "digit":
        bodies = all_chosen("toe" if body == "toes" else "finger", said)
        if not bodies:
            return [missing(act, "digit", table)]
    else:
        bodies = [body]
    qualifiers = _detached(act, level)
    if not qualifiers:
        return [missing(act, "level of amputation", table)]
    why.append(because("pcs-detachment-level"))
    return [
        stated(act, f"{table}{value}0Z{qualifier}", tables, tuple(why))
        for values in bodies
        for value in sided(values.split("/"), side)
        for qualifier in qualifiers
    ]


def _detached(act: Act, level: str) -> str:
    if level in {"Z", "0"}:
        return level
    if level == "rays":
        return _PARTIAL_RAYS
    if level == "ray":
        return _rays(act)
    name = "limb-level" if level == "level" else "digit-level"
    said = (" ".join(piece.text for piece in pieces) for pieces in act.pieces())
    return next((value for text in said if (value := chosen(name, text))), "")


def _rays(act: Act) -> str:
    every = " ".join(piece.text for group in act.pieces() for piece in group)
    is_whole = re.search(
        r"\bcomplete\b|tarsometatarsal|entire (?:ray|metatarsal)", every, re.IGNORECASE
    )
    values = _WHOLE_RAYS if is_whole else _PARTIAL_RAYS
    return "".join(
        values[number]
        for number, toe in enumerate(choices("toe"))
        if toe.words.search(act.own.text)
    )
