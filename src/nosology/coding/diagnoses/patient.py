"""What holds for the patient throughout, as words that code titles use."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from nosology.coding.diagnoses.gestation import gestation
from nosology.model.encounter import Encounter, Sex
from nosology.model.reading import Reading

_FEMALE = re.compile(r"\b(?:female|woman|girl|lady|mrs|ms|miss|she|her)\b", re.IGNORECASE)
_MALE = re.compile(r"\b(?:male|man|boy|gentleman|mr|he|his|him)\b", re.IGNORECASE)


def facts_of(encounter: Encounter, readings: Sequence[Reading]) -> frozenset[str]:
    """Return the words that hold for the patient: sex, and in pregnancy the trimester."""
    facts = _sex(encounter, readings)
    pregnancy = None if "male" in facts else gestation(readings, _day_seen(encounter))
    if pregnancy:
        facts |= {"trimester", f"trimester-{pregnancy.trimester}"}
    return facts


def _day_seen(encounter: Encounter) -> dt.date | None:
    """The day from which weeks count; a stay's date is that of the discharge, so it has none."""
    return None if encounter.is_inpatient else encounter.date_of_service


def _sex(encounter: Encounter, readings: Sequence[Reading]) -> frozenset[str]:
    """The sex on the claim, else as the record tells; one that speaks of both tells nothing."""
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
