"""What a payer asks to be told: preventive services and notices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.coding.services.modifiers.ranges import Numbers, numbers
from nosology.model.tables import patterns, rows, table

_PACKAGE = "nosology.coding.services.modifiers"
COLUMNS = ("payer", "services", "beside", "modifier", "rule")
_SUPPLIED = frozenset({"supplies", "transport"})
"""Areas that tell Medicare's notices by rules of their own."""
_NOTICES = frozenset({"GA", "GX", "GY", "GZ"})


@dataclass(frozen=True, slots=True)
class _Demand:
    payer: str
    services: Numbers
    beside: Numbers | None
    modifier: str
    rule: str


@cache
def _demands() -> tuple[_Demand, ...]:
    return tuple(
        _Demand(
            row["payer"],
            numbers(row["services"]),
            numbers(row["beside"]) if row["beside"] else None,
            row["modifier"],
            row["rule"],
        )
        for row in rows(table(_PACKAGE, "payers.tsv"), COLUMNS)
    )


@cache
def _notices() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(patterns(_PACKAGE, "payers.toml", "notices").items())


def for_payer(drafts: Sequence[ServiceDraft], case: ServiceCase) -> list[ServiceDraft]:
    """Return the drafts with the modifiers that the payer asks for."""
    payer = case.encounter.payer
    if payer is None:
        return list(drafts)
    billed = [draft.code for draft in drafts]
    found = []
    for given in drafts:
        draft = given
        for demand in _demands():
            if (
                demand.payer == payer.value
                and draft.code in demand.services
                and demand.modifier not in draft.modifiers
                and (demand.beside is None or any(code in demand.beside for code in billed))
            ):
                draft = draft.with_modifiers(demand.modifier).because(demand.rule)
        found.append(_noticed(draft) if case.is_medicare else draft)
    return found


def _noticed(draft: ServiceDraft) -> ServiceDraft:
    """Return the draft with what its sentence says of a notice, or of an exclusion."""
    if draft.act is None or draft.area in _SUPPLIED or _NOTICES & set(draft.modifiers):
        return draft
    said = draft.act.said
    for modifier, pattern in _notices():
        found = pattern.search(said)
        if found:
            return draft.with_modifiers(modifier).because("modifier-notice", f"(“{found[0]}”)")
    return draft
