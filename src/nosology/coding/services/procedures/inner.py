"""Procedures of the inner organs, vessels, nerves and spine, of birth and of critical care."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from nosology.coding.services.acts import Act
from nosology.coding.services.catalogue.conditions import Value
from nosology.coding.services.draft import Proposal, ServiceCase
from nosology.coding.services.procedures import coronary, endoscopy, sedation, spine, worked
from nosology.coding.services.procedures.meant import is_meant
from nosology.coding.services.selection import Group, groups, select

type Worked = Callable[[Group, ServiceCase], dict[str, tuple[Value, ...]]]
"""Gives facts of an act that its words do not tell one by one."""

_WORKED: tuple[tuple[frozenset[str], Worked], ...] = (
    (spine.HANDLED, lambda group, _: spine.facts(group)),
    (sedation.HANDLED, sedation.facts),
    (worked.ALONE, worked.alone),
    (worked.BYPASS, lambda group, _: worked.grafts(group)),
    (worked.LEG_ARTERIES, lambda group, _: worked.leg_arteries(group)),
)
_BY_CONCEPT = {name: facts for names, facts in _WORKED for name in names}
CONCEPTS = frozenset({*_BY_CONCEPT, *coronary.HANDLED, *endoscopy.families()})
"""What is proposed here, since the words of the catalogue alone do not choose its number."""


def propose(case: ServiceCase) -> Proposal:
    """Return what is billed of the procedures that need more than the words of the catalogue."""
    proposal = endoscopy.propose(case)
    acts = [act for act in case.of_area("procedures") if act.concept.name in CONCEPTS]
    acts = [act for act in acts if is_meant(act)]
    proposal += coronary.propose(case, _of(acts, coronary.HANDLED))
    for group in groups(_of(acts, frozenset(_BY_CONCEPT)), case):
        facts = _BY_CONCEPT[group.first.concept.name](group, case)
        proposal += select(replace(group, given={**group.given, **facts}), case)
    return proposal


def _of(acts: Sequence[Act], names: frozenset[str]) -> list[Act]:
    return [act for act in acts if act.concept.name in names]
