"""Chapter 21: aftercare of operations, never of injuries, and follow-up of what is over."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft, first, moved_before
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.guidelines.wording import said_with, sentences_with
from nosology.coding.rules import because
from nosology.model.code import plain
from nosology.model.encounter import Setting
from nosology.model.reading import SectionKind
from nosology.model.record import Span
from nosology.model.tables import rows, table

_JOINT_IMPLANT = "Z966"
_AFTERCARE = "Z471"
_COMPLICATIONS = ("T84", "T81", "M96", "M97")
_SURGICAL_AFTERCARE = "Z48"
_PRESENCE = ("Z89", "Z90", "Z94", "Z95", "Z96")
_POSTOPERATIVE = re.compile(
    r"\bpost[- ]?op(?:erative(?:ly)?)? (?:visit|check|follow|exam|week|day|appt|appointment)"
    r"|\b(?:surgical )?aftercare\b|\bPO[DW]\s?#?\d{1,2}\b"
    r"|\b\d{1,2}[\s-]?(?:d|days?|wks?|w|weeks?)(?: out)?,? (?:out|post|after|s/p|status post)\b"
    r"|\bdoing (?:well|great|ok|fine) post[- ]?op",
    re.IGNORECASE,
)
_ARTHRITIS = ("M05", "M06", "M15", "M16", "M17", "M18", "M19", "M87")
_REPLACED_FOR = re.compile(
    r"\b(?:TKA|TKR|THA|THR|TSA|RTSA|(?:hemi)?arthroplasty|replacement)\b[^.;\n]{0,25}?"
    r"\b(?:for|due to|because of)\b[^.;,\n]{0,30}$",
    re.IGNORECASE,
)
_REPLACED_SINCE = re.compile(
    r"[^.;\n]{0,20}?\b(?:status[- ]post|s/p)\b[^.;\n]{0,40}?"
    r"\b(?:TKA|TKR|THA|THR|TSA|RTSA|arthroplasty|replacement)\b",
    re.IGNORECASE,
)
_INJURY = ("S", "T2")
_NOT_OF_INJURIES = ("Z4789", "Z4801", "Z4802", "Z48817", "Z4889", "Z5189")
_ACTIVE = ("A", "B", "C", "S")
_FOLLOW_UP = "Z09"
_MALIGNANT_HISTORY = "Z85"
_HISTORY = ("Z86", "Z87")
_FOLLOWS = re.compile(r"\bfollow(?:ed|ing)?[- ]?up\b|\bf/u\b|\bsurveillance\b", re.IGNORECASE)
_TOLD = frozenset(
    {
        SectionKind.CHIEF_COMPLAINT,
        SectionKind.HISTORY_OF_PRESENT_ILLNESS,
        SectionKind.INTERVAL_HISTORY,
        SectionKind.ASSESSMENT,
        SectionKind.ASSESSMENT_AND_PLAN,
        SectionKind.IMPRESSION,
        SectionKind.BODY,
    }
)
_RECENT = re.compile(
    r"\bpost-?op(?:erative)? (?:visit|check|follow)"
    r"|\bPOV\b|\b(?:\d{1,2}|one|two|three|four|five|six|eight|ten|twelve)[ -]?"
    r"(?:days?|weeks?|wks?)(?: out)?,? "
    r"(?:status post|s/p|after|post|from|following)\b",
    re.IGNORECASE,
)

_DATED = re.compile(
    r"\b(?:s/p|status[- ]post)\b[^.;\n]{0,30}?"
    r"\b(?:TKA|TKR|THA|THR|TSA|RTSA|(?:hemi)?arthroplasty|replacement)\b,?\s(?:on\s)?\(?"
    r"(?P<month>\d{1,2})/(?P<day>\d{1,2})(?:/(?P<year>\d{4}|\d{2}))?\b(?!/)",
    re.IGNORECASE,
)
_CENTURY = 99
_WEEKS_AFTER = dt.timedelta(days=90)
"""How long the care after a replaced joint is taken for aftercare where a date tells it."""


def joint_replacement_aftercare(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with Z47.1 where a replaced joint is seen in the weeks after the operation.

    The Tabular List asks at Z47.1 for the joint (Z96.6-) beside it; a complication of the joint is
    coded instead of aftercare (ICD-10-CM OCG I.C.21.c.7).
    """
    joint = first(drafts, _JOINT_IMPLANT)
    if joint is not None:
        drafts = [draft for draft in drafts if not _was_replaced(draft, case)]
    if joint is None or first(drafts, "Z47", *_COMPLICATIONS) or not case.is_billable(_AFTERCARE):
        return list(drafts)
    for reading in case.readings:
        for section in reading.sections:
            found = (
                _RECENT.search(reading.text, section.start, section.end)
                or _dated_recently(reading.text, section.start, section.end, case.on)
                if section.kind in _TOLD
                else None
            )
            if found:
                said = Span(found.start(), found.end(), reading.index)
                aftercare = Draft(
                    _AFTERCARE, (said, *joint.support), (because("aftercare"),), joint.confidence
                )
                return [aftercare, *drafts]
    return list(drafts)


def _dated_recently(text: str, start: int, end: int, on: dt.date | None) -> re.Match[str] | None:
    """Return the replacement that the record dates to the weeks before this encounter."""
    if on is None:
        return None
    for found in _DATED.finditer(text, start, end):
        year = int(found["year"] or on.year)
        try:
            date = dt.date(
                year if year > _CENTURY else 2000 + year, int(found["month"]), int(found["day"])
            )
        except ValueError:
            continue  # no day of the calendar
        if dt.timedelta() <= on - date <= _WEEKS_AFTER:
            return found
    return None


def _was_replaced(draft: Draft, case: Case) -> bool:
    """Whether it is told only as what the joint was replaced for, and so is gone with the joint."""
    if not draft.code.startswith(_ARTHRITIS) or _is_stay(case):
        return False
    return all(
        _REPLACED_FOR.search(reading.text, sentence.start, span.start) is not None
        or _REPLACED_SINCE.match(reading.text, span.end, sentence.end) is not None
        for span, reading, sentence in sentences_with(draft, case)
    )


def _is_stay(case: Case) -> bool:
    """Whether it is the stay, or a physician's visit in it, for which the joint was diseased."""
    return case.encounter.is_inpatient or case.encounter.setting is Setting.INPATIENT_PROFESSIONAL


def surgical_aftercare(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the aftercare of an operation before the status that it left.

    Where the problem is named by the visit after the operation; not where a complication, an injury
    or a neoplasm is coded, which have codes of their own (ICD-10-CM OCG I.C.21.c.7).
    """
    status = next((draft for draft in drafts if _aftercare_of(draft.code)), None)
    if status is None or first(drafts, "Z47", "Z48", "Z51", "T8", "S", "C", "D0", "Z85", "Z01"):
        return list(drafts)
    code = _aftercare_of(status.code)
    if not _POSTOPERATIVE.search(said_with(status, case)) or not case.is_billable(code):
        return list(drafts)
    visit = replace(status, code=code, rationale=(because("aftercare"),), words=frozenset())
    return [visit, *(draft for draft in drafts if not _went_with(draft, status, case))]


def _went_with(draft: Draft, status: Draft, case: Case) -> bool:
    """Whether it is a disease of what the operation took away, told as the reason or by pathology.

    What is gone is under no treatment any more (ICD-10-CM OCG IV.J).
    """
    operation = said_with(status, case).lower()
    return any(
        draft.code.startswith(diseases) and re.search(rf"\b(?:{words})", operation)
        for words, diseases in _removed()
    )


@cache
def _removed() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (row["operation"], tuple(plain(code) for code in row["diseases"].split()))
        for row in rows(
            table("nosology.coding.guidelines", "removed_by_surgery.tsv"),
            ("operation", "diseases", "source"),
        )
    )


def _aftercare_of(code: str) -> str:
    return next((found for status, found in _aftercares() if code.startswith(status)), "")


@cache
def _aftercares() -> tuple[tuple[str, str], ...]:
    return tuple(
        (plain(row["status"]), plain(row["aftercare"]))
        for row in rows(
            table("nosology.coding.guidelines", "aftercare.tsv"), ("status", "aftercare", "source")
        )
    )


def aftercare_status(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the status that the name of a surgical aftercare states.

    A status code tells what the aftercare is of (ICD-10-CM OCG I.C.21.c.7: Z95.1 with Z48.812).
    """
    aftercare = first(drafts, _SURGICAL_AFTERCARE)
    if aftercare is None or not aftercare.words or first(drafts, *_PRESENCE):
        return list(drafts)
    entries = [
        entry
        for entry in case.index.within(aftercare.words)
        if case.index.concepts[entry].startswith(_PRESENCE)
        and case.is_billable(case.index.concepts[entry])
    ]
    if not entries:
        return list(drafts)
    entry = max(entries, key=lambda item: (len(case.index.bag(item)), -item))
    reason = because("aftercare", f"({aftercare.code})")
    status = replace(
        aftercare,
        code=case.index.concepts[entry],
        rationale=(reason,),
        words=frozenset(),
    )
    return [*drafts, status]


def no_aftercare_of_injuries(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts without aftercare beside an injury that is healing.

    The injury's seventh character says it (ICD-10-CM OCG I.C.19.a and I.C.21.c.7).
    """
    del case
    healing = next(
        (
            draft
            for draft in drafts
            if draft.code.startswith(_INJURY) and draft.code[6:7] not in ("", *_ACTIVE)
        ),
        None,
    )
    if healing is None or first(drafts, *_NOT_OF_INJURIES) is None:
        return list(drafts)
    return [
        draft.because("no-aftercare-of-injuries") if draft is healing else draft
        for draft in drafts
        if not draft.code.startswith(_NOT_OF_INJURIES)
    ]


def follow_up(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the follow-up of a condition that is over before its history.

    A condition that has come back is coded instead; follow-up after a malignant neoplasm is another
    code (ICD-10-CM OCG I.C.21.c.8).
    """
    if first(drafts, _FOLLOW_UP, "Z08"):
        return _with_follow_up_first(drafts)
    for item in case.statements:
        if (
            item.concept == _FOLLOW_UP
            and item.sense in (Sense.PRESENT, Sense.PAST)
            and item.is_assessed
            and (item.is_named or _opens_its_sentence(item))
        ):
            return [*_followed(item, drafts, case), *drafts]
    past = first(drafts, *_HISTORY)
    if past is None or not _FOLLOWS.search(said_with(past, case)):
        return list(drafts)
    if any(not draft.code.startswith("Z") for draft in drafts) or not case.is_billable(_FOLLOW_UP):
        return list(drafts)
    return [replace(past, code=_FOLLOW_UP, rationale=(because("follow-up"),)), *drafts]


def _opens_its_sentence(item: Statement) -> bool:
    sentence = item.reading.sentences[item.mention.sentence]
    return item.mention.start == max(sentence.start, sentence.label)


def _followed(item: Statement, drafts: Sequence[Draft], case: Case) -> list[Draft]:
    words = case.assignment.words(item)
    found = [Draft(_FOLLOW_UP, (item.span,), (because("follow-up"),), 0.7)]
    concepts = sorted(
        (
            (len(case.index.bag(entry)), case.index.concepts[entry])
            for entry in case.index.within(words)
            if not case.index.concepts[entry].startswith(("Z", "R"))
        ),
        reverse=True,
    )
    histories = (case.knowledge.personal_history(concept) for _, concept in concepts)
    history = next((code for code in histories if code), None)
    if (
        history
        and not history.startswith(_MALIGNANT_HISTORY)
        and case.is_billable(history)
        and not any(draft.code == history for draft in drafts)
    ):
        found.append(Draft(history, (item.span,), (because("personal-history"),), 0.6))
    return found


def _with_follow_up_first(drafts: Sequence[Draft]) -> list[Draft]:
    """The follow-up directly before the first history."""
    result = list(drafts)
    visit, past = first(result, _FOLLOW_UP), first(result, *_HISTORY)
    if visit is None or past is None:
        return result
    return moved_before(result, visit, past)
