"""Biopsies of the skin: the technique that takes the most comes first, the others are added."""

from __future__ import annotations

from nosology.coding.services.acts import Act
from nosology.coding.services.attributes.told import Reach
from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.procedures.counts import number_of_lesions
from nosology.coding.services.procedures.stretches import stretch_of, told_in
from nosology.coding.services.selection import Group, groups, select
from nosology.model.record import Span

_ADDED = {"11102": "11103", "11104": "11105", "11106": "11107"}
"""Each further lesion by the same technique; from the one that takes the least."""
_TECHNIQUES = ("tangential-biopsy", "punch-biopsy", "incisional-biopsy")
_UNNAMED = "skin-biopsy"
CONCEPTS = frozenset({*_TECHNIQUES, _UNNAMED})
_ELSEWHERE = frozenset({"mucosa", "genitalia", "anus", "eye"})
_REMOVALS = frozenset({"lesion-excision", "shave-removal"})


def propose(case: ServiceCase) -> Proposal:
    """Return the biopsies: one number of its own, every further lesion as an addition."""
    found: dict[str, list[tuple[ServiceDraft, int]]] = {}
    missing: list[Missing] = []
    named = [act for act in _acts(case) if act.concept.name != _UNNAMED]
    unnamed = [
        act
        for act in _acts(case)
        if act.concept.name == _UNNAMED
        and not any(_is_same_place(act, other, case) for other in named)
    ]
    for group in groups([*named, *unnamed], case, is_by_site=True):
        proposal = select(group, case)
        missing += proposal.missing
        for draft in proposal.drafts:
            if draft.entry is not None and draft.entry.is_add_on:
                continue
            found.setdefault(draft.code, []).append((draft, _lesions(group, case)))
    drafts: list[ServiceDraft] = []
    for code in sorted(found, reverse=True):
        held = found[code]
        number = sum(count for _, count in held)
        support = tuple(span for draft, _ in held for span in draft.support)
        first = held[0][0]
        if not drafts:
            drafts.append(first)
            number -= 1
        if number > 0:
            drafts.append(_further(first, _ADDED.get(code, code), number, support))
    return Proposal(tuple(drafts), () if drafts else tuple(missing[:1]))


def _acts(case: ServiceCase) -> list[Act]:
    """Return the biopsies of the skin; one that is part of a removal there is none of its own."""
    removals = [act for act in case.of_area("procedures") if act.concept.name in _REMOVALS]
    return [
        act
        for act in case.of_area("procedures")
        if act.concept.name in CONCEPTS
        and not any(
            other.mention.sentence == act.mention.sentence and other.reading is act.reading
            for other in removals
        )
        and not _is_elsewhere(act, case)
    ]


def _is_elsewhere(act: Act, case: ServiceCase) -> bool:
    told = case.facts.told(act, "site")
    return told is not None and bool(_ELSEWHERE & {str(value) for value in told.values})


def _is_same_place(act: Act, other: Act, case: ServiceCase) -> bool:
    if act.reading is not other.reading:
        return False
    one, two = case.facts.told(act, "site"), case.facts.told(other, "site")
    return one is None or two is None or one.value == two.value


def _lesions(group: Group, case: ServiceCase) -> int:
    number = number_of_lesions(group.acts, case, Reach.SENTENCE)
    if number is not None:
        return number
    stretch = stretch_of(group.first)
    sites = {
        told.value
        for told in told_in(stretch, "site", case)
        if group.first.sentence.start <= told.start < group.first.sentence.end
    }
    return len(sites) if len(sites) > 1 and "biopsies" in group.first.said.lower() else 1


def _further(
    draft: ServiceDraft, code: str, number: int, support: tuple[Span, ...]
) -> ServiceDraft:
    return ServiceDraft(
        code=code,
        area=draft.area,
        support=tuple(dict.fromkeys((*draft.support, *support))),
        rationale=draft.rationale,
        concept=draft.concept,
        units=number,
        act=draft.act,
        facts=tuple(fact for fact in draft.facts if fact[0] not in {"side", "digit"}),
    ).because("biopsy-further")
