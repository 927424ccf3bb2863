"""Type, stage, acuity and cause, where a reported diagnosis says less than the codes can."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from nosology.coding.queries.inquiry import Inquiry
from nosology.coding.queries.laterality import documented
from nosology.coding.queries.templates import Ask, Template, supported, templates
from nosology.model.coding import Diagnosis
from nosology.model.record import Span

_ULCER = "L89"
_NO_STAGE = "unspecified stage"
_STAGES = (
    ("Stage 1", Decimal(90), Decimal(999)),
    ("Stage 2", Decimal(60), Decimal(89)),
    ("Stage 3a", Decimal(45), Decimal(59)),
    ("Stage 3b", Decimal(30), Decimal(44)),
    ("Stage 4", Decimal(15), Decimal(29)),
    ("Stage 5", Decimal(0), Decimal(14)),
)
"""By the glomerular filtration rate. Source: KDIGO 2024 guideline for chronic kidney disease."""
_NEAR = Decimal(10)
"""The rate varies: stages within this of a value are answers that the record supports."""
_KIDNEY_DISEASE, _STAGE_3 = "kidney-disease-stage", "N1830"
_FILTRATION = "glomerular filtration rate"


def open_diagnoses(inquiry: Inquiry) -> Iterator[Ask]:
    """Yield a question for each diagnosis that a template of ``queries.toml`` lists as open."""
    where = "inpatient" if inquiry.encounter.is_inpatient else "outpatient"
    for diagnosis in inquiry.diagnoses:
        for template in _about_codes().get(diagnosis.code[0], ()):
            if any(within.holds(diagnosis.code) for within in template.codes):
                yield from _asked(template, diagnosis, where, inquiry)


def unrecognized_terms(inquiry: Inquiry) -> Iterator[Ask]:
    """Yield a question for each term of the record that no code stands for."""
    for template in _about_words():
        for word in template.words:
            if word not in inquiry.lowered:
                continue
            found = tuple(inquiry.said(_whole_word(word)))
            if found and not any(inquiry.held(condition) for condition in template.unless):
                shown = _shown(template.shows, inquiry)
                answers = supported(template, inquiry)
                yield Ask(template, found[:1], answers, shown, weight=template.weight)


@cache
def _about_codes() -> dict[str, tuple[Template, ...]]:
    """The templates that ask about codes, by the letters of their chapters."""
    found: dict[str, list[Template]] = {}
    for template in templates().values():
        for letter in sorted({within.first[0] for within in template.codes}):
            found.setdefault(letter, []).append(template)
    return {letter: tuple(same) for letter, same in found.items()}


@cache
def _about_words() -> tuple[Template, ...]:
    return tuple(template for template in templates().values() if template.words)


@cache
def _whole_word(word: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)


def _asked(template: Template, diagnosis: Diagnosis, where: str, inquiry: Inquiry) -> Iterator[Ask]:
    if template.settings and where not in template.settings:
        return
    if diagnosis.code.startswith(_ULCER) and _NO_STAGE not in diagnosis.display.lower():
        return
    needed = _shown(template.needs, inquiry)
    if template.needs and not needed:
        return
    if any(inquiry.held(condition) for condition in template.unless):
        return
    spans = documented(diagnosis)
    shown = (*needed, *_shown(template.shows, inquiry))
    answers = supported(template, inquiry)
    if template.name == _KIDNEY_DISEASE:
        answers = _stages(diagnosis, inquiry)
    indicators = tuple(span for span in shown if not any(span.overlaps(own) for own in spans))
    yield Ask(template, spans, answers, indicators, weight=template.weight)


def _shown(conditions: tuple[str, ...], inquiry: Inquiry) -> tuple[Span, ...]:
    return tuple(
        dict.fromkeys(span for condition in conditions for span in inquiry.held(condition)[:2])
    )


def _stages(diagnosis: Diagnosis, inquiry: Inquiry) -> tuple[str, ...]:
    """The stages of kidney disease that the record supports, by its rates and what it states."""
    rates = [
        item.amount
        for _, item in inquiry.measurements
        if item.analyte == _FILTRATION and item.amount is not None
    ]
    stated = "Stage 3" if diagnosis.code == _STAGE_3 else ""
    return tuple(
        name
        for name, low, high in _STAGES
        if name.startswith(stated) and any(low - _NEAR <= rate <= high + _NEAR for rate in rates)
    )
