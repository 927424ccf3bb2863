"""What other codes make superfluous: symptoms that a diagnosis explains, less specific codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nosology.coding.diagnoses.draft import Draft
from nosology.coding.diagnoses.knowledge import Knowledge
from nosology.coding.diagnoses.specificity import are_opposite, axes

type Places = frozenset[tuple[int, int]]
"""Problems by document and rank."""

_DISTINCT = ("R11",)
"""Categories whose codes name different things, alone or together (nausea, vomiting, both)."""
_ONE_OF_MANY = ("L989",)
"""What only its own problem explains: another problem's lesion of the skin is another lesion."""
_BY_PLACE = ("S", "T")
"""Chapters whose fourth character tells the place or kind of an injury; 9 leaves it open."""
_BY_SUBCATEGORY = ("L405",)
"""Subcategories of a disease apart from their category's others (psoriasis of joints, of skin)."""
_UNSPECIFIED_PLACE = "9"
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
            is_elsewhere = diagnosis.place != symptom.place and (
                symptom.place in open_places or symptom.code.startswith(_ONE_OF_MANY)
            )
            if (
                symptom is not diagnosis
                and not is_elsewhere
                and not (
                    symptom.code[:3] == diagnosis.code[:3] and _are_elsewhere(symptom, diagnosis)
                )
                and knowledge.explains(symptom.code, diagnosis.code)
                and not are_opposite(titles[symptom.code], titles[diagnosis.code])
            ):
                found[symptom.code] = diagnosis.code
                break
    return found


def less_specific(drafts: Sequence[Draft], titles: Mapping[str, str]) -> dict[str, str]:
    """Return the codes that say less than another of the same category, each with that one.

    Args:
        drafts: what is about to be answered.
        titles: titles by code.

    A code is less specific if its title leaves open (``unspecified``) what the other's states, and
    the record names no other part of the body with it.
    """
    found: dict[str, str] = {}
    for draft in drafts:
        title = titles[draft.code]
        if not _leaves_open(title) or draft.code.startswith(_DISTINCT):
            continue
        for other in drafts:
            if (
                other.code != draft.code
                and _are_akin(draft.code, other.code)
                and _openness(titles[other.code]) < _openness(title)
                and not _are_elsewhere(draft, other)
            ):
                found[draft.code] = other.code
                break
    return found


def _are_akin(code: str, other: str) -> bool:
    """Whether one code may be the less specific of the other: of injuries, of the same bone."""
    if code.startswith(_BY_SUBCATEGORY):
        return other[:4] == code[:4]
    if code[0] not in _BY_PLACE or code[3:4] == _UNSPECIFIED_PLACE:
        return other[:3] == code[:3]
    return other[:4] == code[:4]


def _are_elsewhere(one: Draft, other: Draft) -> bool:
    parts = axes().sites | axes().regions
    here, there = one.words & parts, other.words & parts
    return bool(here and there) and here.isdisjoint(there)


def _leaves_open(title: str) -> bool:
    return any(word in title.lower() for word in _UNSPECIFIED)


def _openness(title: str) -> int:
    lowered = title.lower()
    return sum(lowered.count(word) for word in _UNSPECIFIED)
