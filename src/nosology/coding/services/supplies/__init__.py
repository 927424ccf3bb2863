"""Equipment and supplies: what was handed over, how it is paid and counted, and what is covered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from nosology.coding.rules import because
from nosology.coding.services.acts import Act, first_mentions
from nosology.coding.services.catalogue import Entry
from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.selection import Group, groups, select
from nosology.coding.services.supplies.attached import dressed, fed, lens_entries, taped
from nosology.coding.services.supplies.casting import cast_supplies
from nosology.coding.services.supplies.coverage import Coverage
from nosology.coding.services.supplies.delivery import Deliveries
from nosology.coding.services.supplies.items import Item, Payment, items
from nosology.coding.services.supplies.payment import (
    Paid,
    functional_level,
    oxygen,
    paid,
    replaced,
)
from nosology.coding.services.supplies.periods import periods_of
from nosology.coding.services.supplies.quantity import units_of
from nosology.model.encounter import Setting
from nosology.model.record import Span

AREA = "supplies"
_SIDED = frozenset({"side", "lens"})
_SIDES = {"right": "RT", "left": "LT"}
_IN_OFFICE = frozenset(
    {
        *(Payment.PURCHASE, Payment.RENTAL, Payment.BRACE, Payment.SHOE, Payment.PROSTHESIS),
        *(Payment.EYEWEAR, Payment.STIMULATOR, Payment.NONE),
    }
)
"""What an office bills when it hands it over; dressings and the like are part of its services."""
_ALSO_IN_OFFICE = frozenset({"A4565", "A4627", "A4614", "A4281", "A4284", "A4285"})


def propose(case: ServiceCase) -> Proposal:
    """Return the items that were handed over, and those for which something is missing."""
    casts = cast_supplies(case)
    if not any(act.concept.area == AREA for act in case.acts):
        return casts
    done, ordered = Deliveries(case).delivered()
    done = _without_features(first_mentions(done))
    if not done:
        return casts
    proposal = Proposal()
    others = first_mentions(act for act in case.acts if act.concept.area == AREA)
    coverage = Coverage(case, done)
    chosen: list[tuple[Group, ServiceDraft]] = []
    for group in groups(done, case):
        known = Group((*group.acts, *_same(group, ordered)), group.place)
        lenses = lens_entries(group.first, case) if "lens" in group.first.concept.name else []
        if lenses:
            for entry, lens in lenses:
                span = Span(lens.start, lens.end, group.first.reading.index)
                chosen.append((group, _lens_draft(entry, group, span, lens.side)))
            continue
        selected = select(known, case)
        chosen += [(group, draft) for draft in selected.drafts]
        if _is_meant_here(selected.missing, case):
            proposal += Proposal(missing=selected.missing)
    chosen = _one_of_a_family(chosen)
    codes = frozenset(draft.code for _, draft in chosen)
    for group, draft in chosen:
        item = items()[draft.code]
        if _is_billed_here(item, case):
            proposal += _billed(item, draft, group, case, others, codes, coverage)
    return proposal + casts


def _one_of_a_family(
    chosen: list[tuple[Group, ServiceDraft]],
) -> list[tuple[Group, ServiceDraft]]:
    """Return the choices without braces that a fuller name in the same sentence names again."""

    def family(group: Group, draft: ServiceDraft) -> tuple[str, int, int] | None:
        if items()[draft.code].payment is not Payment.BRACE:
            return None
        first = group.first
        return draft.code[:_FAMILY], first.reading.index, first.mention.sentence

    fullest: dict[tuple[str, int, int], int] = {}
    for group, draft in chosen:
        key = family(group, draft)
        if key:
            fullest[key] = max(fullest.get(key, 0), len(group.first.mention.tokens))
    return [
        (group, draft)
        for group, draft in chosen
        if (key := family(group, draft)) is None or len(group.first.mention.tokens) == fullest[key]
    ]


_FAMILY = 3
"""Characters that the numbers of one kind of brace begin with."""


def _without_features(acts: list[Act]) -> list[Act]:
    """Return the acts without parts of another item of the sentence, and without shorter names."""
    wholes: dict[tuple[int, int], frozenset[str]] = {}
    for act in acts:
        parts = _PARTS.get(act.concept.name, frozenset())
        key = (act.reading.index, act.mention.sentence)
        wholes[key] = wholes.get(key, frozenset()) | parts
    return [
        act
        for act in acts
        if not _is_said_fuller(act, acts)
        and act.concept.name not in wholes[act.reading.index, act.mention.sentence]
    ]


def _is_said_fuller(act: Act, acts: list[Act]) -> bool:
    """Whether another item of the sentence is named by the same words and more."""
    own = set(act.mention.term.lower().split())
    return any(
        other.reading.index == act.reading.index
        and other.mention.sentence == act.mention.sentence
        and other.concept.name != act.concept.name
        and own < set(other.mention.term.lower().split())
        for other in acts
    )


_PARTS = {
    "hospital-bed": frozenset(
        {
            *("half-length-bed-side-rails", "full-length-bed-side-rails"),
            *("innerspring-mattress", "foam-rubber-mattress"),
        }
    ),
    "hydraulic-patient-lift": frozenset({"sling", "patient-lift-sling"}),
    "electric-patient-lift": frozenset({"sling", "patient-lift-sling"}),
}
"""Items that are part of another one where the same sentence names both."""


def _is_billed_here(item: Item, case: ServiceCase) -> bool:
    if case.encounter.setting is Setting.DME_SUPPLIER:
        return True
    return item.payment in _IN_OFFICE or item.code in _ALSO_IN_OFFICE


def _is_meant_here(missing: Iterable[Missing], case: ServiceCase) -> bool:
    return all(_is_billed_here(items()[item.draft.code], case) for item in missing)


def _same(group: Group, ordered: Iterable[Act]) -> tuple[Act, ...]:
    """Return the orders of the same item: they may tell features that the delivery does not."""
    return tuple(act for act in ordered if act.concept.name == group.first.concept.name)


def _lens_draft(entry: Entry, group: Group, span: Span, side: str) -> ServiceDraft:
    return ServiceDraft(
        code=entry.code,
        area=AREA,
        support=(*group.spans[:1], span),
        rationale=(because("service-done"), because("supplies-lens", f"({side} eye)")),
        concept=entry.concept,
        act=group.first,
        facts=(("side", side),),
    )


def _billed(
    item: Item,
    draft: ServiceDraft,
    group: Group,
    case: ServiceCase,
    others: list[Act],
    codes: frozenset[str],
    coverage: Coverage,
) -> Proposal:
    act = group.first
    lacking: list[str] = []
    for told in (
        paid(item, act, case),
        _oxygen(item, case, codes),
        functional_level(item, case),
        dressed(item, act, case, codes),
        taped(item, codes),
        fed(item, case, codes),
        replaced(act),
    ):
        draft = _with(draft, told)
        if told.missing:
            lacking.append(told.missing)
    if not draft.modifiers or "GY" not in draft.modifiers:
        modifiers, criterion = coverage.modifiers(item, act)
        draft = draft.with_modifiers(*modifiers)
        if modifiers:
            draft = draft.because("supplies-coverage", f"({', '.join(modifiers)})")
        if criterion:
            lacking.append("coverage-criteria")
            draft = draft.because("supplies-coverage-open", f"({criterion})")
    units = _units(item, group, others)
    if units is None:
        return _missing(draft, "quantity")
    draft = replace(draft, units=units)
    sides = _sides(item, draft, group, case)
    if sides is None:
        return _missing(draft, "side")
    drafts = [_on(draft, side) for side in sides] or [draft]
    proposal = Proposal(tuple(drafts))
    barring = [topic for topic in lacking if topic in _BARRING]
    if barring:
        return _missing(draft, barring[0])
    for topic in lacking:
        proposal += _missing(draft, topic, is_beside=True)
    return proposal


_BARRING = frozenset(
    {
        *("rental-over", "rental-or-purchase", "wound-count", "functional-level"),
        "coverage-criteria",
    }
)
"""What a line cannot be billed without; without the rest it can, and the question is put."""


def _with(draft: ServiceDraft, told: Paid) -> ServiceDraft:
    draft = draft.with_modifiers(*told.modifiers)
    if told.rule and told.modifiers:
        draft = draft.because(told.rule, f"({', '.join(told.modifiers)})")
    return draft


def _oxygen(item: Item, case: ServiceCase, codes: frozenset[str]) -> Paid:
    if item.payment is not Payment.OXYGEN:
        return Paid(())
    portable = codes & {"E0431", "E0433", "E0434", "E1392", "K0738"}
    return oxygen(item, case, has_portable=bool(portable))


def _missing(draft: ServiceDraft, topic: str, *, is_beside: bool = False) -> Proposal:
    asked = replace(draft, confidence=0.5).because("service-incomplete", f"({topic})")
    return Proposal(missing=(Missing(asked, topic, is_beside=is_beside),))


def _units(item: Item, group: Group, others: list[Act]) -> int | None:
    if item.payment is Payment.OXYGEN:
        return 1
    told: list[int] = []
    for act in group.acts:
        rest = [other for other in others if other.concept.name != act.concept.name]
        number = units_of(item, act, rest, periods_of(act.reading.text))
        if number is not None:
            told.append(number)
    return max(told, default=None)


def _sides(
    item: Item, draft: ServiceDraft, group: Group, case: ServiceCase
) -> tuple[str, ...] | None:
    """Return the sides that the item is for; empty where it has none, None where untold."""
    if item.counted not in _SIDED:
        return ()
    side = draft.fact("side")
    if side in _SIDES and item.counted == "lens":
        return (side,)
    for act in group.acts:
        told = {str(found.value) for found in case.facts.all_told(act, "side")}
        said = act.said.lower()
        if {"left", "right"} <= told or "bilateral" in told or _is_pair(said):
            return ("right", "left")
        if len(told) == 1:
            return tuple(told)
    anywhere = {
        str(found.value)
        for reading in case.readings
        for found in case.facts.in_document(group.first.reading, "side")
        if reading.index == group.first.reading.index
    }
    if len(anywhere) == 1:
        (only,) = anywhere
        return ("right", "left") if only == "bilateral" else (only,)
    if item.counted == "lens" and not anywhere:
        return ("right", "left")
    return None


def _is_pair(said: str) -> bool:
    return any(word in said for word in ("pair", "both ", "bilateral", "each foot", "each eye"))


def _on(draft: ServiceDraft, side: str) -> ServiceDraft:
    facts = (("side", side), *(fact for fact in draft.facts if fact[0] != "side"))
    return replace(draft.with_modifiers(_SIDES[side]), facts=facts).because(
        "supplies-side", f"({side})"
    )
