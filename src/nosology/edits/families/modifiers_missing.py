"""Modifiers that a service may not lack: of therapy, anesthesia, a visit beside a procedure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache

from nosology.edits.groups import groups_of, lies_in, span
from nosology.edits.payers import less_beyond_medicare
from nosology.edits.rule import AMBULATORY, MEDICARE, OUTPATIENT, PROFESSIONAL, Hit, hit, rule
from nosology.edits.sessions import Session, sessions
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView, LineView
from nosology.model.facts import ServiceFacts
from nosology.model.finding import Category, Override, Severity
from nosology.model.tables import parts, rows, table

_PLANS = frozenset({"GN", "GO", "GP"})
_ASSISTANT_OF = {"CQ": "GP", "CO": "GO"}
_ASSISTANTS = frozenset(_ASSISTANT_OF)
# Indicator for several procedures that marks the services which are therapy whoever gives them.
_THERAPY = "5"
_BY_WHOM = frozenset({"AA", "AD", "QK", "QX", "QY", "QZ"})
_DAILY_PAIN_CARE = "01996"
_MINOR = frozenset({"000", "010"})
_APART = frozenset({"24", "25", "57", "59", "XE", "XP", "XS", "XU"})
_NOT_THE_SURGEON = frozenset({"80", "81", "82", "AS", "55", "56"})
_BILLS_WITH_VISITS = ("012", "013", "085")
_VISITS, _PROCEDURES = frozenset({"V", "J2"}), frozenset({"S", "T"})
_COMPREHENSIVE, _OF_ITS_OWN, _OBSERVATION = "J1", "25", "observation"
_HOW_FURNISHED = frozenset({"RR", "NU", "UE", "RA", "RB", "MS", "GY"})
_NEEDS = ("mpfs|fee-indicators",)


@cache
def _disciplines() -> tuple[tuple[tuple[tuple[str, str], ...], str], ...]:
    source = table("nosology.edits.families", "therapy_disciplines.tsv")
    return tuple(
        (tuple(span(item) for item in parts(row["codes"])), row["modifier"])
        for row in rows(source, ("codes", "modifier", "source"))
    )


def _is_therapy(line: LineView) -> bool:
    facts = line.facts
    return facts is not None and facts.fee is not None and facts.fee.multiple == _THERAPY


@rule(
    "therapy-plan-not-told",
    category=Category.MODIFIER_MISSING,
    severity=Severity.ERROR,
    authority=("cr-10176", "cms-100-04-5-20"),
    kinds=AMBULATORY,
    payers=MEDICARE,
    needs=_NEEDS,
    since=dt.date(2018, 1, 1),
    message="Line {line} ({code}) is always therapy and does not tell the plan of care.",
    remedy="Add GP (physical therapy), GO (occupational therapy) or GN (speech-language "
    "pathology), as the plan says.",
    carc="4",
    override=Override.MODIFIER,
)
def plan_missing(claim: ClaimView) -> Iterator[Hit]:
    """Services that are always therapy bear GP, GO or GN, whoever gives them.

    The fee schedule marks them with indicator 5 for several procedures.

    Why: the payment counts to the yearly threshold of a discipline; without it the line is
    returned.
    """
    for line in claim.lines:
        if _is_therapy(line) and not line.has_any(_PLANS):
            yield hit(line.number, line.code)


@rule(
    "therapy-plan-of-other-discipline",
    category=Category.MODIFIER_INVALID,
    severity=Severity.ERROR,
    authority="cr-10176",
    kinds=AMBULATORY,
    payers=MEDICARE,
    needs=_NEEDS,
    since=dt.date(2018, 1, 1),
    asks=Trait.MODIFIERS,
    message="Line {line} ({code}) is of one discipline, whose modifier is {wanted}, not {found}.",
    remedy="Use {wanted}, or the code of the discipline that gave the service.",
    carc="4",
)
def other_discipline(claim: ClaimView) -> Iterator[Hit]:
    """An evaluation that only one discipline gives bears the modifier of that discipline.

    Why: Medicare returns such a code with the modifier of another discipline.
    """
    if claim.modifiers.isdisjoint(_PLANS):
        return
    for line in claim.lines:
        if not line.has_any(_PLANS) or not _is_therapy(line):
            continue
        for spans, wanted in _disciplines():
            if lies_in(line.code, spans) and wanted not in line.modifiers:
                found = next(item for item in line.modifiers if item in _PLANS)
                yield hit(line.number, line.code, wanted=wanted, found=found)


@rule(
    "therapy-assistant-without-plan",
    category=Category.MODIFIER_MISSING,
    severity=Severity.ERROR,
    authority="cms-100-04-5-20",
    kinds=AMBULATORY,
    payers=MEDICARE,
    since=dt.date(2020, 1, 1),
    asks=Trait.MODIFIERS,
    message="Line {line} ({code}) has {assistant} of an assistant without {plan} of the plan.",
    remedy="Add {plan}.",
    carc="4",
    override=Override.MODIFIER,
)
def assistant_alone(claim: ClaimView) -> Iterator[Hit]:
    """Modifier CQ stands beside GP, CO beside GO.

    Why: an assistant works under the plan of the own discipline; a line without it is returned.
    """
    if claim.modifiers.isdisjoint(_ASSISTANTS):
        return
    for line in claim.lines:
        for assistant in line.modifiers:
            plan = _ASSISTANT_OF.get(assistant)
            if plan is not None and not line.has_any(_PLANS):
                yield hit(line.number, line.code, assistant=assistant, plan=plan)


@rule(
    "anesthesia-by-whom-not-told",
    category=Category.MODIFIER_MISSING,
    severity=Severity.ERROR,
    authority="cms-100-04-12-50",
    kinds=PROFESSIONAL,
    when=("anesthesia",),
    message="Line {line} ({code}) does not tell by whom and how the anesthesia was given.",
    remedy="Add AA (by the physician), QK, QY or AD (directed), QX (directed nurse anesthetist) or "
    "QZ (without direction), first on the line.",
    carc="4",
    override=Override.MODIFIER,
)
def anesthesia(claim: ClaimView) -> Iterator[Hit]:
    """A service of anesthesia bears AA, AD, QK, QX, QY or QZ.

    Daily care of a continuous block (01996) goes without. Payers other than Medicare mostly want
    the modifier too: a warning there.

    Why: who gave it, and directed by whom, decides what is paid.
    """
    for line in claim.in_group("anesthesia"):
        if not line.has_any(_BY_WHOM) and line.code != _DAILY_PAIN_CARE:
            yield hit(line.number, line.code, severity=less_beyond_medicare(claim))


@rule(
    "visit-with-minor-procedure",
    category=Category.MODIFIER_MISSING,
    severity=Severity.WARNING,
    authority=("cms-100-04-12-40", "ncci-visits"),
    kinds=PROFESSIONAL,
    needs=_NEEDS,
    when=("global-visit",),
    message="Visit {code} (line {line}) is on the day of {procedure} ({where}, global period "
    "{period}) without modifier 25.",
    remedy="Drop the visit; where the record shows work beyond that of {procedure}, add modifier "
    "25 to {code}.",
    carc="97",
    override=Override.MODIFIER,
)
def visit_without_25(claim: ClaimView) -> Iterator[Hit]:
    """A visit on the day of a procedure with a global period of 0 or 10 days bears modifier 25.

    The procedure may be on an earlier claim of the day. Where the two are a pair of the National
    Correct Coding Initiative, the rule of pairs tells it.

    Why: the fee of the procedure holds the visit at which it was decided on.
    """
    for session in sessions(claim):
        if len(session.lines) < 2 and not session.past:
            continue
        procedure = next(_minor(claim, session), None)
        if procedure is None:
            continue
        code, where, period, modifiers = procedure
        for line in session.lines:
            if (
                "global-visit" in groups_of(line.code)
                and not line.has_any(_APART)
                and not _is_told_by_pair(claim, line, code, modifiers)
            ):
                yield hit(line.number, line.code, code, procedure=code, where=where, period=period)


def _minor(claim: ClaimView, session: Session) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Yield code, place, global period and modifiers of the minor procedures of a session."""
    for line in session.lines:
        if line.facts is not None and (period := _minor_period(line.facts, line.modifiers)):
            yield line.code, f"line {line.number}", period, line.modifiers
    for past in session.past:
        facts = claim.book.service(past.code, past.date)
        if period := _minor_period(facts, past.modifiers):
            yield past.code, f"claim {past.claim}", period, past.modifiers


def _minor_period(facts: ServiceFacts, modifiers: tuple[str, ...]) -> str:
    """Return the global period of a minor procedure by the surgeon; empty for what is none."""
    if facts.fee is None or facts.fee.global_days not in _MINOR:
        return ""
    if "visit" in groups_of(facts.code) or not _NOT_THE_SURGEON.isdisjoint(modifiers):
        return ""
    return facts.fee.global_days


def _is_told_by_pair(
    claim: ClaimView, visit: LineView, procedure: str, modifiers: tuple[str, ...]
) -> bool:
    """Return whether the two are a pair that stands; a side of the procedure opens it."""
    day = visit.day or claim.known_day
    told = (claim.book.modifier(name, day) for name in modifiers)
    if any(known is not None and "ncci" in known.flags for known in told):
        return False
    data_sets = ("ncci-ptp-practitioner", "ncci-ptp-hospital")
    if not any(claim.book.has(data_set, day) for data_set in data_sets):
        return False
    return claim.book.pair(visit.code, procedure, day, "practitioner") is not None


@rule(
    "equipment-rented-or-bought-not-told",
    category=Category.MODIFIER_MISSING,
    severity=Severity.WARNING,
    authority="cms-100-04-20-30",
    kinds=PROFESSIONAL,
    payers=MEDICARE,
    when=("rented-or-bought",),
    message="Line {line} ({code}) does not tell whether the equipment is rented, new or used.",
    remedy="Add RR (rented), NU (bought new) or UE (bought used), first on the line.",
    carc="4",
    override=Override.MODIFIER,
)
def equipment(claim: ClaimView) -> Iterator[Hit]:
    """Durable equipment billed to Medicare bears RR, NU or UE.

    Replacements, repairs and maintenance (RA, RB, MS) and what is billed as never covered (GY) go
    without.

    Why: rent, purchase and used equipment have fees of their own; without it there is no price.
    """
    for line in claim.in_group("rented-or-bought"):
        if not line.has_any(_HOW_FURNISHED):
            yield hit(line.number, line.code)


@rule(
    "hospital-visit-with-procedure",
    category=Category.MODIFIER_MISSING,
    severity=Severity.ERROR,
    authority="ioce",
    kinds=OUTPATIENT,
    needs=("outpatient-code-editor",),
    asks=Trait.SEVERAL_LINES,
    message="Visit {code} (line {line}) is on the day of {procedure} (line {other}) without "
    "modifier 25.",
    remedy="Drop the visit; where it was significant and of its own, add modifier 25 to {code}.",
    carc="97",
    override=Override.MODIFIER,
)
def hospital_visit(claim: ClaimView) -> Iterator[Hit]:
    """A visit to a hospital's department on the day of a procedure bears modifier 25.

    Visits have status V, or J2 where no comprehensive service takes them in; procedures have S or
    T. A referral to observation is no visit. The bills are of hospital outpatients (12x, 13x, 85x).

    Why: the outpatient editor returns the claim.
    """
    if not claim.claim.bill_type.startswith(_BILLS_WITH_VISITS):
        return
    if any(_status(line) == _COMPREHENSIVE for line in claim.lines):
        return
    for session in sessions(claim):
        procedure = next((line for line in session.lines if _status(line) in _PROCEDURES), None)
        if procedure is None:
            continue
        for line in session.lines:
            if (
                _status(line) in _VISITS
                and _OF_ITS_OWN not in line.modifiers
                and (line.facts is None or _OBSERVATION not in line.facts.flags)
            ):
                yield hit(
                    line.number,
                    line.code,
                    procedure.code,
                    procedure=procedure.code,
                    other=procedure.number,
                )


def _status(line: LineView) -> str:
    return line.facts.status_indicator if line.facts is not None else ""
