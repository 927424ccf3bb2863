"""Body mass index beside a weight diagnosis."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from nosology.coding.diagnoses.draft import Case, Draft, first
from nosology.coding.rules import because
from nosology.model.record import Span

_INDEX = re.compile(
    r"\b(?:BMI|body mass index)\b[^\d\n%]{0,30}(?P<value>\d{2}(?:\.\d{1,2})?)"
    r"(?!\d|\s?(?:%|th\b|percentile))",
    re.IGNORECASE,
)
_PERCENTILE = re.compile(
    r"\b(?:BMI|body mass index)\b(?P<between>(?:[^\n.;]|\.(?=\d)){0,60}?)"
    r"(?P<value>\d{1,3}(?:\.\d{1,2})?)\s?(?:%|st|nd|rd|th|percent)?\s?"
    r"(?P<of>(?:of|above)\s+the\s+95th\s+percentile|(?:percentile|%(?:ile)?)(?![\w]))",
    re.IGNORECASE,
)
_PERCENTILE_FIRST = re.compile(
    r"\b(?:BMI|body mass index)[ -]?(?:percentile|%ile|for[- ]age)[^\d\n]{0,20}"
    r"(?P<value>\d{1,3}(?:\.\d{1,2})?)\s?(?:%|st|nd|rd|th)?",
    re.IGNORECASE,
)
_OLDEST_CHILD = 19
_CHILD = ((Decimal(5), "Z6851"), (Decimal(85), "Z6852"), (Decimal(95), "Z6853"))
_AT_LEAST_95TH = "Z6854"
_OF_THE_95TH = ((Decimal(120), "Z6854"), (Decimal(140), "Z6855"))
_MOST = "Z6856"
_WEIGHT = ("E66", "R635", "R636", "R634", "E43", "E44", "E45", "E46")
_PREGNANCY = ("O0", "O1", "O2", "O3", "O4", "O9A", "O99", "Z34", "Z33")
_ADULT = (
    (Decimal("19.9"), "Z681"),
    *((Decimal(f"{whole}.9"), f"Z68{whole}") for whole in range(20, 40)),
    (Decimal("44.9"), "Z6841"),
    (Decimal("49.9"), "Z6842"),
    (Decimal("59.9"), "Z6843"),
    (Decimal("69.9"), "Z6844"),
)
_HIGHEST = "Z6845"


def body_mass_index(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the adult body mass index that the record states.

    Only beside a weight diagnosis of the provider; the number itself may be any clinician's
    (ICD-10-CM OCG I.B.14). Not in pregnancy (I.C.21.c.3).
    """
    if first(drafts, *_PREGNANCY):
        return [draft for draft in drafts if not draft.code.startswith("Z68")]
    if first(drafts, *_WEIGHT) is None or first(drafts, "Z68"):
        return list(drafts)
    is_child = (case.encounter.patient_age or 0) <= _OLDEST_CHILD
    for reading in case.readings:
        told = _percentile(reading.text) if is_child else None
        if told and case.is_billable(told[1]):
            span = Span(told[0].start(), told[0].end(), reading.index)
            return [*drafts, Draft(told[1], (span,), (because("body-mass-percentile"),), 0.8)]
    for reading in case.readings:
        found = _INDEX.search(reading.text)
        if found:
            code = adult_code(Decimal(found["value"]))
            if case.is_billable(code):
                span = Span(found.start(), found.end(), reading.index)
                return [*drafts, Draft(code, (span,), (because("body-mass-index"),), 0.8)]
    return list(drafts)


def _percentile(text: str) -> tuple[re.Match[str], str] | None:
    """The percentile for age that the text states, and its code."""
    found = _PERCENTILE.search(text)
    if found and "95th" in found["of"].lower():
        return found, child_code(Decimal(found["value"]), is_of_95th=True)
    found = found or _PERCENTILE_FIRST.search(text)
    if found is None or Decimal(found["value"]) > 100:
        return None
    return found, child_code(Decimal(found["value"]), is_of_95th=False)


def child_code(value: Decimal, *, is_of_95th: bool) -> str:
    """Return the Z68.5 code of a child's percentile for age, or of percent of the 95th percentile.

    Source: ICD-10-CM Tabular List, Z68.51 to Z68.56.
    """
    if is_of_95th:
        return next((code for below, code in _OF_THE_95TH if value < below), _MOST)
    return next((code for below, code in _CHILD if value < below), _AT_LEAST_95TH)


def adult_code(value: Decimal) -> str:
    """Return the Z68 code of an adult's index in kilograms per square meter, to one decimal."""
    rounded = value.quantize(Decimal("0.1"))
    return next((code for highest, code in _ADULT if rounded <= highest), _HIGHEST)
