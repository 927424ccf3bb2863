"""Professional and technical part: 26, TC or neither, by the setting and by what the record says.

Who reads for a hospital bills the reading; the hospital bills the rest without a modifier, and who
owns the machine and reads bills the whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.model.encounter import Setting
from nosology.model.tables import patterns

_PACKAGE = "nosology.coding.services.modifiers"
_READING = frozenset(
    {
        *(Setting.IMAGING_PROFESSIONAL_HOSPITAL, Setting.HOPD_PROFESSIONAL),
        *(Setting.INPATIENT_PROFESSIONAL, Setting.ED_PROFESSIONAL),
    }
)
"""Settings in which the machine is the hospital's."""
_WHOLE = frozenset({Setting.HOPD_FACILITY, Setting.INPATIENT_FACILITY})
"""Claims on which the parts are never told apart."""
_PROFESSIONAL, _TECHNICAL = "26", "TC"
_NEED = "component"


def _words(name: str) -> re.Pattern[str]:
    return patterns(_PACKAGE, "components.toml")[name]


def divided(drafts: Sequence[ServiceDraft], case: ServiceCase) -> list[ServiceDraft]:
    """Return the drafts with 26 or TC where only one part was furnished."""
    return [
        _divided(draft, case)
        if _needs_parts(draft) and case.encounter.setting not in _WHOLE
        else draft
        for draft in drafts
    ]


def _needs_parts(draft: ServiceDraft) -> bool:
    return draft.entry is not None and _NEED in draft.entry.modifiers


def _divided(draft: ServiceDraft, case: ServiceCase) -> ServiceDraft:
    if {_PROFESSIONAL, _TECHNICAL} & set(draft.modifiers):
        return draft
    if case.encounter.setting in _READING:
        return draft.with_modifiers(_PROFESSIONAL).because("modifier-professional")
    said = _said(draft, case)
    if _words("technical").search(said):
        return draft.with_modifiers(_TECHNICAL).because("modifier-technical")
    if _words("professional").search(said):
        return draft.with_modifiers(_PROFESSIONAL).because("modifier-professional")
    return draft


def _said(draft: ServiceDraft, case: ServiceCase) -> str:
    """Return what is said of the service: its section, or the whole of a short record."""
    act = draft.act
    if act is None:
        return " ".join(case.text(span) for span in draft.support)
    text = act.reading.text
    if not any(kind in _VISIT for kind in {section.kind.value for section in act.reading.sections}):
        return text
    return text[act.section.start : act.section.end]


_VISIT = frozenset({"assessment and plan", "history of present illness", "plan"})
