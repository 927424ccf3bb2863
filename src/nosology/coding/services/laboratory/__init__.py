"""Laboratory and pathology: tests of specimens, panels, cultures, slides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.draft import Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.laboratory.cultures import cultured
from nosology.coding.services.laboratory.kits import in_kits
from nosology.coding.services.laboratory.panels import in_panels
from nosology.coding.services.laboratory.pathology import examined
from nosology.coding.services.laboratory.places import REPORTING, billed, words
from nosology.coding.services.laboratory.repeats import repeated
from nosology.coding.services.selection import Group, select

AREA = "laboratory"
_TESTS = frozenset({"point-of-care", "laboratory", "part"})
_COLLECTIONS = frozenset(
    {"venipuncture", "capillary-collection", "arterial-puncture", "travel-flat-rate"}
    | {"travel-per-mile", "collection-snf", "specimen-handling"}
)
_ONE_LINE = frozenset({"digit", "eyelid", "coronary", "side", "site"})
"""What is told of the patient's body tells no two tests of a specimen apart."""


def propose(case: ServiceCase) -> Proposal:
    """Return what is billed of the area."""
    acts = [act for act in case.acts if act.concept.area == AREA]
    tests = [act for act in acts if act.concept.kind in _TESTS]
    taken = [act for act in tests if act.concept.name in _COLLECTIONS]
    run = billed([act for act in tests if act.concept.name not in _COLLECTIONS], case)
    run += [act for act in taken if _is_taken(act)]
    proposal = Proposal()
    for group in _by_concept(run):
        proposal += select(group, case)
    drafts = [
        replace(draft, facts=tuple(fact for fact in draft.facts if fact[0] not in _ONE_LINE))
        for draft in proposal.drafts
    ]
    drafts = in_kits(in_panels(_each_once(drafts), is_medicare=case.is_medicare), run)
    if case.encounter.setting in REPORTING:
        drafts = cultured(drafts, case)
    drafts = repeated(drafts, run, case)
    return Proposal((*drafts, *examined(acts, case)), proposal.missing)


def _is_taken(act: Act) -> bool:
    """Whether the specimen was taken here, though it may then have been sent away."""
    if act.standing in (Standing.ORDERED, Standing.PAST):
        if act.standing is Standing.PAST and words("taken_before").search(act.said):
            return False
        return bool(words("taken").search(act.reading.text, act.mention.start, act.sentence.end))
    return act.standing is Standing.DONE


def _by_concept(acts: Iterable[Act]) -> list[Group]:
    found: dict[str, list[Act]] = {}
    for act in acts:
        found.setdefault(act.concept.name, []).append(act)
    return [Group(tuple(held), {}) for held in found.values()]


def _each_once(drafts: Iterable[ServiceDraft]) -> list[ServiceDraft]:
    """Return the drafts without a second line of one number."""
    found: dict[str, ServiceDraft] = {}
    for draft in drafts:
        found.setdefault(draft.code, draft)
    return list(found.values())
