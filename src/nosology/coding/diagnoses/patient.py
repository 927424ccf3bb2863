"""What holds for the patient throughout, as words that code titles use."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nosology.model.encounter import Encounter, Sex
from nosology.model.reading import Reading

_FEMALE = re.compile(r"\b(?:female|woman|girl|lady|mrs|ms|miss|she|her)\b", re.IGNORECASE)
_MALE = re.compile(r"\b(?:male|man|boy|gentleman|mr|he|his|him)\b", re.IGNORECASE)


def facts_of(encounter: Encounter, readings: Sequence[Reading]) -> frozenset[str]:
    """Return the words that hold for the patient: the sex on the claim, else as the record tells.

    A record that speaks of both sexes alike tells nothing.
    """
    if encounter.patient_sex is Sex.FEMALE:
        return frozenset({"female"})
    if encounter.patient_sex is Sex.MALE:
        return frozenset({"male"})
    female = sum(len(_FEMALE.findall(reading.text)) for reading in readings)
    male = sum(len(_MALE.findall(reading.text)) for reading in readings)
    if female > 2 * male:
        return frozenset({"female"})
    if male > 2 * female:
        return frozenset({"male"})
    return frozenset()
