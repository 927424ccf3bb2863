"""Reasons for the encounter that only its services show.

The need for a vaccine that was given, as its area tells it; and what ``needs.tsv`` says of services
that are done for one reason: a preventive visit, chemotherapy, a sterilization, a screening.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from nosology.coding.rules import because
from nosology.coding.services.catalogue.conditions import Condition, Truth, conditions
from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.coding.services.modifiers.ranges import Numbers, numbers
from nosology.coding.tables import parts, rows, table
from nosology.model.code import System, plain
from nosology.model.coding import Diagnosis, Role

_RULE = "vaccine-given"
_REASON_RULE = "service-shows-reason"
COLUMNS = ("services", "beside", "age", "unless", "diagnosis", "source")
_SHOWN = frozenset({"Z23", "Z2911"})
"""Codes that such a service alone supports. Source: ICD-10-CM OCG I.C.21.c.2."""
_CONFIDENCE = 0.7
_LISTED = 2


@dataclass(frozen=True, slots=True)
class _Need:
    services: Numbers
    beside: Numbers | None
    age: tuple[Condition, ...]
    unless: tuple[str, ...]
    diagnosis: str


@cache
def _needs() -> tuple[_Need, ...]:
    return tuple(
        _Need(
            numbers(row["services"]),
            numbers(row["beside"]) if row["beside"] else None,
            conditions(row["age"]),
            tuple(plain(part) for part in parts(row["unless"])),
            plain(row["diagnosis"]),
        )
        for row in rows(table("nosology.coding.services", "needs.tsv"), COLUMNS)
    )


def reasons(drafts: Sequence[ServiceDraft], case: ServiceCase) -> tuple[Diagnosis, ...]:
    """Return the reasons that services alone show and that no diagnosis of the case tells."""
    answered = [item.code for item in case.diagnoses]
    codes = [draft.code for draft in drafts]
    age = case.encounter.patient_age
    years = [] if age is None else [Decimal(age)]
    found: list[Diagnosis] = []
    for need in _needs():
        done = [draft for draft in drafts if draft.code in need.services]
        if not done or any(condition.of(years) is not Truth.YES for condition in need.age):
            continue
        if need.beside is not None and not any(code in need.beside for code in codes):
            continue
        if any(code.startswith(need.unless) for code in answered):
            continue
        if case.book.is_billable(need.diagnosis, case.on, System.ICD10CM):
            found.append(_shown(need.diagnosis, done[0], case, _REASON_RULE))
    return tuple(found)


def _shown(code: str, draft: ServiceDraft, case: ServiceCase, rule: str) -> Diagnosis:
    return Diagnosis(
        code=code,
        display=case.book.lookup(code, case.on, System.ICD10CM).display,
        role=Role.SECONDARY if case.diagnoses else Role.FIRST_LISTED,
        confidence=_CONFIDENCE,
        evidence=case.evidence(draft.support[:_LISTED]),
        rationale=(because(rule),),
    )


def needed(drafts: Iterable[ServiceDraft], case: ServiceCase) -> tuple[Diagnosis, ...]:
    """Return the diagnoses that services are done for and that are not answered yet."""
    answered = {item.code for item in case.diagnoses}
    found: dict[str, Diagnosis] = {}
    for draft in drafts:
        for code in draft.diagnoses:
            if code not in _SHOWN or code in answered or code in found:
                continue
            if not case.book.is_billable(code, case.on, System.ICD10CM):
                continue
            found[code] = Diagnosis(
                code=code,
                display=case.book.lookup(code, case.on, System.ICD10CM).display,
                role=Role.SECONDARY if answered or found else Role.FIRST_LISTED,
                confidence=_CONFIDENCE,
                evidence=case.evidence(draft.support[:_LISTED]),
                rationale=(because(_RULE),),
            )
    return tuple(found.values())
