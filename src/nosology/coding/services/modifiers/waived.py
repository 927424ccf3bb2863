"""Waived tests: QW tells the payer that a test was run under a certificate of waiver."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.model.encounter import Payer, Setting

_WAIVED = "QW"
_NEED = "qw"
_TOLD = re.compile(r"\bCLIA[\s-]?waived\b|\bcertificate of waiver\b|\bwaived test", re.IGNORECASE)
_OFFICES = frozenset({Setting.OFFICE, Setting.HOME, Setting.TELEHEALTH})
"""Settings whose laboratory may hold no more than a certificate of waiver."""
_ASKING = frozenset({Payer.MEDICARE, Payer.MEDICAID})
"""Payers that ask for it."""


def waived(drafts: Sequence[ServiceDraft], case: ServiceCase) -> list[ServiceDraft]:
    """Return the drafts with QW on tests that an office runs as waived."""
    if case.encounter.setting not in _OFFICES:
        return list(drafts)
    is_told = any(_TOLD.search(reading.text) for reading in case.readings)
    if case.encounter.payer not in _ASKING and not is_told:
        return list(drafts)
    return [
        draft.with_modifiers(_WAIVED).because("modifier-waived")
        if draft.area == "laboratory" and draft.entry and _NEED in draft.entry.modifiers
        else draft
        for draft in drafts
    ]
