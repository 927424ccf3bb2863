"""Kits: one cartridge for several viruses is one number, separate results of one kit are two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.services.acts import Act
from nosology.coding.services.draft import ServiceDraft
from nosology.coding.services.laboratory.places import words

_TOGETHER = (
    (frozenset({"87635", "87502", "87634"}), "87637"),
    (frozenset({"87635", "87502"}), "87636"),
    (frozenset({"87811", "87804"}), "87428"),
    (frozenset({"87426", "87804"}), "87428"),
)
"""Numbers of single viruses, with the number of a kit that tests for all of them."""
_TWO_RESULTS = "87804"
_DISTINCT = "59"


def in_kits(drafts: Sequence[ServiceDraft], acts: Sequence[Act]) -> list[ServiceDraft]:
    """Return the drafts, viruses that one kit tests for as one line."""
    found = list(drafts)
    concepts = {draft.code: draft.concept for draft in found}
    for single, whole in _TOGETHER:
        if single <= concepts.keys() and _say(acts, {concepts[code] for code in single}, "one_kit"):
            first = next(draft for draft in found if draft.code in single)
            at = found.index(first)
            found = [draft for draft in found if draft.code not in single and draft.code != whole]
            made = replace(first, code=whole).because("laboratory-one-kit")
            return [*found[:at], made, *found[at:]]
    lines: list[ServiceDraft] = []
    for draft in found:
        lines.append(draft)
        if draft.code == _TWO_RESULTS and _say(acts, {draft.concept}, "two_results"):
            lines.append(draft.with_modifiers(_DISTINCT).because("laboratory-two-results"))
    return lines


def _say(acts: Sequence[Act], concepts: set[str], name: str) -> bool:
    """Whether a sentence that names one of the concepts says so."""
    pattern = words(name)
    return any(act.concept.name in concepts and pattern.search(act.said) for act in acts)
