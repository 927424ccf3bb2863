"""Guidance: an ultrasound by which a needle was led is no study of the region it passed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.catalogue import catalogue
from nosology.coding.services.imaging.studies import words

_ULTRASOUND = "ultrasound"
_ACCESS = "vascular-access-guidance"
_BY_IMAGE = frozenset({"imaging", "imaging-needle", "guidance", "guided-by"})
"""Conditions by which the number of a procedure holds its guidance."""


def guides_needle(act: Act) -> bool:
    """Return whether the act names ultrasound alone, and its sentence says that it led a needle."""
    return act.concept.name == _ULTRASOUND and bool(words("guiding").search(act.said))


@cache
def _guided() -> frozenset[str]:
    """Return the concepts whose numbers differ by whether an image led the needle."""
    return frozenset(
        concept
        for concept, entries in catalogue().by_concept.items()
        if any(condition.name in _BY_IMAGE for entry in entries for condition in entry.when)
    )


def documents_guided(acts: Iterable[Act]) -> frozenset[int]:
    """Return the documents that tell of a procedure whose number holds the guidance."""
    guided = _guided()
    return frozenset(
        act.reading.index
        for act in acts
        if act.standing is Standing.DONE and act.concept.name in guided
    )


def finds_site(act: Act) -> bool:
    """Return whether an ultrasound of a region led the needle or marked its site."""
    return _ULTRASOUND in act.concept.name and bool(words("site_found").search(act.said))


def access_guided(act: Act) -> Act | None:
    """Return the act as the guidance of a line into a vessel; None where that is not all told.

    The vessel must be told to be open, the needle to be seen in it, and a picture to be kept.
    """
    said = act.said
    if all(words(name).search(said) for name in ("vessel_open", "needle_seen", "kept")):
        standing = Standing.DONE if act.standing is Standing.NAMED else act.standing
        return replace(act, concept=catalogue().concepts[_ACCESS], standing=standing)
    return None
