"""Chapter 4: diabetes with what the Index links to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.diagnoses.draft import Case, Draft, first, moved_before, replaced

_UNCOMPLICATED = ("E119", "E109", "E139", "E089", "E099")


def diabetes_type(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with every diabetes code under the type that the record states.

    A complication named without a type is the Index's type 2, the default only where the record
    does not document the type (ICD-10-CM OCG I.C.4.a.2); where it states type 1, and not type 2
    with the complication, it is type 1.
    """
    is_type_1 = first(drafts, "E10") is not None
    result: list[Draft] = []
    present = {draft.code for draft in drafts}
    for draft in drafts:
        stated = draft.words & {"type-1", "type-2"}
        code = f"E10{draft.code[3:]}"
        if (
            draft.code.startswith("E11")
            and (stated == {"type-1"} or (is_type_1 and not stated))
            and case.is_billable(code)
        ):
            if code not in present:
                present.add(code)
                result.append(replace(draft, code=code).because("diabetes-type-stated"))
        else:
            result.append(draft)
    if any(draft.code[:3] == "E10" and draft.code != "E109" for draft in result):
        result = [draft for draft in result if draft.code != "E109"]
    return result


def diabetes_with_kidney_disease(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with diabetes as diabetic CKD where chronic kidney disease is coded too.

    The Index links the two by "with" (ICD-10-CM OCG I.A.15); the stage code follows.
    """
    kidney = first(drafts, "N18")
    diabetes = next((draft for draft in drafts if draft.code in _UNCOMPLICATED), None)
    if kidney is None or diabetes is None:
        return list(drafts)
    code = f"{diabetes.code[:3]}22"
    if not case.is_billable(code):
        return list(drafts)
    if any(draft.code == code for draft in drafts):
        return [draft for draft in drafts if draft is not diabetes]
    combined = replace(diabetes, code=code, support=(*diabetes.support, *kidney.support)).because(
        "diabetes-with-kidney-disease"
    )
    return moved_before(replaced(drafts, diabetes, combined), combined, kidney)
