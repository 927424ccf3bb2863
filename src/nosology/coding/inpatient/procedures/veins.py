"""The vein by which something was given."""

from __future__ import annotations

import re

from nosology.coding.inpatient.procedures.acts import Act
from nosology.coding.inpatient.procedures.catalog import cues
from nosology.model.reading import Reading

_CENTRAL = re.compile(
    r"\b(?:central (?:venous )?(?:line|catheter|access)|PICC|port\b|port-a-cath|CVC|subclavian"
    r"|internal jugular|IJ\b|Hickman|Broviac|tunneled|central vein"
    r"|central venous|UVC|introducer|cordis|mediport|TLC)",
    re.IGNORECASE,
)
_PERIPHERAL = re.compile(
    r"\b(?:peripheral(?! blood)|PIV|\d\d ?-?(?:g\b|ga\b|gauge)|antecubital"
    r"|AC IV|forearm|hand (?:vein|IV)|saline lock)",
    re.IGNORECASE,
)


PERIPHERAL_VEIN = "3"


def vein(act: Act) -> str:
    """Return the value of the vein that the record tells; empty where it tells none."""
    for pieces in ((act.clause(),), *act.pieces()):
        text = " ".join(piece.text for piece in pieces if not cues().not_done.search(piece.text))
        if _PERIPHERAL.search(text):
            return "3"
        if _CENTRAL.search(text):
            return "4"
    central, peripheral = _is_told(act.reading, _CENTRAL), _is_told(act.reading, _PERIPHERAL)
    if central and not peripheral:
        return "4"
    return PERIPHERAL_VEIN if peripheral and not central else ""


def tells_central(reading: Reading) -> bool:
    """Return whether the document tells of access to a central vein."""
    return _is_told(reading, _CENTRAL)


def is_silent(act: Act) -> bool:
    """Return whether the record tells of no access to a vein at all."""
    return not _is_told(act.reading, _CENTRAL) and not _is_told(act.reading, _PERIPHERAL)


def _is_told(reading: Reading, words: re.Pattern[str]) -> bool:
    """Whether the record tells of such an access as one that the patient has."""
    return words.search(reading.text) is not None and any(
        words.search(said) and not cues().not_done.search(said)
        for said in map(reading.said, reading.sentences)
    )
