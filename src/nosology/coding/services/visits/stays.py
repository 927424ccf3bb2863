"""Visits told by the stay: discharge by minutes, newborns, and care after a discharge.

Sources: CPT hospital inpatient, newborn care and transitional care management services.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from nosology.coding.rules import because
from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.visits.elements import Level
from nosology.coding.services.visits.evaluation import AREA, opening
from nosology.coding.services.visits.kinds import Kind
from nosology.coding.services.visits.level import Worksheet
from nosology.coding.services.visits.minutes import minutes_of, total
from nosology.coding.services.visits.numbers import about, chosen
from nosology.coding.services.visits.said import Said, Words

_LONGER = 31
_EARLY = 7
_LATE = 14
_SOON = 2
_WEEKEND = 5
_NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen"),
)


def discharge(case: ServiceCase, words: Words, kind: Kind) -> Proposal:
    """Return the management of a discharge: by default that of 30 minutes or less."""
    time = total(words)
    if time is None:
        said = next((item for item in words.meant("discharge_minutes")), None)
        minutes, span = (minutes_of(said), said.span) if said else (None, None)
        if said is not None and minutes == 0:
            minutes = 31
    else:
        minutes, span = time.minutes, time.span
    choices, _near = chosen(kind.concept, about(case, minutes=minutes), case)
    spans = tuple(item for item in (kind.span, span) if item is not None)
    support = spans or opening(case.readings)
    drafts = tuple(
        ServiceDraft(
            choice.entry.code,
            AREA,
            support,
            (because("discharge-by-time", f"({minutes} minutes)" if minutes else ""),),
            concept=kind.concept,
        )
        for choice in choices[:1]
    )
    if minutes is not None:
        return Proposal(drafts)
    longer, _near = chosen(kind.concept, about(case, minutes=_LONGER), case)
    missing = tuple(
        Missing(
            ServiceDraft(
                choice.entry.code,
                AREA,
                support,
                (because("discharge-time-untold"),),
                0.3,
                kind.concept,
            ),
            "minutes",
        )
        for choice in longer[:1]
        if words.first("long_discharge") is not None
    )
    return Proposal(drafts, missing)


def newborn(case: ServiceCase, words: Words, kind: Kind) -> Proposal | None:
    """Return the care of a newborn in hospital; None where the record is not of one."""
    age = case.encounter.patient_age
    said = words.first("newborn")
    if said is None or age not in (0, None) or not kind.concept.startswith("hospital"):
        return None
    if kind.concept == "hospital-discharge":
        return None
    normal = next(
        (
            item
            for item in words.meant("newborn")
            if "normal" in item.part
            or "healthy" in item.part
            or "well" in item.part
            or "term" in item.part
        ),
        None,
    )
    if normal is None:
        return None
    day = {
        "hospital-same-day": "same",
        "hospital-subsequent": "later",
    }.get(kind.concept, "first")
    choices, _near = chosen("newborn-care", about(case, day=day), case)
    drafts = [
        ServiceDraft(
            choice.entry.code,
            AREA,
            (normal.span,),
            (because("newborn-care"),),
            concept="newborn-care",
        )
        for choice in choices[:1]
    ]
    attended = words.first("delivery_attended")
    if attended is not None:
        revived = words.first("newborn_resuscitated")
        concept = "newborn-resuscitation" if revived is not None else "newborn-delivery"
        found, _near = chosen(concept, about(case), case)
        drafts += [
            ServiceDraft(
                choice.entry.code,
                AREA,
                (attended.span,),
                (because("newborn-care"),),
                concept=concept,
            )
            for choice in found[:1]
        ]
    return Proposal(tuple(drafts))


def transitional(case: ServiceCase, words: Words, sheet: Worksheet) -> Proposal | None:
    """Return transitional care management; None where the record does not speak of it.

    It needs a contact within two business days of the discharge, a visit within 14 days with at
    least moderate decision making, or within 7 days with high.
    """
    said = words.first("tcm")
    if said is None:
        return None
    contact = _is_contacted(case, words)
    days = _days(case, words)
    level = sheet.decision
    if sheet.stated and sheet.stated < level:
        level = sheet.stated
    code = ""
    if days is not None and contact is not None and level >= Level.MODERATE:
        if level is Level.HIGH and days <= _EARLY:
            code = "99496"
        elif days <= _LATE:
            code = "99495"
    spans = tuple(
        dict.fromkeys(
            item.span for item in (said, contact, words.first("days_since")) if item is not None
        )
    )
    if code:
        return Proposal(
            (
                ServiceDraft(
                    code,
                    AREA,
                    spans,
                    (because("transitional-care", f"(day {days}, {level.word})"),),
                    concept="transitional-care",
                    worksheet=sheet.elements(case),
                ),
            )
        )
    draft = ServiceDraft(
        "99495",
        AREA,
        spans,
        (because("transitional-care-incomplete"),),
        confidence=0.4,
        concept="transitional-care",
    )
    return Proposal(missing=(Missing(draft, "transitional-care"),))


def _days(case: ServiceCase, words: Words) -> int | None:
    """Return how many days after the discharge the visit took place."""
    for said in words.all("days_since"):
        for name in ("days", "days2", "days3"):
            if name in said.groups:
                return _number(said.groups[name])
    left = _left_on(case, words)
    return (case.on - left).days if left is not None and case.on is not None else None


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else (_NUMBERS.index(text) if text in _NUMBERS else None)


def _left_on(case: ServiceCase, words: Words) -> dt.date | None:
    said = next(iter(words.all("discharged_on")), None)
    return None if said is None else _date(said.groups, case.on)


def _date(groups: Mapping[str, str], on: dt.date | None) -> dt.date | None:
    """Return the last such day up to the date of service."""
    if on is None:
        return None
    try:
        day = dt.date(on.year, int(groups["month"]), int(groups["day"]))
    except ValueError:
        return None
    return day if day <= on else day.replace(year=on.year - 1)


def _is_contacted(case: ServiceCase, words: Words) -> Said | None:
    """Return where the contact is told, if it was within two business days of the discharge."""
    left = _left_on(case, words)
    for said in words.all("contact_on"):
        called = _date(said.groups, case.on)
        if left is not None and called is not None and called >= left:
            return said if _business_days(left, called) <= _SOON else None
    return words.first("tcm_contact")


def _business_days(start: dt.date, end: dt.date) -> int:
    days = (start + dt.timedelta(number) for number in range(1, (end - start).days + 1))
    return sum(day.weekday() < _WEEKEND for day in days)
