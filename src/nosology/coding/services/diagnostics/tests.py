"""Tests of the patient: which of those that a record speaks of were done at this encounter."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.draft import ServiceCase
from nosology.model.encounter import Setting
from nosology.model.reading import SectionKind
from nosology.model.tables import patterns

_PACKAGE = "nosology.coding.services.diagnostics"
_IN_HOSPITAL = frozenset(
    {
        *(Setting.ED_PROFESSIONAL, Setting.INPATIENT_PROFESSIONAL, Setting.HOPD_PROFESSIONAL),
        Setting.IMAGING_PROFESSIONAL_HOSPITAL,
    }
)
_HISTORY = frozenset(
    {
        *(SectionKind.HISTORY_OF_PRESENT_ILLNESS, SectionKind.INTERVAL_HISTORY),
        *(SectionKind.PAST_MEDICAL_HISTORY, SectionKind.PAST_SURGICAL_HISTORY),
        *(SectionKind.CHIEF_COMPLAINT, SectionKind.INDICATION, SectionKind.COMPARISON),
        *(SectionKind.REVIEW_OF_SYSTEMS, SectionKind.MEDICATIONS, SectionKind.PROBLEM_LIST),
    }
)
_CONCLUDING = frozenset(
    {SectionKind.ASSESSMENT, SectionKind.ASSESSMENT_AND_PLAN, SectionKind.IMPRESSION}
)
_TRACING = "electrocardiogram"
_FOLLOWING = 240
"""Characters behind the sentence that names a tracing in which its reading may stand."""
_TUBE = "ETT"
_DONE_BEHIND = re.compile(
    r"(?:[\w-]+\s+){1,4}?(?:was |were )?(?:performed|done|obtained|completed)\b", re.IGNORECASE
)
_BY_CLINICIANS = frozenset(
    {
        *("electrocardiogram", "rhythm-strip", "stress-test", "holter-monitor", "event-monitor"),
        *("patch-monitor", "mobile-telemetry", "pacemaker-interrogation"),
        *("defibrillator-interrogation", "loop-recorder-interrogation", "eeg"),
        *("needle-emg-limb", "nerve-conduction", "polysomnography", "nonstress-test"),
        *("contraction-stress-test", "canalith-repositioning", "fluorescein-angiography"),
        *("extended-ophthalmoscopy-peripheral", "extended-ophthalmoscopy-nerve", "gonioscopy"),
        *("pulmonary-function-test", "spirometry", "tilt-table", "swallow-evaluation"),
        *("cardiopulmonary-exercise-test", "esophageal-manometry", "capsule-endoscopy"),
        *("plethysmography", "gas-dilution", "diffusing-capacity", "oct", "visual-field"),
        *("fundus-photography", "ambulatory-blood-pressure", "cystometrogram", "six-minute-walk"),
        *("bronchospasm-provocation", "cpap-titration-study", "multiple-sleep-latency"),
    }
)
"""Tests of which a clinician bills a part even where a hospital does the rest."""


def words(name: str) -> re.Pattern[str]:
    """Return what finds the words of that name in ``words.toml``."""
    return patterns(_PACKAGE, "words.toml")[name]


def billed(acts: Iterable[Act], case: ServiceCase) -> list[Act]:
    """Return the acts that were done here and now, in the order of the text."""
    acts = list(acts)
    others = {act.concept.name for act in acts if _is_of_others(act)}
    return [
        act
        for act in acts
        if _is_billed(act, case) and (act.concept.name not in others or _is_told_here(act))
    ]


def _is_of_others(act: Act) -> bool:
    """Whether the conclusion of the note tells of the test as one that another did."""
    return act.kind in _CONCLUDING and bool(words("others").search(_clause(act)))


def _is_told_here(act: Act) -> bool:
    """Whether the sentence says that the test was done at this visit."""
    return bool(words("here").search(_clause(act)))


def _is_billed(act: Act, case: ServiceCase) -> bool:
    if case.encounter.setting in _IN_HOSPITAL:
        if act.concept.name not in _BY_CLINICIANS:
            return False
        if act.concept.name == _TRACING and not _is_read_here(act):
            return False
    if _is_airway(act):
        return False
    if act.standing is Standing.DONE:
        is_looked_at = bool(words("looked_at").search(_clause(act))) and not _is_told_here(act)
        return not (is_looked_at or _is_elsewhere(act, case))
    if act.standing is Standing.ORDERED:
        after = act.reading.text[act.mention.start : act.sentence.end]
        return bool(_DONE_BEHIND.match(after)) and not _is_elsewhere(act, case)
    if case.facts.is_report(act.reading) and act.standing in (Standing.REVIEWED, Standing.NAMED):
        return act.kind not in _HISTORY
    if act.standing not in (Standing.REVIEWED, Standing.NAMED) or act.kind in _HISTORY:
        return False
    after = act.reading.text[act.mention.end : act.sentence.end]
    return bool(words("result").search(after)) and not _is_elsewhere(act, case)


def _is_read_here(act: Act) -> bool:
    """Whether a tracing that a hospital made is read in writing by the record's clinician."""
    start = min(act.mention.start, act.sentence.start)
    end = min(act.section.end, act.sentence.end + _FOLLOWING)
    text = act.reading.text
    return bool(words("interpreted").search(text, start, end)) and not (
        words("read_by_others").search(_clause(act))
    )


def _is_airway(act: Act) -> bool:
    """Whether the abbreviation of an exercise test stands for a breathing tube."""
    text = act.reading.text
    named = text[act.mention.start : act.mention.end]
    return named == _TUBE and bool(words("airway").search(text))


def _is_elsewhere(act: Act, case: ServiceCase) -> bool:
    """Whether another did the test, or it is of another day than the encounter."""
    clause = _clause(act)
    if words("elsewhere").search(clause):
        return True
    on = case.encounter.date_of_service
    days = [(int(found["month"]), int(found["day"])) for found in words("day").finditer(clause)]
    return bool(days) and on is not None and (on.month, on.day) not in days


def _clause(act: Act) -> str:
    """Return the sentence of the act with its heading."""
    text = act.reading.text
    start = min(act.mention.start, act.sentence.start)
    return text[start : act.sentence.end]
