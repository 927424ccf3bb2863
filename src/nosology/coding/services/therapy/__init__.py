"""Therapy: evaluations, timed and untimed services, adjustments, visits of home health."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from nosology.coding.rules import because
from nosology.coding.services.acts import Act, Standing, first_mentions
from nosology.coding.services.catalogue import Entry, catalogue
from nosology.coding.services.catalogue.conditions import Truth, Value
from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.therapy.chiropractic import adjusted, is_chiropractic
from nosology.coding.services.therapy.counting import counted
from nosology.coding.services.therapy.cues import words
from nosology.coding.services.therapy.evaluations import complexity_of
from nosology.coding.services.therapy.home import HOME_VISITS, home_visit
from nosology.coding.services.therapy.minutes import Minutes, allotted, minutes_of, quarters
from nosology.coding.services.therapy.records import is_therapy_record
from nosology.model.encounter import Payer, Setting
from nosology.model.reading import Polarity, SectionKind

AREA = "therapy"
_ELSEWHERE = frozenset(
    {
        *(SectionKind.HISTORY_OF_PRESENT_ILLNESS, SectionKind.PAST_MEDICAL_HISTORY),
        *(SectionKind.PLAN, SectionKind.CHIEF_COMPLAINT, SectionKind.SOCIAL_HISTORY),
        *(SectionKind.PAST_SURGICAL_HISTORY, SectionKind.ORDERS, SectionKind.INSTRUCTIONS),
        SectionKind.INTERVAL_HISTORY,
    }
)
_TITLE = re.compile(
    r"^[^.\n]{0,80}\b(?:note|report|record|referral)\b[^.\n]{0,30}\.?", re.IGNORECASE
)
"""A line that names the record, not what was done."""
_PART = re.compile(r"[;\n]|\.\s")
_CHIROPRACTIC = frozenset({"chiropractic-adjustment", "extraspinal-adjustment"})
_WITHOUT = frozenset({Setting.DME_SUPPLIER, Setting.AMBULANCE_SUPPLIER, Setting.INDEPENDENT_LAB})


def propose(case: ServiceCase) -> Proposal:
    """Return the services of therapy that were done, and those for which something is missing."""
    if case.encounter.setting in _WITHOUT:
        return Proposal()
    visit = home_visit(case)
    if visit is not None:
        return visit
    acts = first_mentions(
        act
        for act in case.acts
        if act.concept.area == AREA
        and act.concept.kind != "part"
        and act.concept.name not in HOME_VISITS
    )
    if not acts:
        return Proposal()
    is_record = is_therapy_record(case)
    chosen: list[tuple[ServiceDraft, Minutes | None]] = []
    missing: list[Missing] = []
    for concept, group in _by_concept(acts).items():
        if concept in _CHIROPRACTIC and not is_chiropractic(case):
            continue
        told = [minutes_of(act, case, acts) for act in group]
        done = [
            (act, time)
            for act, time in zip(group, told, strict=True)
            if _is_done(act, time, is_record=is_record)
        ]
        if not done:
            continue
        act, time = max(done, key=lambda item: item[1].number if item[1] else 0)
        draft = _chosen(act, time, case)
        if isinstance(draft, Missing):
            missing.append(draft)
        elif draft is not None:
            chosen.append((draft, time))
    proposal = _in_units(chosen, case) + Proposal(missing=tuple(missing))
    return Proposal(tuple(adjusted(list(proposal.drafts), case)), proposal.missing)


def _by_concept(acts: Sequence[Act]) -> dict[str, list[Act]]:
    grouped: dict[str, list[Act]] = {}
    for act in acts:
        grouped.setdefault(act.concept.name, []).append(act)
    return grouped


def _is_done(act: Act, time: Minutes | None, *, is_record: bool) -> bool:
    if act.mention.context.polarity is Polarity.NEGATED:
        return False
    if words("not_done", "before").search(act.line):
        return False
    if words("not_done", "words").search(act.part(_PART)):
        return False
    entries = catalogue().by_concept.get(act.concept.name, ())
    rule = next((counted().get(entry.code) for entry in entries), None)
    if not is_record:
        return act.standing is Standing.DONE and time is not None and act.kind not in _ELSEWHERE
    is_evaluation = rule is not None and rule.counted == "evaluation"
    if time is None and not is_evaluation and _TITLE.search(act.line):
        return False
    if act.standing in (Standing.PAST, Standing.NOT_DONE) and time is None:
        return False
    if time is not None:
        return True
    if "treatment" in act.section.title or "intervention" in act.section.title:
        return rule is not None
    if act.kind in _ELSEWHERE or act.standing is Standing.ORDERED:
        return False
    return rule is not None and (
        act.standing is Standing.DONE or rule.counted in ("evaluation", "session", "timed", "first")
    )


def _chosen(act: Act, time: Minutes | None, case: ServiceCase) -> ServiceDraft | Missing | None:
    """Return the line of the act without its units, or what is missing for it."""
    entries = [
        entry
        for entry in catalogue().by_concept.get(act.concept.name, ())
        if case.is_billable(entry.code) and not entry.is_add_on
    ]
    extra: dict[str, tuple[Value, ...]] = {}
    names = {condition.name for entry in entries for condition in entry.when}
    if "evaluation-complexity" in names:
        level = complexity_of(act, case)
        extra["evaluation-complexity"] = (level,) if level else ()
    if "regions" in names:
        regions = is_chiropractic(case)
        extra["regions"] = (regions,) if regions else ()
    untold: list[str] = []
    for entry in entries:
        truth, lacking = _fits(entry, act, case, extra)
        if truth:
            return _draft(entry, act, time)
        if lacking:
            untold.append(lacking)
    if not untold:
        return None
    draft = replace(_draft(entries[0], act, time), confidence=0.5)
    return Missing(draft.because("service-incomplete", f"({untold[0]})"), untold[0])


def _fits(
    entry: Entry, act: Act, case: ServiceCase, extra: Mapping[str, tuple[Value, ...]]
) -> tuple[bool, str]:
    """Return whether the entry's conditions hold, and which is not told."""
    for condition in entry.when:
        values = extra.get(condition.name)
        if values is None:
            values = case.facts.values(act, condition.name)
        truth = condition.of(values)
        if truth is Truth.NO:
            return False, ""
        if truth is Truth.UNTOLD and not condition.is_default and condition.sign != "!=":
            return False, condition.name
    return True, ""


def _draft(entry: Entry, act: Act, time: Minutes | None) -> ServiceDraft:
    return ServiceDraft(
        code=entry.code,
        area=AREA,
        support=(act.span, time.span) if time else (act.span,),
        rationale=(because("service-done"), because("service-selected")),
        concept=entry.concept,
        act=act,
        facts=(("minutes", str(time.number)),) if time else (),
    )


def _in_units(chosen: Sequence[tuple[ServiceDraft, Minutes | None]], case: ServiceCase) -> Proposal:
    """Return the lines with their units; timed ones whose minutes are not told are missing them."""
    drafts: list[ServiceDraft] = []
    missing: list[Missing] = []
    pool: list[tuple[ServiceDraft, int]] = []
    for draft, time in chosen:
        rule = counted()[draft.code]
        if rule.counted in ("timed", "first", "quarter") and time is None:
            asked = replace(draft, confidence=0.5).because("service-incomplete", "(minutes)")
            missing.append(Missing(asked, "minutes"))
        elif time is not None and (
            rule.counted == "timed" or (rule.counted == "first" and rule.plans)
        ):
            pool.append((draft, time.number))
        elif time is not None and rule.counted in ("first", "quarter"):
            drafts += _with_further(draft, quarters(time.number), "therapy-quarters")
        else:
            drafts.append(draft)
    own = case.encounter.payer is Payer.COMMERCIAL
    numbers = [number for _, number in pool]
    units = [quarters(number) for number in numbers] if own else allotted(numbers, _total(case))
    rule_name = "therapy-midpoint" if own else "therapy-total-minutes"
    for (draft, _), number in zip(pool, units, strict=True):
        drafts += _with_further(draft, number, rule_name)
    ordered = sorted(drafts, key=lambda draft: draft.act.order if draft.act else (0, 0))
    return Proposal(tuple(ordered), tuple(missing))


def _with_further(draft: ServiceDraft, units: int, rule: str) -> list[ServiceDraft]:
    """Return the line with its units, or the first quarter hour and the further ones."""
    if units < 1:
        return []
    told = draft.because(rule, f"({draft.fact('minutes')} minutes, {units})")
    further = counted()[draft.code].further
    if not further:
        return [replace(told, units=units)]
    lines = [told]
    if units > 1:
        lines.append(replace(told, code=further, units=units - 1))
    return lines


def _total(case: ServiceCase) -> int | None:
    for reading in case.readings:
        match = words("total", "timed").search(reading.text)
        if match:
            return int(match.group(1))
    return None
