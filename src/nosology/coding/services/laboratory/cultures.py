"""Cultures: what grew is identified and tested against drugs, once an isolate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.model.tables import rows, table

_PER_ISOLATE = frozenset({"87077", "87076", "87088", "87186", "87184", "87106", "87107"})
"""Numbers that are billed once an isolate."""
_PER_SET = frozenset({"87040"})
"""Numbers that are billed once a set of bottles."""
_SETS = re.compile(
    r"\b(?:x\s?|(?:from )?)(two|three|2|3)\s+(?:separate )?(?:sets?|sites?|draws?)\b|\bx\s?([23])\b"
)
_NUMBERED = re.compile(r"\b(?:organism|isolate)\s*#?\s*(\d)\b", re.IGNORECASE)
_NUMBERS = {"two": 2, "three": 3}


def cultured(drafts: Sequence[ServiceDraft], case: ServiceCase) -> list[ServiceDraft]:
    """Return the drafts with as many units as isolates were worked up and sets were drawn."""
    found: list[ServiceDraft] = []
    for draft in drafts:
        act = draft.act
        if act is not None and draft.code in _PER_ISOLATE:
            count = _isolates(act, case)
            found.append(
                replace(draft, units=count).because("laboratory-isolates") if count > 1 else draft
            )
        elif act is not None and draft.code in _PER_SET:
            sets = _SETS.search(act.said)
            named = (sets[1] or sets[2]) if sets else "1"
            units = _NUMBERS.get(named.lower()) or int(named)
            found.append(replace(draft, units=units) if units > 1 else draft)
        else:
            found.append(draft)
    return found


def _isolates(act: Act, case: ServiceCase) -> int:
    """Return how many isolates the work-up speaks of: told as a number, or named."""
    following = act.reading.text[act.sentence.start : act.section.end]
    numbered = {match[1] for match in _NUMBERED.finditer(following)}
    told = case.facts.number(act, "isolates")
    if told is not None or numbered:
        return max(int(told or 0), len(numbered), 1)
    pattern = _organisms()
    named = {match.group().lower().split()[-1] for match in pattern.finditer(act.said)}
    if named:
        return len(named)
    done = [
        other
        for other in case.of_concept(act.concept.name, Standing.DONE, Standing.REVIEWED)
        if other.reading.index == act.reading.index
    ]
    return max(1, len({other.mention.sentence for other in done}))


@cache
def _organisms() -> re.Pattern[str]:
    names = [
        row["organism"]
        for row in rows(
            table("nosology.coding.services.laboratory", "organisms.tsv"), ("organism", "short")
        )
    ]
    shorts = [
        row["short"]
        for row in rows(
            table("nosology.coding.services.laboratory", "organisms.tsv"), ("organism", "short")
        )
        if row["short"]
    ]
    spelled = "|".join(re.escape(name) for name in sorted([*names, *shorts], key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{spelled})(?!\w)", re.IGNORECASE)
