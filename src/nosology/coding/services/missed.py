"""Missed charges: what the record shows done that nothing of the answer bills, and what is missing.

A drug or vaccine without its administration, a result of a test that is told as done here, an act
that was done and that its area could not bill. Each is a suggestion: nothing is billed by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from nosology.coding.rules import because
from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.catalogue import Entry, catalogue
from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.modifiers.ranges import Numbers, numbers
from nosology.coding.tables import any_of, settings
from nosology.model.encounter import Setting
from nosology.model.record import Span

_VACCINES = numbers("90380-90381; 90476-90759; 91300-91322")
_VACCINATIONS = numbers("90460-90474; 90480; 96380-96381; G0008-G0010; M0201")
_DRUGS = numbers("J0120-J9999; Q0138-Q0139; Q2043-Q2058; Q5101-Q5160")
_GIVING = numbers(
    "10000-69999; 90460-90480; 92920-93799; 94640-94645; 95115-95180; 96360-96549; 98960-98970"
)
"""Administrations, and operations that a drug is given by."""
_SETTINGS_THAT_TEST = frozenset({Setting.OFFICE, Setting.ED_PROFESSIONAL, Setting.HOME})
_DONE_KINDS = frozenset({"procedure", "tracing", "point-of-care"})
_TESTED_KINDS = frozenset({"tracing", "point-of-care"})
_CONFIDENCE = 0.3


@cache
def _words() -> dict[str, re.Pattern[str]]:
    read = settings("nosology.coding.services", "missed.toml")
    return {name: any_of(patterns) for name, patterns in read.items()}


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
    return (*_ungiven(billed, known), *_unbilled(proposed, case), *_untold(proposed, case))


def _ungiven(billed: Sequence[ServiceDraft], known: set[str]) -> list[Missing]:
    """Return administrations that the vaccines and drugs of the answer have not."""
    found: list[Missing] = []
    pairs: tuple[tuple[str, Numbers, Numbers, str], ...] = (
        ("vaccine-without-administration", _VACCINES, _VACCINATIONS, "vaccination"),
        ("drug-without-administration", _DRUGS, _GIVING, "injection"),
    )
    for rule, products, givings, kind in pairs:
        given = [draft for draft in billed if draft.code in products]
        if not given or any(code in givings for code in known):
            continue
        draft, code = given[0], _administration(given[0], kind)
        if code:
            found.append(_suggested(code, draft.support, rule, f"({draft.code})", draft.act))
    return found


def _administration(draft: ServiceDraft, kind: str) -> str:
    if kind == "vaccination":
        return "90471"
    said = draft.act.said if draft.act is not None else ""
    if _words()["vein"].search(said):
        return "96374"
    return "96372" if _words()["needle"].search(said) else ""


def _unbilled(proposed: Proposal, case: ServiceCase) -> Iterable[Missing]:
    """Yield acts that were done, in areas that proposed nothing for this record.

    Where an area bills or asks for something, what else it found is a part of that.
    """
    told = _told(proposed)
    drafts = [*proposed.drafts, *(item.draft for item in proposed.missing)]
    areas = {draft.area for draft in drafts}
    seen: set[str] = set()
    for act in case.acts:
        if act.standing is not Standing.DONE or act.concept.kind not in _DONE_KINDS:
            continue
        if act.cue is None or act.concept.area in areas or act.concept.name in seen:
            continue
        if _is_told(act, told):
            continue
        entry = _entry(act)
        if entry is not None:
            seen.add(act.concept.name)
            spans = (act.span, act.cue)
            yield _suggested(entry.code, spans, "service-unbilled", f"({act.concept.name})", act)


def _untold(proposed: Proposal, case: ServiceCase) -> Iterable[Missing]:
    """Yield tests whose result is told as found here, without that they were done."""
    if case.encounter.setting not in _SETTINGS_THAT_TEST:
        return
    told = _told(proposed)
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


def _told(proposed: Proposal) -> tuple[frozenset[str], tuple[Span, ...]]:
    drafts = [*proposed.drafts, *(item.draft for item in proposed.missing)]
    return (
        frozenset(draft.concept for draft in drafts),
        tuple(span for draft in drafts for span in draft.support),
    )


def _is_told(act: Act, told: tuple[frozenset[str], tuple[Span, ...]]) -> bool:
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


def _suggested(
    code: str, spans: Sequence[Span], rule: str, detail: str, act: Act | None
) -> Missing:
    area = act.concept.area if act is not None else ""
    concept = act.concept.name if act is not None else ""
    reasons = (because(rule, detail),)
    return Missing(ServiceDraft(code, area, tuple(spans), reasons, _CONFIDENCE, concept, act=act))
