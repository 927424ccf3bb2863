"""What the report of a study tells that its words alone do not: contrast given, structures seen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from nosology.coding.services.acts import Act
from nosology.coding.services.attributes.facts import Facts
from nosology.coding.services.attributes.told import Reach, Told
from nosology.model.reading import SectionKind
from nosology.model.tables import settings

_PACKAGE = "nosology.coding.services.imaging"
_BEFORE = 160
_THEN = re.compile(
    r"\b(?:followed by|then|and (?:then )?(?:after|following)|subsequently|before)\b", re.I
)
_ALL, _SOME, _UNTOLD = "all", "some", "untold"
_LEAST_DESCRIBED = 2
"""Structures of which a note must speak for its description to count as a report."""
_GIVEN = {frozenset({"with"}): "with", frozenset({"without"}): "without"}


def narrowed(acts: Sequence[Act]) -> list[Act]:
    """Return the acts, of several in one sentence each reduced to the words that are its own.

    In ``x-rays of the left knee, 3 views, and right ankle, 2 views`` the words of the second act
    reach over the first; what is told of each stands beside its region.
    """
    by_sentence: dict[tuple[int, int], list[Act]] = {}
    for act in acts:
        by_sentence.setdefault((act.reading.index, act.mention.sentence), []).append(act)
    found: list[Act] = []
    for act in acts:
        others = by_sentence[(act.reading.index, act.mention.sentence)]
        taken = {
            token
            for other in others
            if other is not act and other.concept != act.concept
            for token in other.mention.tokens
        }
        own = [token for token in act.mention.tokens if token not in taken]
        if len(others) < 2 or not own or len(own) == len(act.mention.tokens):
            found.append(act)
            continue
        tokens = act.reading.tokens
        mention = replace(
            act.mention, start=tokens[own[0]].start, end=tokens[own[-1]].end, tokens=tuple(own)
        )
        found.append(replace(act, mention=mention))
    return found


def tell(acts: Sequence[Act], facts: Facts) -> None:
    """Keep for each act what its report tells of contrast and of the structures described."""
    required = _required()
    for act in acts:
        _tell_contrast(act, facts)
        if act.concept.name in required:
            facts.derive(act, "structures", _structures(act, required[act.concept.name], facts))


def _tell_contrast(act: Act, facts: Facts) -> None:
    """Let the technique say whether contrast was given, before the title of what was ordered."""
    if not facts.is_report(act.reading):
        return
    for section in act.reading.sections:
        if section.kind is not SectionKind.TECHNIQUE:
            continue
        told = [
            item
            for item in facts.in_document(act.reading, "contrast")
            if section.start <= item.start < section.end
        ]
        values = frozenset(str(item.value) for item in told)
        if "both" in values:
            facts.derive(act, "contrast", next(item for item in told if item.value == "both"))
            return
        given = _GIVEN.get(values)
        if given is not None:
            title = facts.told(act, "contrast", Reach.SENTENCE)
            if title is not None and title.value == "both" and given == "with":
                return
            facts.derive(act, "contrast", told[0])
            return
    _tell_both(act, facts)


def _tell_both(act: Act, facts: Facts) -> None:
    """Where a report without a technique tells of images before and behind contrast, it is both."""
    told = facts.in_document(act.reading, "contrast")
    values = {str(item.value) for item in told}
    title = facts.told(act, "contrast", Reach.SENTENCE)
    if title is not None or not {"with", "without"} <= values:
        return
    last = next(item for item in told if item.value == "with")
    sentence = act.reading.text[max(0, last.start - _BEFORE) : last.end]
    if _THEN.search(sentence):
        facts.derive(act, "contrast", Told("both", last.start, last.end))


def _structures(act: Act, required: tuple[re.Pattern[str], ...], facts: Facts) -> Told:
    """Return whether all, some or none of the structures of a complete study are described."""
    if facts.is_report(act.reading):
        start, end = 0, len(act.reading.text)
    else:
        start, end = act.sentence.start, act.section.end
    found = [pattern.search(act.reading.text, start, end) for pattern in required]
    present = [match for match in found if match]
    if len(present) == len(required):
        return Told(_ALL, present[0].start(), present[0].end())
    named = act.mention
    if len(present) < _LEAST_DESCRIBED:
        return Told(_UNTOLD, named.start, named.end)
    return Told(_SOME, named.start, named.end)


@cache
def _required() -> dict[str, tuple[re.Pattern[str], ...]]:
    return {
        concept: tuple(re.compile(pattern, re.IGNORECASE) for pattern in held["required"])
        for concept, held in settings(_PACKAGE, "structures.toml").items()
    }
