"""Whose record it is: the patient's age, and whether the patient is a newborn."""

from __future__ import annotations

import re

from nosology.coding.diagnoses.draft import Case

PERINATAL_DAYS = 28
"""The perinatal period ends with the 28th day after birth (ICD-10-CM OCG I.C.16)."""
_YEARS = re.compile(
    r"\b(?P<age>\d{1,3})[- ]?(?:year|yr)s?[- ]old\b|\b(?P<short>\d{1,3}) ?(?:yo|y/o"
    r"|y\.o\.)(?![a-z])",
    re.IGNORECASE,
)
_NUMBERS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1
    )
}
_YOUNG = re.compile(
    r"\b(?P<count>\d{1,2}|"
    + "|".join(_NUMBERS)
    + r")[- ](?P<unit>day|week|month)s?[- ](?:of life|old|of age)\b"
    r"|\b(?:day of life|DOL)[ #]*(?P<life>\d{1,2})\b",
    re.IGNORECASE,
)
_DAYS = {"day": 1, "week": 7, "month": 30}
_BORN = re.compile(
    r"\bborn (?:here |in this hospital )?(?:to|via|by|at)\b|\binborn\b|\bNICU (?:discharge"
    r"|admission|course)"
    r"|\b(?:baby|infant) (?:boy|girl)\b(?=[^.\n]{0,40}\b(?:born|inborn|deliver))|\b(?:term"
    r"|preterm|premature|liveborn|single) newborn\b"
    r"|\bnewborn (?:male|female|infant|boy|girl|exam|check|visit|discharge|admission|nursery)"
    r"|\bneonat(?:e|al (?:intensive|unit))|\bnewborn\b(?=[^.\n]{0,40}\bdeliver)"
    r"|\bliveborn infant\b|\btwin [AB]\b[^.\n]{0,15}\bliveborn|\bliveborn,",
    re.IGNORECASE,
)
_MOTHER = re.compile(
    r"\bG\d{1,2} ?P\d|\bgravida\b|\bpost-?partum\b|\bperineal\b|\bin labor\b|\bpregnan(?:t|cy)\b"
    r"|\bdelivered (?:a|an)\b|\bdelivery of\b|\bdelivery for\b|\bdelivery (?:\w+ ){0,3}at \d",
    re.IGNORECASE,
)
_OWN_RECORD = re.compile(
    r"\A(?:[^\n]*\n){0,2}?\W*(?:baby|infant|newborn|neonate),? (?:boy|girl|male|female)\b"
    r"|\bNICU (?:discharge|admission|progress|course)\b|\binborn\b",
    re.IGNORECASE,
)
"""How the record of a child begins, whatever it tells of the delivery."""
_BORN_HERE = re.compile(r"\bborn (?:to|via|by)\b|\bliveborn\b", re.IGNORECASE)


def age_of(case: Case) -> int | None:
    """Return the patient's whole years: the encounter's, else those that the record states."""
    if case.encounter.patient_age is not None:
        return case.encounter.patient_age
    for reading in case.readings:
        found = _YEARS.search(reading.text)
        if found:
            return int(found["age"] or found["short"])
    return 0 if days_old(case) is not None else None


def days_old(case: Case) -> int | None:
    """Return the days of an infant's age as the record states them first, or None."""
    for reading in case.readings:
        found = _YOUNG.search(reading.text)
        if found and found["life"]:
            return int(found["life"])
        if found:
            count = _NUMBERS.get(found["count"].lower()) or int(found["count"])
            return count * _DAYS[found["unit"].lower()]
    return None


def is_newborn(case: Case) -> bool:
    """Return whether the patient is a newborn, as the age or the record says.

    A mother's record that speaks of her child is not one; a newborn's that speaks of the mother is.
    """
    age = case.encounter.patient_age
    if age is not None and age > 0:
        return False
    days = days_old(case)
    if days is not None:
        return days <= PERINATAL_DAYS
    if age == 0 and any(_BORN_HERE.search(reading.text) for reading in case.readings):
        return True
    if any(_OWN_RECORD.search(reading.text) for reading in case.readings):
        return True
    is_told = any(_BORN.search(reading.text) for reading in case.readings)
    is_mother = any(_MOTHER.search(reading.text) for reading in case.readings)
    return is_told and (age == 0 or not is_mother)
