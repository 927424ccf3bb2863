"""Chapter 9: ulcers of a leg with a disease of its vessels, and chronic thrombosis of veins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.diagnoses.draft import Case, Draft, first, moved_before, replaced
from nosology.coding.guidelines.wording import said_with

_ULCER = re.compile(r"L97(?P<site>[1-589])(?P<side>[0129])\d")
_ATHEROSCLEROSIS = ("I7090", "I7091", "I7020", "I7021", "I7022", "I7023", "I7024")
_OF_LEG = re.compile(r"\b(?:legs?|lower extremit\w+|lower limbs?|foot|feet|extremit\w+)\b", re.I)
_VARICOSE, _VARICOSE_INFLAMED = "I839", "I831"
_ARTERIAL = {"1": "I7023", "2": "I7024"}
_CHRONIC_OF = {"I824": "I825", "I826": "I827"}
_INSUFFICIENCY, _ULCERATED = "I872", ("I830", "I832")
_VARICES = re.compile(
    r"\bvaric\w+|\bvarix\b|\bstasis ulcer|\bvenous (?:stasis )?ulcer", re.IGNORECASE
)
_VENOUS = {"0": "I8300", "9": "I8300", "1": "I8301", "2": "I8302"}
_VENOUS_INFLAMED = {"0": "I8320", "9": "I8320", "1": "I8321", "2": "I8322"}


def chronic_thrombosis(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with a thrombosis of deep veins that the record calls chronic as such.

    The Tabular List has the same sites for acute (I82.4-, I82.6-) and chronic (I82.5-, I82.7-).
    """
    result: list[Draft] = []
    for draft in drafts:
        chronic = _CHRONIC_OF.get(draft.code[:4])
        if chronic and "chronic" in draft.words and "acute" not in draft.words:
            code = chronic + draft.code[4:]
            if case.is_billable(code):
                result.append(replace(draft, code=code).because("chronic-thrombosis"))
                continue
        result.append(draft)
    return result


def leg_ulcer(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with an ulcer of the leg under the disease of its vessels.

    The Index links them by "with": atherosclerosis of the leg with ulceration is I70.23- or
    I70.24-, varicose veins with ulcer I83.0- or I83.2-; L97 follows with the depth, as the Tabular
    List asks (ICD-10-CM OCG I.A.15, I.A.13).
    """
    drafts = _without_misread_varices(drafts, case)
    ulcer = first(drafts, "L97")
    found = _ULCER.fullmatch(ulcer.code) if ulcer else None
    if ulcer is None or found is None:
        return list(drafts)
    for draft in drafts:
        stem = _stem(draft, found["side"], case)
        if stem is None:
            continue
        code = stem + found["site"]
        if case.is_billable(code) and code != draft.code:
            combined = replace(draft, code=code, support=(*draft.support, *ulcer.support)).because(
                "leg-ulcer-with-vessel-disease"
            )
            return moved_before(replaced(drafts, draft, combined), combined, ulcer)
    return list(drafts)


def _without_misread_varices(drafts: Sequence[Draft], case: Case) -> Sequence[Draft]:
    """The drafts without varices that only the words of a venous insufficiency would name.

    ``Venous insufficiency with ulcer of the calf`` is I87.2 with L97; the Index has varices for a
    venous ulcer, not for an insufficiency of the veins beside an ulcer.
    """
    insufficiency = first(drafts, _INSUFFICIENCY)
    if insufficiency is None or first(drafts, *_ULCERATED) is None:
        return drafts
    return [
        draft
        for draft in drafts
        if not (
            draft.code.startswith(_ULCERATED)
            and _share_words(draft, insufficiency)
            and not _VARICES.search(said_with(draft, case))
        )
    ]


def _share_words(one: Draft, other: Draft) -> bool:
    return any(
        mine.document == theirs.document and mine.start < theirs.end and theirs.start < mine.end
        for mine in one.support
        for theirs in other.support
    )


def _stem(draft: Draft, side: str, case: Case) -> str | None:
    if draft.code.startswith(_VARICOSE):
        return _VENOUS.get(side)
    if draft.code.startswith(_VARICOSE_INFLAMED):
        return _VENOUS_INFLAMED.get(side)
    if draft.code.startswith(_ATHEROSCLEROSIS):
        is_of_leg = draft.code.startswith("I702") or _OF_LEG.search(said_with(draft, case))
        return _ARTERIAL.get(side) if is_of_leg else None
    return None
