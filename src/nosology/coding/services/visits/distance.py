"""Visits at a distance: 95 for sound and picture, 93 for sound alone.

Sources: CPT Appendix A, modifiers 93 and 95; 42 CFR 410.78(a)(3).
"""

from __future__ import annotations

from dataclasses import replace

from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.coding.services.visits.evaluation import AREA
from nosology.coding.services.visits.said import Words
from nosology.model.encounter import Setting

_VIDEO, _AUDIO = "95", "93"
_NEVER = (
    "9801",
    "9802",
    "G2010",
    "G2012",
    "9942",
    "9949",
    "9948",
    "G0180",
    "G0179",
    "9945",
    "9944",
    "99024",
    "9900",
    "99439",
    "9943",
    "G2211",
    "99417",
    "G2212",
)
_IN_PERSON = frozenset(
    {
        *("chronic-care-management", "principal-care-management", "behavioral-integration"),
        *("remote-management", "remote-setup", "remote-supply", "remote-collection"),
        *("virtual-check-in", "image-evaluation", "online-management"),
        *("interprofessional-consultation", "office-complexity", "prolonged"),
    }
)
"""Services that are never given face to face, so that no modifier tells that they were not."""


def at_a_distance(draft: ServiceDraft, case: ServiceCase, words: Words) -> ServiceDraft:
    """Return the service with the modifier of how the patient was seen."""
    if draft.area != AREA or draft.concept in _IN_PERSON or draft.code.startswith(_NEVER):
        return draft
    modifier = of_visit(case, words)
    if not modifier:
        return draft
    found = draft.with_modifiers(modifier)
    return replace(found).because(f"modifier-{modifier}")


def of_visit(case: ServiceCase, words: Words) -> str:
    """Return the modifier of a visit at a distance; empty for one in person."""
    is_told = case.encounter.setting is Setting.TELEHEALTH
    video, audio = words.first("telehealth"), words.all("audio_only")
    if not is_told and not (video is not None and video.start < 600):
        return ""
    if audio and (
        video is None
        or ("audio" in audio[0].part and "only" in audio[0].part)
        or _only_audio(words)
    ):
        return _AUDIO
    return _VIDEO


def _only_audio(words: Words) -> bool:
    said = words.all("audio_only")
    return any(
        ("audio" in item.part and "only" in item.part)
        or "no video" in item.part
        or "telephone visit" in item.part
        for item in said
    )
