"""Findings of the feet: by which Medicare pays routine foot care, told by Q7, Q8 and Q9.

One of class A is Q7, two of class B are Q8, one of class B with two of class C are Q9.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.model.tables import patterns

_PACKAGE = "nosology.coding.services.modifiers"
_FOOT_CARE = frozenset({"11055", "11056", "11057", "11719", "11720", "11721", "G0127"})
_TOLD = frozenset({"Q7", "Q8", "Q9"})
_STATED = re.compile(r"(?<![\w-])(?P<q>Q[789])(?![\w-]| ?(?:h|hr|hours?|days?|wks?|weeks?)\b)")
"""The class as the record itself names it (``[Q8]``); not an interval."""
_TROPHIC = 3
"""Changes of skin, nails and hair that together are one finding."""


def _words(group: str) -> Mapping[str, re.Pattern[str]]:
    return patterns(_PACKAGE, "feet.toml", group)


def of_feet(drafts: Sequence[ServiceDraft], case: ServiceCase) -> list[ServiceDraft]:
    """Return the drafts, routine foot care with the class of findings that the record tells."""
    found = []
    for draft in drafts:
        modifier = ""
        if case.is_medicare and draft.code in _FOOT_CARE and not _TOLD & set(draft.modifiers):
            modifier = _class_of(case.readings[draft.support[0].document].text)
        found.append(
            draft.with_modifiers(modifier).because("modifier-foot-findings", f"({modifier})")
            if modifier
            else draft
        )
    return found


def _class_of(text: str) -> str:
    """Return the modifier of the class of findings that the text tells; empty for none."""
    stated = {match["q"] for match in _STATED.finditer(text)}
    if len(stated) == 1:
        return stated.pop()
    of_b = _count(text, "b") + (_count(text, "trophic") >= _TROPHIC)
    if _count(text, "a"):
        return "Q7"
    if of_b > 1:
        return "Q8"
    return "Q9" if of_b and _count(text, "c") > 1 else ""


def _count(text: str, name: str) -> int:
    return sum(_is_told(text, pattern) for pattern in _words(name).values())


def _is_told(text: str, pattern: re.Pattern[str]) -> bool:
    unmeant = _words("unmeant")["words"]
    return any(
        not unmeant.search(text, max(0, found.start() - 40), found.start())
        for found in pattern.finditer(text)
    )
