"""Reasons for the encounter that only its services show: the need for a vaccine that was given."""

from __future__ import annotations

from collections.abc import Iterable

from nosology.coding.rules import because
from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.model.code import System
from nosology.model.coding import Diagnosis, Role

_RULE = "vaccine-given"
_SHOWN = frozenset({"Z23", "Z2911"})
"""Codes that such a service alone supports. Source: ICD-10-CM OCG I.C.21.c.2."""
_CONFIDENCE = 0.7
_LISTED = 2


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
