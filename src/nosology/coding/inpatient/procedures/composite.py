"""Operations that one name tells and several codes report: a Whipple, a revised joint."""

from __future__ import annotations

import re

from nosology.coding.inpatient.procedures.acts import Act
from nosology.coding.inpatient.procedures.building import built, sided
from nosology.coding.inpatient.procedures.catalog import Pattern
from nosology.coding.inpatient.procedures.completing import Built, Tables, missing
from nosology.coding.inpatient.procedures.places import side_of

_ANY = re.IGNORECASE
_GALLBLADDER = re.compile(r"\bgall ?bladder\b|\bcholecystectom", _ANY)
_GALLBLADDER_GONE = re.compile(
    r"\b(?:prior|previous|remote|absent|surgically absent)[\w ]{0,20}"
    r"(?:gall ?bladder|cholecystectom)|\bgall ?bladder (?:was |had been )?(?:surgically )?absent",
    _ANY,
)
_BILE_DUCT = re.compile(
    r"\b(?:common )?(?:bile|hepatic) duct\b[^.;]{0,60}\b(?:divid|transect|resect|went|taken)"
    r"|\b(?:specimen|en bloc)\b[^.]{0,160}\bbile duct\b|\bcholedochectom",
    _ANY,
)
_STOMACH = re.compile(
    r"\bantrectom|\bhemigastrectom|\b(?:stomach|antrum)\b[^.;]{0,60}"
    r"\b(?:divid|transect|resect|stapl|went|taken)|\bspecimen\b[^.]{0,120}\bantrum\b",
    _ANY,
)
_PYLORUS_KEPT = re.compile(r"\bpylorus[- ](?:preserv|spar)\w*|\bPPPD\b", _ANY)


def whipple(act: Act, tables: Tables) -> list[Built]:
    """Return the organs of a pancreaticoduodenectomy, each a code (B3.2a).

    The head of the pancreas and the duodenum are what the name says; gallbladder, bile duct and
    stomach are coded where the report says that they were taken. The anastomoses are not coded
    beside them (B3.1b).
    """
    said = "\n".join(piece.text for group in act.pieces() for piece in group)
    patterns = [Pattern("0FB", "G", "?0", "Z", "Z"), Pattern("0DT", "9", "?0", "Z", "Z")]
    if _GALLBLADDER.search(said) and not _GALLBLADDER_GONE.search(said):
        patterns.append(Pattern("0FT", "4", "?0", "Z", "Z"))
    if _BILE_DUCT.search(said):
        patterns.append(Pattern("0FB", "9", "?0", "Z", "Z"))
    if _STOMACH.search(said) and not _PYLORUS_KEPT.search(said):
        patterns.append(Pattern("0DB", "6", "?0", "Z", "Z"))
    return [result for pattern in patterns for result in built(act, pattern, tables)]


_HEAD = re.compile(r"\b(?:femoral )?head\b", _ANY)
_STEM = re.compile(r"\bstem\b|\bfemoral component\b", _ANY)
_CUP = re.compile(r"\bacetabular (?:component|cup|shell)\b|\bcup\b|\bshell\b", _ANY)
_LINER = re.compile(r"\bliner\b|\bpoly(?:ethylene)? (?:insert|exchange)|\binsert\b", _ANY)
_TIBIAL = re.compile(r"\btibial (?:component|tray|base ?plate)|\btibia\b", _ANY)
_FEMORAL = re.compile(r"\bfemoral component|\bfemoral\b", _ANY)
_KNEE = re.compile(r"\bknee\b|\bTK[AR]\b", _ANY)
_HIP = re.compile(r"\bhip\b|\bTH[AR]\b", _ANY)


def revision(act: Act, tables: Tables) -> list[Built]:
    """Return what of a joint's prosthesis was taken out and put in, component by component."""
    own = " ".join(piece.text for piece in (act.own, *act.beside))
    side = side_of(act)
    if side is None:
        return [missing(act, "laterality", "0SR", ("right", "left"))]
    if _KNEE.search(own):
        patterns = _knee(own)
    elif _HIP.search(own):
        patterns = _hip(own)
    else:
        return [missing(act, "body part", "0SR", ("hip", "knee"))]
    return [
        result
        for pattern in patterns
        for value in sided(pattern.body.split("/"), side)
        for result in built(act, pattern, tables, value)
    ]


def _knee(own: str) -> list[Pattern]:
    tibial, femoral = _TIBIAL.search(own), _FEMORAL.search(own)
    if tibial and not femoral:
        return [Pattern("0SP", "V/W", "0", "J", "Z"), Pattern("0SR", "V/W", "0", "J", "?Z")]
    if femoral and not tibial:
        return [Pattern("0SP", "T/U", "0", "J", "Z"), Pattern("0SR", "T/U", "0", "J", "?Z")]
    if _LINER.search(own) and not tibial:
        return [Pattern("0SP", "C/D", "0", "9", "Z"), Pattern("0SU", "V/W", "0", "9", "Z")]
    return [Pattern("0SP", "C/D", "0", "J", "?Z"), Pattern("0SR", "C/D", "0", "?J", "?Z")]


def _hip(own: str) -> list[Pattern]:
    head, stem = _HEAD.search(own), _STEM.search(own)
    cup, liner = _CUP.search(own), _LINER.search(own)
    if not (head or stem or cup or liner) or (stem and cup):
        return [Pattern("0SP", "9/B", "0", "J", "Z"), Pattern("0SR", "9/B", "0", "?J", "?Z")]
    patterns: list[Pattern] = []
    if cup:
        patterns += [
            Pattern("0SP", "A/E", "0", "J", "Z"),
            Pattern("0SR", "A/E", "0", "?J", "?Z"),
        ]
    elif liner:
        patterns += [Pattern("0SP", "9/B", "0", "9", "Z"), Pattern("0SU", "A/E", "0", "9", "Z")]
    if head or stem:
        patterns += [
            Pattern("0SP", "R/S", "0", "J", "Z"),
            Pattern("0SR", "R/S", "0", "?J", "?Z"),
        ]
    return patterns
