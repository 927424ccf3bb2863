"""Screening of the colon: which number a look is, and what tells that it turned to treatment.

Medicare pays a screening look by numbers of its own and tells the turn by PT; other payers tell a
preventive service by 33. A look that could not be finished carries 53 from the physician, 73 or 74
from an outpatient hospital.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from nosology.coding.services.acts import Act
from nosology.coding.services.catalogue.conditions import Value
from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.model.encounter import Payer
from nosology.model.tables import patterns

_PACKAGE = "nosology.coding.services.procedures"
_SCREENS = frozenset({"colonoscopy", "sigmoidoscopy"})
_TURNED, _PREVENTIVE, _FOLLOWING = "PT", "33", "KX"
_PREVENTING = frozenset({Payer.MEDICARE, Payer.COMMERCIAL})
"""Payers to whom the look of one at high risk is told as preventive."""
_MEDICARE_SCREENS = frozenset({"G0104", "G0105", "G0121"})


def _words() -> Mapping[str, re.Pattern[str]]:
    return patterns(_PACKAGE, "endoscopy.toml")


def screening_facts(
    family: str, acts: Sequence[Act], case: ServiceCase
) -> dict[str, tuple[Value, ...]]:
    """Return whether it is a screening that Medicare pays by its own numbers, and at what risk."""
    if family not in _SCREENS:
        return {"screening": ("no",), "colon-risk": ()}
    is_screening = _is_screening(acts, case) and case.encounter.payer is Payer.MEDICARE
    return {
        "screening": ("medicare",) if is_screening else ("no",),
        "colon-risk": ("high",) if _said("surveillance", acts) else ("average",),
    }


def screened(
    drafts: Sequence[ServiceDraft], family: str, acts: Sequence[Act], case: ServiceCase
) -> list[ServiceDraft]:
    """Return the drafts with what tells a payer of a screening."""
    if family not in _SCREENS or not _is_screening(acts, case):
        return list(drafts)
    payer = case.encounter.payer
    marked = []
    for draft in drafts:
        if draft.code in _MEDICARE_SCREENS:
            follows = _said("positive_stool", acts)
            marked.append(
                draft.with_modifiers(_FOLLOWING).because("endoscopy-after-stool-test")
                if follows
                else draft
            )
        elif payer is Payer.MEDICARE:
            marked.append(draft.with_modifiers(_TURNED).because("endoscopy-screening-turned"))
        elif payer is Payer.COMMERCIAL:
            marked.append(draft.with_modifiers(_PREVENTIVE).because("endoscopy-preventive"))
        else:
            marked.append(draft)
    return marked


def _is_screening(acts: Sequence[Act], case: ServiceCase) -> bool:
    """Whether it was done for screening: said so, or on a patient at high risk without symptoms."""
    if _said("symptoms", acts):
        return False
    if _said("screening", acts) or _said("positive_stool", acts):
        return True
    return case.encounter.payer in _PREVENTING and _said("surveillance", acts)


def _said(what: str, acts: Sequence[Act]) -> bool:
    return bool(_words()[what].search(acts[0].reading.text))
