"""Detachments of limbs and digits by the site and how far up it is."""

from __future__ import annotations

import re

from nosology.coding.inpatient.procedures.acts import Act
from nosology.coding.inpatient.procedures.building import sided
from nosology.coding.inpatient.procedures.completing import Built, Tables, missing, stated
from nosology.coding.inpatient.procedures.places import side_of
from nosology.coding.rules import because

_LEVELS = (
    (
        "1",
        re.compile(
            r"\b(?:high|proximal (?:third|one[- ]third|1/3|portion|tibia|femur"
            r"|femoral|shaft)|upper third)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "2",
        re.compile(
            r"\b(?:mid|mid-?(?:shaft|calf|thigh|tibia\w*|femur|femoral)"
            r"|middle (?:third|portion))\b",
            re.IGNORECASE,
        ),
    ),
    (
        "3",
        re.compile(
            r"\b(?:low|distal (?:third|one[- ]third|portion|tibia|femur|shaft)"
            r"|lower third|supramalleolar|supracondylar)\b",
            re.IGNORECASE,
        ),
    ),
)
_DIGIT_LEVELS = (
    (
        "0",
        re.compile(
            r"\b(?:MTP|MCP|metatarsal-?\s?phalangeal|metatarso-?phalangeal"
            r"|metacarpo-?phalangeal|complete|entire|disarticulat\w+ at the (?:MTP"
            r"|MCP))",
            re.IGNORECASE,
        ),
    ),
    (
        "1",
        re.compile(
            r"\b(?:(?:through|at|of|mid|base of"
            r"|across) (?:the )?(?:\w+ ){0,3}proximal phalanx|proximal phalanx)",
            re.IGNORECASE,
        ),
    ),
    ("2", re.compile(r"\b(?:PIP|proximal interphalangeal|middle phalanx)", re.IGNORECASE)),
    (
        "3",
        re.compile(
            r"\b(?:DIP|distal interphalangeal|distal phalanx|interphalangeal joint|IP joint)",
            re.IGNORECASE,
        ),
    ),
)
_TOES = (
    ("P/Q", re.compile(r"\b(?:great|big|first|1st|hallux)\b", re.IGNORECASE)),
    ("R/S", re.compile(r"\b(?:second|2nd)\b", re.IGNORECASE)),
    ("T/U", re.compile(r"\b(?:third|3rd)\b", re.IGNORECASE)),
    ("V/W", re.compile(r"\b(?:fourth|4th)\b", re.IGNORECASE)),
    ("X/Y", re.compile(r"\b(?:fifth|5th|little|small)\b", re.IGNORECASE)),
)
_FINGERS = (
    ("L/M", re.compile(r"\bthumb\b", re.IGNORECASE)),
    ("N/P", re.compile(r"\bindex|\bsecond (?:finger|digit)", re.IGNORECASE)),
    ("Q/R", re.compile(r"\b(?:middle|long|third) (?:finger|digit)", re.IGNORECASE)),
    ("S/T", re.compile(r"\bring\b|\bfourth (?:finger|digit)", re.IGNORECASE)),
    ("V/W", re.compile(r"\b(?:little|small|fifth) (?:finger|digit)|\bpinky", re.IGNORECASE)),
)
_PARTIAL_RAYS, _WHOLE_RAYS = "9BCDF", "45678"
_SITES: tuple[tuple[str, str, str, re.Pattern[str]], ...] = (
    (
        "0Y6",
        "H/J",
        "level",
        re.compile(r"\bBKA\b|below[- ](?:the[- ])?knee|trans-?tibial", re.IGNORECASE),
    ),
    (
        "0Y6",
        "C/D",
        "level",
        re.compile(r"\bAKA\b|above[- ](?:the[- ])?knee|trans-?femoral", re.IGNORECASE),
    ),
    ("0X6", "D/F", "level", re.compile(r"below[- ](?:the[- ])?elbow|trans-?radial", re.IGNORECASE)),
    (
        "0X6",
        "8/9",
        "level",
        re.compile(r"above[- ](?:the[- ])?elbow|trans-?humeral", re.IGNORECASE),
    ),
    (
        "0Y6",
        "7/8",
        "Z",
        re.compile(
            r"hip disarticulation|disarticulation (?:of|at) (?:the )?(?:\w+ )?hip", re.IGNORECASE
        ),
    ),
    (
        "0Y6",
        "F/G",
        "Z",
        re.compile(
            r"knee disarticulation|through[- ]knee|disarticulation (?:of"
            r"|at) (?:the )?(?:\w+ )?knee",
            re.IGNORECASE,
        ),
    ),
    ("0Y6", "2/3", "Z", re.compile(r"hindquarter|hemipelvectomy", re.IGNORECASE)),
    ("0X6", "2/3", "Z", re.compile(r"shoulder disarticulation", re.IGNORECASE)),
    ("0X6", "0/1", "Z", re.compile(r"forequarter", re.IGNORECASE)),
    ("0Y6", "M/N", "rays", re.compile(r"transmetatarsal|\bTMA\b", re.IGNORECASE)),
    ("0Y6", "M/N", "ray", re.compile(r"\bray\b", re.IGNORECASE)),
    ("0Y6", "M/N", "0", re.compile(r"\bsyme", re.IGNORECASE)),
    ("0Y6", "toes", "digit", re.compile(r"\btoes?\b|\bhallux", re.IGNORECASE)),
    ("0X6", "fingers", "digit", re.compile(r"\bfingers?\b|\bthumb\b|\bdigit", re.IGNORECASE)),
)


def amputation(act: Act, tables: Tables) -> list[Built]:
    """Return the detachments by the site and how far up it is."""
    said = act.own.text
    site = next((site for site in _SITES if site[3].search(said)), None)
    if site is None:
        return [missing(act, "body part", "0Y6")]
    table, body, level, _ = site
    side = side_of(act)
    if side is None:
        return [missing(act, "laterality", table, ("right", "left"))]
    why = [because("pcs-laterality", f"{side.name}.")]
    if level == "digit":
        parts = _TOES if body == "toes" else _FINGERS
        bodies = [values for values, words in parts if words.search(said)]
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
    words = _LEVELS if level == "level" else _DIGIT_LEVELS
    for pieces in act.pieces():
        text = " ".join(piece.text for piece in pieces)
        for value, pattern in words:
            if pattern.search(text):
                return value
    return ""


def _rays(act: Act) -> str:
    every = " ".join(piece.text for group in act.pieces() for piece in group)
    is_whole = re.search(
        r"\bcomplete\b|tarsometatarsal|entire (?:ray|metatarsal)", every, re.IGNORECASE
    )
    values = _WHOLE_RAYS if is_whole else _PARTIAL_RAYS
    return "".join(
        values[number] for number, (_, words) in enumerate(_TOES) if words.search(act.own.text)
    )
