"""Whether a mention of a procedure is one that was done here, where its name leaves it open.

``PICC`` is a thing that stays in the patient as much as an act; ``intubation`` under a general
anesthetic is part of the anesthetic; what paramedics placed is not billed by the hospital's
physician.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from nosology.coding.services.acts import Act
from nosology.model.reading import SectionKind
from nosology.model.tables import any_of, settings

_PACKAGE = "nosology.coding.services.procedures"
_SEDATION = "moderate-sedation"
"""A nurse gives the drugs under the eyes of who is billed."""
_STOP = re.compile(r"[.;]\s")
_LISTS = ("devices", "treatments", "anesthetic")
_NAMING = frozenset(
    {
        *(SectionKind.PREOPERATIVE_DIAGNOSIS, SectionKind.POSTOPERATIVE_DIAGNOSIS),
        *(SectionKind.DIAGNOSIS, SectionKind.ADMISSION_DIAGNOSIS, SectionKind.PHYSICAL_EXAM),
        *(SectionKind.VITAL_SIGNS, SectionKind.DISCHARGE_DIAGNOSIS, SectionKind.IMPRESSION),
    }
)
"""Sections that name what a patient has, not what was done."""


@cache
def _settings() -> tuple[dict[str, frozenset[str]], dict[str, re.Pattern[str]]]:
    read: dict[str, Any] = settings(_PACKAGE, "meant.toml")
    lists = {name: frozenset(read[name]) for name in _LISTS}
    return lists, {name: any_of(held) for name, held in read.items() if name not in _LISTS}


def is_meant(act: Act) -> bool:
    """Return whether the mention speaks of a procedure done by those for whom it is coded."""
    lists, words = _settings()
    name = act.concept.name
    said = act.said
    if name != _SEDATION and words["by_others"].search(_clause(act)):
        return False
    if name in lists["anesthetic"] and words["by_anesthesia"].search(said):
        return False
    if name in lists["devices"]:
        if not words["placing"].search(said) and act.kind is not SectionKind.PROCEDURE:
            return False
        return act.kind not in _NAMING and not words["in_place"].search(said)
    if name in lists["treatments"]:
        return act.kind not in _NAMING and bool(words["given"].search(said))
    return True


def _clause(act: Act) -> str:
    """Return the words between the stops around the mention."""
    before = act.reading.text[act.sentence.start : act.mention.start]
    before = _STOP.split(before)[-1]
    said = act.reading.text[act.mention.start : act.sentence.end]
    return before + _STOP.split(said, maxsplit=1)[0]
