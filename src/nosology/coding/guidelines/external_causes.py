"""Chapter 20: how an injury came about, where, in what activity and status."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nosology.coding.diagnoses import episode
from nosology.coding.diagnoses.draft import Case, Draft, first
from nosology.coding.diagnoses.specificity import Support, content_words
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.rules import because
from nosology.model.code import EXTERNAL_CAUSES
from nosology.model.reading import SectionKind
from nosology.model.record import Span

_BURNS = ("T20", "T21", "T22", "T23", "T24", "T25", "T26", "T27", "T28", "T30", "T31", "T32")
_INJURY = ("S", "T0", "T14", "T15", "T16", "T17", "T18", "T19", *_BURNS, "T33", "T34")
_OTHER_EFFECTS = ("T66", "T67", "T68", "T69", "T70", "T71", "T73", "T75")
_CONFIRMED_ABUSE, _SUSPECTED_ABUSE = "T74", "T76"
_PLACE, _ACTIVITY, _STATUS = "Y92", "Y93", "Y99"
_BESIDE = (_PLACE, _ACTIVITY, _STATUS)
_PERPETRATOR = "Y07"
_ASSAULT = ("X92", "X93", "X94", "X95", "X96", "X97", "X98", "X99", "Y00", "Y01", "Y02", "Y03")
_ASSAULTS = (*_ASSAULT, "Y04", "Y08", "Y09")
_UNSAID = ("Y929", "Y939", "Y999")
"""Place, activity and status that are not stated are not coded."""
_PRIORITIES = (_ASSAULTS, ("Y38",), ("X34", "X35", "X36", "X37", "X38", "X39"), ("V",))
"""Abuse and assault, terrorism, cataclysm, transport, then all others."""
_TOLD = frozenset(
    {
        SectionKind.CHIEF_COMPLAINT,
        SectionKind.HISTORY_OF_PRESENT_ILLNESS,
        SectionKind.INDICATION,
        SectionKind.INTERVAL_HISTORY,
        SectionKind.ASSESSMENT,
        SectionKind.ASSESSMENT_AND_PLAN,
        SectionKind.IMPRESSION,
        SectionKind.HOSPITAL_COURSE,
        SectionKind.BODY,
    }
)
_EVENT = frozenset({Sense.PRESENT, Sense.PAST})
_PAID = "Y990"
_WORK = re.compile(
    r"(?<!not )\b(?:at work|on the job|while working|at (?:his|her|their) (?:job|workplace))\b",
    re.IGNORECASE,
)
_INITIAL = ("A", "B", "C")
_SEQUELA = "S"


def external_causes(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the cause of an injury, at its first care with place and activity.

    The seventh character is the injury's (ICD-10-CM OCG I.C.20.a.2); place of occurrence, activity
    and status are reported once, at the initial encounter (I.C.20.b, c and k), and not if they are
    not stated. No cause stands beside suspected abuse (I.C.19.f) nor beside a code that names its
    own cause, such as a poisoning (I.C.20.a.8). The cause told in most words is taken, the earliest
    of equals; abuse and transport accidents before others (I.C.20.f).
    """
    abuse = first(drafts, _CONFIRMED_ABUSE)
    injury = first(drafts, *_INJURY) or first(drafts, *_OTHER_EFFECTS) or abuse
    if first(drafts, _SUSPECTED_ABUSE):
        return [draft for draft in drafts if not draft.code.startswith((_PERPETRATOR, *_ASSAULTS))]
    if injury is None or any(draft.code.startswith(EXTERNAL_CAUSES) for draft in drafts):
        return list(drafts)
    character = _character(injury)
    told = [
        item
        for item in case.statements
        if item.concept.startswith(EXTERNAL_CAUSES) and item.kind in _TOLD and item.sense in _EVENT
    ]
    chosen = _causes(told, abuse is not None)
    if not chosen:
        return list(drafts)
    if character in _INITIAL:
        lead = chosen[0]
        for kind in _BESIDE:
            found = [
                item
                for item in told
                if item.concept.startswith(kind)
                and not item.concept.startswith(_UNSAID)
                and _is_near(item, lead)
            ]
            chosen.extend(found[:1])
    result = list(drafts)
    work = None
    if character in _INITIAL and not any(item.concept.startswith(_STATUS) for item in chosen):
        work = _at_work(chosen[0], case)
    for item in chosen:
        code = _completed(item, case, "A" if character in _INITIAL else character)
        if code and not code.startswith(_UNSAID):
            result.append(Draft(code, (item.span,), (because("external-cause"),), 0.5))
    return [*result, *([work] if work else [])]


def _at_work(cause: Statement, case: Case) -> Draft | None:
    """The civilian activity done for pay, where the sentence of the cause says so."""
    sentence = cause.reading.sentences[cause.mention.sentence]
    found = _WORK.search(cause.reading.text, sentence.start, sentence.end)
    if found is None or not case.is_billable(_PAID):
        return None
    span = Span(found.start(), found.end(), cause.reading.index)
    return Draft(_PAID, (span,), (because("external-cause"),), 0.5)


def _causes(told: list[Statement], is_abuse: bool) -> list[Statement]:
    """The cause that is told in most words, and for abuse the assault with who did it."""
    causes = [item for item in told if not item.concept.startswith((*_BESIDE, _PERPETRATOR))]
    cause = max(
        causes,
        key=lambda item: (-_priority(item), len(item.mention.tokens), -item.order[1]),
        default=None,
    )
    chosen = [cause] if cause else []
    if is_abuse:
        chosen.extend([item for item in told if item.concept.startswith(_PERPETRATOR)][:1])
    return chosen


def _priority(item: Statement) -> int:
    return next(
        (
            number
            for number, prefixes in enumerate(_PRIORITIES)
            if item.concept.startswith(prefixes)
        ),
        len(_PRIORITIES),
    )


def _character(injury: Draft) -> str:
    """The seventh character of the causes: that of the injury, any later care being subsequent."""
    stated = injury.code[6:7] or "A"
    if stated in (*_INITIAL, _SEQUELA):
        return stated
    return "D"


def _is_near(item: Statement, cause: Statement) -> bool:
    """Whether the two are told together: in one sentence or in neighboring ones."""
    return (
        item.reading is cause.reading
        and item.kind is cause.kind
        and abs(item.mention.sentence - cause.mention.sentence) <= 1
    )


def _completed(item: Statement, case: Case, character: str) -> str | None:
    words = content_words(item.mention.term)
    choices = case.specificity.choose(item.concept, item.concept, words, Support(words))
    if not choices:
        return None
    title = choices[0].title
    code = title.code
    if not title.billable and title.seventh_characters:
        code = episode.completed(code, character)
    return code if case.is_billable(code) else None
