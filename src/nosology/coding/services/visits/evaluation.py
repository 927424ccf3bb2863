"""Evaluation and management: the number of a leveled visit, and what is suggested above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nosology.coding.rules import because
from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.visits import patient
from nosology.coding.services.visits.elements import Level
from nosology.coding.services.visits.kinds import Kind
from nosology.coding.services.visits.level import Worksheet
from nosology.coding.services.visits.numbers import LeveledNumber, leveled
from nosology.coding.services.visits.patient import PatientKind
from nosology.coding.services.visits.problems import Weight
from nosology.coding.services.visits.said import Words
from nosology.model.coding import Role
from nosology.model.reading import Reading
from nosology.model.record import Span

AREA = "visits"
_MANAGED = frozenset({Weight.CHRONIC, Weight.WORSE})
BY_PATIENT = frozenset({"office-visit", "home-visit"})
"""Kinds whose numbers differ for new and established patients."""
_NEVER_BY_TIME = frozenset({"emergency-visit"})
_UNSURE = 0.6
_SURE = 0.85


@dataclass(frozen=True, slots=True)
class Leveled:
    """A leveled visit: its number, and the one above that the record states without support."""

    number: LeveledNumber
    by_time: bool
    stated_above: LeveledNumber | None


def leveled_visit(kind: Kind, sheet: Worksheet, status: str) -> Leveled | None:
    """Return the number that decision making or time supports, whichever is higher."""
    numbers = leveled(kind.concept, status if kind.concept in BY_PATIENT else "")
    if not numbers:
        return None
    usual = [number for number in numbers if number.levels[0] > Level.NONE]
    by_decision = _of_level(usual, max(sheet.decision, Level.STRAIGHTFORWARD))
    stated = _of_level(usual, sheet.stated) if sheet.stated else None
    if stated is not None and stated.level < by_decision.level:
        by_decision = stated
    by_time = None
    if sheet.time is not None and kind.concept not in _NEVER_BY_TIME:
        reached = [number for number in usual if sheet.time.minutes >= number.minutes > 0]
        by_time = reached[-1] if reached else None
    chosen = by_decision
    is_by_time = by_time is not None and by_time.level > by_decision.level
    if is_by_time and by_time is not None:
        chosen = by_time
    above = [
        number
        for number in usual
        if number.level > chosen.level
        and (sheet.stated in number.levels or number.code == sheet.stated_code)
    ]
    return Leveled(chosen, is_by_time, above[-1] if above else None)


def _of_level(numbers: Sequence[LeveledNumber], level: Level) -> LeveledNumber:
    return next(
        (number for number in numbers if level in number.levels),
        next((number for number in reversed(numbers) if number.level <= level), numbers[0]),
    )


def evaluation(case: ServiceCase, words: Words, kind: Kind, sheet: Worksheet) -> Proposal:
    """Return the leveled visit with its worksheet, and what a coder should look at above it."""
    who = patient.of(case, words) if kind.concept in BY_PATIENT else PatientKind("", is_told=True)
    found = leveled_visit(kind, sheet, who.status)
    if found is None:
        return Proposal()
    support = tuple(
        dict.fromkeys(span for span in (*sheet.support, who.span, kind.span) if span is not None)
    ) or opening(case.readings)
    detail = (
        f"({sheet.time.minutes} minutes)"
        if found.by_time and sheet.time
        else f"(problems {sheet.problem_level.word}, data {sheet.data_level.word}, "
        f"risk {sheet.risk_level.word})"
    )
    draft = ServiceDraft(
        code=found.number.code,
        area=AREA,
        support=support,
        rationale=(because("visit-by-time" if found.by_time else "visit-by-decision", detail),),
        confidence=_SURE if who.is_told and sheet.problems else _UNSURE,
        concept=kind.concept,
        worksheet=sheet.elements(case),
        diagnoses=pointed_to(sheet, case),
    )
    missing: tuple[Missing, ...] = ()
    if kind.concept in BY_PATIENT and not who.is_told:
        new = leveled_visit(kind, sheet, patient.NEW)
        draft = draft.because("visit-status-untold")
        if new is not None:
            missing += (
                Missing(_suggested(draft, new.number, "visit-status-untold"), "patient-status"),
            )
    elif kind.concept in BY_PATIENT:
        draft = draft.because("visit-status", f"({who.status})")
    untold = _untold_management(kind, sheet, who.status, found)
    if found.stated_above is None and untold is not None:
        missing += (Missing(_suggested(draft, untold, "visit-plan-untold"), "visit-plan"),)
    if found.stated_above is not None:
        missing += (
            Missing(
                _suggested(
                    draft,
                    found.stated_above,
                    "visit-stated-unsupported",
                    f"({sheet.lacking(found.stated_above.level)})",
                ),
                "visit-level",
            ),
        )
    return Proposal((draft,), missing)


def _untold_management(
    kind: Kind, sheet: Worksheet, status: str, found: Leveled
) -> LeveledNumber | None:
    """Return the number that the problems would support if what is done about them were told."""
    if (
        sheet.risk
        or sheet.problem_level < Level.LOW
        or not any(item.weight in _MANAGED for item in sheet.problems)
    ):
        return None
    numbers = leveled(kind.concept, status if kind.concept in BY_PATIENT else "")
    number = _of_level(numbers, sheet.problem_level)
    return number if number.level > found.number.level else None


def _suggested(
    draft: ServiceDraft, number: LeveledNumber, rule: str, detail: str = ""
) -> ServiceDraft:
    return ServiceDraft(
        code=number.code,
        area=AREA,
        support=draft.support,
        rationale=(because(rule, detail),),
        confidence=0.4,
        concept=draft.concept,
        worksheet=draft.worksheet,
        diagnoses=draft.diagnoses,
    )


def pointed_to(sheet: Worksheet, case: ServiceCase) -> tuple[str, ...]:
    """Return the diagnoses that the visit dealt with, in reporting order."""
    dealt = {code for problem in sheet.problems for code in problem.codes}
    if not dealt:
        return ()
    return tuple(
        item.code for item in case.diagnoses if item.code in dealt or item.role is Role.FIRST_LISTED
    )[:4]


def opening(readings: Sequence[Reading]) -> tuple[Span, ...]:
    """Return the first sentence of the record, which stands for the visit itself."""
    for reading in readings:
        if reading.sentences:
            first = reading.sentences[0]
            return (Span(first.start, first.end, reading.index),)
    return ()
