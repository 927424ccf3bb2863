"""Imaging: by modality, region, views, contrast and side."""

from __future__ import annotations

from dataclasses import replace

from nosology.coding.services.acts import Act
from nosology.coding.services.draft import Missing, Proposal, ServiceCase
from nosology.coding.services.imaging.guidance import (
    access_guided,
    documents_guided,
    finds_site,
    guides_needle,
)
from nosology.coding.services.imaging.mammograms import converted, of_a_kind
from nosology.coding.services.imaging.regions import is_modality, resolved
from nosology.coding.services.imaging.studies import billed, is_unkept_ultrasound
from nosology.coding.services.imaging.telling import narrowed, tell
from nosology.coding.services.imaging.views import tell_views, unnamed
from nosology.coding.services.selection import groups, select

AREA = "imaging"
_KINDS = frozenset({"imaging"})


def propose(case: ServiceCase) -> Proposal:
    """Return what is billed of the area."""
    acts = [act for act in case.acts if act.concept.area == AREA and act.concept.kind in _KINDS]
    known = narrowed(_with_regions(acts, case))
    studies = billed(known, case)
    studies += unnamed(known, case)
    if not studies and not known:
        return Proposal()
    tell(studies, case.facts)
    tell_views(studies, case.facts)
    proposal = Proposal()
    for group in groups(studies, case):
        proposal += select(group, case)
    return converted(proposal, case) + _unkept(known, studies, case)


def _with_regions(acts: list[Act], case: ServiceCase) -> list[Act]:
    """Return the acts; those that name a modality alone with the study that the text leads to."""
    found: list[Act] = []
    guided = documents_guided(case.acts) if acts else frozenset()
    for act in acts:
        if act.reading.index in guided and finds_site(act):
            continue
        if guides_needle(act):
            named = access_guided(act)
        elif is_modality(act):
            named = resolved(act, case.facts)
        elif act.concept.name == "mammogram":
            named = of_a_kind(act, case.facts)
        else:
            named = act
        if named is not None:
            found.append(named)
    return found


def _unkept(acts: list[Act], studies: list[Act], case: ServiceCase) -> Proposal:
    """Return the ultrasounds that would be billed if their pictures were said to be kept."""
    left = [act for act in acts if act not in studies and is_unkept_ultrasound(act, case)]
    if not left:
        return Proposal()
    tell(left, case.facts)
    found: list[Missing] = []
    for group in groups(left, case):
        would = select(group, case)
        drafts = (*would.drafts, *(item.draft for item in would.missing))
        found += [
            Missing(replace(draft, confidence=0.5).because("imaging-ultrasound-kept"))
            for draft in drafts
        ]
    return Proposal(missing=tuple(found))
