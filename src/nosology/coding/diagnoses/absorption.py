"""What other codes make superfluous: symptoms that a diagnosis explains, less specific codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nosology.coding.diagnoses.draft import Draft
from nosology.coding.diagnoses.knowledge import Knowledge

type Places = frozenset[tuple[int, int]]
"""Problems by document and rank."""

_UNSPECIFIED = ("unspecified", "other specified", "without complication")


def explained_symptoms(
    drafts: Sequence[Draft], knowledge: Knowledge, titles: Mapping[str, str], open_places: Places
) -> dict[str, str]:
    """Return the symptoms among the drafts' codes that another explains, each with that one.

    A symptom of one side is not explained by a condition of the other, nor a problem whose own
    cause is left uncertain by the diagnosis of another problem.

    Args:
        drafts: what is about to be answered.
        knowledge: which symptom is routinely part of which diagnosis.
        titles: titles by code, for the side.
        open_places: the problems that an uncertain diagnosis is named in.

    Source: ICD-10-CM Official Guidelines I.B.5 and I.B.6.
    """
    found: dict[str, str] = {}
    for symptom in drafts:
        for diagnosis in drafts:
            is_elsewhere = symptom.place in open_places and diagnosis.place != symptom.place
            if (
                symptom is not diagnosis
                and not is_elsewhere
                and knowledge.explains(symptom.code, diagnosis.code)
                and not _are_opposite(titles[symptom.code], titles[diagnosis.code])
            ):
                found[symptom.code] = diagnosis.code
                break
    return found


def _are_opposite(one: str, other: str) -> bool:
    sides = [
        {"right", "left"} & set(title.lower().replace(",", " ").split()) for title in (one, other)
    ]
    return all(len(side) == 1 for side in sides) and sides[0] != sides[1]


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
