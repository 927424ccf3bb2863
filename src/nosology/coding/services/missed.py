"""Missed charges: what the record shows done that nothing of the answer bills, and what is missing.

A drug without its administration, a result of a test that may have been done here, an
act that was done and that its area could not bill, or that is planned for the visit itself. Each is
a suggestion: nothing is billed by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from nosology.coding.rules import because
from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.catalogue import Entry, catalogue
from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.modifiers.ranges import numbers
from nosology.coding.services.selection import Group, select
from nosology.model.encounter import Setting
from nosology.model.reading import SectionKind
from nosology.model.record import Span
from nosology.model.tables import patterns

_DRUGS = numbers("J0120-J9999; Q0138-Q0139; Q2043-Q2058; Q5101-Q5160")
_GIVING = numbers(
    "10000-69999; 90460-90480; 92920-93799; 94640-94645; 95115-95180; 96360-96549; 98960-98970"
)
"""Administrations, and operations that a drug is given by."""
_SETTINGS_THAT_TEST = frozenset({Setting.OFFICE, Setting.ED_PROFESSIONAL, Setting.HOME})
_DONE_KINDS = frozenset({"procedure", "tracing", "point-of-care"})
_TESTED_KINDS = frozenset({"tracing", "point-of-care"})
_INTENDED_KINDS = frozenset({"procedure", "tracing", "point-of-care", "supply"})
_PLANNING = frozenset(
    {
        *(SectionKind.PLAN, SectionKind.ASSESSMENT_AND_PLAN, SectionKind.ASSESSMENT),
        *(SectionKind.ORDERS, SectionKind.INSTRUCTIONS),
    }
)
_UNLIKELY = {
    "tracing": frozenset({SectionKind.PHYSICAL_EXAM}),
    "procedure": frozenset({SectionKind.HISTORY_OF_PRESENT_ILLNESS}),
}
"""Sections in which words like those of a test or procedure rarely tell of one."""
_RESULTED = (Standing.DONE, Standing.REVIEWED)
_OF_OFFICES = frozenset({"electrocardiogram", "spirometry", "pulmonary-function-test"})
_PLAIN_FILM = "-xray"
_VISITS = "visits"
_NEXT = 60
"""Characters behind a sentence in which the next may say that it is for today."""
_CONFIDENCE = 0.3

type _Told = tuple[frozenset[str], tuple[Span, ...]]
"""Concepts that are told of already, and the words that support them."""


def _words() -> Mapping[str, re.Pattern[str]]:
    return patterns("nosology.coding.services", "missed.toml")


def missed(
    billed: Sequence[ServiceDraft], proposed: Proposal, case: ServiceCase
) -> tuple[Missing, ...]:
    """Return what the record shows beside what is billed or was proposed, as suggestions.

    Args:
        billed: the lines of the answer.
        proposed: what the areas proposed before any of it was found to be part of another.
        case: the record.
    """
    known = {draft.code for draft in billed} | {item.draft.code for item in proposed.missing}
    told = _told(proposed)
    found = [*_ungiven(billed, known), *_unbilled(proposed, case, told)]
    found += _untold(case, told)
    beside = _told(_without_visits(proposed))
    return (*found, *_resulted(case, beside, _codes(found)), *_intended(case, beside))


def _ungiven(billed: Sequence[ServiceDraft], known: set[str]) -> list[Missing]:
    """Return the administration that the drugs of the answer have not."""
    given = next((draft for draft in billed if draft.code in _DRUGS), None)
    if given is None or any(code in _GIVING for code in known):
        return []
    said = given.act.said if given.act is not None else ""
    is_into_vein = bool(_words()["vein"].search(said))
    code = "96374" if is_into_vein else "96372" if _words()["needle"].search(said) else ""
    rule, detail = "drug-without-administration", f"({given.code})"
    return [_suggested(code, given.support, rule, detail, given.act)] if code else []


def _unbilled(proposed: Proposal, case: ServiceCase, told: _Told) -> Iterable[Missing]:
    """Yield acts that were done, in areas that proposed nothing for this record.

    Where an area bills or asks for something, what else it found is a part of that.
    """
    drafts = [*proposed.drafts, *(item.draft for item in proposed.missing)]
    areas = {draft.area for draft in drafts}
    seen: set[str] = set()
    for act in case.acts:
        if act.standing is not Standing.DONE or act.concept.kind not in _DONE_KINDS:
            continue
        if act.cue is None or act.concept.area in areas or act.concept.name in seen:
            continue
        if act.kind in _UNLIKELY.get(act.concept.kind, ()):
            continue
        if _is_told(act, told):
            continue
        entry = _entry(act)
        if entry is not None:
            seen.add(act.concept.name)
            spans = (act.span, act.cue)
            yield _suggested(entry.code, spans, "service-unbilled", f"({act.concept.name})", act)


def _untold(case: ServiceCase, told: _Told) -> Iterable[Missing]:
    """Yield tests whose result is told as found here, without that they were done."""
    if case.encounter.setting not in _SETTINGS_THAT_TEST:
        return
    seen: set[str] = set()
    for act in case.acts:
        if act.standing is not Standing.REVIEWED or act.concept.kind not in _TESTED_KINDS:
            continue
        if act.concept.name in seen or _is_told(act, told):
            continue
        entry = _entry(act)
        if entry is not None and _words()["here"].search(act.said):
            seen.add(act.concept.name)
            yield _suggested(entry.code, (act.span,), "result-without-service", "", act)


def _resulted(case: ServiceCase, told: _Told, known: frozenset[str]) -> Iterable[Missing]:
    """Yield plain films and tracings of an office's results that do not say where they were done.

    An office has the equipment for both. What is recent, of another day or of others is theirs.
    """
    if case.encounter.setting is not Setting.OFFICE:
        return
    able = [act for act in case.acts if _may_be_own(act)]
    seen = {act.concept.name for act in able if _words()["of_others"].search(act.said)}
    for act in able:
        if act.kind is not SectionKind.RESULTS or act.concept.name in seen or _is_told(act, told):
            continue
        code = _code(act, case)
        if act.standing in _RESULTED and code and code not in known:
            seen.add(act.concept.name)
            yield _suggested(code, (act.span,), "result-without-service", "", act)


def _may_be_own(act: Act) -> bool:
    """Whether an office may itself have done the test of which it tells the result."""
    return act.concept.name in _OF_OFFICES or act.concept.name.endswith(_PLAIN_FILM)


def _intended(case: ServiceCase, told: _Told) -> Iterable[Missing]:
    """Yield what an office plans to do or hand over at this visit, and does not tell as done."""
    if case.encounter.setting is not Setting.OFFICE:
        return
    seen: set[str] = set()
    for act in case.acts:
        name, kind = act.concept.name, act.concept.kind
        if kind not in _INTENDED_KINDS or name in seen or act.kind not in _PLANNING:
            continue
        if act.standing not in (Standing.ORDERED, Standing.NAMED) or _is_told(act, told):
            continue
        if _is_for_now(act) and (code := _code(act, case)):
            seen.add(name)
            yield _suggested(code, (act.span,), "service-intended", "", act)


def _is_for_now(act: Act) -> bool:
    """Whether the sentence, or one that follows upon it, plans the act for this visit."""
    words = _words()
    if words["later"].search(act.said):
        return False
    if act.concept.kind == "supply":
        return bool(words["handed_over"].search(act.said))
    end = min(act.section.end, act.sentence.end + _NEXT)
    said = act.reading.text[act.sentence.start : end]
    return bool(words["now"].search(act.said)) or (
        bool(words["agreed"].search(act.said)) and bool(words["now"].search(said))
    )


def _codes(found: Iterable[Missing]) -> frozenset[str]:
    return frozenset(item.draft.code for item in found)


def _without_visits(proposed: Proposal) -> Proposal:
    """Return what the other areas proposed: a visit is supported by results of any place."""
    return Proposal(
        tuple(draft for draft in proposed.drafts if draft.area != _VISITS),
        tuple(item for item in proposed.missing if item.draft.area != _VISITS),
    )


def _told(proposed: Proposal) -> _Told:
    drafts = [*proposed.drafts, *(item.draft for item in proposed.missing)]
    return (
        frozenset(draft.concept for draft in drafts),
        tuple(span for draft in drafts for span in draft.support),
    )


def _is_told(act: Act, told: _Told) -> bool:
    concepts, spans = told
    return act.concept.name in concepts or any(
        span.document == act.reading.index
        and act.sentence.start < span.end
        and span.start < act.sentence.end
        for span in spans
    )


def _entry(act: Act) -> Entry | None:
    held = catalogue().by_concept.get(act.concept.name, ())
    return next((entry for entry in held if not entry.is_add_on), None)


def _code(act: Act, case: ServiceCase) -> str:
    """Return the number that what is told leads to, or would once what is missing is told."""
    selected = select(Group((act,), {}), case)
    chosen = [*selected.drafts, *(item.draft for item in selected.missing)]
    return chosen[0].code if chosen else ""


def _suggested(
    code: str, spans: Sequence[Span], rule: str, detail: str, act: Act | None
) -> Missing:
    area = act.concept.area if act is not None else ""
    concept = act.concept.name if act is not None else ""
    reasons = (because(rule, detail),)
    return Missing(ServiceDraft(code, area, tuple(spans), reasons, _CONFIDENCE, concept, act=act))
