"""Chapter 4: diabetes with what the Index links to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft, first, moved_before, replaced
from nosology.coding.tables import rows, table
from nosology.model.code import plain

DIABETES = ("E08", "E09", "E10", "E11", "E13")
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


def diabetes_with_complications(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the conditions that the Index links to diabetes as its complications.

    "With" links them unless the record says that they are unrelated (ICD-10-CM OCG I.A.15); as many
    codes as there are complications (I.C.4.a).
    """
    diabetes = first(drafts, *DIABETES)
    if diabetes is None:
        return list(drafts)
    category = diabetes.code[:3]
    result: list[Draft] = []
    is_complicated = False
    for draft in drafts:
        suffix, keeps = _linked(draft.code)
        code = f"{category}{suffix}"
        if not suffix or not case.is_billable(code):
            result.append(draft)
            continue
        is_complicated = True
        if not any(item.code == code for item in (*drafts, *result)):
            joined = replace(draft, code=code, support=(*draft.support, *diabetes.support))
            result.append(joined.because("diabetes-with-complication"))
        if keeps:
            result.append(draft)
    if not is_complicated:
        return list(drafts)
    return [draft for draft in result if draft.code not in _UNCOMPLICATED]


def _linked(code: str) -> tuple[str, bool]:
    return next(
        ((suffix, keeps) for condition, suffix, keeps in _links() if code.startswith(condition)),
        ("", False),
    )


@cache
def _links() -> tuple[tuple[str, str, bool], ...]:
    return tuple(
        (plain(row["condition"]), row["suffix"], row["keeps_condition"] == "yes")
        for row in rows(
            table("nosology.coding.guidelines", "diabetes_with.tsv"),
            ("condition", "suffix", "keeps_condition", "source"),
        )
    )
