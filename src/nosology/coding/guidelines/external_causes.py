"""Chapter 20: how an injury came about, where, and in what activity."""

from __future__ import annotations

from collections.abc import Sequence

from nosology.coding.diagnoses import episode
from nosology.coding.diagnoses.draft import Case, Draft
from nosology.coding.diagnoses.specificity import Support, content_words
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.rules import because
from nosology.model.code import EXTERNAL_CAUSES
from nosology.model.reading import SectionKind

_INJURY = ("S", "T0", "T1", "T2", "T3")
_PLACE, _ACTIVITY, _STATUS = "Y92", "Y93", "Y99"
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


def external_causes(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the cause of an injury, at its first care with place and activity.

    Place of occurrence and activity are reported once, at the initial encounter (ICD-10-CM OCG
    I.C.20.b and c); the seventh character is the injury's (I.C.20.a.2). The cause told in most
    words is taken, the earliest of equals.
    """
    injury = next((draft for draft in drafts if draft.code.startswith(_INJURY)), None)
    if injury is None or any(draft.code.startswith(EXTERNAL_CAUSES) for draft in drafts):
        return list(drafts)
    character = injury.code[6:7] or "A"
    told = [
        item
        for item in case.statements
        if item.concept.startswith(EXTERNAL_CAUSES) and item.kind in _TOLD and item.sense in _EVENT
    ]
    result = list(drafts)
    causes = [item for item in told if not item.concept.startswith((_PLACE, _ACTIVITY, _STATUS))]
    cause = max(causes, key=lambda item: (len(item.mention.tokens), -item.order[1]), default=None)
    if cause is None:
        return result
    chosen = [cause]
    if character == "A":
        for kind in (_PLACE, _ACTIVITY):
            found = [
                item for item in told if item.concept.startswith(kind) and _is_near(item, cause)
            ]
            chosen.extend(found[:1])
    for item in chosen:
        code = _completed(item, case, character)
        if code:
            result.append(
                Draft(
                    code,
                    (item.span,),
                    (because("external-cause"),),
                    0.5,
                )
            )
    return result


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
