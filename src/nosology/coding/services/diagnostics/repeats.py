"""Repeats: a treatment given again later the same day, a line of its own with 76.

Sources: CPT, inhalation treatment: 76 for a further treatment on the same date; NCCI Policy Manual
ch. 11 (J): for Medicare the treatments of one episode of care are one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.services.acts import Act
from nosology.coding.services.draft import ServiceCase, ServiceDraft

_REPEATED = "76"
_AGAIN = frozenset({"nebulizer-treatment"})
"""Treatments of which each is a service of its own."""
_TIME = re.compile(r"(?<![\d/.])(?:[01]?\d|2[0-3]):?[0-5]\d(?![\d/])")


def repeated(
    drafts: Sequence[ServiceDraft], acts: Sequence[Act], case: ServiceCase
) -> list[ServiceDraft]:
    """Return the drafts, with a line for the treatments that were given again at a later time."""
    found: list[ServiceDraft] = []
    for draft in drafts:
        found.append(draft)
        if draft.concept not in _AGAIN or case.is_medicare:
            continue
        later = _later([act for act in acts if act.concept.name == draft.concept])
        if later:
            spans = tuple(act.span for act in later)
            again = replace(draft, units=len(later), support=spans, act=later[0])
            found.append(again.with_modifiers(_REPEATED).because("modifier-repeat"))
    return found


def _later(acts: Sequence[Act]) -> list[Act]:
    """Return the acts that stand at another time of day than the ones before them."""
    times: list[str] = []
    later: list[Act] = []
    for act in acts:
        clock = _clock(act)
        if not clock or clock in times:
            continue
        if times:
            later.append(act)
        times.append(clock)
    return later


def _clock(act: Act) -> str:
    """Return the time of day that stands before the act in its line; empty for none."""
    found = _TIME.search(act.reading.text, act.line_start, act.mention.start)
    return found.group() if found else ""
