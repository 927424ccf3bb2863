"""Tracings: which part of an electrocardiogram or stress test the record supports."""

from __future__ import annotations

from collections.abc import Iterable

from nosology.coding.services.acts import Act
from nosology.coding.services.attributes.told import Told
from nosology.coding.services.diagnostics.tests import words
from nosology.coding.services.draft import ServiceCase
from nosology.model.encounter import Setting

_HOSPITALS_OWN = frozenset({Setting.HOPD_FACILITY})
_IN_HOSPITAL = frozenset(
    {
        *(Setting.ED_PROFESSIONAL, Setting.INPATIENT_PROFESSIONAL, Setting.HOPD_PROFESSIONAL),
        Setting.IMAGING_PROFESSIONAL_HOSPITAL,
    }
)
_PARTS = {
    "electrocardiogram": ("ecgpart", "global", "tracing", "interpretation"),
    "stress-test": ("stresspart", "global", "tracing", "interpretation"),
    "holter-monitor": ("monitorpart", "global", "recording", "interpretation"),
    "event-monitor": ("monitorpart", "global", "recording", "interpretation"),
    "patch-monitor": ("monitorpart", "global", "recording", "interpretation"),
    "mobile-telemetry": ("monitorpart", "interpretation", "recording", "interpretation"),
}
"""Of each test the attribute that tells its part: the whole, the machine's and the clinician's."""
_FOLLOWING = 240


def tell(acts: Iterable[Act], case: ServiceCase) -> None:
    """Keep for each tracing which part of it is billed here."""
    for act in acts:
        parts = _PARTS.get(act.concept.name)
        if parts is None:
            continue
        attribute, whole, technical, professional = parts
        value = _part(act, case, attribute, whole, technical, professional)
        if value:
            case.facts.derive(act, attribute, Told(value, act.mention.start, act.mention.end))


def _part(
    act: Act, case: ServiceCase, attribute: str, whole: str, technical: str, professional: str
) -> str:
    """Return the part that is billed; empty where the words of the record are to tell it."""
    setting = case.encounter.setting
    if setting in _HOSPITALS_OWN:
        return technical
    told = case.facts.told(act, attribute)
    if setting in _IN_HOSPITAL:
        return str(told.value) if told and told.value == "supervision" else professional
    if attribute == "monitorpart" and _is_whole_monitor(act, case):
        return whole
    if told is not None:
        return ""
    if act.concept.name != "electrocardiogram":
        return ""
    start = min(act.mention.start, act.sentence.start)
    end = min(act.section.end, act.sentence.end + _FOLLOWING)
    return whole if words("read").search(act.reading.text, start, end) else ""


def _is_whole_monitor(act: Act, case: ServiceCase) -> bool:
    """Whether one practice recorded, scanned and read what a monitor kept."""
    if not case.facts.is_report(act.reading):
        return False
    told = {str(item.value) for item in case.facts.in_document(act.reading, "monitorpart")}
    return "recording" in told and bool(words("monitor_read").search(act.reading.text))
