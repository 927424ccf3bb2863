"""Whether each diagnosis of a hospital stay was present on admission."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.model.code import plain
from nosology.model.present_on_admission import is_exempt
from nosology.model.reading import SectionKind
from nosology.model.record import Author
from nosology.model.tables import any_of, settings

PRESENT, ACQUIRED, UNKNOWN, UNDETERMINED = "Y", "N", "U", "W"
_ROSE = "pressure-ulcer-progressed"
"""The stage that an ulcer came to in the stay has a code beside that on admission (I.C.12.a.6)."""
_AFTER_OPERATION = "after an operation"
_OUTCOME_OF_DELIVERY = "Z37"
_NEOPLASMS = ("C", "D0", "D1", "D2", "D3", "D4")
_SUDDEN = ("I47", "I48", "I44", "I45", "F05", "G40")
"""Kept as chronic where they recur, but they may as well come in the stay."""
_PACKAGE = "nosology.coding.inpatient"
_CATEGORY = 3
_TELLS_ARRIVAL = frozenset(
    {
        SectionKind.CHIEF_COMPLAINT,
        SectionKind.HISTORY_OF_PRESENT_ILLNESS,
        SectionKind.PAST_MEDICAL_HISTORY,
        SectionKind.PROBLEM_LIST,
        SectionKind.ADMISSION_DIAGNOSIS,
        SectionKind.PREOPERATIVE_DIAGNOSIS,
        SectionKind.INDICATION,
    }
)
_TOLD = frozenset({Sense.PRESENT, Sense.UNCERTAIN, Sense.PAST})


@dataclass(frozen=True, slots=True)
class _Cues:
    undetermined: re.Pattern[str]
    acquired: re.Pattern[str]
    after_operation: re.Pattern[str]
    end_of: re.Pattern[str]
    operated_before: re.Pattern[str]
    all_present: re.Pattern[str]
    present: re.Pattern[str]
    arrival_documents: tuple[str, ...]
    reach: int
    arising: tuple[str, ...]
    delivering: tuple[str, ...]


def with_indicators(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts of a hospital stay, each with its indicator."""
    is_delivery = any(draft.code.startswith(_OUTCOME_OF_DELIVERY) for draft in drafts)
    return [replace(draft, poa=indicator(draft, case, is_delivery=is_delivery)) for draft in drafts]


def with_principal(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the drafts, the principal diagnosis first, with the reasons for their indicators.

    What occasioned the admission was there on admission, so that no question is left about it.
    """
    marked = list(drafts)
    if marked and marked[0].poa == UNKNOWN:
        marked[0] = replace(marked[0], poa=PRESENT)
    return [
        draft.because("present-on-admission", f"({draft.poa})") if draft.poa else draft
        for draft in marked
    ]


def indicator(draft: Draft, case: Case, *, is_delivery: bool = False) -> str | None:
    """Return Y, N, U or W for a diagnosis of a hospital stay, or None where it is exempt.

    What the record says of the condition decides, the nearest words first, then where it is told.
    A chronic condition was there unless the record says otherwise, and what comes of a delivery
    came with the delivery of this stay. Where the record is silent a diagnosis is taken as
    the reason for it or as brought along, unless it is one that often comes in hospital: U, which
    asks for a query.

    Args:
        draft: the diagnosis.
        case: the record.
        is_delivery: whether a child was born in this stay.

    Source: ICD-10-CM Official Guidelines, Appendix I.
    """
    if is_exempt(draft.code):
        return None
    if any(reason.rule == _ROSE for reason in draft.rationale):
        return ACQUIRED
    cues = _cues()
    own, others = _told_of(draft, case)
    said = [found for item in own if (found := _said(item))]
    if not said:
        said = [found for item in others if (found := _said(item))]
    if UNDETERMINED in said:
        return UNDETERMINED
    if is_delivery and draft.code.startswith(cues.delivering) and PRESENT not in said:
        return ACQUIRED
    arrived = any(_tells_arrival(item) for item in (*own, *others))
    if _AFTER_OPERATION in said:
        said.append(PRESENT if _was_operated_before(case) else ACQUIRED)
    is_kept = PRESENT in said and (ACQUIRED not in said or _is_chronic(draft, case))
    if ACQUIRED in said and not arrived and not is_kept:
        return ACQUIRED
    if PRESENT in said or arrived or not draft.code.startswith(cues.arising):
        return PRESENT
    if _is_said_of_all(own) or _is_chronic(draft, case):
        return PRESENT
    return UNKNOWN


@cache
def _cues() -> _Cues:
    read = settings(_PACKAGE, "present_on_admission.toml")

    return _Cues(
        any_of(read["undetermined"]),
        any_of(read["acquired"]),
        any_of(read["after_operation"]),
        any_of(read["end_of"]),
        any_of(read["operated_before"]),
        any_of(read["all_present"]),
        any_of(read["present"]),
        tuple(read["arrival_documents"]),
        int(read["reach"]),
        tuple(plain(item["code"]) for item in read["arising"]),
        tuple(plain(item["code"]) for item in read["delivering"]),
    )


def _told_of(draft: Draft, case: Case) -> tuple[list[Statement], list[Statement]]:
    """The statements that the draft rests on, and those of its category or name elsewhere."""
    spans = set(draft.support)
    told = [item for item in case.statements if item.sense in _TOLD]
    own = [item for item in told if item.span in spans]
    names = {_name(item) for item in own}
    others = [
        item
        for item in told
        if item.span not in spans
        and (
            item.concept[:_CATEGORY] == draft.code[:_CATEGORY]
            or any(name in _name(item) for name in names)
        )
    ]
    return own, others


def _name(item: Statement) -> str:
    return item.span.quote(item.reading.text).lower()


def _said(item: Statement) -> str | None:
    """What the sentence says of the condition: the cue that stands nearest to it."""
    cues = _cues()
    sentence = item.reading.sentences[item.mention.sentence]
    said = item.said
    begin, end = item.mention.start - sentence.start, item.mention.end - sentence.start
    best: tuple[int, str] | None = None
    for answer, pattern in (
        (UNDETERMINED, cues.undetermined),
        (ACQUIRED, cues.acquired),
        (_AFTER_OPERATION, cues.after_operation),
        (PRESENT, cues.present),
    ):
        for found in pattern.finditer(said):
            gap = max(begin - found.end(), found.start() - end, 0)
            if gap > cues.reach or (best is not None and gap >= best[0]):
                continue
            if answer != PRESENT and cues.end_of.search(said, 0, found.start()):
                continue  # it tells when the condition ended
            best = (gap, answer)
    return best[1] if best else None


def _is_chronic(draft: Draft, case: Case) -> bool:
    """Whether it is a condition that is never new, though it may be found in the stay."""
    if draft.code.startswith(_NEOPLASMS):
        return True
    if not case.knowledge.is_chronic(draft.code):
        return False
    display = case.code(draft.code).display.lower()
    return "acute" not in display and not draft.code.startswith(_SUDDEN)


def _was_operated_before(case: Case) -> bool:
    """Whether the record tells that the operation preceded the admission."""
    return any(
        _cues().operated_before.search(reading.text)
        for reading in case.readings
        if reading.document.author is Author.PROVIDER
    )


def _is_said_of_all(own: Sequence[Statement]) -> bool:
    """Whether the list that names the condition says that all of it was there on admission."""
    lists = {item.reading.index: item.reading.text for item in own if item.is_assessed}
    return any(_cues().all_present.search(text) for text in lists.values())


def _tells_arrival(item: Statement) -> bool:
    if item.kind in _TELLS_ARRIVAL:
        return True
    kind = f"{item.reading.document.type.lower()} "
    return kind.startswith(_cues().arrival_documents)
