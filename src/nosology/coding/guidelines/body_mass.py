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
_WEIGHT = ("E66", "R635", "R636", "R634", "E43", "E44", "E45", "E46", "O9921")
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
    (ICD-10-CM OCG I.B.14).
    """
    if first(drafts, *_WEIGHT) is None or first(drafts, "Z68"):
        return list(drafts)
    for reading in case.readings:
        found = _INDEX.search(reading.text)
        if found:
            code = adult_code(Decimal(found["value"]))
            if case.is_billable(code):
                span = Span(found.start(), found.end(), reading.index)
                return [*drafts, Draft(code, (span,), (because("body-mass-index"),), 0.8)]
    return list(drafts)


def adult_code(value: Decimal) -> str:
    """Return the Z68 code of an adult's index in kilograms per square meter, to one decimal."""
    rounded = value.quantize(Decimal("0.1"))
    return next((code for highest, code in _ADULT if rounded <= highest), _HIGHEST)
