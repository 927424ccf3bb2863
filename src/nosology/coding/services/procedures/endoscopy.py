"""Endoscopies: the number of what was done through each scope; looking alone where nothing was.

Looking is part of whatever else is done through the same scope. Several techniques are several
lines; which of them stand beside each other is for the edits, to which each line tells its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.attributes.told import Reach
from nosology.coding.services.catalogue.conditions import Value
from nosology.coding.services.catalogue.indicators import indicators_of
from nosology.coding.services.draft import Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.procedures.scopes import Found, done_through, scopes
from nosology.coding.services.procedures.screening import screened, screening_facts
from nosology.coding.services.selection import Group, select
from nosology.model.tables import patterns

_PACKAGE = "nosology.coding.services.procedures"
_LOOKING = "none"
_ADDED = "ZZZ"
_BREAKING, _STENTING, _BOTH = "lithotripsy", "stent", "lithotripsy-stent"
_EBUS = "ebus"
_SCHEDULED = "schedul"


def _words() -> Mapping[str, re.Pattern[str]]:
    return patterns(_PACKAGE, "endoscopy.toml")


def families() -> frozenset[str]:
    """Return the concepts that are endoscopies told by what was done through them."""
    return frozenset(scopes())


def propose(case: ServiceCase) -> Proposal:
    """Return the endoscopies that were done."""
    proposal = Proposal()
    by_document: dict[int, list[Act]] = {}
    for act in case.of_area("procedures", Standing.DONE, Standing.ORDERED):
        if act.concept.name in scopes() and (act.standing is Standing.DONE or _is_begun(act)):
            by_document.setdefault(act.reading.index, []).append(act)
    for held in by_document.values():
        for family, found in done_through(held[0].reading, held).items():
            own = tuple(act for act in held if act.concept.name == family)
            proposal += _of_family(family, own, found, case)
    return proposal


def _is_begun(act: Act) -> bool:
    """Whether an endoscopy that is called scheduled is the one whose scope was put in."""
    cue = act.cue.quote(act.reading.text).lower() if act.cue else ""
    return cue.startswith(_SCHEDULED) and bool(_words()["scope_used"].search(act.reading.text))


def _of_family(
    family: str, acts: tuple[Act, ...], found: Sequence[Found], case: ServiceCase
) -> Proposal:
    found = _joined(family, found)
    shared: dict[str, tuple[Value, ...]] = {
        **screening_facts(family, acts, case),
        **_counted(found, acts),
    }
    if not found:
        given = shared | {"technique": (_LOOKING,)}
        proposal = select(Group(acts, {}, given), case)
        looked = [draft.because("endoscopy-looking-alone") for draft in proposal.drafts]
        return replace(proposal, drafts=tuple(screened(looked, family, acts, case)))
    drafts: list[ServiceDraft] = []
    missing = Proposal()
    for item in found:
        proposal = select(Group(acts, {}, shared | {"technique": (item.technique,)}), case)
        place = _own_place(item, found)
        drafts += [_placed(draft, item, place, acts, case) for draft in proposal.drafts]
        missing += replace(proposal, drafts=())
    if all(indicators_of(draft.code).days == _ADDED for draft in drafts):
        looking = select(Group(acts, {}, shared | {"technique": (_LOOKING,)}), case)
        drafts = [*looking.drafts, *drafts]
    return Proposal(tuple(screened(drafts, family, acts, case))) + missing


def _joined(family: str, found: Sequence[Found]) -> list[Found]:
    """Return stone-breaking and stenting of one ureter as the one service that they are."""
    names = {item.technique: item for item in found}
    if family != "ureteroscopy" or not {_BREAKING, _STENTING} <= names.keys():
        return list(found)
    spans = (*names[_BREAKING].spans, *names[_STENTING].spans)
    both = Found(_BOTH, spans, names[_BREAKING].places)
    return [both, *(item for item in found if item.technique not in (_BREAKING, _STENTING))]


def _own_place(item: Found, found: Iterable[Found]) -> str:
    """Return where it was done, first of all a place where nothing else was."""
    others = {place for other in found if other is not item for place in other.places}
    return next((place for place in item.places if place not in others), "") or next(
        iter(item.places), ""
    )


def _placed(
    draft: ServiceDraft, item: Found, place: str, acts: Sequence[Act], case: ServiceCase
) -> ServiceDraft:
    """Return the draft with its own place instead of that of the title."""
    facts = tuple(pair for pair in draft.facts if pair[0] not in ("site", "side"))
    side = next(
        (told.value for act in acts if (told := case.facts.told(act, "side", Reach.SENTENCE))), None
    )
    placed = [("site", place)] if place else []
    placed += [("side", str(side))] if side else []
    support = tuple(dict.fromkeys((draft.support[0], *item.spans[:2])))
    return replace(draft, act=None, facts=(*facts, *placed), support=support).because(
        "endoscopy-by-technique", f"({item.technique.replace('-', ' ')})"
    )


def _counted(found: Sequence[Found], acts: Sequence[Act]) -> dict[str, tuple[Value, ...]]:
    """Return how many node stations and lobes were sampled, where the report names them."""
    text = acts[0].reading.text
    counted: dict[str, tuple[Value, ...]] = {"stations": (), "lobes": (), "ileum": ()}
    names = {item.technique for item in found}
    if _EBUS in names:
        stations = {match[0].upper() for match in _words()["stations"].finditer(text)}
        counted["stations"] = (Decimal(len(stations)),) if stations else ()
    for item in found:
        if item.technique == "transbronchial-biopsy":
            lobes = {
                place.split(",")[0] for place in item.places if "lobe" in place or "l" in place
            }
            counted["lobes"] = (Decimal(max(len(lobes), 1)),)
    if _words()["ileum"].search(text):
        counted["ileum"] = ("yes",)
    return counted
