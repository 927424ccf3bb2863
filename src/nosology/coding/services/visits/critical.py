"""Critical care: by its minutes, or of a child under six years in the hospital by the day.

Sources: CPT critical care services, inpatient neonatal and pediatric critical care; Pub. 100-04
ch. 12 s. 30.6.12: for Medicare 99292 begins once the full 30 minutes beyond the first 74 are
reached, with 104 minutes.
"""

from __future__ import annotations

from nosology.coding.rules import because
from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.visits.evaluation import AREA
from nosology.coding.services.visits.kinds import Kind
from nosology.coding.services.visits.minutes import minutes_of
from nosology.coding.services.visits.numbers import about, chosen
from nosology.coding.services.visits.said import Said, Words, sentence_at
from nosology.model.encounter import Setting
from nosology.model.record import Span

_LEAST = 30
_MEDICARE_ADDS = 104
_FIRST = 74
_BY_DAY = "pediatric-critical-care"
_OF_CHILDREN = 5
"""Last year of age in which critical care in the hospital is told by the day."""
_INFANT_MONTHS = 24
_AGES = (
    *(("days", 1), ("days2", 1), ("days3", 1), ("days4", 1)),
    *(("weeks", 7), ("months", 31)),
)
"""Groups by which the age is told, each with its days."""


def critical_care(case: ServiceCase, words: Words) -> Proposal | None:
    """Return critical care that the record tells with its time; None where none was given."""
    said = next((item for item in words.meant("critical_care")), None)
    if said is None:
        return None
    told = _minutes(words)
    if told is None:
        return Proposal(
            missing=(
                Missing(
                    _draft("99291", 1, (said.span,), "critical-care-time-untold"),
                    "critical-care-minutes",
                ),
            )
        )
    minutes, span = told
    if minutes < _LEAST:
        return None
    drafts = [_draft("99291", 1, (said.span, span), "critical-care", f"({minutes} minutes)")]
    units = further(minutes, is_medicare=case.is_medicare)
    if units:
        drafts.append(
            _draft("99292", units, (span, said.span), "critical-care-more", f"({minutes} minutes)")
        )
    return Proposal(tuple(drafts))


def critical_care_of_child(case: ServiceCase, words: Words, kind: Kind) -> Proposal | None:
    """Return a day of critical care of a child under six years; None where it is not such a day.

    It is told by age and by whether the day is the first; minutes do not matter. Those who are
    asked for their opinion alone tell theirs by the minutes.
    """
    age = case.encounter.patient_age
    if (
        case.encounter.setting is not Setting.INPATIENT_PROFESSIONAL
        or age is None
        or age > _OF_CHILDREN
        or not kind.concept.startswith("hospital")
        or kind.concept in {"hospital-consultation", "hospital-discharge"}
    ):
        return None
    said = next(iter((*words.meant("critically_ill"), *words.meant("critical_care"))), None)
    if said is None:
        return None
    days, lived = _days_lived(words) if age == 0 else (None, None)
    told = about(case, days=days, day=_day(words, kind))
    months = next((item for item in words.meant("age_in_days") if "months" in item.groups), None)
    if age and months is not None and int(months.groups["months"]) <= _INFANT_MONTHS:
        told |= about(case, age=1)
    choices, _near = chosen(_BY_DAY, told, case)
    spans = tuple(item.span for item in (said, lived, kind) if item is not None and item.span)
    for choice in choices[:1]:
        draft = _draft(choice.entry.code, 1, spans, "critical-care-by-age")
        if age == 0 and days is None:
            return Proposal(missing=(Missing(draft, "age-in-days"),))
        return Proposal((draft,))
    return None


def _day(words: Words, kind: Kind) -> str:
    """Return whether the day is the first of critical care, or a later one."""
    first = words.first("intensive_admission")
    if kind.concept == "hospital-subsequent":
        return "first" if first is not None and kind.span is None else "later"
    return "first"


def _days_lived(words: Words) -> tuple[int | None, Said | None]:
    """Return how many days a child in its first year has lived, and where that is told."""
    for said in words.meant("age_in_days"):
        if "hours" in said.groups:
            return int(said.groups["hours"]) // 24, said
        for name, each in _AGES:
            if name in said.groups:
                return int(said.groups[name]) * each, said
    born = words.first("neonate")
    return (0, born) if born is not None else (None, None)


def further(minutes: int, *, is_medicare: bool) -> int:
    """Return how often 99292 is reported for the minutes of a day."""
    if is_medicare:
        return (minutes - _FIRST) // _LEAST if minutes >= _MEDICARE_ADDS else 0
    return -(-(minutes - _FIRST) // _LEAST) if minutes > _FIRST else 0


def _minutes(words: Words) -> tuple[int, Span] | None:
    """Return the minutes told of critical care: in a sentence that speaks of it, or the next."""
    for item in words.meant("critical_care"):
        sentence = sentence_at(item.reading, item.start)
        reach = min(len(item.reading.text), sentence.end + 120)
        for cue in ("total_time", "critical_minutes"):
            for time in words.all(cue):
                if time.reading is item.reading and sentence.start <= time.start < reach:
                    found = minutes_of(time)
                    if found:
                        return found, time.span
    return None


def _draft(
    code: str, units: int, spans: tuple[Span, ...], rule: str, detail: str = ""
) -> ServiceDraft:
    return ServiceDraft(
        code,
        AREA,
        tuple(dict.fromkeys(spans)),
        (because(rule, detail),),
        concept="critical-care",
        units=units,
    )
