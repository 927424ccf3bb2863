"""What holds for the patient throughout, as words that code titles use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nosology.model.encounter import Encounter, Sex
from nosology.model.reading import Reading
from nosology.model.record import Span

_FEMALE = re.compile(r"\b(?:female|woman|girl|lady|mrs|ms|miss|she|her)\b", re.IGNORECASE)
_MALE = re.compile(r"\b(?:male|man|boy|gentleman|mr|he|his|him)\b", re.IGNORECASE)
_WEEKS = (
    re.compile(
        r"\b(?:EGA|GA|gestational age|IUP|intrauterine pregnancy|pregnant|gravida|G\d{1,2}P\d{1,4})"
        r"\b[^.\n]{0,30}?\b(?P<weeks>\d{1,2}) ?(?:w|wks?|weeks?)(?![a-z])",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?P<weeks>\d{1,2})[ -]?(?:w|wks?|weeks?)(?![a-z])[^.\n]{0,25}?"
        r"\b(?:gestation|gestational age|pregnant|pregnancy|EGA|IUP)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\btrimester\b[^.\n]{0,20}?\b(?P<weeks>\d{1,2}) ?(?:w|wks?|weeks?)(?![a-z])", re.IGNORECASE
    ),
    re.compile(r"\bat (?P<weeks>\d{1,2}) weeks(?:,? and)? [0-6] days?\b", re.IGNORECASE),
)
_FEWEST, _MOST = 4, 44
_SECOND, _THIRD = 14, 28


@dataclass(frozen=True, slots=True)
class Gestation:
    """The completed weeks of a pregnancy, and where the record states them."""

    weeks: int
    span: Span

    @property
    def trimester(self) -> str:
        """Return 1, 2 or 3.

        Source: ICD-10-CM Tabular List, note at chapter 15: the first ends before 14 weeks 0 days,
        the second before 28 weeks 0 days.
        """
        if self.weeks < _SECOND:
            return "1"
        return "2" if self.weeks < _THIRD else "3"


def gestation(readings: Sequence[Reading]) -> Gestation | None:
    """Return the weeks of gestation that the record states first, or None."""
    for reading in readings:
        for pattern in _WEEKS:
            for found in pattern.finditer(reading.text):
                weeks = int(found["weeks"])
                if _FEWEST <= weeks <= _MOST:
                    return Gestation(weeks, Span(found.start(), found.end(), reading.index))
    return None


def facts_of(encounter: Encounter, readings: Sequence[Reading]) -> frozenset[str]:
    """Return the words that hold for the patient: sex, and in pregnancy the trimester."""
    facts = _sex(encounter, readings)
    weeks = gestation(readings)
    if weeks and "male" not in facts:
        facts |= {"trimester", f"trimester-{weeks.trimester}"}
    return facts


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
