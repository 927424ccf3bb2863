"""What kind of visit the record tells of: by its setting, types of documents and words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nosology.coding.services.attributes.facts import is_report
from nosology.coding.services.draft import ServiceCase
from nosology.coding.services.visits.said import Said, Words
from nosology.model.encounter import Setting
from nosology.model.reading import Reading, SectionKind
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
_DATE = re.compile(r"(?<![\d/])(\d{1,2}/\d{1,2})(?:/\d{2,4})?(?![\d/])")
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3]):([0-5]\d)(?!\d)")
_SHORTEST_STAY = 8
_ORDERS = "order"
_REPORT_TYPES = ("operative", "operation", "procedure", "radiology", "imaging", "pathology")
_SEEN = frozenset({Setting.ED_PROFESSIONAL, Setting.INPATIENT_PROFESSIONAL})
"""Settings in which a provider's note that is no report tells of a visit."""
_HEAD = 300
_TITLE = 40
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
            if all(_ORDERS in reading.document.type for reading in _written(case)):
                return NONE
            return Kind("hospital-clinic-visit")
        case Setting.HOME:
            return _home(words)
    return _office(case, words)


def _written(case: ServiceCase) -> list[Reading]:
    """Return what a professional wrote; everything where nothing is told to be so."""
    own = [reading for reading in case.readings if reading.document.author is Author.PROVIDER]
    return own or list(case.readings)


def _is_visit(case: ServiceCase, words: Words) -> bool:
    """Whether a physician or other qualified professional saw a patient.

    A hospital tells its own level of an emergency visit, whoever wrote the record.
    """
    if case.encounter.setting is Setting.HOPD_FACILITY and words.first("facility_acuity"):
        return True
    readings = [r for r in case.readings if r.document.author is Author.PROVIDER and r.sentences]
    if not readings or words.first("tests_only") is not None:
        return False
    if words.all("not_seen"):
        return False
    if words.first("critical_care") is not None and words.first("critical_minutes") is not None:
        return True
    if _is_therapy(case, words) or _is_service_alone(words):
        return False
    is_told = words.first("visit_words") is not None
    if all(is_report(reading) for reading in readings):
        return is_told and not _is_type(case, *_REPORT_TYPES)
    if case.encounter.setting in _SEEN:
        return True
    kinds = {section.kind for reading in readings for section in reading.sections}
    return bool(kinds & _VISIT_SECTIONS) or is_told


def _is_service_alone(words: Words) -> bool:
    """Whether the record is of an operation, injection, infusion or study, and of no visit."""
    title = words.first("service_title")
    if words.first("staff_signature") is not None:
        return True
    return title is not None and title.start < _TITLE


def _is_therapy(case: ServiceCase, words: Words) -> bool:
    """Whether the record is a physical, occupational or speech therapist's."""
    said = words.first("therapy_title")
    return _is_type(
        case, "therapy evaluation", "therapy daily", "therapy note", "therapy progress"
    ) or (said is not None and (said.start < _HEAD or "timed" in said.part))


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
    if (facility is not None and facility.start < _HEAD) or _is_type(case, "nursing facility"):
        return _nursing(words, facility)
    discharge = _titled(words, "discharge")
    same_day = _same_day(words)
    if same_day is not None:
        return same_day
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


def _same_day(words: Words) -> Kind | None:
    """Return the kind of a stay that began and ended on the date; None for another."""
    said = words.first("same_day")
    left = words.first("discharged_same")
    came = next((item for item in words.meant("stay_admitted") if item.start < _HEAD), None)
    if said is None and (left is None or came is None or _dates(came.reading) > 1):
        return None
    hours = _hours(left.reading) if left is not None else None
    span = (said or left or came).span  # type: ignore[union-attr]
    if hours is not None and hours < _SHORTEST_STAY:
        # Pub. 100-04 ch. 12 s. 30.6.9.1: a stay under eight hours is the initial visit alone.
        return Kind("hospital-initial", span)
    if hours is None and said is None:
        return None
    return Kind("hospital-same-day", span)


def _dates(reading: Reading) -> int:
    return len({match.group(1) for match in _DATE.finditer(reading.text)})


def _hours(reading: Reading) -> float | None:
    """Return the hours between the first and the last time of day that the record writes."""
    times = [int(m[1]) * 60 + int(m[2]) for m in _CLOCK.finditer(reading.text)]
    return (max(times) - min(times)) / 60 if len(times) > 1 else None


def is_follow_up(words: Words) -> bool:
    """Return whether a consultation is a further one of the same stay."""
    said = words.first("later_consultation")
    return said is not None and said.start < _HEAD


def _is_leaving(words: Words) -> bool:
    said = words.first("discharged_today")
    return said is not None


def _nursing(words: Words, said: Said | None) -> Kind:
    initial, discharge = words.first("nursing_initial"), words.first("nursing_discharge")
    is_first = discharge is None or (initial is not None and initial.start < discharge.start)
    if initial is not None and initial.start < _HEAD and is_first:
        return Kind("nursing-initial", initial.span)
    if discharge is not None and discharge.start < _HEAD:
        return Kind("nursing-discharge", discharge.span)
    return Kind("nursing-subsequent", said.span if said else None)


def _home(words: Words) -> Kind:
    facility = words.first("nursing_facility_visit")
    if facility is not None:
        return _nursing(words, facility)
    said = words.first("home_visit")
    return Kind("home-visit", said.span if said else None)


def _office(case: ServiceCase, words: Words) -> Kind:
    facility = words.first("nursing_facility_visit")
    if (facility is not None and facility.start < _HEAD) or _is_type(
        case, "nursing facility", "snf"
    ):
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
