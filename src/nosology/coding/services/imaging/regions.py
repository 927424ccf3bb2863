"""Regions: which study a bare word such as ``radiographs`` or ``ultrasound`` speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from nosology.coding.services.acts import Act
from nosology.coding.services.attributes.facts import Facts
from nosology.coding.services.catalogue import Concept, catalogue

_MODALITIES = {"xray": " x-ray", "ultrasound": " ultrasound"}
"""Concepts that name a modality alone, with what their studies' terms end or begin with."""
_AFTER_TITLE = 400
"""Characters at the head of a report in which its study is named."""


def is_modality(act: Act) -> bool:
    """Return whether the act names a modality without a region of the body."""
    return act.concept.name in _MODALITIES


def resolved(act: Act, facts: Facts) -> Act | None:
    """Return the act of the region that its sentence, its heading or its report names.

    None where no region is named.
    """
    pattern, named = _regions(act.concept.name)
    text, sentence = act.reading.text, act.sentence
    middle = (act.mention.start + act.mention.end) // 2
    near = list(pattern.finditer(text, sentence.start, sentence.end))
    if near:
        closest = min(near, key=lambda match: (abs(match.start() - middle), match.start()))
        return replace(act, concept=named[(closest.lastindex or 1) - 1])
    places = [(act.section.start, sentence.start)]
    if facts.is_report(act.reading):
        places.append((0, _AFTER_TITLE))
    places.append((sentence.end, min(act.section.end, sentence.end + _AFTER_TITLE)))
    for start, end in places:
        found = pattern.search(text, start, end)
        if found:
            return replace(act, concept=named[(found.lastindex or 1) - 1])
    return None


def regions_in(
    modality: str, text: str, start: int, end: int
) -> Iterator[tuple[Concept, int, int]]:
    """Yield the studies of the regions that a part of the text names, and where, each once."""
    pattern, named = _regions(modality)
    seen: set[str] = set()
    for found in pattern.finditer(text, start, end):
        concept = named[(found.lastindex or 1) - 1]
        if concept.name not in seen:
            seen.add(concept.name)
            yield concept, found.start(), found.end()


@cache
def _regions(modality: str) -> tuple[re.Pattern[str], tuple[Concept, ...]]:
    """Return what finds a region, and the study of each of its groups.

    The regions are what is left of the studies' own terms without the word of the modality.
    """
    word = _MODALITIES[modality].strip()
    found: dict[str, Concept] = {}
    for concept in catalogue().concepts.values():
        if concept.area != "imaging" or concept.name == modality:
            continue
        for term in concept.terms:
            region = ""
            if term.endswith(f" {word}"):
                region = term.removesuffix(f" {word}")
            elif term.startswith(f"{word} "):
                region = term.removeprefix(f"{word} ")
            if region:
                found.setdefault(region.lower(), concept)
    ordered = sorted(found, key=lambda region: (-len(region), region))
    alternatives = "|".join(
        "(" + r"[\s/-]+(?:and\s+)?".join(map(re.escape, re.split(r"[\s/-]+", region))) + ")"
        for region in ordered
    )
    pattern = re.compile(rf"(?<!\w)(?:{alternatives})(?:e?s)?(?!\w)", re.IGNORECASE)
    return pattern, tuple(found[region] for region in ordered)
