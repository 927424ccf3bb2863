"""The claim lines of one drug: units, waste, modifiers and National Drug Code."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from nosology.coding.rules import because
from nosology.coding.services.acts import Act
from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.drugs.doses import COUNTED, Container, Dose
from nosology.coding.services.drugs.given import AREA, Given
from nosology.coding.services.drugs.ndc import ndc_in
from nosology.coding.services.drugs.waste import Waste, container_of, held_by_packages, waste_in
from nosology.model.record import Span

DOSE_TOPIC = "drug-dose"
BY_MOUTH = "PO"
_ORAL = frozenset({"oral-cancer", "radiopharmaceutical"})
"""Kinds whose codes are for what is taken by mouth."""
_WITHOUT_WASTE = frozenset({"device", "contrast", "radiopharmaceutical", "fluid"})
_LEAST_FLUID = Decimal(100)
"""Milliliters."""
_SELF_TAKEN = frozenset({"TOP", "NAS"})


def lines(several: Sequence[Given], case: ServiceCase) -> Proposal:
    """Return the lines of one code.

    Args:
        several: its administrations; never empty.
        case: the record.
    """
    billed = [given for given in several if _is_billed(given)]
    if not billed or billed[0].dose is None:
        return Proposal()
    dose = billed[0].dose
    spans = tuple(dict.fromkeys(span for given in billed for span in given.spans))
    draft = ServiceDraft(
        code=dose.code,
        area=AREA,
        support=spans,
        rationale=(because("drug-given"),),
        concept=billed[0].act.concept.name,
        act=billed[0].act,
        ndc=next((ndc for ndc in (_ndc(given) for given in billed) if ndc), ""),
    )
    told = [amount for amount in (given.own_amount() for given in billed) if amount is not None]
    lacking = replace(draft.because("drug-dose-missing"), confidence=0.5)
    if not told:
        return Proposal(missing=(Missing(lacking, DOSE_TOPIC),))
    # What is told is billed; what else was given is asked for.
    asked = Missing(lacking, DOSE_TOPIC, is_beside=True)
    missing = Proposal(missing=(asked,)) if len(told) < len(billed) else Proposal()
    total = sum(told, Decimal(0))
    units = max(math.ceil(total / dose.amount), 1)
    shown = f"({_written(total)} {dose.unit}, {_written(dose.amount)} {dose.unit} a unit)"
    draft = replace(draft.because("drug-units", shown), units=units)
    if case.is_medicare and dose.kind not in _WITHOUT_WASTE:
        return _with_waste(draft, billed, total, dose) + missing
    return Proposal((draft,)) + missing


def _is_billed(given: Given) -> bool:
    if given.dose is None or not given.is_ours:
        return False
    if given.dose.kind == "anesthetic" or is_small_fluid(given):
        return False
    if not given.route:
        return BY_MOUTH not in given.dose.routes
    if given.route == BY_MOUTH:
        return given.dose.kind in _ORAL
    return given.route not in _SELF_TAKEN or given.route in given.dose.routes


def is_small_fluid(given: Given) -> bool:
    """Return whether the fluid is so little that it only carried a drug or kept a line open."""
    amount = given.own_amount()
    return given.kind == "fluid" and amount is not None and amount < _LEAST_FLUID


def _with_waste(
    draft: ServiceDraft, billed: Sequence[Given], total: Decimal, dose: Dose
) -> Proposal:
    """Return the line with what Medicare asks of single containers.

    Source: CMS Pub. 100-04 ch. 17 s. 40.
    """
    text = " ".join(given.text for given in billed)
    if container_of(dose, text) is not Container.SINGLE:
        return Proposal((draft,))
    waste, act = _waste(billed, dose)
    if waste.is_rest or (waste.amount is None and not _fills_packages(billed, total, dose)):
        draft = draft.because("drug-waste-missing")
        line = replace(draft, units=1, confidence=0.5).with_modifiers("JW")
        return Proposal((draft,), (Missing(line, "drug-waste", is_beside=True),))
    left = Decimal(0) if waste.amount is None else waste.amount
    discarded = math.ceil((total + left) / dose.amount) - int(draft.units)
    if left <= 0 or discarded <= 0:
        return Proposal((draft.with_modifiers("JZ").because("drug-no-waste"),))
    span = Span(waste.start, waste.end, act.reading.index)
    line = replace(
        draft,
        units=discarded,
        support=tuple(dict.fromkeys((span, *draft.support))),
        rationale=(
            *draft.rationale[:1],
            because("drug-waste", f"({_written(left)} {dose.unit})"),
        ),
    ).with_modifiers("JW")
    return Proposal((draft, line))


def _waste(billed: Sequence[Given], dose: Dose) -> tuple[Waste, Act]:
    for given in billed:
        for act, place in given.told:
            text = act.reading.text
            found = waste_in(text, place.before, place.last, dose, given.own_amount())
            if found.amount is not None or found.is_rest:
                return found, act
    return Waste(), billed[0].act


def _fills_packages(billed: Sequence[Given], total: Decimal, dose: Dose) -> bool:
    """Whether the dose is what whole containers hold, as far as is known."""
    for given in billed:
        held = held_by_packages(given.act.reading.text, given.place.before, given.place.last, dose)
        if held is not None:
            return held <= total
    if dose.unit in COUNTED or not dose.packages:
        return True
    return is_sum_of(total, dose.packages)


def is_sum_of(total: Decimal, packages: Sequence[Decimal]) -> bool:
    """Return whether some number of the packages holds exactly the total."""
    largest = max(packages)
    reached = {total - largest * (count) for count in range(int(total / largest) + 1)}
    for size in sorted(packages, reverse=True)[1:]:
        reached |= {
            rest - size * count
            for rest in reached
            for count in range(min(int(rest / size), 40) + 1)
        }
    return Decimal(0) in reached


def _ndc(given: Given) -> str:
    for act, place in given.told:
        found = ndc_in(act.reading.text, place.before, place.last)[0]
        if found:
            return found
    return ""


def _written(number: Decimal) -> str:
    return format(number.normalize(), "f")
