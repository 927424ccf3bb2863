"""Panels: tests that make one are billed as one, and what it holds is not billed beside it."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from functools import cache

from nosology.coding.rules import because
from nosology.coding.services.draft import ServiceDraft
from nosology.model.tables import parts, rows, table

_MOST_SUPPORT = 6


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel with the tests that make it, of each the numbers of which any will do."""

    code: str
    tests: tuple[frozenset[str], ...]
    holds: frozenset[str]

    @property
    def parts(self) -> frozenset[str]:
        """Every number that is no service beside it."""
        return self.holds.union(*self.tests)


@cache
def panels() -> tuple[Panel, ...]:
    """Return the panels, the larger before those that it holds."""
    source = table("nosology.coding.services.laboratory", "panels.tsv")
    return tuple(
        Panel(
            row["panel"],
            tuple(frozenset(test.split("|")) for test in parts(row["tests"])),
            frozenset(parts(row["holds"])),
        )
        for row in rows(source, ("panel", "tests", "holds"))
    )


_NOT_MEDICARE = frozenset({"80050"})
"""Panels that Medicare does not pay: their tests are billed.

Source: Medicare physician fee schedule, status N.
"""


def in_panels(drafts: Sequence[ServiceDraft], *, is_medicare: bool) -> list[ServiceDraft]:
    """Return the drafts as panels, and none of a panel's tests beside it.

    A smaller panel that the tests of a larger one take up is dissolved: what is left of it is
    billed test by test.
    """
    found = {draft.code: draft for draft in drafts}
    for panel in panels():
        if not panel.tests or panel.code in found:
            continue
        if is_medicare and panel.code in _NOT_MEDICARE:
            continue
        within = _dissolved(found, len(panel.tests))
        if all(within.keys() & test for test in panel.tests):
            found = _made(panel, found, within)
    for panel in panels():
        if panel.code in found:
            inside = panel.parts | _smaller(panel)
            # What a part holds is held with it: hemoglobin by the count within a general panel.
            inside |= {part for other in panels() if other.code in inside for part in other.parts}
            inside |= {
                other.code for other in panels() if other.tests and _is_within(other, inside)
            }
            found = {
                code: draft
                for code, draft in found.items()
                if code == panel.code or code not in inside
            }
    return list(found.values())


def _dissolved(found: dict[str, ServiceDraft], size: int) -> dict[str, ServiceDraft]:
    """Return every test by number with the line that tells of it, panels below a size opened."""
    within = dict(found)
    for panel in panels():
        if panel.code in found and len(panel.tests) < size:
            for test in panel.tests:
                if not test & within.keys():
                    within[min(test)] = found[panel.code]
    return within


def _made(
    panel: Panel, found: dict[str, ServiceDraft], within: dict[str, ServiceDraft]
) -> dict[str, ServiceDraft]:
    """Return the lines with the panel in place of the tests and smaller panels that make it."""
    taken = {code for test in panel.tests for code in test if code in within}
    broken = [
        other
        for other in panels()
        if other.code in found
        and 0 < len(other.tests) < len(panel.tests)
        and any(test & taken for test in other.tests)
        and other.code not in panel.parts
    ]
    sources = [within[code] for code in sorted(taken)]
    first = min(sources, key=lambda draft: list(found.values()).index(draft))
    support = tuple(dict.fromkeys(span for part in sources for span in part.support))
    whole = replace(
        first,
        code=panel.code,
        support=support[:_MOST_SUPPORT],
        rationale=(because("service-done"), because("laboratory-panel", f"({panel.code})")),
        units=1,
    )
    gone = taken | {other.code for other in broken}
    made: dict[str, ServiceDraft] = {}
    for code, draft in found.items():
        if draft is first:
            made[panel.code] = whole
        if code not in gone:
            made[code] = draft
    for other in broken:
        for test in other.tests:
            if not test & taken:
                code = min(test)
                made[code] = replace(found[other.code], code=code)
    return made


def _is_within(panel: Panel, numbers: Set[str]) -> bool:
    """Whether all tests of a panel are among the numbers."""
    return all(test & numbers for test in panel.tests)


def _smaller(panel: Panel) -> set[str]:
    """Return the panels all of whose tests the panel holds."""
    return {
        other.code
        for other in panels()
        if other.tests and other != panel and all(test & panel.parts for test in other.tests)
    }
