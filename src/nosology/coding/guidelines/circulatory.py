"""Chapter 9: hypertension with heart failure and chronic kidney disease."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.diagnoses.draft import Case, Draft, first, moved_before, replaced

_LATE_STAGES = ("N185", "N186")


def hypertension(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with I10 as I11, I12 or I13 where heart failure or CKD is coded too.

    The Guidelines presume the relation unless the record says that the conditions are unrelated
    (ICD-10-CM OCG I.C.9.a.1 to 3). The combination code stands before the condition, which the
    Tabular List asks for as an additional code at I11.0, I12.- and I13.-.
    """
    pressure = next((draft for draft in drafts if draft.code == "I10"), None)
    failure = first(drafts, "I50")
    kidney = first(drafts, "N18")
    if pressure is None or (failure is None and kidney is None):
        return list(drafts)
    is_late = kidney is not None and kidney.code.startswith(_LATE_STAGES)
    if failure and kidney:
        code = "I132" if is_late else "I130"
        rule = "hypertension-with-heart-and-kidney-disease"
    elif failure:
        code, rule = "I110", "hypertension-with-heart-failure"
    else:
        code, rule = ("I120" if is_late else "I129"), "hypertension-with-kidney-disease"
    if not case.is_billable(code):
        return list(drafts)
    partners = [draft for draft in (failure, kidney) if draft]
    combined = replace(
        pressure,
        code=code,
        support=(*pressure.support, *(span for draft in partners for span in draft.support)),
    ).because(rule)
    result = replaced(drafts, pressure, combined)
    for partner in partners:
        result = moved_before(result, combined, partner)
    return result
