"""Chapter 15: the record of a delivery, its outcome, and the uncomplicated one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from nosology.coding.diagnoses.draft import Case, Draft, first
from nosology.coding.guidelines.obstetric_phase import DELIVERY, is_delivery
from nosology.coding.guidelines.patients import is_newborn
from nosology.coding.rules import because
from nosology.model.record import Span

_NORMAL, _WITHOUT_INDICATION = "O80", "O82"
_OUTCOME, _LIVEBORN = "Z37", "Z38"
_MATERNAL = ("O", _OUTCOME, _LIVEBORN)
_NOT_AT_DELIVERY = ("O09", _LIVEBORN, "Z98891", "Z331", "Z34")
"""Supervision is for the time before, Z38 for the child's own record; the scar of a cesarean of
this encounter is none yet."""
_LIVE = re.compile(
    r"\blive(?:-| )?born|\blive (?:birth|(?:\w+ )?(?:male|female|infant|boy|girl|twins?))\b"
    r"|\bviable\b"
    r"|\bapgars?\b|\bhealthy (?:\w+ )?(?:male|female|infant|baby|boy|girl|newborn)\b|\bvigorous\b",
    re.IGNORECASE,
)
_CHILD = re.compile(
    r"\b(?:male|female|boy|girl) infant\b|\binfant (?:male|female|boy|girl)\b|\bbaby (?:boy|girl)\b"
    r"|\b(?:well|newborn) nursery\b|\bcrying\b|\bskin[- ]to[- ]skin\b|\bbreast ?feeding\b",
    re.IGNORECASE,
)
"""Words that a record has of a child that lives, unless it says otherwise."""
_STILL = re.compile(r"\bstill ?b(?:orn|irth)|\bfetal (?:demise|death)|\bIUFD\b", re.IGNORECASE)
_CESAREAN = re.compile(r"\bc(?:a)?esarean|\bc-section", re.IGNORECASE)
_TWINS = re.compile(r"\btwins?\b", re.IGNORECASE)
_TRIPLETS = re.compile(r"\btriplets?\b", re.IGNORECASE)
_OUTCOMES = {
    (1, True, False): "Z370",
    (1, False, True): "Z371",
    (2, True, False): "Z372",
    (2, True, True): "Z373",
    (2, False, True): "Z374",
    (3, True, False): "Z3751",
}
_UNKNOWN_OUTCOME = "Z379"


def delivery(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts of a mother's record with the outcome of the delivery.

    Every delivery has Z37 once, on the mother's record only, and Z38 belongs to the child's
    (ICD-10-CM OCG I.C.15.b.5, I.C.16.a.2); O80 stands only where no other code of chapter 15 is
    needed (I.C.15.n). On the record of a later visit none of them does.
    """
    if first(drafts, *_MATERNAL) is None or is_newborn(case):
        return list(drafts)
    if not is_delivery(drafts, case):
        return [draft for draft in drafts if not draft.code.startswith(DELIVERY)]
    kept = [draft for draft in drafts if not draft.code.startswith(_NOT_AT_DELIVERY)]
    complications = [
        draft
        for draft in kept
        if draft.code.startswith("O") and draft.code not in (_NORMAL, _WITHOUT_INDICATION)
    ]
    if complications:
        kept = [draft for draft in kept if draft.code not in (_NORMAL, _WITHOUT_INDICATION)]
    chapter = [draft for draft in kept if draft.code.startswith("O")]
    if not chapter:
        chapter = _uncomplicated(drafts, case)
    outcome = first(kept, _OUTCOME) or _outcome(chapter, drafts, case)
    others = [draft for draft in kept if not draft.code.startswith(("O", _OUTCOME))]
    lead = chapter[0]
    if lead.code == _NORMAL and all(item.rule != "normal-delivery" for item in lead.rationale):
        chapter[0] = lead.because("normal-delivery")
    return [*chapter, *others, *([outcome] if outcome else [])]


def _uncomplicated(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """The delivery itself, where no code of chapter 15 says what else there is."""
    stated = first(drafts, _OUTCOME, _LIVEBORN) or drafts[0]
    code = _WITHOUT_INDICATION if next(_found(_CESAREAN, case), None) else _NORMAL
    return [replace(stated, code=code, rationale=(because("normal-delivery"),))]


def _outcome(chapter: list[Draft], drafts: Sequence[Draft], case: Case) -> Draft | None:
    live = next(_found(_LIVE, case), None)
    still = next(_found(_STILL, case), None)
    if live is None and still is None:
        live = next(_found(_CHILD, case), None)
    count = 3 if next(_found(_TRIPLETS, case), None) else 1
    if count == 1 and (first(drafts, "O300", "Z383") or next(_found(_TWINS, case), None)):
        count = 2
    is_normal = chapter[0].code == _NORMAL
    code = _OUTCOMES.get((count, live is not None, still is not None), _UNKNOWN_OUTCOME)
    if is_normal and still is None:
        code = "Z370"
    if not case.is_billable(code):
        return None
    said = tuple(span for span in (live, still) if span) or chapter[0].support
    return Draft(code, said, (because("outcome-of-delivery"),), 0.8)


def _found(pattern: re.Pattern[str], case: Case) -> Iterator[Span]:
    for reading in case.readings:
        for found in pattern.finditer(reading.text):
            yield Span(found.start(), found.end(), reading.index)
