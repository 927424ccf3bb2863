"""Injections and infusions: who gave what by which technique, in what order, for how long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from nosology.coding.rules import because
from nosology.coding.services.acts import Act
from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.drugs import bills_drugs
from nosology.coding.services.drugs.given import drugs_given
from nosology.coding.services.drugs.place import statement_of
from nosology.coding.services.infusions.administrations import (
    Administration,
    Care,
    Method,
    administration,
)
from nosology.coding.services.infusions.allergens import INJECTION, VIAL, allergen_services
from nosology.coding.services.infusions.hierarchy import Billed, further_hours, ranked
from nosology.coding.services.infusions.wording import wording
from nosology.coding.services.selection import by_catalogue
from nosology.model.encounter import Setting

AREA = "infusions"
TOLD = frozenset({"method"})
"""What conditions of the catalogue ask of an administration, beside the encounter."""
TIMES_TOPIC = "infusion-times"
_BILLING = frozenset({Setting.OFFICE, Setting.HOPD_FACILITY, Setting.HOME})
_INITIAL = frozenset({"96360", "96365", "96374", "96409", "96413"})
"""The first service of each access."""
_THROUGH_VEINS = frozenset({Method.PUSH, Method.INFUSION, Method.PUMP, Method.HYDRATION})
_FLUSH = "96523"
_BLOOD_DRAWS = frozenset({"36591", "36592"})
_CARE_OF_LINES = frozenset({_FLUSH, *_BLOOD_DRAWS})
"""Services that are none of their own beside another through the same line."""
_DEHYDRATION = ("E86",)


def propose(case: ServiceCase) -> Proposal:
    """Return what is billed of the area."""
    if case.encounter.setting not in _BILLING or not bills_drugs(case):
        return Proposal()
    named = by_catalogue(case, AREA, _is_of_catalogue) + allergen_services(case)
    if any(draft.code in _BLOOD_DRAWS for draft in named.drafts):
        named = _without(named, frozenset({_FLUSH}))
    administered = [
        one
        for one in (administration(given, case) for given in drugs_given(case) if given.code)
        if one is not None and not _is_of_procedure(one, case)
    ]
    administered = _without_mixed(administered)
    if not administered:
        return named
    named = _without(named, _CARE_OF_LINES)
    veins = [one for one in administered if one.method in _THROUGH_VEINS]
    first = [one for one in veins if not one.is_second_access]
    second = [one for one in veins if one.is_second_access] if first else []
    billed = [*_injections(administered), *_ranked(first or veins, case)]
    drafts = _drafts(billed)
    if second:
        drafts = _beside(drafts, _drafts(_ranked(second, case)))
    return named + Proposal(tuple(drafts), tuple(_missing(administered)))


def _ranked(administered: Sequence[Administration], case: ServiceCase) -> list[Billed]:
    return ranked(
        administered, is_facility=case.is_facility, is_for_hydration=_is_for_hydration(case)
    )


def _beside(drafts: Sequence[ServiceDraft], second: Sequence[ServiceDraft]) -> list[ServiceDraft]:
    """Return the lines of two accesses: each has an initial service, the second one with 59."""
    found = list(drafts)
    for draft in second:
        if draft.code in _INITIAL:
            found.append(draft.with_modifiers("59").because("infusion-second-access"))
            continue
        place = next((n for n, item in enumerate(found) if item.code == draft.code), None)
        if place is None:
            found.append(draft)
        else:
            same = found[place]
            found[place] = replace(
                same,
                units=same.units + draft.units,
                support=tuple(dict.fromkeys((*same.support, *draft.support))),
                rationale=tuple(dict.fromkeys((*same.rationale, *draft.rationale))),
            )
    return found


def _is_of_catalogue(act: Act) -> bool:
    return act.concept.name not in {INJECTION, VIAL}


def _without(proposal: Proposal, codes: frozenset[str]) -> Proposal:
    return replace(
        proposal, drafts=tuple(draft for draft in proposal.drafts if draft.code not in codes)
    )


def _injections(administered: Iterable[Administration]) -> list[Billed]:
    found = []
    for one in administered:
        if one.method is Method.ON_BODY:
            found.append(Billed("96377", 1, (one,), "injection-on-body"))
        elif one.method is Method.UNDER_SKIN:
            found.append(Billed("96369", 1, (one,), "infusion-initial"))
            hours = further_hours(one.minutes)
            if hours:
                found.append(Billed("96370", hours, (one,), "infusion-hours"))
        elif one.method is Method.INJECTION:
            code = {Care.CHEMO: "96401", Care.HORMONAL: "96402", Care.PLAIN: "96372"}[one.care]
            found.append(Billed(code, one.times, (one,), "injection"))
    return found


def _drafts(billed: Sequence[Billed]) -> list[ServiceDraft]:
    """Return a line a code."""
    found: dict[str, ServiceDraft] = {}
    for item in billed:
        spans = tuple(span for one in item.of for span in one.spans)
        shown = ", ".join(dict.fromkeys(_shown(one) for one in item.of))
        reason = because(item.rule, f"({shown})")
        same = found.get(item.code)
        if same is None:
            act: Act = item.of[0].given.act
            found[item.code] = ServiceDraft(
                code=item.code,
                area=AREA,
                support=tuple(dict.fromkeys(spans)),
                rationale=(reason,),
                concept="drug-administration",
                units=item.units,
                act=act,
            )
        else:
            found[item.code] = replace(
                same,
                units=same.units + item.units,
                support=tuple(dict.fromkeys((*same.support, *spans))),
                rationale=tuple(dict.fromkeys((*same.rationale, reason))),
            )
    return list(found.values())


def _shown(one: Administration) -> str:
    name = one.concept.replace("-", " ")
    return f"{name}, {one.minutes} minutes" if one.minutes else name


def _missing(administered: Iterable[Administration]) -> list[Missing]:
    """Return the infusions that cannot be billed as such, since their times are not told."""
    found = []
    for one in administered:
        if not one.lacks_times:
            continue
        if one.method is Method.HYDRATION:
            code = "96360"
        else:
            code = "96413" if one.care is Care.CHEMO else "96365"
        draft = ServiceDraft(
            code=code,
            area=AREA,
            support=one.spans,
            rationale=(because("infusion-times-missing", f"({_shown(one)})"),),
            confidence=0.5,
            concept="drug-administration",
            act=one.given.act,
        )
        found.append(Missing(draft, TIMES_TOPIC))
    return found


def _without_mixed(administered: Sequence[Administration]) -> list[Administration]:
    """Return them without drugs that ran in the same bag as the one named before them.

    Source: CPT, Therapeutic ... Infusions: what is mixed in one bag is one infusion.
    """
    found: list[Administration] = []
    for one in administered:
        former = found[-1] if found else None
        if former is None or not _is_mixed(former, one):
            found.append(one)
    return found


def _is_mixed(former: Administration, one: Administration) -> bool:
    first, second = former.given.act, one.given.act
    if (
        former.method is not Method.INFUSION
        or one.ran.minutes is not None
        or one.care is not former.care
        or first.reading is not second.reading
        or statement_of(first) != statement_of(second)
    ):
        return False
    text = first.reading.text
    between = text[first.mention.end : second.mention.start]
    return bool(wording("technique")["mixed"].search(between)) and not wording("technique")[
        "push"
    ].search(text[second.mention.end : one.given.place.after])


def _is_of_procedure(one: Administration, case: ServiceCase) -> bool:
    """Whether the drug was given for the comfort of a procedure, whose part that is."""
    return one.given.kind == "sedation" and any(
        act.concept.kind == "procedure" for act in case.acts if act.standing.value == "done"
    )


def _is_for_hydration(case: ServiceCase) -> bool:
    if case.diagnoses and case.diagnoses[0].code.startswith(_DEHYDRATION):
        return True
    words = wording("technique")["for_fluids"]
    return any(words.search(reading.text) for reading in case.readings)
