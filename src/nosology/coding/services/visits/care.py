"""Counseling, screening by instruments, care management and psychotherapy, by what is told of them.

Their numbers stand in ``catalogue/services/visits-care.tsv``; most are chosen by minutes. A service
whose minutes are not told is suggested and asked about, never billed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from nosology.coding.rules import because
from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.attributes.told import Reach, Told
from nosology.coding.services.catalogue import catalogue
from nosology.coding.services.catalogue.conditions import Value
from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.visits.evaluation import AREA
from nosology.coding.services.visits.kinds import Kind
from nosology.coding.services.visits.minutes import minutes_of
from nosology.coding.services.visits.numbers import Choice, about, chosen
from nosology.coding.services.visits.said import Words, cues
from nosology.language.word_starts import small
from nosology.model.encounter import Setting
from nosology.model.record import Author, Span

_PSYCHOTHERAPY = frozenset({"psychotherapy"})
_DONE_OR_NAMED = frozenset({Standing.DONE, Standing.NAMED, Standing.ORDERED, Standing.REVIEWED})
_SCREENS = frozenset(
    {
        *("depression-screening", "behavior-assessment", "developmental-screening"),
        *("alcohol-screening", "health-risk-assessment", "caregiver-risk-assessment"),
    }
)
_BY_MINUTES = "minutes"
_INTERACTIVE = frozenset({"psychotherapy", "psychiatric-evaluation", "group-psychotherapy"})
_WHOLE = frozenset({"psychiatric-evaluation", "chronic-care-management", "group-psychotherapy"})
_PER_INSTRUMENT = {"96127": "behavior_instrument", "96110": "development_instrument"}
_HEAD = 250
_HOSPITAL = frozenset({Setting.ED_PROFESSIONAL, Setting.INPATIENT_PROFESSIONAL})
_UNTIMED = frozenset({"psychiatric-evaluation", "group-psychotherapy", "family-psychotherapy"})
_MONTHLY = frozenset(
    {
        "chronic-care-management",
        "principal-care-management",
        "behavioral-integration",
        "remote-management",
        "collaborative-care-first",
        "collaborative-care-later",
    }
)
"""Services of a calendar month, whose minutes are the total of its contacts."""
_ALONE = frozenset(
    {
        *("psychotherapy", "psychiatric-evaluation", "crisis-psychotherapy", "group-psychotherapy"),
        *("family-psychotherapy", "multiple-family-group", "chronic-care-management"),
        *("principal-care-management", "behavioral-integration", "collaborative-care-first"),
        *("collaborative-care-later", "remote-management", "remote-setup", "remote-supply"),
        *("virtual-check-in", "online-management", "image-evaluation", "remote-collection"),
        *("interprofessional-consultation", "home-health-certification", "home-health-oversight"),
        *("team-conference", "health-behavior-intervention", "health-behavior-assessment"),
        *("nutrition-therapy", "diabetes-training", "prolonged-without-contact", "navigation"),
        *("community-integration", "psychoanalysis", "electroconvulsive-therapy", "hypnotherapy"),
        *("self-measured-pressure", "caregiver-training", "physician-standby"),
        "disability-examination",
    }
)
"""Services that stand in place of a visit rather than beside it."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told of a service: its minutes and the words for it."""

    act: Act
    minutes: Told | None


def care(case: ServiceCase, words: Words, *, has_visit: bool, is_wellness: bool) -> Proposal:
    """Return counseling, screening, care management and psychotherapy that were done.

    Args:
        case: the record.
        words: its cues.
        has_visit: whether an evaluation and management visit is billed, so that psychotherapy is
            an add-on to it.
        is_wellness: whether Medicare's wellness visit is billed.
    """
    proposal = Proposal()
    for concept, told in _services(case).items():
        proposal += _one(concept, told, case, words, has_visit=has_visit, is_wellness=is_wellness)
    proposal += _intake(proposal, words)
    return _add_ons_kept(_summed(proposal) + _interactive(proposal, words))


def _summed(proposal: Proposal) -> Proposal:
    """Return the proposal with instruments under one number as units of one line."""
    found: dict[str, ServiceDraft] = {}
    rest = []
    for draft in proposal.drafts:
        if draft.code not in _PER_INSTRUMENT:
            rest.append(draft)
            continue
        same = found.get(draft.code)
        found[draft.code] = (
            draft if same is None else replace(same, support=same.support + draft.support)
        )
    return Proposal((*rest, *found.values()), proposal.missing)


def _intake(proposal: Proposal, words: Words) -> Proposal:
    """Return the evaluation that a psychotherapist's intake is, under whatever name it goes."""
    said = words.first("intake")
    if said is None or said.start >= _HEAD or words.first("credentials") is None:
        return Proposal()
    if any(draft.concept == "psychiatric-evaluation" for draft in proposal.drafts):
        return Proposal()
    return Proposal(
        (
            ServiceDraft(
                "90791",
                AREA,
                (said.span,),
                (because("care-done"),),
                concept="psychiatric-evaluation",
            ),
        )
    )


def _interactive(proposal: Proposal, words: Words) -> Proposal:
    """Return the add-on for communication that complicated psychotherapy, where it is told."""
    if not any(draft.concept in _INTERACTIVE for draft in proposal.drafts):
        return Proposal()
    if any(draft.concept == "interactive-complexity" for draft in proposal.drafts):
        return Proposal()
    said = words.first("interactive")
    if said is None:
        return Proposal()
    return Proposal(
        (
            ServiceDraft(
                "90785",
                AREA,
                (said.span,),
                (because("interactive-complexity"),),
                concept="interactive-complexity",
            ),
        )
    )


def is_whole(proposal: Proposal) -> bool:
    """Return whether a service is proposed that takes all of a visit in."""
    return any(draft.concept in _WHOLE for draft in proposal.drafts)


def _services(case: ServiceCase) -> dict[str, list[_Told]]:
    found: dict[str, list[_Told]] = {}
    leveled = _leveled_concepts()
    is_hospital = case.encounter.setting in _HOSPITAL
    for act in case.acts:
        if is_hospital and act.concept.name in _MONTHLY:
            continue
        if act.concept.area != AREA or act.concept.name in leveled:
            continue
        if act.standing not in _DONE_OR_NAMED:
            continue
        minutes = _minutes(case, act)
        if act.standing is not Standing.DONE and not _is_told_otherwise(act, minutes):
            continue
        found.setdefault(act.concept.name, []).append(_Told(act, minutes))
    return found


def _minutes(case: ServiceCase, act: Act) -> Told | None:
    """Return the minutes of a service: near its name, or anywhere if the record opens with it."""
    found = case.facts.told(act, _BY_MINUTES, Reach.BLOCK)
    if found is None and act.mention.start < _HEAD:
        told = case.facts.in_document(act.reading, _BY_MINUTES)
        found = told[0] if told else None
    return found


@cache
def _leveled_concepts() -> frozenset[str]:
    return frozenset(
        entry.concept
        for held in catalogue().by_concept.values()
        for entry in held
        if any(condition.name == "level" for condition in entry.when)
    ) | {
        *("preventive-visit", "welcome-to-medicare-visit", "wellness-first", "wellness-again"),
        *("critical-care", "pediatric-critical-care", "newborn-care", "newborn-delivery"),
        *("newborn-resuscitation", "prolonged-office", "prolonged-hospital", "prolonged-nursing"),
        *("prolonged-home", "office-complexity", "post-operative-visit", "hospital-clinic-visit"),
        *("eye-examination", "hospital-discharge", "nursing-discharge"),
    }


def _is_told_otherwise(act: Act, minutes: Told | None) -> bool:
    """Whether minutes or a score in the sentence say that the service was given."""
    said = small(act.said)
    if cues()["service_planned"].pattern.search(said):
        return False
    if act.concept.name in _SCREENS:
        return bool(cues()["scored"].pattern.search(said))
    if minutes is None:
        return act.concept.name in _UNTIMED and act.mention.start < _HEAD
    if act.mention.start < _HEAD and act.concept.name in _ALONE:
        return True
    return act.sentence.start <= minutes.start < act.sentence.end


def _one(
    concept: str,
    told: list[_Told],
    case: ServiceCase,
    words: Words,
    *,
    has_visit: bool,
    is_wellness: bool,
) -> Proposal:
    acts = [item.act for item in told]
    if concept in _SCREENS and not any(_is_scored(act) for act in acts):
        return Proposal()
    minutes = next((item.minutes for item in told if item.minutes is not None), None)
    monthly = words.first("care_total") if concept in _MONTHLY else None
    if monthly is not None:
        minutes = Told(Decimal(minutes_of(monthly)), monthly.start, monthly.end)
    values = _circumstances(case, words, acts, has_visit=has_visit, is_wellness=is_wellness)
    if minutes is not None and isinstance(minutes.value, Decimal):
        values["minutes"] = (minutes.value,)
    choices, near = chosen(concept, values, case)
    spans = [act.span for act in acts[:2]]
    if minutes is not None:
        spans.append(Span(minutes.start, minutes.end, acts[0].reading.index))
    if choices:
        drafts = (
            replace(_draft(choice, concept, spans, "care-done"), units=_units(choice, words))
            for choice in choices
        )
        return Proposal(tuple(drafts))
    if monthly is not None:
        return _too_short(concept, spans, case)
    if near is None or (_BY_MINUTES in near.untold) != (minutes is None):
        return Proposal()
    draft = _draft(near, concept, spans, "care-untold", f"({', '.join(near.untold)})")
    return Proposal(missing=(Missing(draft, near.untold[0]),))


def _too_short(concept: str, spans: Iterable[Span], case: ServiceCase) -> Proposal:
    """Return the first number of a monthly service whose minutes were not reached."""
    first = catalogue().by_concept[concept][0]
    draft = _draft(Choice(first), concept, spans, "care-too-short")
    return (
        Proposal(missing=(Missing(replace(draft, confidence=0.3)),))
        if case.is_billable(first.code)
        else Proposal()
    )


def _units(choice: Choice, words: Words) -> int:
    """Return the units, of scored instruments how many different ones were completed."""
    kind = _PER_INSTRUMENT.get(choice.entry.code)
    if kind is None:
        return choice.units
    names = {
        re.sub(r"[\s/-]", "", words.lower(said.reading)[said.start : said.end])
        for said in words.meant(kind)
        if cues()["scored"].pattern.search(said.part)
    }
    return max(len(names), 1)


def _draft(
    choice: Choice, concept: str, spans: Iterable[Span], rule: str, detail: str = ""
) -> ServiceDraft:
    return ServiceDraft(
        choice.entry.code,
        AREA,
        tuple(dict.fromkeys(spans)),
        (because(rule, detail),),
        concept=concept,
        units=choice.units,
    )


def _is_scored(act: Act) -> bool:
    return bool(cues()["scored"].pattern.search(small(act.said)))


def _circumstances(
    case: ServiceCase, words: Words, acts: list[Act], *, has_visit: bool, is_wellness: bool
) -> dict[str, tuple[Value, ...]]:
    """Return what the record tells of how and by whom the service was given."""
    said = " ".join(small(act.said) for act in acts)
    is_physician = bool(cues()["by_physician"].pattern.search(said)) and "staff" not in said
    concept = acts[0].concept.name
    authors = {reading.document.author for reading in case.readings}
    is_medical = (
        has_visit
        if concept in _PSYCHOTHERAPY
        else (
            words.first("medical_services") is not None
            and authors.isdisjoint({Author.SOCIAL_WORKER, Author.THERAPIST})
        )
    )
    return about(
        case,
        by="physician" if is_physician else None,
        complex="yes" if words.first("complex_care") else None,
        medical="yes" if is_medical else "no",
        patient_present=_presence(words),
        again="yes" if words.first("recertification") else None,
        visit="wellness" if is_wellness else ("visit" if has_visit else "none"),
        patient=case.encounter.patient_status.value if case.encounter.patient_status else None,
        report="verbal" if words.first("consultant_report") else None,
        hospice="yes" if words.has("hospice") else None,
    )


def _presence(words: Words) -> str | None:
    if words.all("patient_absent"):
        return "no"
    return "yes" if words.first("patient_present") else None


def _add_ons_kept(proposal: Proposal) -> Proposal:
    """Return the proposal without add-ons whose own first service is not among the drafts."""
    present = {(draft.concept, draft.code) for draft in proposal.drafts}
    kept = []
    for draft in proposal.drafts:
        entry = draft.entry
        if entry is not None and entry.is_add_on and concept_has_first(draft.concept):
            firsts = {
                one.code for one in catalogue().by_concept[draft.concept] if not one.is_add_on
            }
            if not any((draft.concept, code) in present for code in firsts):
                continue
        kept.append(draft)
    return Proposal(tuple(kept), proposal.missing)


def concept_has_first(concept: str) -> bool:
    """Return whether a concept has numbers that are no add-ons."""
    return any(not entry.is_add_on for entry in catalogue().by_concept.get(concept, ()))


def replaces_visit(proposal: Proposal, kind: Kind) -> bool:
    """Return whether a service stands in place of the visit rather than beside it."""
    return kind.concept == "office-visit" and any(
        draft.concept in _ALONE and not (draft.entry and draft.entry.is_add_on)
        for draft in (*proposal.drafts, *(item.draft for item in proposal.missing))
    )
