"""Combinations: tests that together are one number, and tests that another one holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from nosology.coding.rules import because
from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.model.tables import parts, rows, table

_ONLY_ALONE = frozenset({"94760", "94761"})
"""Numbers that are paid only where nothing else is (fee schedule, status T)."""
_MOST_SUPPORT = 4


@dataclass(frozen=True, slots=True)
class Combination:
    """A number with the tests that make it, and those that it holds."""

    code: str
    tests: tuple[frozenset[str], ...]
    holds: frozenset[str]


@cache
def combinations() -> tuple[Combination, ...]:
    """Return the combinations in the order of their table."""
    source = table("nosology.coding.services.diagnostics", "combinations.tsv")
    return tuple(
        Combination(
            row["number"],
            tuple(frozenset(test.split("|")) for test in parts(row["tests"])),
            frozenset(parts(row["holds"])),
        )
        for row in rows(source, ("number", "tests", "holds"))
    )


def combined(drafts: Sequence[ServiceDraft]) -> list[ServiceDraft]:
    """Return the drafts, tests that make one number as one, and none beside what holds it."""
    found = list(drafts)
    for item in combinations():
        codes = {draft.code for draft in found}
        if item.tests and item.code not in codes and all(codes & test for test in item.tests):
            found = _made(item, found)
            codes = {draft.code for draft in found}
        if item.code in codes:
            found = [draft for draft in found if draft.code not in item.holds]
    return found


def alone(drafts: Sequence[ServiceDraft], _: ServiceCase) -> list[ServiceDraft]:
    """Return the drafts without oximetry that stands beside another service of the day."""
    others = [draft for draft in drafts if draft.code not in _ONLY_ALONE]
    return others or list(drafts)


def _made(item: Combination, drafts: list[ServiceDraft]) -> list[ServiceDraft]:
    tests = frozenset().union(*item.tests)
    made = [draft for draft in drafts if draft.code in tests]
    support = tuple(dict.fromkeys(span for part in made for span in part.support))
    whole = replace(
        made[0],
        code=item.code,
        support=support[:_MOST_SUPPORT],
        rationale=(because("service-done"), because("diagnostics-combined", f"({item.code})")),
    )
    at = drafts.index(made[0])
    left = [draft for draft in drafts if draft not in made]
    return [*left[:at], whole, *left[at:]]
