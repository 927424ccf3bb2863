"""Chiropractic: the regions of the spine that were adjusted, and whether the care is active."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.coding.services.therapy.cues import words

_REGIONS = ("cervical", "thoracic", "lumbar", "sacral", "pelvic")
_ADJUSTED = re.compile(
    r"\b(?:adjust\w*|manipulat\w*|CMT|HVLA|diversified|activator|gonstead|thompson|drop[\s-]table|"
    r"listings?|segments?|levels? treated|regions? treated|treated)\b",
    re.IGNORECASE,
)
_SPINAL = frozenset({"98940", "98941", "98942"})


def is_chiropractic(case: ServiceCase) -> Decimal | None:
    """Return how many regions of the spine were adjusted; None where the record tells none."""
    is_specialty = case.encounter.specialty.lower().startswith("chiro")
    texts = [reading.text for reading in case.readings]
    if not is_specialty and not any(words("chiropractic", "words").search(text) for text in texts):
        return None
    found: set[str] = set()
    for reading in case.readings:
        for sentence in reading.sentences:
            said = reading.text[sentence.start : sentence.end]
            if _ADJUSTED.search(said):
                found |= {name for name in _REGIONS if words("chiropractic", name).search(said)}
    return Decimal(len(found)) if found else None


def adjusted(drafts: Sequence[ServiceDraft], case: ServiceCase) -> list[ServiceDraft]:
    """Return the drafts, adjustments of the spine with what Medicare asks them to say of care."""
    if not case.is_medicare:
        return list(drafts)
    text = "\n".join(reading.text for reading in case.readings)
    told: list[ServiceDraft] = []
    for draft in drafts:
        if draft.code not in _SPINAL:
            told.append(draft)
        elif words("chiropractic", "active").search(text) and not words(
            "chiropractic", "maintenance"
        ).search(text):
            told.append(draft.with_modifiers("AT").because("therapy-active-adjustment"))
        else:
            told.append(draft)
    return told
