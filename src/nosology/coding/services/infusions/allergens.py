"""Allergen immunotherapy: injections counted, and doses of extract that were prepared."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal

from nosology.coding.rules import because
from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.attributes.numbers import number_of
from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.infusions.wording import wording
from nosology.model.record import Span

AREA = "infusions"
INJECTION, VIAL = "allergen-injection", "allergen-vial"
_OPEN = (Standing.DONE, Standing.NAMED, Standing.REVIEWED)


def allergen_services(case: ServiceCase) -> Proposal:
    """Return injections of allergens, and the extract that was prepared for them."""
    return _injections(case) + _vials(case)


def _acts(case: ServiceCase, concept: str) -> list[Act]:
    return [
        act
        for act in case.of_concept(concept, *_OPEN)
        if wording("allergens")["allergy"].search(act.reading.text) and not _is_history(act)
    ]


def _is_history(act: Act) -> bool:
    return (
        act.standing is not Standing.DONE
        and act.section.start > 0
        and (
            "history" in act.kind.value or act.kind.value in {"plan", "instructions", "medications"}
        )
    )


def _injections(case: ServiceCase) -> Proposal:
    acts = _acts(case, INJECTION)
    if not acts:
        return Proposal()
    text, words = acts[0].reading.text, wording("allergens")
    if words["not_given"].search(text):
        return Proposal()
    found = list(words["injected"].finditer(text))
    number = len(found)
    spans = [Span(match.start(), match.end(), acts[0].reading.index) for match in found]
    if not number:
        done = [act for act in acts if act.standing is Standing.DONE]
        if not done:
            return Proposal()
        counted = words["counted"].search(text)
        told = number_of(counted["n"]) if counted else None
        number = int(told) if told else 2 if words["each_arm"].search(text) else 1
        if "shots" in done[0].mention.term or "injections" in done[0].mention.term:
            number = max(number, 2)
    code = "95117" if number > 1 else "95115"
    return Proposal((_draft(code, INJECTION, acts, spans, "allergen-injections", f"({number})"),))


def _vials(case: ServiceCase) -> Proposal:
    acts = _acts(case, VIAL)
    if not acts:
        return Proposal()
    text = acts[0].reading.text
    doses = _milliliters(text) if case.is_medicare else _number_of_doses(text)
    draft = _draft("95165", VIAL, acts, [], "allergen-doses", f"({doses or 'not told'})")
    if doses is None:
        return Proposal(missing=(Missing(draft, "allergen-doses"),))
    return Proposal((replace(draft, units=doses),))


def _number_of_doses(text: str) -> int | None:
    match = wording("allergens")["doses"].search(text)
    number = number_of(match["n"]) if match else None
    return int(number) if number else None


def _milliliters(text: str) -> int | None:
    """Return the doses that Medicare counts: milliliters of the vials.

    Source: CMS Pub. 100-04 ch. 12 s. 200.
    """
    words = wording("allergens")
    total = words["total"].search(text)
    if total:
        return math.ceil(Decimal(total["ml"]))
    for match in words["vials"].finditer(text):
        count = number_of(match["n"]) if match["n"] else None
        return math.ceil(Decimal(match["ml"]) * (count or 1))
    return None


def _draft(
    code: str, concept: str, acts: list[Act], spans: list[Span], rule: str, detail: str
) -> ServiceDraft:
    return ServiceDraft(
        code=code,
        area=AREA,
        support=(acts[0].span, *spans),
        rationale=(because(rule, detail),),
        concept=concept,
        act=acts[0],
    )
