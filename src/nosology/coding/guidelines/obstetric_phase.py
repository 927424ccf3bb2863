"""Chapter 15: whether a record is of pregnancy, childbirth or the time after, and its codes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from nosology.coding.diagnoses.draft import Case, Draft, first
from nosology.coding.diagnoses.gestation import Gestation, gestation
from nosology.model.encounter import Setting

DELIVERY = ("O80", "O82", "Z37")
ABORTIVE = ("O00", "O01", "O02", "O03", "O04", "O05", "O06", "O07", "O08", "Z332")
"""Pregnancies with abortive outcome, and elective termination."""
_AFTERWARDS = ("Z39", "O85", "O86", "O87", "O89", "O90", "O91", "O92", "O72", "O73")
_VISITS = frozenset({Setting.OFFICE, Setting.TELEHEALTH})
_DELIVERED = re.compile(
    r"\b(?:vaginal|c(?:a)?esarean|c-section|vacuum|forceps)\b[^.\n]{0,25}\bdeliver(?:y|ed)\b"
    r"|\bdelivered (?:a|an|by|via|vaginally)\b|\bdelivery (?:of|by) (?:a|an|single|live|twin|c)"
    r"|\b(?:NSVD|SVD|VBAC)\b|\bapgars?\b|\b(?:primary|repeat) (?:low transverse )?(?:cesarean"
    r"|c-section)",
    re.IGNORECASE,
)
_NOT_NOW = re.compile(
    r"\b(?:history|h/o|prior|previous(?:ly)?|plan(?:s|ned|ning)?|schedul\w+|desires|candidate|will"
    r"|counsel\w*|discuss\w*|after|ago|post|s/p)\b[^.,;\n]*$",
    re.IGNORECASE,
)
_LONG_SINCE = re.compile(
    r"\b(?:\d{1,2}|one|two|three|four|five|six|several) (?:days?|weeks?|months?) (?:ago"
    r"|post-?partum"
    r"|after (?:delivery|childbirth|birth)|status post|s/p)|\breadmi(?:t|ssion)"
    r"|\bpost-?partum (?:visit|check|follow|exam)",
    re.IGNORECASE,
)
_POSTPARTUM = re.compile(
    r"\bpost-?partum\b|\bpuerper|\b(?:day \d{1,2}|days?|weeks?) after (?:delivery|childbirth"
    r"|giving)"
    r"|\b(?:s/p|status post) (?:\w+ ){0,3}(?:NSVD|SVD|vaginal delivery|cesarean|c-section)",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\b(?:first|second|third|unspecified) trimester\b|\bpregnancy\b|\bchildbirth\b|\bpuerperium\b"
    r"|\bcomplicating\b|\bin\b|\bthe\b|[,;]"
)
_NTH = {"1": "first trimester", "2": "second trimester", "3": "third trimester"}
_UNKNOWN = "unspecified trimester"
_PRINTED = 6


class Time(StrEnum):
    """Which part of the maternal time the record is of."""

    PREGNANCY = "pregnancy"
    CHILDBIRTH = "childbirth"
    PUERPERIUM = "puerperium"


@dataclass(frozen=True, slots=True)
class Phase:
    """The part of the maternal time, with what is known of the gestation."""

    time: Time
    gestation: Gestation | None

    @property
    def trimester(self) -> str:
        """The trimester as titles write it."""
        return _NTH[self.gestation.trimester] if self.gestation else _UNKNOWN

    @property
    def weeks(self) -> int | None:
        """Completed weeks, where the record tells them."""
        return self.gestation.weeks if self.gestation else None


def phase_of(drafts: Sequence[Draft], case: Case) -> Phase:
    """Return the phase that the record is of.

    Childbirth where the delivery takes place in this encounter; the puerperium from then to six
    weeks after, and where the record names what only then occurs (ICD-10-CM OCG I.C.15.a.3 and o).
    """
    on = None if case.encounter.is_inpatient else case.on
    weeks = gestation(case.readings, on)
    if is_delivery(drafts, case):
        return Phase(Time.CHILDBIRTH, weeks)
    is_postpartum = weeks is None and any(
        _POSTPARTUM.search(reading.text) for reading in case.readings
    )
    if is_postpartum or first(drafts, *_AFTERWARDS):
        return Phase(Time.PUERPERIUM, weeks)
    return Phase(Time.PREGNANCY, weeks)


def is_delivery(drafts: Sequence[Draft], case: Case) -> bool:
    """Return whether the child was born in this encounter."""
    if case.encounter.setting in _VISITS:
        return False
    texts = [reading.text for reading in case.readings]
    if any(_LONG_SINCE.search(text) for text in texts):
        return False
    if first(drafts, *DELIVERY):
        return True
    return any(
        not _NOT_NOW.search(text[max(0, found.start() - 40) : found.start()])
        for text in texts
        for found in _DELIVERED.finditer(text)
    )


def leaf_of(family: str, phase: Phase, case: Case) -> str | None:
    """Return the code of the family for the phase, without a seventh character, or None.

    In childbirth, where the family has no code for it, that of the trimester (OCG I.C.15.a.3).
    """
    leaves = [
        (leaf.title.code, leaf.title.display.lower())
        for leaf in case.specificity.family(family).leaves
    ]
    if len(leaves) == 1:
        return leaves[0][0]
    for wanted in _wanted(phase):
        for code, title in leaves:
            if _is_of(title, wanted):
                return code
    return None


def in_phase(code: str, phase: Phase, case: Case) -> str:
    """Return the code's neighbor that says the same of the phase, or the code where none does.

    A trimester that the code states already stays.
    """
    leaves = case.specificity.family(code[:3]).leaves
    printed = code[:_PRINTED].rstrip("X")
    own = next(
        (leaf.title.display.lower() for leaf in leaves if leaf.title.code in (code, printed)), None
    )
    if own is None or not _SAID.search(own):
        return code
    if phase.time is Time.PREGNANCY and _UNKNOWN not in own:
        return code
    words = _without_phase(own)
    for wanted in _wanted(phase):
        if phase.time is not Time.PREGNANCY and "trimester" in wanted and _UNKNOWN not in own:
            return code
        for leaf in leaves:
            title = leaf.title.display.lower()
            if _is_of(title, wanted) and _without_phase(title) == words:
                return (
                    leaf.title.code + code[len(printed) :] if code != printed else leaf.title.code
                )
    return code


def _wanted(phase: Phase) -> tuple[str, ...]:
    if phase.time is Time.PREGNANCY:
        return (phase.trimester, Time.PREGNANCY.value)
    if phase.time is Time.CHILDBIRTH:
        return (Time.CHILDBIRTH.value, phase.trimester)
    return (Time.PUERPERIUM.value,)


def _is_of(title: str, wanted: str) -> bool:
    if wanted == Time.PREGNANCY.value:
        others = ("trimester", Time.CHILDBIRTH.value, Time.PUERPERIUM.value)
        return wanted in title and not any(other in title for other in others)
    return wanted in title


def _without_phase(title: str) -> frozenset[str]:
    return frozenset(_SAID.sub(" ", title).split())
