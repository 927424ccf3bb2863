"""Chapter 10: chronic obstructive pulmonary disease with an acute lower respiratory infection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.diagnoses.draft import Case, Draft, first, moved_before, replaced

_INFECTIONS = ("J12", "J13", "J14", "J15", "J16", "J17", "J18", "J20", "J21", "J22")
_WITH_INFECTION = "J440"
_WITH_EXACERBATION = "J441"
_UNSPECIFIED_INFECTION = "J22"


def obstructive_disease_with_infection(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with J44.0 where COPD and an acute lower respiratory infection are coded.

    The Tabular List links the two by "with" and asks to code the infection also; an exacerbation
    keeps its own code beside it (ICD-10-CM OCG I.A.15, I.C.10.a).
    """
    disease = first(drafts, "J44")
    infection = first(drafts, *_INFECTIONS)
    if (
        disease is None
        or infection is None
        or first(drafts, _WITH_INFECTION)
        or not case.is_billable(_WITH_INFECTION)
    ):
        return list(drafts)
    combined = replace(
        disease, code=_WITH_INFECTION, support=(*disease.support, *infection.support)
    ).because("copd-with-infection")
    kept = (combined, disease) if disease.code == _WITH_EXACERBATION else (combined,)
    result = moved_before(replaced(drafts, disease, *kept), combined, infection)
    others = [draft for draft in result if draft.code.startswith(_INFECTIONS)]
    if len(others) > 1 or combined.support == disease.support:
        result = [draft for draft in result if draft.code != _UNSPECIFIED_INFECTION]
    return result
