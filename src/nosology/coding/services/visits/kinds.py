"""What kind of visit the record tells of: by the setting, the type of its documents and its words."""

from __future__ import annotations

from dataclasses import dataclass

from nosology.coding.services.attributes.facts import is_report
from nosology.coding.services.draft import ServiceCase
from nosology.coding.services.visits.said import Said, Words
from nosology.model.encounter import Setting
from nosology.model.reading import SectionKind
from nosology.model.record import Author, Span

_NO_VISITS = frozenset(
    {
        *(Setting.IMAGING_PROFESSIONAL_HOSPITAL, Setting.IMAGING_CENTER_GLOBAL),
        *(Setting.INDEPENDENT_LAB, Setting.DME_SUPPLIER, Setting.AMBULANCE_SUPPLIER),
        Setting.INPATIENT_FACILITY,
    }
)
_VISIT_SECTIONS = frozenset(
    {
        *(SectionKind.HISTORY_OF_PRESENT_ILLNESS, SectionKind.INTERVAL_HISTORY),
        *(SectionKind.REVIEW_OF_SYSTEMS, SectionKind.ASSESSMENT_AND_PLAN, SectionKind.ASSESSMENT),
        *(SectionKind.PLAN, SectionKind.MEDICAL_DECISION_MAKING, SectionKind.HOSPITAL_COURSE),
        *(SectionKind.DISCHARGE_DIAGNOSIS, SectionKind.ADMISSION_DIAGNOSIS),
    }
)
_HEAD = 300
"""Characters at the head of a document in which it says what it is."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of visit.

    Attributes:
        concept: of the catalogue, such as ``office-visit``; empty where there was no visit.
        span: where the record says so; None where the setting says it.
    """

    concept: str
    span: Span | None = None


NONE = Kind("")


def of(case: ServiceCase, words: Words) -> Kind:
    """Return the kind of visit; one without a concept where the record tells of none."""
    setting = case.encounter.setting
    if setting in _NO_VISITS or not _is_visit(case, words):
        return NONE
    match setting:
        case Setting.ED_PROFESSIONAL:
            return _emergency(case, words)
        case Setting.INPATIENT_PROFESSIONAL:
            return _hospital(case, words)
        case Setting.HOPD_FACILITY:
            return Kind("hospital-clinic-visit")
        case Setting.HOME:
            return _home(words)
    return _office(case, words)


def _is_visit(case: ServiceCase, words: Words) -> bool:
    """Whether a physician or other qualified professional saw a patient."""
    readings = [r for r in case.readings if r.document.author is Author.PROVIDER and r.sentences]
    if not readings:
        return False
    if all(is_report(reading) for reading in readings):
        return False
    kinds = {section.kind for reading in readings for section in reading.sections}
    return bool(kinds & _VISIT_SECTIONS) or words.first("visit_words") is not None


def is_titled(said: Said | None) -> bool:
    """Return whether the words stand where a document says what it is."""
    return said is not None and said.start < _HEAD


def _titled(words: Words, cue: str) -> Said | None:
    """Return what the cue finds where a document says what it is, or in its type."""
    return next((said for said in words.meant(cue) if said.start < _HEAD), None)


def _is_type(case: ServiceCase, *names: str) -> bool:
    return any(name in reading.document.type for reading in case.readings for name in names)


def _emergency(case: ServiceCase, words: Words) -> Kind:
    said = _titled(words, "consultation")
    if said is not None and "emergency" not in said.part and not case.is_medicare:
        asked = words.first("consultation_asked")
        if asked is not None and _is_type(case, "consult"):
            return Kind("office-consultation", asked.span)
    return Kind("emergency-visit")


def _hospital(case: ServiceCase, words: Words) -> Kind:
    facility = words.first("nursing_facility_visit")
    if facility is not None and facility.start < _HEAD:
        return _nursing(words, facility)
    same_day = words.first("same_day")
    discharge = _titled(words, "discharge")
    if same_day is not None:
        return Kind("hospital-same-day", same_day.span)
    if _is_type(case, "discharge"):
        return Kind("hospital-discharge", discharge.span if discharge else None)
    consult = _titled(words, "consultation")
    if consult is not None and not is_follow_up(words):
        concept = "hospital-initial" if case.is_medicare else "hospital-consultation"
        return Kind(concept, consult.span)
    later = _titled(words, "subsequent_hospital")
    initial = _titled(words, "initial_hospital")
    if discharge is not None and (later is None or _is_leaving(words)):
        return Kind("hospital-discharge", discharge.span)
    if _is_type(case, "h&p", "admission", "history and physical"):
        return Kind("hospital-initial", initial.span if initial else None)
    if _is_type(case, "progress"):
        return Kind("hospital-subsequent", later.span if later else None)
    if later is not None and (initial is None or later.start < initial.start):
        return Kind("hospital-subsequent", later.span)
    if initial is not None:
        return Kind("hospital-initial", initial.span)
    anywhere = words.first("initial_hospital")
    if anywhere is not None:
        return Kind("hospital-initial", anywhere.span)
    return Kind("hospital-subsequent")


def is_follow_up(words: Words) -> bool:
    """Return whether a consultation is a further one of the same stay."""
    said = words.first("later_consultation")
    return said is not None and said.start < _HEAD


def _is_leaving(words: Words) -> bool:
    said = words.first("discharged_today")
    return said is not None


def _nursing(words: Words, said: Said) -> Kind:
    discharge = words.first("nursing_discharge")
    if discharge is not None and discharge.start < 2 * _HEAD:
        return Kind("nursing-discharge", discharge.span)
    initial = words.first("nursing_initial")
    if initial is not None and initial.start < 2 * _HEAD:
        return Kind("nursing-initial", initial.span)
    return Kind("nursing-subsequent", said.span)


def _home(words: Words) -> Kind:
    facility = words.first("nursing_facility_visit")
    if facility is not None:
        return _nursing(words, facility)
    said = words.first("home_visit")
    return Kind("home-visit", said.span if said else None)


def _office(case: ServiceCase, words: Words) -> Kind:
    facility = words.first("nursing_facility_visit")
    if facility is not None and facility.start < _HEAD:
        return _nursing(words, facility)
    home = words.first("home_visit")
    if home is not None and home.start < _HEAD and "home visit" in home.part:
        return Kind("home-visit", home.span)
    consult = words.first("consultation")
    if consult is not None and not case.is_medicare and not is_follow_up(words):
        asked, answered = words.first("consultation_asked"), words.first("consultation_answered")
        if asked is not None and answered is not None:
            return Kind("office-consultation", asked.span)
    return Kind("office-visit")
