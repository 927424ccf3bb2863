"""Whether the patient is new to the practice: as the encounter says, else as the record words it.

Source: CPT E/M guidelines 2023, new and established patient.
"""

from __future__ import annotations

from dataclasses import dataclass

from nosology.coding.services.draft import ServiceCase
from nosology.coding.services.visits.said import Words
from nosology.model.reading import SectionKind
from nosology.model.record import Span

NEW = "new"
ESTABLISHED = "established"
_LATER = frozenset(
    {
        *(SectionKind.PLAN, SectionKind.ASSESSMENT_AND_PLAN, SectionKind.INSTRUCTIONS),
        *(SectionKind.DISPOSITION, SectionKind.ORDERS, SectionKind.ASSESSMENT),
        SectionKind.MEDICAL_DECISION_MAKING,
    }
)
"""Sections that speak of follow-up to come."""


@dataclass(frozen=True, slots=True)
class PatientKind:
    """New or established.

    Attributes:
        is_told: whether the encounter or the record says so; else it is the safer of the two.
    """

    status: str
    is_told: bool
    span: Span | None = None


def of(case: ServiceCase, words: Words) -> PatientKind:
    """Return whether the patient is new; established where the record does not tell it."""
    if case.encounter.patient_status is not None:
        return PatientKind(case.encounter.patient_status.value, is_told=True)
    new = next((said for said in words.meant("new_patient") if said.kind not in _LATER), None)
    known = next(
        (said for said in words.meant("established_patient") if said.kind not in _LATER), None
    )
    if new is not None and (
        known is None or "establish" not in known.part or new.start <= known.start
    ):
        return PatientKind(NEW, is_told=True, span=new.span)
    if known is not None:
        return PatientKind(ESTABLISHED, is_told=True, span=known.span)
    return PatientKind(ESTABLISHED, is_told=False)
