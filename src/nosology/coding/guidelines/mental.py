"""Chapter 5: dementia in a disease that is coded elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.diagnoses.draft import Case, Draft, first, moved_before, replaced
from nosology.coding.diagnoses.specificity import Support
from nosology.coding.rules import because

_UNSPECIFIED, _IN_DISEASE = "F03", "F02"
_DISEASES = ("G30", "G20", "G31", "G10", "G35")
_NAMED = (
    (frozenset({"alzheimer", "late", "onset"}), "G301"),
    (frozenset({"alzheimer", "early", "onset"}), "G300"),
    (frozenset({"alzheimer"}), "G309"),
    (frozenset({"lewy"}), "G3183"),
    (frozenset({"frontotemporal"}), "G3109"),
)


def dementia_in_disease(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with dementia as F02 behind the disease that it belongs to.

    The Tabular List asks at F02 to code the physiological condition first and excludes from F03
    what has one (ICD-10-CM OCG I.A.13).
    """
    dementia = first(drafts, _UNSPECIFIED)
    if dementia is None:
        return _named_with_disease(drafts, case)
    code = _IN_DISEASE + dementia.code[3:]
    result = list(drafts)
    disease = first(result, *_DISEASES)
    if disease is None:
        named = next((found for words, found in _NAMED if words <= dementia.words), None)
        if named is None or not case.is_billable(named):
            return result
        disease = replace(
            dementia, code=named, rationale=(because("dementia-in-disease", "(named with it)"),)
        )
        result = replaced(result, dementia, disease, dementia)
    if not case.is_billable(code):
        return list(drafts)
    in_disease = replace(dementia, code=code).because("dementia-in-disease")
    return moved_before(replaced(result, dementia, in_disease), disease, in_disease)


def _named_with_disease(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Dementia that is named in one term with its disease (``Alzheimer's dementia``)."""
    disease = next(
        (
            draft
            for draft in drafts
            if draft.code.startswith(_DISEASES) and "dementia" in draft.words
        ),
        None,
    )
    if disease is None or first(drafts, _IN_DISEASE):
        return list(drafts)
    choices = case.specificity.choose(
        "F0280", _IN_DISEASE, frozenset({"dementia"}), Support(disease.words)
    )
    if not choices or not case.is_billable(choices[0].title.code):
        return list(drafts)
    dementia = replace(
        disease, code=choices[0].title.code, rationale=(because("dementia-in-disease"),)
    )
    return replaced(drafts, disease, disease, dementia)
