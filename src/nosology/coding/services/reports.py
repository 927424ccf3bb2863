"""Reports: documents of a laboratory or pathologist, and of a study done by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from nosology.coding.services.acts import Act, Standing
from nosology.model.encounter import Encounter, Setting
from nosology.model.reading import Reading, Section, SectionKind

_PATHOLOGISTS = frozenset(
    {
        *(Setting.HOPD_PROFESSIONAL, Setting.INPATIENT_PROFESSIONAL),
        *(Setting.HOPD_FACILITY, Setting.OFFICE),
    }
)
"""Settings in which a record may be a pathologist's."""
_TYPES = ("pathology", "cytology", "laboratory report")
_SPECIALTY = "pathology"
_TITLE = re.compile(
    r"\b(?:surgical pathology|cytopathology|pathologist|dermatopathology|pathology (?:report|"
    r"consultation|professional)|cytology report|hematopathology)\b",
    re.IGNORECASE,
)
_SIGNS = re.compile(
    r"\b(?:(?P<gross>gross(?:ly)?)|(?P<micro>micro(?:scopic(?:ally)?)?|H&E|histology)|"
    r"(?P<specimen>specimens?|cassettes?|received in formalin|containers?)|"
    r"(?P<who>patholog(?:ist|ic diagnosis)|(?:final|pathologic) diagnosis))\b",
    re.IGNORECASE,
)
_GROSS = re.compile(r"gross", re.IGNORECASE)
"""The sign that other notes have least: without it the others are not looked for."""
_FEWEST_SIGNS = 3
_TITLE_WITHIN = 300


def reports_specimens(reading: Reading, encounter: Encounter) -> bool:
    """Return whether the document is a report on specimens rather than a note on a patient."""
    if encounter.setting is Setting.INDEPENDENT_LAB or encounter.specialty == _SPECIALTY:
        return True
    if any(name in reading.document.type for name in _TYPES):
        return True
    if encounter.setting not in _PATHOLOGISTS:
        return False
    if encounter.setting is not Setting.OFFICE and _TITLE.search(reading.text, 0, _TITLE_WITHIN):
        return True
    if _GROSS.search(reading.text) is None:
        return False
    signs = {match.lastgroup for match in _SIGNS.finditer(reading.text)}
    return len(signs) > _FEWEST_SIGNS


_STUDIES = frozenset({"imaging", "tracing"})
_OF_A_STUDY = frozenset({"imaging", "tracing", "drug", "laboratory", "point-of-care"})
_OF_A_VISIT = frozenset(
    {
        *(SectionKind.HISTORY_OF_PRESENT_ILLNESS, SectionKind.ASSESSMENT_AND_PLAN),
        *(SectionKind.PLAN, SectionKind.REVIEW_OF_SYSTEMS, SectionKind.ASSESSMENT),
        *(SectionKind.PHYSICAL_EXAM, SectionKind.PAST_MEDICAL_HISTORY, SectionKind.VITAL_SIGNS),
        *(SectionKind.CHIEF_COMPLAINT, SectionKind.MEDICATIONS, SectionKind.HOSPITAL_COURSE),
    }
)
_SPEAKS_OF_A_VISIT = re.compile(
    r"\b(?:well[\s-](?:child|visit|woman|baby)|check-?up|(?<!no )office visit|"
    r"here (?:for|with)|complains|c/o|presents|"
    r"PMHx?|MDM|critical care(?: time)?|admitted (?:to|by)|"
    r"anticipatory guidance|return(?: to clinic)? in|RTC|HPI|CC|A/P|"
    r"follow[\s-]?up visit|physical exam|"
    r"vaccines?|immunizations?|BP \d)\b|^[ \t]*(?:A|P|S|O|CC|HPI|Plan|Assessment)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_HEAD = 160
"""Characters at the head of a document in which a study is named that it reports."""


def reports_study(reading: Reading, acts: Iterable[Act]) -> bool:
    """Return whether the document reports a study of the patient and tells of no visit.

    Args:
        reading: the document.
        acts: those of the document.
    """
    if _SPEAKS_OF_A_VISIT.search(reading.text):
        return False
    if any(section.kind in _OF_A_VISIT and _is_full(section) for section in reading.sections):
        return False
    return any(
        act.concept.kind in _STUDIES
        and act.mention.start < _HEAD
        and act.standing in (Standing.DONE, Standing.NAMED, Standing.REVIEWED)
        for act in acts
    )


def _is_full(section: Section) -> bool:
    return section.end > section.body


def of_study(act: Act) -> Act:
    """Return an act of the report of a study, done where the report names it and says no more."""
    if act.standing is Standing.NAMED and act.concept.kind in _OF_A_STUDY:
        return replace(act, standing=Standing.DONE)
    return act
