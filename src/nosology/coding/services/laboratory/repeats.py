"""Repeats: the same test again on the same day, because the patient's care needed it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.services.acts import Act
from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.coding.services.laboratory.places import words

_REPEATED = "91"
_TIME = re.compile(r"(?<![\d/])(?:[01]?\d|2[0-3]):?[0-5]\d(?!\d|/)")
_AGAIN = 40
"""Characters behind a test's name in which it may say how many times it was run."""


def repeated(
    drafts: Sequence[ServiceDraft], acts: Sequence[Act], case: ServiceCase
) -> list[ServiceDraft]:
    """Return the drafts, a test that was run again the same day with a further line for it.

    What was run again only to make sure of the first result, or because the specimen was spoilt,
    is no further service.
    """
    found: list[ServiceDraft] = []
    for draft in drafts:
        found.append(draft)
        own = [act for act in acts if act.concept.name == draft.concept]
        more = _more(own, case)
        if more and draft.units == 1:
            again = replace(draft, units=more, support=tuple(act.span for act in own[-1:]))
            found.append(again.with_modifiers(_REPEATED).because("laboratory-repeated"))
    return found


def _more(acts: Sequence[Act], case: ServiceCase) -> int:
    """Return how many times more than once the test was run."""
    if not acts or any(words("rerun").search(act.said) for act in acts):
        return 0
    for act in acts:
        for told in case.facts.all_told(act, "times"):
            is_near = 0 <= told.start - act.mention.end <= _AGAIN
            if is_near and not isinstance(told.value, str) and told.value > 1:
                return int(told.value) - 1
    at = {clock for act in acts if (clock := _clock(act))}
    if len(at) > 1:
        return len(at) - 1
    later = [act for act in acts[1:] if words("repeated").search(act.said)]
    return len({act.mention.sentence for act in later})


def _clock(act: Act) -> str:
    """Return the time of day that stands before the test in its line; empty for none."""
    found = _TIME.findall(act.reading.text, act.line_start, act.mention.start)
    return str(found[-1]) if found else ""
