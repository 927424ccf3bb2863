"""Procedures whose codes follow rules of their own: lines, fusions, amputations, debridements."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from nosology.coding.inpatient.procedures.acts import Act
from nosology.coding.inpatient.procedures.building import (
    Built,
    Tables,
    built,
    missing,
    sided,
    stated,
)
from nosology.coding.inpatient.procedures.catalog import Pattern
from nosology.coding.inpatient.procedures.coronary import bypass, intervention
from nosology.coding.inpatient.procedures.places import side_of
from nosology.coding.inpatient.procedures.spine import disc, fusion
from nosology.coding.rules import because

_TIPS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("02HV", re.compile(r"\b(?:SVC|superior vena cava|cavo-?atrial)\b", re.IGNORECASE)),
    ("02H6", re.compile(r"\bright atri(?:um|al)\b", re.IGNORECASE)),
    ("06H0", re.compile(r"\b(?:IVC|inferior vena cava)\b", re.IGNORECASE)),
)
_FEMORAL = re.compile(r"\bfemoral\b", re.IGNORECASE)
_TUNNELED = re.compile(
    r"(?<!non)(?<!non-)\btunnel(?:l?ed)?\b|\bpermcath|\bpermacath|\bhickman", re.IGNORECASE
)
_NON_TUNNELED = re.compile(r"\bnon-? ?tunnel", re.IGNORECASE)
_PORT = re.compile(r"\bport\b|porta?-?a?-?cath|mediport", re.IGNORECASE)


def _line(act: Act, tables: Tables) -> list[Built]:
    """A catheter in a vein by where its tip ends, with its port or tunnel."""
    own = act.reading.text[act.mention.start : act.mention.end]
    results: list[Built] = []
    place = _tip(act)
    if place:
        why = (because("pcs-catheter-tip"),)
        results.append(stated(act, place + "33Z", tables, why))
    elif any(_FEMORAL.search(piece.text) for group in act.pieces() for piece in group):
        side = side_of(act)
        if side is None:
            results.append(missing(act, "laterality", "06H", ("right", "left")))
        else:
            for value in sided(("M", "N"), side):
                results.append(
                    stated(act, f"06H{value}33Z", tables, (because("pcs-catheter-tip"),))
                )
    else:
        results.append(missing(act, "catheter tip", "02H"))
    if _PORT.search(own):
        results.append(stated(act, "0JH60WZ", tables, ()))
    elif _TUNNELED.search(act.own.text) and not _NON_TUNNELED.search(act.own.text):
        results.append(stated(act, "0JH63XZ", tables, ()))
    return results


def _tip(act: Act) -> str:
    for pieces in act.pieces():
        said = " ".join(piece.text for piece in pieces)
        found = [(match.start(), place) for place, words in _TIPS if (match := words.search(said))]
        tip = re.search(r"\btip\b", said, re.IGNORECASE)
        if found and tip:
            return min(found, key=lambda item: abs(item[0] - tip.start()))[1]
        if found:
            return found[0][1]
    return ""


_EXCISIONAL = re.compile(
    r"(?<!non)(?<!non-)(?<!non )(?<!not )\bexcis(?:ional|ed|ing)\b", re.IGNORECASE
)
_NON_EXCISIONAL = re.compile(
    r"\bnon-? ?excisional|\bscrap\w+|\bcuret\w+|\bpulse(?:d)? lavage|\bversajet|\bbrush\w*|\bwas irrigated|\bmechanical\w*|\bsharp\b",
    re.IGNORECASE,
)
_DEBRIDED = Pattern("0[PQNLKJH]B", "*", "?0", "Z", "Z")


def _debridement(act: Act, tables: Tables) -> list[Built]:
    """Excision where the record says excisional, else extraction (AHA advice; B3.5 for layers)."""
    for pieces in act.pieces():
        said = " ".join(piece.text for piece in pieces)
        if _NON_EXCISIONAL.search(said) and not _EXCISIONAL.search(said):
            return built(act, replace(_DEBRIDED, table="0[PQLKJH]D"), tables)
        if _EXCISIONAL.search(said):
            return built(act, _DEBRIDED, tables)
    return [missing(act, "excisional debridement", "0JB", ("excisional", "nonexcisional"))]


_LEVELS = (
    (
        "1",
        re.compile(
            r"\b(?:high|proximal (?:third|one[- ]third|1/3|portion|tibia|femur|femoral|shaft)|upper third)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "2",
        re.compile(
            r"\b(?:mid|mid-?(?:shaft|calf|thigh|tibia\w*|femur|femoral)|middle (?:third|portion))\b",
            re.IGNORECASE,
        ),
    ),
    (
        "3",
        re.compile(
            r"\b(?:low|distal (?:third|one[- ]third|portion|tibia|femur|shaft)|lower third|supramalleolar|supracondylar)\b",
            re.IGNORECASE,
        ),
    ),
)
_DIGIT_LEVELS = (
    (
        "0",
        re.compile(
            r"\b(?:MTP|MCP|metatarsal-?\s?phalangeal|metatarso-?phalangeal|metacarpo-?phalangeal|complete|entire|disarticulat\w+ at the (?:MTP|MCP))",
            re.IGNORECASE,
        ),
    ),
    (
        "1",
        re.compile(
            r"\b(?:(?:through|at|of|mid|base of|across) (?:the )?(?:\w+ ){0,3}proximal phalanx|proximal phalanx)",
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
            r"knee disarticulation|through[- ]knee|disarticulation (?:of|at) (?:the )?(?:\w+ )?knee",
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


def _amputation(act: Act, tables: Tables) -> list[Built]:
    """A detachment by the site and how far up it is."""
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


_RULES: dict[str, Callable[[Act, Tables], Sequence[Built]]] = {
    "line": _line,
    "debridement": _debridement,
    "amputation": _amputation,
    "fusion": fusion,
    "disc": disc,
    "bypass": bypass,
    "pci": intervention,
}


def special(act: Act, tables: Tables) -> list[Built]:
    """Return the codes by the rule that the name asks for; empty where it has none."""
    rule = _RULES.get(act.row.special)
    return list(rule(act, tables)) if rule else []
