"""What holds for the patient throughout, as words that code titles use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from nosology.coding.diagnoses.gestation import gestation
from nosology.language.word_starts import WordStarts
from nosology.model.encounter import Encounter, Sex
from nosology.model.reading import Reading

_FEMALE = ("female", "woman", "girl", "lady", "mrs", "ms", "miss", "she", "her")
_MALE = ("male", "man", "boy", "gentleman", "mr", "he", "his", "him")


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
    female, male = _times(_FEMALE, readings), _times(_MALE, readings)
    if female > 2 * male:
        return frozenset({"female"})
    if male > 2 * female:
        return frozenset({"male"})
    return frozenset()


def _times(words: Iterable[str], readings: Sequence[Reading]) -> int:
    """Return how often the documents have any of the words."""
    found = [WordStarts.of(reading).words for reading in readings]
    return sum(len(places.get(word, ())) for word in words for places in found)
