"""Repeats: a treatment given again later the same day, a line of its own with 76.

Sources: CPT, inhalation treatment: 76 for a further treatment on the same date; NCCI Policy Manual
ch. 11 (J): for Medicare the treatments of one episode of care are one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.draft import ServiceCase, ServiceDraft

_REPEATED = "76"
_AGAIN = frozenset({"nebulizer-treatment"})
"""Treatments of which each is a service of its own."""
_NUMBERED = re.compile(
    r"\b(?:[x×]\s?(?P<times>[2-4])(?!\s*(?:\d|\.|mg|mcg|days?|weeks?|puffs?))"
    r"|(?P<ordinal>second|2nd|third|3rd)\s+(?:\w+\s+)?(?:neb\w*|treatment|tx)"
    r"|(?<![\d/.])(?P<number>two|2|three|3)\s+(?:back[\s-]to[\s-]back\s+)?(?:albuterol\s+|duo)?neb\w*)\b",
    re.IGNORECASE,
)
_GIVEN = frozenset({Standing.DONE, Standing.NAMED})
_COUNTS = {"second": 2, "2nd": 2, "two": 2, "third": 3, "3rd": 3, "three": 3}
_GIVING = frozenset({"nebulizer-treatment", "nebulizer-with-compressor"})
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
        own = [act for act in acts if act.concept.name == draft.concept]
        later = _later(own)
        further = len(later) or _told_times(case) - 1
        if further > 0:
            spans = tuple(act.span for act in later) or draft.support
            act = later[0] if later else draft.act
            again = replace(draft, units=further, support=spans, act=act)
            found.append(again.with_modifiers(_REPEATED).because("modifier-repeat"))
    return found


def _told_times(case: ServiceCase) -> int:
    """Return how often the treatment is told to have been given, by number; once by default."""
    times = 1
    for act in case.acts:
        if act.concept.name not in _GIVING or act.standing not in _GIVEN:
            continue
        for match in _NUMBERED.finditer(act.said):
            said = match["times"] or match["ordinal"] or match["number"]
            times = max(times, _COUNTS.get(said.lower(), 0) or int(said))
    return times


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
