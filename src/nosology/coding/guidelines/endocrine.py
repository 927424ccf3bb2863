"""Chapter 4: diabetes by type, with what the Index or the provider links to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft, first, moved_before, replaced
from nosology.coding.diagnoses.specificity import content_words
from nosology.coding.diagnoses.statements import Sense
from nosology.coding.guidelines.wording import discussed_with, is_caused_by, said_with
from nosology.coding.rules import because
from nosology.model.code import plain
from nosology.model.tables import rows, table

DIABETES = ("E08", "E09", "E10", "E11", "E13")
_UNCOMPLICATED = ("E119", "E109", "E139", "E089", "E099")
_SECONDARY = ("E08", "E09", "E13")
_OTHER_COMPLICATION = "69"
_DIABETES = r"(?:[\w-]+ ){0,3}?(?:diabet\w+|dm|t[12]dm|iddm|niddm)\b"
_NOT_DIABETES = rf"(?!{_DIABETES})\w"
_NOT_OF_DIABETES = re.compile(
    r"\bnon-?diabetic\b|\b(?:not|unrelated|rather than|independent of"
    r"|unlikely)\b[^.;\n]{0,30}?\bdiabet",
    re.IGNORECASE,
)
_NOT_A_COMPLICATION = (
    "E08",
    "E09",
    "E10",
    "E11",
    "E13",
    "O",
    "R",
    "S",
    "T",
    "V",
    "W",
    "X",
    "Y",
    "Z",
)
_OUT_OF_CONTROL = re.compile(
    r"\b(?:poor(?:ly)?|inadequate(?:ly)?|out of|suboptimal(?:ly)?)[- ]+control|\bhyperglyc"
    r"|\bhyperglycaem"
    r"|\b(?:high|elevated|increased) (?:blood )?(?:sugars?|glucose)",
    re.IGNORECASE,
)
_HYPERGLYCEMIA, _LOST_PANCREAS = "65", "E891"
_PANCREATECTOMY = frozenset({"pancreatectomy", "postpancreatectomy"})
_ABSENT_PANCREAS, _PART_OF_PANCREAS = "Z90410", "Z90411"
_PART = frozenset({"partial", "distal", "subtotal", "whipple"})
_CYSTIC_FIBROSIS, _CYSTIC_FIBROSIS_WITH = "E849", "E848"
_INSULIN = "Z794"
_FOR_A_TIME = re.compile(
    r"\b(?:temporar\w+|short[- ]term|transient(?:ly)?|sliding scale|insulin drip|insulin infusion"
    r"|while (?:in(?:patient| the hospital)?|admitted|hospitali[sz]ed)|during (?:the |this "
    r"|his |her )?"
    r"(?:stay|admission|hospitali[sz]ation|encounter)|in (?:the )?hospital|perioperative(?:ly)?)\b",
    re.IGNORECASE,
)


def diabetes_type(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with every diabetes code under the type that the record states.

    A complication named without a type is the Index's type 2, the default only where the record
    does not document the type (ICD-10-CM OCG I.C.4.a.2); where it states type 1 or a cause of the
    diabetes (I.C.4.a.6), and not type 2 with the complication, it is of that type.
    """
    if first(drafts, "E11") is None:
        return list(drafts)
    other = first(drafts, "E10", *_SECONDARY)
    told = other.code[:3] if other else _type_told(case)
    result: list[Draft] = []
    present = {draft.code for draft in drafts}
    for draft in drafts:
        stated = draft.words & {"type-1", "type-2"}
        category = "E10" if stated == {"type-1"} or told is None else told
        code = category + draft.code[3:]
        if (
            draft.code.startswith("E11")
            and (stated == {"type-1"} or (told is not None and not stated))
            and case.is_billable(code)
        ):
            if code not in present:
                present.add(code)
                result.append(replace(draft, code=code).because("diabetes-type-stated"))
        else:
            result.append(draft)
    complicated = {draft.code[:3] for draft in result if draft.code not in _UNCOMPLICATED}
    return [
        draft
        for draft in result
        if draft.code not in _UNCOMPLICATED or draft.code[:3] not in complicated
    ]


def _type_told(case: Case) -> str | None:
    """Type 1 where the history tells it of the patient and nothing tells type 2."""
    types = {
        item.concept[:3]
        for item in case.statements
        if item.sense is Sense.PRESENT
        and item.concept.startswith(("E10", "E11"))
        and {"type-1", "type-2"} & content_words(item.mention.term)
    }
    return "E10" if types == {"E10"} else None


def diabetes_control(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with "uncontrolled" diabetes as it is unless the record says which way.

    The Index sends poorly controlled and out of control to hyperglycemia, but asks of uncontrolled
    whether hyper- or hypoglycemia is meant (Index: Diabetes, uncontrolled, meaning).
    """
    result: list[Draft] = []
    for draft in drafts:
        code = f"{draft.code[:3]}9"
        if (
            draft.code[3:] == _HYPERGLYCEMIA
            and draft.code.startswith(DIABETES)
            and "uncontrolled" in draft.words
            and case.is_billable(code)
            and not _OUT_OF_CONTROL.search(discussed_with(draft, case))
        ):
            result.append(replace(draft, code=code).because("diabetes-uncontrolled"))
        else:
            result.append(draft)
    return result


def secondary_diabetes(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with diabetes that something else caused, and with its cause.

    After the pancreas was taken out: E89.1, the diabetes as E13 and the absence of the organ
    (ICD-10-CM OCG I.C.4.a.6.b.i); in cystic fibrosis: that disease with other manifestations.
    """
    diabetes = first(drafts, *DIABETES)
    if diabetes is None:
        return list(drafts)
    result = list(drafts)
    if diabetes.words & _PANCREATECTOMY:
        result = _after_pancreatectomy(result, case)
    fibrosis = first(result, _CYSTIC_FIBROSIS)
    if fibrosis and first(result, "E08") and case.is_billable(_CYSTIC_FIBROSIS_WITH):
        manifested = replace(fibrosis, code=_CYSTIC_FIBROSIS_WITH).because("diabetes-secondary")
        result = replaced(result, fibrosis, manifested)
    return result


def _after_pancreatectomy(drafts: list[Draft], case: Case) -> list[Draft]:
    result = list(drafts)
    diabetes = next(draft for draft in drafts if draft.code.startswith(DIABETES))
    for draft in drafts:
        code = f"E13{draft.code[3:]}"
        if draft.code.startswith(("E08", "E11")) and case.is_billable(code):
            turned = replace(draft, code=code).because("diabetes-secondary")
            result = replaced(result, draft, turned)
            diabetes = turned if draft is diabetes else diabetes
    reason = (because("diabetes-secondary"),)
    if first(result, _LOST_PANCREAS) is None and case.is_billable(_LOST_PANCREAS):
        lost = replace(diabetes, code=_LOST_PANCREAS, rationale=reason)
        result = replaced(result, diabetes, lost, diabetes)
    if first(result, "Z9041") is None:
        code = _PART_OF_PANCREAS if diabetes.words & _PART else _ABSENT_PANCREAS
        if case.is_billable(code):
            result.append(replace(diabetes, code=code, rationale=reason))
    return result


def diabetes_as_cause(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the conditions that the provider gives to diabetes as complications.

    A condition that the Index does not list under diabetes, but that the record says is due to it,
    is another specified complication, with its own code beside (ICD-10-CM OCG I.A.15, I.C.4.a).
    """
    diabetes = first(drafts, *DIABETES)
    if diabetes is None:
        return list(drafts)
    code = f"{diabetes.code[:3]}{_OTHER_COMPLICATION}"
    result = list(drafts)
    for draft in drafts:
        if (
            draft.code.startswith(_NOT_A_COMPLICATION)
            or draft.code.startswith(("N18", "I1"))
            or _linked(draft.code)[0]
            or not is_caused_by(draft, case, _DIABETES)
            or _is_unrelated(draft, case)
        ):
            continue
        if not any(item.code == code for item in result) and case.is_billable(code):
            support = (*diabetes.support, *draft.support)
            joined = replace(diabetes, code=code, support=support)
            result = replaced(result, draft, joined.because("diabetes-as-cause"), draft)
    if any(draft.code == code for draft in result):
        result = [draft for draft in result if draft.code not in _UNCOMPLICATED]
    return result


def insulin_for_a_time(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts without Z79.4 where insulin was given only to bring the sugar down.

    Source: ICD-10-CM OCG I.C.4.a.3.
    """
    insulin = next((draft for draft in drafts if draft.code == _INSULIN), None)
    if insulin is None or not _FOR_A_TIME.search(said_with(insulin, case)):
        return list(drafts)
    return [draft for draft in drafts if draft is not insulin]


def diabetes_with_kidney_disease(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with diabetes as diabetic CKD where chronic kidney disease is coded too.

    The Index links the two by "with" (ICD-10-CM OCG I.A.15); the stage code follows, and other
    complications keep their codes (I.C.4.a).
    """
    kidney = first(drafts, "N18")
    if kidney is None:
        return list(drafts)
    diabetes = next((draft for draft in drafts if draft.code in _UNCOMPLICATED), None)
    complicated = first(drafts, *DIABETES)
    if complicated is None or _is_denied(kidney, case):
        return list(drafts)
    code = f"{complicated.code[:3]}22"
    if not case.is_billable(code):
        return list(drafts)
    if any(draft.code == code for draft in drafts):
        return [draft for draft in drafts if draft is not diabetes]
    source = diabetes or complicated
    combined = replace(source, code=code, support=(*source.support, *kidney.support)).because(
        "diabetes-with-kidney-disease"
    )
    if diabetes is None:
        return replaced(drafts, kidney, combined, kidney)
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
        if not suffix or not case.is_billable(code) or _is_unrelated(draft, case):
            result.append(draft)
            continue
        is_complicated = True
        if not any(item.code == code for item in (*drafts, *result)):
            joined = replace(draft, code=code, support=(*diabetes.support, *draft.support))
            result.append(joined.because("diabetes-with-complication"))
        if keeps:
            result.append(draft)
    if not is_complicated:
        return list(drafts)
    return [draft for draft in result if draft.code not in _UNCOMPLICATED]


def _is_denied(draft: Draft, case: Case) -> bool:
    return bool(_NOT_OF_DIABETES.search(said_with(draft, case)))


def _is_unrelated(draft: Draft, case: Case) -> bool:
    """Whether the record gives the condition another cause, or denies that it is diabetes."""
    return _is_denied(draft, case) or is_caused_by(draft, case, _NOT_DIABETES)


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
