"""What other codes make superfluous: symptoms that a diagnosis explains, less specific codes."""

from __future__ import annotations

from collections.abc import Sequence

from nosology.coding.diagnoses.knowledge import Knowledge

_UNSPECIFIED = ("unspecified", "other specified", "without complication")


def explained_symptoms(codes: Sequence[str], knowledge: Knowledge) -> dict[str, str]:
    """Return the symptoms among the codes that another of them explains, each with that one.

    Source: ICD-10-CM Official Guidelines I.B.5.
    """
    found: dict[str, str] = {}
    for symptom in codes:
        for diagnosis in codes:
            if symptom != diagnosis and knowledge.explains(symptom, diagnosis):
                found[symptom] = diagnosis
                break
    return found


def less_specific(codes: dict[str, str]) -> dict[str, str]:
    """Return the codes that say less than another of the same category, each with that one.

    Args:
        codes: titles by code.

    A code is less specific if its title leaves open (``unspecified``) what the other's states.
    """
    found: dict[str, str] = {}
    for code, title in codes.items():
        if not _leaves_open(title):
            continue
        for other, other_title in codes.items():
            same = other[:3] == code[:3] and other != code
            if same and _openness(other_title) < _openness(title):
                found[code] = other
                break
    return found


def _leaves_open(title: str) -> bool:
    return any(word in title.lower() for word in _UNSPECIFIED)


def _openness(title: str) -> int:
    lowered = title.lower()
    return sum(lowered.count(word) for word in _UNSPECIFIED)
