"""Body part values that are counted or measured: coronary arteries, veins, hours, both sides."""

from __future__ import annotations

import re
from dataclasses import replace

from nosology.coding.inpatient.procedures.acts import Act
from nosology.coding.inpatient.procedures.breathing import hours_value
from nosology.coding.inpatient.procedures.building import Built, Tables, built, missing
from nosology.coding.inpatient.procedures.catalog import Pattern
from nosology.coding.inpatient.procedures.places import side_of

_NUMBERS = {
    "one": 1,
    "single": 1,
    "two": 2,
    "double": 2,
    "three": 3,
    "triple": 3,
    "four": 4,
    "quadruple": 4,
    "five": 5,
    "quintuple": 5,
    "six": 6,
}
_COUNT = re.compile(
    r"(?:\bx ?|\b)(?P<number>[1-6]|one|two|three|four|five|six|single|double|triple|quadruple|quintuple)[- ]?(?:vessels?|arter(?:y|ies)|coronary arter(?:y|ies)|grafts?)?\b",
    re.IGNORECASE,
)
_ARTERIES = (
    ("LAD", re.compile(r"\bLAD\b|left anterior descending", re.IGNORECASE)),
    ("D", re.compile(r"\bdiag(?:onal)?\b|\bD[12]\b", re.IGNORECASE)),
    ("LCX", re.compile(r"\bcircumflex\b|\bLCx\b|\bLCX\b|\bCx\b", re.IGNORECASE)),
    (
        "OM1",
        re.compile(
            r"\bOM ?-?1\b|first obtuse marginal|obtuse marginal(?! ?(?:2|branch 2))|\bOM\b(?! ?-?2)",
            re.IGNORECASE,
        ),
    ),
    ("OM2", re.compile(r"\bOM ?-?2\b|second obtuse marginal|obtuse marginal 2", re.IGNORECASE)),
    ("RCA", re.compile(r"\bRCA\b|right coronary", re.IGNORECASE)),
    ("PDA", re.compile(r"\bPDA\b|posterior descending", re.IGNORECASE)),
    ("PLV", re.compile(r"\bPLV\b|\bPLB\b|posterolateral", re.IGNORECASE)),
    ("RI", re.compile(r"\bramus\b", re.IGNORECASE)),
    ("LM", re.compile(r"\bleft main\b|\bLMCA\b", re.IGNORECASE)),
)


def counted(act: Act, pattern: Pattern, tables: Tables) -> list[Built]:
    """Return the codes of the pattern, its counted and measured axes filled in."""
    if pattern.approach.startswith("#"):
        value = hours_value(act, pattern)
        if value is None:
            return [missing(act, "duration", pattern.table + pattern.body)]
        return built(act, replace(pattern, approach=value), tables)
    if not pattern.body.startswith("#"):
        return built(act, pattern, tables)
    name = pattern.body[1:]
    if name == "coronary":
        values = _coronary(act)
        topic = "number of arteries"
    elif name == "vein":
        values, topic = _vein(act), "vein"
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


def arteries_in(text: str) -> list[str]:
    """Return the coronary arteries that the text names, each once."""
    return [name for name, words in _ARTERIES if words.search(text)]


def _coronary(act: Act) -> tuple[str, ...] | None:
    for pieces in act.pieces():
        text = " ".join(piece.text for piece in pieces)
        named = arteries_in(text)
        if named:
            return (str(min(len(named), 4) - 1),)
        if pieces and pieces[0] is act.own:
            found = _COUNT.search(text, 0)
            if found:
                word = found["number"].lower()
                number = int(word) if word.isdigit() else _NUMBERS[word]
                return (str(min(number, 4) - 1),)
    return None


_CENTRAL = re.compile(
    r"\b(?:central (?:venous )?(?:line|catheter)|PICC|port\b|CVC|subclavian|internal jugular|IJ\b|Hickman|tunneled|central vein|central venous)",
    re.IGNORECASE,
)
_PERIPHERAL = re.compile(
    r"\b(?:peripheral|PIV|\d\d ?-?(?:g\b|gauge)|antecubital|forearm|hand vein|saline lock)",
    re.IGNORECASE,
)


def _vein(act: Act) -> tuple[str, ...]:
    for pieces in act.pieces():
        text = " ".join(piece.text for piece in pieces)
        peripheral, central = _PERIPHERAL.search(text), _CENTRAL.search(text)
        if peripheral:
            return ("3",)
        if central:
            return ("4",)
    whole = act.reading.text
    if _CENTRAL.search(whole) and not _PERIPHERAL.search(whole):
        return ("4",)
    return ("3",)
