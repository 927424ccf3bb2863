"""Panels: tests that make one are billed as one, and what it holds is not billed beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from nosology.coding.rules import because
from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.coding.tables import rows, table

_MOST_SUPPORT = 6


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel with the tests that make it, of each the numbers of which any will do."""

    code: str
    tests: tuple[frozenset[str], ...]

    @property
    def held(self) -> frozenset[str]:
        """Every number that it holds."""
        return frozenset().union(*self.tests)


@cache
def panels() -> tuple[Panel, ...]:
    """Return the panels, the larger before those that it holds."""
    source = table("nosology.coding.services.laboratory", "panels.tsv")
    return tuple(
        Panel(
            row["panel"],
            tuple(frozenset(test.strip().split("|")) for test in row["tests"].split(";")),
        )
        for row in rows(source, ("panel", "tests"))
    )


def in_panels(drafts: Sequence[ServiceDraft], case: ServiceCase) -> list[ServiceDraft]:
    """Return the drafts, tests that make a panel replaced by it, and none beside it that it holds."""
    found = list(drafts)
    for panel in panels():
        codes = {draft.code for draft in found}
        if panel.code not in codes and all(codes & test for test in panel.tests):
            found = _made(panel, found)
            codes = {draft.code for draft in found}
        if panel.code in codes:
            found = _without_held(panel, found)
    return found


def _made(panel: Panel, drafts: list[ServiceDraft]) -> list[ServiceDraft]:
    parts = [draft for draft in drafts if draft.code in panel.held]
    first = parts[0]
    support = tuple(dict.fromkeys(span for part in parts for span in part.support))[:_MOST_SUPPORT]
    whole = replace(
        first,
        code=panel.code,
        support=support,
        rationale=(because("service-done"), because("laboratory-panel", f"({panel.code})")),
        units=1,
    )
    at = drafts.index(first)
    left = [draft for draft in drafts if draft not in parts]
    return [*left[:at], whole, *left[at:]]


def _without_held(panel: Panel, drafts: list[ServiceDraft]) -> list[ServiceDraft]:
    smaller = {
        other.code
        for other in panels()
        if other.code != panel.code and all(test & panel.held for test in other.tests)
    }
    return [draft for draft in drafts if draft.code not in panel.held | smaller]
