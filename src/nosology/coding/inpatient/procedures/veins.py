"""The vein by which something was given."""

from __future__ import annotations

import re

from nosology.coding.inpatient.procedures.acts import Act

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


def vein(act: Act) -> str:
    """Return the value of the vein that the record tells; empty where it tells none."""
    for pieces in ((act.clause(),), *act.pieces()):
        text = " ".join(piece.text for piece in pieces)
        if _PERIPHERAL.search(text):
            return "3"
        if _CENTRAL.search(text):
            return "4"
    whole = act.reading.text
    central, peripheral = _CENTRAL.search(whole), _PERIPHERAL.search(whole)
    if central and not peripheral:
        return "4"
    return "3" if peripheral and not central else ""
