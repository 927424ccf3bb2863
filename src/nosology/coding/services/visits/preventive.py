"""Preventive visits by age, Medicare's wellness visits, and a problem dealt with beside them.

Sources: CPT preventive medicine services; 42 CFR 410.15 and 410.16; Pub. 100-04 ch. 18 s. 80 and
140.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.rules import because
from nosology.coding.services.draft import Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.visits import patient
from nosology.coding.services.visits.elements import Level
from nosology.coding.services.visits.evaluation import AREA, evaluation, opening
from nosology.coding.services.visits.kinds import Kind
from nosology.coding.services.visits.level import Worksheet
from nosology.coding.services.visits.numbers import about, chosen
from nosology.coding.services.visits.problems import Weight
from nosology.coding.services.visits.said import Said, Words
from nosology.model.reading import SectionKind
from nosology.model.record import Span

_PLANS = frozenset(
    {
        *(SectionKind.PLAN, SectionKind.INSTRUCTIONS, SectionKind.ORDERS),
        *(SectionKind.SOCIAL_HISTORY, SectionKind.DISPOSITION),
    }
)
WELLNESS = ("welcome-to-medicare-visit", "wellness-first", "wellness-again")
"""Medicare's visits, in the order in which a record is asked for them."""
_TRACINGS = {"93000": "G0403", "93005": "G0404", "93010": "G0405"}
_PREVENTIVE_CODES = ("Z000", "Z001", "Z0141")
_HEAD = 400
_WITHIN = frozenset({Weight.MINOR, Weight.CHRONIC, Weight.NONE})
"""Problems that a preventive visit takes in: trivial ones, and stable ones looked after."""


def preventive(case: ServiceCase, words: Words, sheet: Worksheet) -> Proposal | None:
    """Return the preventive visit, with a problem visit where one stands out; None for neither."""
    found = _wellness(case, words) if case.is_medicare else _by_age(case, words)
    if found is None:
        return None
    return Proposal((found,)) + _problem_visit(case, words, sheet)


def _is_reason(said: Said, case: ServiceCase) -> bool:
    """Whether the visit itself is called so, not one that is planned or told of."""
    if said.kind in _PLANS or any(
        word in said.part for word in ("schedule", "due for", "next", "last annual", "overdue")
    ):
        return False
    return (
        said.start < _HEAD
        or said.kind
        in {
            SectionKind.CHIEF_COMPLAINT,
            SectionKind.ASSESSMENT,
            SectionKind.ASSESSMENT_AND_PLAN,
            SectionKind.DIAGNOSIS,
            SectionKind.IMPRESSION,
        }
        or any(item.code.startswith(_PREVENTIVE_CODES) for item in case.diagnoses)
    )


def _wellness(case: ServiceCase, words: Words) -> ServiceDraft | None:
    for concept in WELLNESS:
        cue = concept.replace("-", "_")
        said = next((item for item in words.meant(cue) if _is_reason(item, case)), None)
        if said is None:
            continue
        (choice, *_), _near = chosen(concept, about(case), case)
        return ServiceDraft(
            choice.entry.code,
            AREA,
            (said.span,),
            (because("wellness-medicare"),),
            concept=concept,
            diagnoses=_preventive_first(case),
        )
    return None


def _by_age(case: ServiceCase, words: Words) -> ServiceDraft | None:
    said = next((item for item in words.meant("preventive") if _is_reason(item, case)), None)
    span = said.span if said else None
    if span is None:
        for item in case.diagnoses:
            if item.code.startswith(_PREVENTIVE_CODES) and item.evidence:
                words_of = item.evidence[0]
                span = Span(words_of.start, words_of.end, words_of.document)
                break
    if span is None or case.encounter.patient_age is None:
        return None
    who = patient.of(case, words)
    choices, _near = chosen("preventive-visit", about(case, patient=who.status), case)
    if not choices:
        return None
    return ServiceDraft(
        choices[0].entry.code,
        AREA,
        (span, *((who.span,) if who.span else ())),
        (because("preventive-by-age", f"({who.status}, {case.encounter.patient_age} years)"),),
        concept="preventive-visit",
        diagnoses=_preventive_first(case),
        confidence=0.9 if who.is_told else 0.6,
    )


def _preventive_first(case: ServiceCase) -> tuple[str, ...]:
    return tuple(item.code for item in case.diagnoses if item.code.startswith(("Z00", "Z01")))[:4]


def _problem_visit(case: ServiceCase, words: Words, sheet: Worksheet) -> Proposal:
    """Return the visit for a problem that took work of its own; nothing where none did."""
    worked = [item for item in sheet.problems if item.weight not in _WITHIN]
    if sheet.problems and words.first("evaluated_apart") is not None:
        worked = list(sheet.problems)
    if not worked or sheet.risk_level < Level.LOW:
        return Proposal()
    found = evaluation(case, words, Kind("office-visit"), sheet)
    return Proposal(
        tuple(
            draft.with_modifiers("25").because("visit-beside-preventive") for draft in found.drafts
        ),
        found.missing,
    )


def with_welcome_tracing(others: Proposal, visits: Sequence[ServiceDraft]) -> Proposal:
    """Return the others' services, the tracing by its number at Medicare's first visit."""
    if not any(draft.concept == WELLNESS[0] for draft in visits):
        return others
    drafts = tuple(
        replace(draft, code=_TRACINGS[draft.code]).because("wellness-tracing")
        if draft.code in _TRACINGS
        else draft
        for draft in others.drafts
    )
    return Proposal(drafts, others.missing)


def eye_visit(case: ServiceCase, words: Words) -> ServiceDraft | None:
    """Return the eye examination where an eye clinician documents a comprehensive one."""
    if case.encounter.specialty not in {"ophthalmology", "optometry", "eye"}:
        return None
    said = words.first("eye_comprehensive")
    if said is None:
        return None
    who = patient.of(case, words)
    choices, _near = chosen(
        "eye-examination", about(case, patient=who.status, extent="comprehensive"), case
    )
    if not choices:
        return None
    return ServiceDraft(
        choices[0].entry.code,
        AREA,
        (said.span, *opening(case.readings)),
        (because("eye-examination"),),
        concept="eye-examination",
    )
