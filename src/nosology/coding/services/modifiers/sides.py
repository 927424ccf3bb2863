"""The side of a service: what the record tells of it, near its words or by its diagnosis."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from nosology.coding.services.acts import Act
from nosology.coding.services.attributes.facts import is_report
from nosology.coding.services.attributes.told import Reach
from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.model.tables import any_of, settings

LEFT, RIGHT, BOTH = "left", "right", "bilateral"
MODIFIERS = {LEFT: "LT", RIGHT: "RT"}
_OTHER = {LEFT: RIGHT, RIGHT: LEFT}
_FOLLOWING = 3
"""Sentences behind a service that may say that the same was done on the other side."""
_SIDE_WORD = re.compile(r"\b(?:left|right)\b")


@cache
def _same() -> re.Pattern[str]:
    return any_of(settings("nosology.coding.services.modifiers", "sides.toml")["same"])


def side_of(draft: ServiceDraft, case: ServiceCase) -> str:
    """Return the side that the record tells of the service; empty where it is not told of it.

    What stands in its own sentence or line tells it, also for a second mention, and what follows
    may say that the same was done on the other side. A side elsewhere in the note of a visit is
    another thing's, unless the note tells of no other side.
    """
    chosen = draft.fact("side")
    if draft.act is None:
        return chosen
    sides = {side for act in _acts(draft, case) if (side := _near(act, case))}
    if BOTH in sides or sides == {LEFT, RIGHT} or (sides and chosen == BOTH):
        return BOTH
    if sides:
        (side,) = sides
        return BOTH if _is_done_on(_OTHER[side], draft.act, case) else side
    following = case.facts.told(draft.act, "side", Reach.BLOCK)
    if following is not None:
        return str(following.value)
    everywhere = {told.value for told in case.facts.in_document(draft.act.reading, "side")}
    return chosen if is_report(draft.act.reading) or len(everywhere) == 1 else ""


def said_side(draft: ServiceDraft, case: ServiceCase) -> str:
    """Return the side that stands in the sentence of the service; empty for none."""
    return _said(draft.act, case) if draft.act is not None else ""


def side_of_diagnoses(draft: ServiceDraft, case: ServiceCase) -> str:
    """Return the one side that the titles of its diagnoses name; empty for none or both."""
    titles = {item.code: item.display.lower() for item in case.diagnoses}
    named = {word for code in draft.diagnoses for word in _SIDE_WORD.findall(titles.get(code, ""))}
    return named.pop() if len(named) == 1 else ""


def _acts(draft: ServiceDraft, case: ServiceCase) -> Iterator[Act]:
    """Yield the mentions of the service: its own, and others of its concept that support it."""
    if draft.act is None:
        return
    yield draft.act
    spans = set(draft.support)
    for act in case.acts:
        if act is not draft.act and act.concept is draft.act.concept and act.span in spans:
            yield act


def _said(act: Act, case: ServiceCase) -> str:
    near = case.facts.told(act, "side", Reach.SENTENCE)
    return str(near.value) if near is not None else ""


def _near(act: Act, case: ServiceCase) -> str:
    """Return the side of the sentence, else the last one before it in the same line."""
    said = _said(act, case)
    if said:
        return said
    line = act.reading.text.rfind("\n", 0, act.mention.start) + 1
    before = [
        told
        for told in case.facts.in_document(act.reading, "side")
        if line <= told.start < act.mention.start
    ]
    return str(before[-1].value) if before else ""


def _is_done_on(side: str, act: Act, case: ServiceCase) -> bool:
    """Whether a sentence behind the act says that the same was done on that side."""
    sentences = act.reading.sentences
    first = act.mention.sentence + 1
    following = [
        item
        for item in sentences[first : first + _FOLLOWING]
        if item.section == act.sentence.section and _same().search(act.reading.said(item))
    ]
    return any(
        item.start <= told.start < item.end and told.value == side
        for item in following
        for told in case.facts.in_document(act.reading, "side")
    )
