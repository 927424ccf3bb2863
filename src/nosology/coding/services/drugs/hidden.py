"""Drugs whose names belong to the words of a procedure (``Celestone injected``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from nosology.coding.services.acts import Act
from nosology.coding.services.catalogue import Concept, catalogue
from nosology.coding.services.drugs.doses import doses

AREA = "drugs"
_WORD = re.compile(r"[a-z0-9]+")
_BY_PROCEDURE = frozenset({"IA", "IL", "IVT", "IVE", "EPI", "IT", "IM"})
"""Routes of drugs that procedures give."""


@cache
def _names() -> tuple[re.Pattern[str], dict[str, Concept], frozenset[str]]:
    """Return the pattern of the names, the concept of each, and the words with which they begin."""
    named: dict[str, Concept] = {}
    for name, concept in catalogue().concepts.items():
        held = [
            doses()[entry.code]
            for entry in catalogue().by_concept.get(name, ())[:1]
            if entry.code in doses()
        ]
        if concept.area == AREA and held and _BY_PROCEDURE & set(held[0].routes):
            named |= {term.lower(): concept for term in concept.terms}
    words = sorted(named, key=lambda term: (-len(term), term))
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)
    return pattern, named, frozenset(_WORD.findall(term)[0] for term in words)


def hidden_drugs(acts: Sequence[Act]) -> Iterator[Act]:
    """Yield the drugs that stand within the words of procedures.

    Args:
        acts: all of the record, in the order of the text.
    """
    pattern, named, openings = _names()
    seen = {(act.reading.index, act.mention.start) for act in acts if act.concept.kind == "drug"}
    for act in acts:
        if act.concept.kind != "procedure":
            continue
        text = act.reading.text
        said = text[act.mention.start : act.mention.end].lower()
        # Cheap: hardly any procedure's words hold the name of a drug.
        if openings.isdisjoint(_WORD.findall(said)):
            continue
        for match in pattern.finditer(text, act.mention.start, act.mention.end):
            at = (act.reading.index, match.start())
            if at in seen:
                continue
            seen.add(at)
            tokens = tuple(
                number
                for number in act.mention.tokens
                if match.start() <= act.reading.tokens[number].start < match.end()
            )
            concept = named[match[0].lower()]
            mention = replace(
                act.mention,
                start=match.start(),
                end=match.end(),
                tokens=tokens,
                concept=concept.name,
                term=match[0],
            )
            yield replace(act, concept=concept, mention=mention)
