"""Requisitions: the diagnosis that an order states as a code, for those who never see the patient.

A laboratory and an imaging center bill the diagnosis that the ordering clinician gives; where the
record states it as a code of the date, services point to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from nosology.coding.rules import because
from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.coding.services.pointers import MOST
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
_TESTING = frozenset({"laboratory", "imaging", "diagnostics"})
_CONFIDENCE = 0.8
_GIVING_WAY = tuple(f"D{number}" for number in range(37, 50))
"""Neoplasms whose behavior was not known when a test was ordered: what it found stands instead."""


def stated(case: ServiceCase) -> tuple[Diagnosis, ...]:
    """Return the diagnoses that the record states as codes and that are not answered yet."""
    if case.encounter.setting not in _ORDERED:
        return ()
    answered = {item.code for item in case.diagnoses}
    found: dict[str, Diagnosis] = {}
    for span in _codes(case):
        code = plain(case.text(span))
        if code in answered or code in found or (answered and code.startswith(_GIVING_WAY)):
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


def as_ordered(drafts: Sequence[ServiceDraft], case: ServiceCase) -> list[ServiceDraft]:
    """Return the drafts, those without diagnoses of their own with what the order states as codes.

    A code in the line of a service is that service's; else all that are stated are.
    """
    if case.encounter.setting not in _ORDERED:
        return list(drafts)
    known = {item.code for item in case.diagnoses}
    spans = [span for span in _codes(case) if plain(case.text(span)) in known]
    if not spans:
        return list(drafts)
    return [
        draft
        if draft.diagnoses or draft.area not in _TESTING
        else replace(draft, diagnoses=_for(draft, spans, case))
        for draft in drafts
    ]


def _for(draft: ServiceDraft, spans: Sequence[Span], case: ServiceCase) -> tuple[str, ...]:
    lines = {_line(span, case) for span in draft.support}
    beside = [span for span in spans if _line(span, case) in lines]
    codes = dict.fromkeys(plain(case.text(span)) for span in beside or spans)
    return tuple(codes)[:MOST]


def _line(span: Span, case: ServiceCase) -> tuple[int, int]:
    return span.document, case.readings[span.document].text.count("\n", 0, span.start)
