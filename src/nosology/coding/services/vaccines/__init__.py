"""Vaccines given: products and their administration by payer, age and counseling."""

from __future__ import annotations

from decimal import Decimal

from nosology.coding.rules import because
from nosology.coding.services.catalogue import Entry, catalogue
from nosology.coding.services.catalogue.conditions import Truth, Value
from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.vaccines.administration import ANTIBODY, administrations
from nosology.coding.services.vaccines.given import AREA, Vaccine, vaccines_given, wording
from nosology.model.encounter import Setting

_BILLING = frozenset({Setting.OFFICE, Setting.HOPD_FACILITY, Setting.HOME})
_NEED, _PROTECTION = "Z23", "Z2911"
"""Need for a vaccine; for protection from RSV by an antibody. Source: ICD-10-CM Z23, Z29.11."""
_DIALYSIS = ("N186", "Z992")
TOLD = frozenset(
    {
        *("dialysis", "brand", "schedule", "preservative", "ml", "product"),
        *("counseling", "component", "vaccine", "oral", "antibody"),
    }
)
"""What conditions of the catalogue ask of a vaccine, beside the encounter."""
_STATE_SUPPLIED = "SL"
_LARGE_DOSE = Decimal(100)
"""Milligrams of nirsevimab in the larger syringe."""


def propose(case: ServiceCase) -> Proposal:
    """Return what is billed of the area."""
    if case.encounter.setting not in _BILLING:
        return Proposal()
    given = vaccines_given(case)
    if not given:
        return Proposal()
    proposal = Proposal()
    for vaccine in given:
        proposal += _product(vaccine, _needs(vaccine), case)
    drafts = tuple(
        ServiceDraft(
            code=item.code,
            area=AREA,
            support=tuple(act.span for vaccine in item.vaccines for act in vaccine.acts),
            rationale=(because(item.rule),),
            concept="vaccine-administration",
            units=item.units,
            act=item.vaccines[0].acts[0],
            diagnoses=_needs(item.vaccines[0]),
        )
        for item in administrations(given, case)
    )
    return proposal + Proposal(drafts)


def _product(vaccine: Vaccine, needs: tuple[str, ...], case: ServiceCase) -> Proposal:
    entry, is_open = _entry(vaccine, case)
    if entry is None:
        return Proposal()
    draft = ServiceDraft(
        code=entry.code,
        area=AREA,
        support=tuple(act.span for act in vaccine.acts),
        rationale=(because("vaccine-product-given"),),
        concept=vaccine.product.concept,
        units=_units(vaccine, entry),
        act=vaccine.acts[0],
        diagnoses=needs,
    )
    if is_open:
        return Proposal(missing=(Missing(draft.because("vaccine-product"), "vaccine-product"),))
    words = wording()
    if words["state_supplied"].search(_said(case)):
        draft = draft.with_modifiers(_STATE_SUPPLIED).because("vaccine-state-supplied")
    elif words["supplied"].search(vaccine.text):
        return Proposal()
    return Proposal((draft,))


def _needs(vaccine: Vaccine) -> tuple[str, ...]:
    return (_PROTECTION if vaccine.product.family == ANTIBODY else _NEED,)


def _said(case: ServiceCase) -> str:
    return "\n".join(reading.text for reading in case.readings)


def _units(vaccine: Vaccine, entry: Entry) -> int:
    """Return how many of the product were given: an antibody's larger dose takes two syringes."""
    if entry.code == "90381" and vaccine.milligrams and Decimal(vaccine.milligrams) > _LARGE_DOSE:
        return 2
    return 1


def _entry(vaccine: Vaccine, case: ServiceCase) -> tuple[Entry | None, bool]:
    """Return the product's number, and whether something that would choose it is not told."""
    best: tuple[int, int] | None = None
    chosen: Entry | None = None
    left: Entry | None = None
    for entry in catalogue().by_concept.get(vaccine.product.concept, ()):
        if not case.is_billable(entry.code):
            continue
        held, is_open = 0, False
        for condition in entry.when:
            truth = condition.of(_values(vaccine, condition.name, case))
            if truth is Truth.NO:
                break
            if truth is Truth.YES:
                held += 1
            elif not condition.is_default:
                is_open = True
        else:
            rank = (held, -entry.place)
            if is_open:
                left = left or entry
            elif best is None or rank > best:
                best, chosen = rank, entry
    return (chosen, False) if chosen is not None else (left, left is not None)


def _values(vaccine: Vaccine, name: str, case: ServiceCase) -> tuple[Value, ...]:
    text = vaccine.text
    match name:
        case "dialysis":
            on_dialysis = any(item.code.startswith(_DIALYSIS) for item in case.diagnoses)
            return ("yes",) if on_dialysis else ("no",)
        case "brand":
            lower = text.lower()
            return (
                ("engerix",)
                if "engerix" in lower
                else ("recombivax",)
                if "recombivax" in lower
                else ("none",)
            )
        case "schedule":
            return ("two-dose",) if wording()["two_dose"].search(text) else ("other",)
        case "preservative":
            return ("has",) if wording()["preservative"].search(text) else ()
        case "ml":
            if vaccine.milliliters:
                return (Decimal(vaccine.milliliters),)
            # 50 mg fill half a milliliter.
            return (Decimal(vaccine.milligrams) / 100,) if vaccine.milligrams else ()
        case "product":
            return ()
    return case.facts.of_encounter(name) or ()
