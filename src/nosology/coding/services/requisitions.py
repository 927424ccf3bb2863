"""Requisitions: the diagnosis that an order states as a code, for those who never see the patient.

A laboratory and an imaging center bill the diagnosis that the ordering clinician gives; where the
record states it as a code of the date, services point to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from nosology.coding.rules import because
from nosology.coding.services.draft import ServiceCase
from nosology.model.code import System, plain
from nosology.model.coding import Diagnosis, Role
from nosology.model.encounter import Setting
from nosology.model.record import Span

_ORDERED = frozenset(
    {
        *(Setting.INDEPENDENT_LAB, Setting.IMAGING_CENTER_GLOBAL, Setting.HOPD_FACILITY),
        Setting.IMAGING_PROFESSIONAL_HOSPITAL,
    }
)
_CODE = re.compile(r"(?<![\w.])[A-TV-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?(?![\w])")
_CONFIDENCE = 0.8


def stated(case: ServiceCase) -> tuple[Diagnosis, ...]:
    """Return the diagnoses that the record states as codes and that are not answered yet."""
    if case.encounter.setting not in _ORDERED:
        return ()
    answered = {item.code for item in case.diagnoses}
    found: dict[str, Diagnosis] = {}
    for span in _codes(case):
        code = plain(case.text(span))
        if code in answered or code in found:
            continue
        if not case.book.is_billable(code, case.on, System.ICD10CM):
            continue
        found[code] = Diagnosis(
            code=code,
            display=case.book.lookup(code, case.on, System.ICD10CM).display,
            role=Role.SECONDARY if answered or found else Role.FIRST_LISTED,
            confidence=_CONFIDENCE,
            evidence=case.evidence((span,)),
            rationale=(because("requisition-states"),),
        )
    return tuple(found.values())


def _codes(case: ServiceCase) -> Iterable[Span]:
    for reading in case.readings:
        for match in _CODE.finditer(reading.text):
            yield Span(match.start(), match.end(), reading.index)
