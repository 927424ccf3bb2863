"""The vein by which something was given."""

from __future__ import annotations

import re

from nosology.coding.inpatient.procedures.acts import Act
from nosology.coding.inpatient.procedures.catalog import cues
from nosology.coding.inpatient.procedures.choices import tells, words
from nosology.model.reading import Reading

PERIPHERAL_VEIN = "3"


def vein(act: Act) -> str:
    """Return the value of the vein that the record tells; empty where it tells none."""
    for pieces in ((act.clause(),), *act.pieces()):
        text = " ".join(piece.text for piece in pieces if not cues().not_done.search(piece.text))
        if tells("vein", "peripheral", text):
            return "3"
        if tells("vein", "central", text):
            return "4"
    central = _is_told(act.reading, words("vein", "central"))
    peripheral = _is_told(act.reading, words("vein", "peripheral"))
    if central and not peripheral:
        return "4"
    return PERIPHERAL_VEIN if peripheral and not central else ""


def tells_central(reading: Reading) -> bool:
    """Return whether the document tells of access to a central vein."""
    return _is_told(reading, words("vein", "central"))


def is_silent(act: Act) -> bool:
    """Return whether the record tells of no access to a vein at all."""
    accesses = (words("vein", "central"), words("vein", "peripheral"))
    return not any(_is_told(act.reading, access) for access in accesses)


def _is_told(reading: Reading, words: re.Pattern[str]) -> bool:
    """Whether the record tells of such an access as one that the patient has."""
    return words.search(reading.text) is not None and any(
        words.search(said) and not cues().not_done.search(said)
        for said in map(reading.said, reading.sentences)
    )
