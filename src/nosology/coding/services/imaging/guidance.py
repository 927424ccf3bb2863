"""Guidance: an ultrasound by which a needle was led is no study of the region it passed."""

from __future__ import annotations

from dataclasses import replace

from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.catalogue import catalogue
from nosology.coding.services.imaging.studies import words

_ULTRASOUND = "ultrasound"
_ACCESS = "vascular-access-guidance"


def guides_needle(act: Act) -> bool:
    """Return whether the act names ultrasound alone, and its sentence says that it led a needle."""
    return act.concept.name == _ULTRASOUND and bool(words("guiding").search(act.said))


def access_guided(act: Act) -> Act | None:
    """Return the act as the guidance of a line into a vessel; None where that is not all told.

    The vessel must be told to be open, the needle to be seen in it, and a picture to be kept.
    """
    said = act.said
    if all(words(name).search(said) for name in ("vessel_open", "needle_seen", "kept")):
        standing = Standing.DONE if act.standing is Standing.NAMED else act.standing
        return replace(act, concept=catalogue().concepts[_ACCESS], standing=standing)
    return None
