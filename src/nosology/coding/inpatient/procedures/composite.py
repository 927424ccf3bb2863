"""Operations that one name tells and several codes report: a Whipple, a revised joint."""

from __future__ import annotations

from nosology.coding.inpatient.procedures.acts import Act
from nosology.coding.inpatient.procedures.building import built, sided
from nosology.coding.inpatient.procedures.catalog import Pattern
from nosology.coding.inpatient.procedures.choices import tells
from nosology.coding.inpatient.procedures.completing import Built, Tables, missing
from nosology.coding.inpatient.procedures.places import side_of


def whipple(act: Act, tables: Tables) -> list[Built]:
    """Return the organs of a pancreaticoduodenectomy, each a code (B3.2a).

    The head of the pancreas and the duodenum are what the name says; gallbladder, bile duct and
    stomach are coded where the report says that they were taken. The anastomoses are not coded
    beside them (B3.1b).
    """
    said = "\n".join(piece.text for group in act.pieces() for piece in group)
    patterns = [Pattern("0FB", "G", "?0", "Z", "Z"), Pattern("0DT", "9", "?0", "Z", "Z")]
    if tells("whipple", "gallbladder", said) and not tells("whipple", "gallbladder_gone", said):
        patterns.append(Pattern("0FT", "4", "?0", "Z", "Z"))
    if tells("whipple", "bile_duct", said):
        patterns.append(Pattern("0FB", "9", "?0", "Z", "Z"))
    if tells("whipple", "stomach", said) and not tells("whipple", "pylorus_kept", said):
        patterns.append(Pattern("0DB", "6", "?0", "Z", "Z"))
    return [result for pattern in patterns for result in built(act, pattern, tables)]


def revision(act: Act, tables: Tables) -> list[Built]:
    """Return what of a joint's prosthesis was taken out and put in, component by component."""
    own = " ".join(piece.text for piece in (act.own, *act.beside))
    side = side_of(act)
    if side is None:
        return [missing(act, "laterality", "0SR", ("right", "left"))]
    if tells("joint", "knee", own):
        patterns = _knee(own)
    elif tells("joint", "hip", own):
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
    tibial, femoral = tells("joint", "tibial", own), tells("joint", "femoral", own)
    if tibial and not femoral:
        return [Pattern("0SP", "V/W", "0", "J", "Z"), Pattern("0SR", "V/W", "0", "J", "?Z")]
    if femoral and not tibial:
        return [Pattern("0SP", "T/U", "0", "J", "Z"), Pattern("0SR", "T/U", "0", "J", "?Z")]
    if tells("joint", "liner", own) and not tibial:
        return [Pattern("0SP", "C/D", "0", "9", "Z"), Pattern("0SU", "V/W", "0", "9", "Z")]
    return [Pattern("0SP", "C/D", "0", "J", "?Z"), Pattern("0SR", "C/D", "0", "?J", "?Z")]


def _hip(own: str) -> list[Pattern]:
    head, stem = tells("joint", "head", own), tells("joint", "stem", own)
    cup, liner = tells("joint", "cup", own), tells("joint", "liner", own)
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
