"""Chapter 3: anemia of other diseases, and the blood counts that pancytopenia holds together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.diagnoses.draft import Case, Draft, first, moved_before, replaced
from nosology.coding.guidelines.wording import is_caused_by

_ANEMIA, _OF_KIDNEY_DISEASE = "D649", "D631"
_KIDNEY_DISEASE = r"(?:[\w-]+ ){0,3}?(?:ckd|kidney|renal|esrd|nephro\w+)\b"
_OTHER_CAUSE = rf"(?!{_KIDNEY_DISEASE})\w"
_PANCYTOPENIA = "D6181"
_COUNTS = ("D649", "D696", "D709", "D72819")


def anemia_in_kidney_disease(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with anemia of which no kind is said as that of chronic kidney disease.

    The Index links the two by "in", unless the record gives the anemia another cause; the kidney
    disease stands first (ICD-10-CM OCG I.A.13, I.A.15).
    """
    anemia = next((draft for draft in drafts if draft.code == _ANEMIA), None)
    kidney = first(drafts, "N18")
    if anemia is None or kidney is None or is_caused_by(anemia, case, _OTHER_CAUSE):
        return list(drafts)
    support = (*anemia.support, *kidney.support)
    linked = replace(anemia, code=_OF_KIDNEY_DISEASE, support=support).because(
        "anemia-in-kidney-disease"
    )
    return moved_before(replaced(drafts, anemia, linked), kidney, linked)


def pancytopenia(drafts: Sequence[Draft], _: Case) -> list[Draft]:
    """Return the drafts without the single low counts that pancytopenia holds together.

    One code gives what the three say (ICD-10-CM OCG I.B.9; Tabular List D61.81).
    """
    all_low = first(drafts, _PANCYTOPENIA)
    single = [draft for draft in drafts if draft.code in _COUNTS]
    if all_low is None or not single:
        return list(drafts)
    named = ", ".join(draft.code for draft in single)
    together = all_low.because("pancytopenia-with-counts", f"({named})")
    return [draft for draft in replaced(drafts, all_low, together) if draft not in single]
