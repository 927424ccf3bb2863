"""Diagnoses and services that are not for patients of every age."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from nosology.edits.groups import span
from nosology.edits.rule import AMBULATORY, INPATIENT, Hit, hit, rule
from nosology.edits.view import ClaimView, LineView
from nosology.model.claim import ClaimKind
from nosology.model.errors import MalformedRow
from nosology.model.finding import Category, Severity
from nosology.model.tables import Row, parts, rows, table

COLUMNS = ("services", "lowest", "highest", "basis", "what", "source")
_BY_DEFINITION, _BY_LABEL = "definition", "label"
_PERINATAL, _RAPID_BREATHING, _NO_INFANT = "P", "P221", 2
_PASSING = (("P50", "P61"), ("P70", "P74"), ("P80", "P83"), ("P92", "P92"))
_GROUPS = ("pediatric", "newborn", "maternity", "adult")
_AGED = frozenset(_GROUPS)
_OLDEST = 124
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class AgeLimit:
    """An age as a table writes it: a number of days (``28d``), months (``24m``) or years (``5y``).

    Attributes:
        unit: d, m or y.
    """

    number: int
    unit: str

    def age(self, born: dt.date, on: dt.date) -> int:
        """Return the whole days, months or years between birth and a day."""
        if self.unit == "d":
            return (on - born).days
        months = (on.year - born.year) * _MONTHS + on.month - born.month - (on.day < born.day)
        return months if self.unit == "m" else months // _MONTHS


@dataclass(frozen=True, slots=True)
class ServiceAges:
    """The ages that a service is for, both inclusive.

    Attributes:
        is_definition: whether the code itself means them, rather than the label of a product.
        what: the ages in words.
    """

    lowest: AgeLimit | None
    highest: AgeLimit | None
    is_definition: bool
    what: str

    def holds(self, born: dt.date, on: dt.date) -> bool:
        """Return whether a patient is of an age that the service is for."""
        if self.lowest is not None and self.lowest.age(born, on) < self.lowest.number:
            return False
        return self.highest is None or self.highest.age(born, on) <= self.highest.number


@rule(
    "age-over-124",
    category=Category.AGE,
    severity=Severity.ERROR,
    authority="mce-age",
    message="The date of birth makes the patient older than 124 years on {first}.",
    remedy="Correct the date of birth.",
    carc="16",
)
def too_old(claim: ClaimView) -> Iterator[Hit]:
    """The patient is not more than 124 years old.

    Why: a greater age is a wrong date of birth; the Medicare Code Editor accepts ages of 0 to 124
    years.
    """
    born = claim.claim.patient.birth_date
    if born is None or claim.known_day.year - born.year <= _OLDEST:
        return
    first = claim.claim.admission_date or claim.claim.first_day
    if (claim.age(first) or 0) > _OLDEST:
        yield hit(first=first)


@rule(
    "diagnosis-and-age-of-stay",
    category=Category.AGE,
    severity=Severity.ERROR,
    authority="mce-age-conflict",
    kinds=INPATIENT,
    needs=("medicare-code-editor",),
    message="{codes} is a diagnosis of {group} patients ({lowest} to {highest} years), which the"
    " patient was not on admission.",
    remedy="Correct the diagnosis or the date of birth.",
    carc="9",
)
def diagnosis_of_stay(claim: ClaimView) -> Iterator[Hit]:
    """The diagnoses of a stay fit the patient's age on admission.

    Why: conditions of newborns, of children, of pregnancy and of adults are virtually impossible
    at another age, so that Medicare returns the claim: newborn 0 years, pediatric 0 to 17,
    maternity 9 to 64 (12 to 55 before October 2019), adult 15 and older.
    """
    for item in claim.listed:
        groups = item.facts.attributes & _AGED
        if not groups:
            continue
        age = claim.age(claim.claim.admission_date)
        if age is None:
            return
        for group in _GROUPS:
            if group not in groups:
                continue
            ages = claim.book.ages(group, claim.known_day)
            if ages is not None and not ages[0] <= age <= ages[1]:
                yield hit(
                    None,
                    item.shown,
                    group=group,
                    lowest=ages[0],
                    highest=ages[1],
                    severity=None if claim.is_medicare else Severity.WARNING,
                )
                break


@rule(
    "diagnosis-and-age",
    category=Category.AGE,
    severity=Severity.WARNING,
    authority="ioce-2",
    kinds=AMBULATORY,
    needs=("outpatient-code-editor",),
    message="{codes} is a diagnosis of patients {ages}, which the patient was not on {first}.",
    remedy="Correct the diagnosis or the date of birth.",
    carc="9",
)
def diagnosis(claim: ClaimView) -> Iterator[Hit]:
    """The diagnoses of a visit fit the patient's age on its first day.

    Why: Medicare's outpatient editor returns a hospital claim with a diagnosis of another age, such
    as one of newborns in an adult; payers of physicians deny it as inconsistent.
    """
    for item in claim.listed:
        lowest, highest = item.facts.lowest_age, item.facts.highest_age
        if lowest is None and highest is None:
            continue
        first = claim.claim.first_day
        age = claim.age(first)
        if age is None:
            return
        if age < (lowest or 0) or (highest is not None and age > highest):
            yield hit(
                None,
                item.shown,
                ages=_in_years(lowest, highest),
                first=first,
                severity=_gravity(claim),
            )


@rule(
    "passing-newborn-condition-later",
    category=Category.AGE,
    severity=Severity.WARNING,
    authority="ocg-i-c-16",
    message="{codes} is a passing condition of the newborn, and the patient was {age} years old.",
    remedy="Report the patient's own condition; where it has lasted since birth, the record must"
    " say so.",
    carc="9",
)
def passing_newborn_condition(claim: ClaimView) -> Iterator[Hit]:
    """No condition of the newborn that passes by itself is reported at two years or later.

    Those are bleeding, jaundice and blood disorders (P50 to P61), transitory disorders of
    metabolism (P70 to P74), of temperature (P80 to P83), of feeding (P92), and rapid breathing
    (P22.1). Other perinatal conditions may last for life and are not asked.

    Why: chapter 16 is for conditions that began around birth; these do not last, so that the code
    speaks of another patient, or of another condition.
    """
    for item in claim.listed:
        if item.code[:1] == _PERINATAL and _passes(item.code):
            age = claim.age(claim.claim.first_day)
            if age is not None and age >= _NO_INFANT:
                yield hit(None, item.shown, age=age)


def _passes(code: str) -> bool:
    return code.startswith(_RAPID_BREATHING) or any(
        first <= code[:3] <= last for first, last in _PASSING
    )


@rule(
    "service-and-age",
    category=Category.AGE,
    severity=Severity.WARNING,
    authority="ioce-7",
    kinds=AMBULATORY,
    needs=("outpatient-code-editor",),
    message="{code} is a service for patients {ages}, which the patient was not on {day}.",
    remedy="Report the code for the patient's age, or correct the date of birth.",
    carc="6",
)
def service(claim: ClaimView) -> Iterator[Hit]:
    """The services fit the patient's age on the day of service, by Medicare's outpatient editor.

    Why: preventive visits, some vaccines, operations on children and services of pregnancy are for
    certain ages; Medicare returns a hospital claim with one at another age, others deny the line.
    """
    for line in claim.lines:
        facts = line.facts
        if facts is None or (facts.lowest_age is None and facts.highest_age is None):
            continue
        age = claim.age(line.day)
        if age is None:
            continue
        lowest, highest = facts.lowest_age, facts.highest_age
        if age < (lowest or 0) or (highest is not None and age > highest):
            limits = ages_of(line.code)
            is_sure = limits is not None and limits.is_definition
            yield hit(
                line.number,
                line.code,
                ages=_in_years(lowest, highest),
                severity=Severity.ERROR if is_sure else _gravity(claim),
            )


@rule(
    "service-for-other-age",
    category=Category.AGE,
    severity=Severity.ERROR,
    authority=("cpt-ages", "fda-labels"),
    message="{code} is for patients {ages}, which the patient was not on {day}.",
    remedy="Report the code for the patient's age, or correct the date of birth or of service.",
    carc="6",
)
def service_by_definition(claim: ClaimView) -> Iterator[Hit]:
    """Services whose code means an age are given to patients of that age.

    Why: preventive visits, care of newborns and critically ill children, moderate sedation,
    vaccines with counseling and some operations have a code for each age; that of another age is
    denied. Vaccines licensed for other ages are a warning. What Medicare's outpatient editor says
    of a code goes before.
    """
    born = claim.claim.patient.birth_date
    if born is None:
        return
    for line in claim.lines:
        limits = ages_of(line.code)
        if limits is None or _editor_knows(line):
            continue
        if line.day is None or line.day < born or limits.holds(born, line.day):
            continue
        gravity = None if limits.is_definition else Severity.WARNING
        yield hit(line.number, line.code, ages=limits.what, severity=gravity)


def _gravity(claim: ClaimView) -> Severity | None:
    is_edited = claim.is_medicare and claim.kind is ClaimKind.OUTPATIENT
    return Severity.ERROR if is_edited else None


def _editor_knows(line: LineView) -> bool:
    """Whether the outpatient editor has ages for the code, which its own rule compares."""
    facts = line.facts
    return facts is not None and (facts.lowest_age is not None or facts.highest_age is not None)


@lru_cache(maxsize=512)
def _in_years(lowest: int | None, highest: int | None) -> str:
    if lowest is None or lowest == 0:
        return "under 1 year of age" if highest == 0 else f"up to {highest} years of age"
    return f"of {lowest} years and older" if highest is None else f"of {lowest} to {highest} years"


@lru_cache(maxsize=16384)
def ages_of(service: str) -> ServiceAges | None:
    """Return the ages that a HCPCS or CPT code is for by the table; None for a code without."""
    for (first, last), limits in _limits().items():
        if first <= service <= last and len(service) == len(first):
            return limits
    return None


@cache
def _limits() -> Mapping[tuple[str, str], ServiceAges]:
    found: dict[tuple[str, str], ServiceAges] = {}
    for row in rows(table("nosology.edits.families", "ages_of_services.tsv"), COLUMNS):
        if row["basis"] not in {_BY_DEFINITION, _BY_LABEL}:
            raise MalformedRow(row.file, row.line, "basis", "must be definition or label")
        limits = ServiceAges(
            _limit(row, "lowest"),
            _limit(row, "highest"),
            row["basis"] == _BY_DEFINITION,
            row["what"],
        )
        found |= {span(item): limits for item in parts(row["services"])}
    return found


def _limit(row: Row, column: str) -> AgeLimit | None:
    text = row[column]
    if not text:
        return None
    if not text[:-1].isdigit() or text[-1] not in "dmy":
        raise MalformedRow(row.file, row.line, column, f"{text!r} is no age such as 28d, 24m, 5y")
    return AgeLimit(int(text[:-1]), text[-1])
