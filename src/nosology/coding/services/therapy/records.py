"""Records of therapists, told from those that only speak of therapy."""

from __future__ import annotations

from nosology.coding.services.draft import ServiceCase
from nosology.coding.services.therapy.cues import words

_SPECIALTIES = (
    *("physical-therapy", "occupational-therapy", "speech", "chiropractic", "acupuncture"),
    *("rehabilitation", "pt", "ot", "slp", "aba", "behavior", "hand-therapy", "therapy"),
)


def is_therapy_record(case: ServiceCase) -> bool:
    """Return whether the record is a therapist's own."""
    if case.encounter.specialty.lower().startswith(_SPECIALTIES):
        return True
    if any("therap" in reading.document.type for reading in case.readings):
        return True
    return any(
        reading.text and words("record", "words").search(reading.text)
        for reading in case.readings
        if not case.encounter.specialty
    )
