"""Chapter 5: dementia in a disease that is coded elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.diagnoses.draft import Case, Draft, first, moved_before, replaced
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
        return list(drafts)
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
