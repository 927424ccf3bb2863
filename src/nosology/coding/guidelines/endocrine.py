"""Chapter 4: diabetes with what the Index links to it, and the medicines it is treated with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from nosology.coding.diagnoses.draft import Case, Draft, first, moved_before, replaced
from nosology.coding.diagnoses.specificity import Support
from nosology.coding.rules import because
from nosology.model.reading import Reading, SectionKind
from nosology.model.record import Span

_DIABETES = ("E08", "E09", "E10", "E11", "E13")
_UNCOMPLICATED = ("E119", "E109", "E139", "E089", "E099")
_MEDICINES = {"Z794": "insulin", "Z7984": "oral", "Z7985": "injectable"}
_NOT_TAKEN = re.compile(
    r"\b(?:allerg|intoleran|discontinu|stop(?:ped)?\b|hold\b|consider|avoid|declin|never|no longer"
    r"|previously|used to|was on|denies)",
    re.IGNORECASE,
)
_ULCER_SITES = (("L974", frozenset({"heel", "midfoot"})), ("L973", frozenset({"ankle"})))
_OTHER_FOOT = "L975"


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


def foot_ulcer_site(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the site of a diabetic foot ulcer after it.

    The Tabular List asks at E08.621 to E13.621 for an additional code (L97.-) for the site.
    """
    ulcer = next(
        (draft for draft in drafts if draft.code[:3] in _DIABETES and draft.code[3:] == "621"), None
    )
    if ulcer is None or first(drafts, "L97"):
        return list(drafts)
    words = ulcer.words
    bound = next((code for code, sites in _ULCER_SITES if words & sites), _OTHER_FOOT)
    choices = case.specificity.choose(bound, bound, frozenset({"ulcer", "foot"}), Support(words))
    if not choices or not case.is_billable(choices[0].title.code):
        return list(drafts)
    site = replace(
        ulcer,
        code=choices[0].title.code,
        concept=bound,
        rationale=(because("diabetes-with-complication", "(site of the ulcer)"),),
    )
    return replaced(drafts, ulcer, ulcer, site)


def diabetes_medicines(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the long-term medicines for diabetes that the record names.

    Insulin Z79.4, oral hypoglycemics Z79.84, other injectables Z79.85: every one that applies
    (ICD-10-CM OCG I.C.4.a.3; the codes as the Tabular List names them at E11). Type 1 diabetes
    needs no code for insulin: the Tabular List asks for none at E10.
    """
    diabetes = first(drafts, *_DIABETES)
    if diabetes is None:
        return list(drafts)
    result = list(drafts)
    present = {draft.code for draft in drafts}
    for code, support in _medicines(case):
        is_implied = code == "Z794" and diabetes.code.startswith("E10")
        if code not in present and not is_implied and case.is_billable(code):
            present.add(code)
            result.append(
                Draft(
                    code, (support,), (because("diabetes-medicine", f"({_MEDICINES[code]})"),), 0.8
                )
            )
    return result


def _medicines(case: Case) -> Iterator[tuple[str, Span]]:
    for reading in case.readings:
        for sentence in reading.sentences:
            if reading.sections[sentence.section].kind is SectionKind.ALLERGIES:
                continue
            for token in reading.tokens[sentence.first_token : sentence.last_token]:
                name = reading.text[token.start : token.end].lower()
                drug = case.knowledge.drugs.get(name)
                if (
                    drug
                    and drug.long_term_code in _MEDICINES
                    and not _is_not_taken(reading, sentence.start, sentence.end)
                ):
                    yield drug.long_term_code, Span(token.start, token.end, reading.index)


def _is_not_taken(reading: Reading, start: int, end: int) -> bool:
    return bool(_NOT_TAKEN.search(reading.text[start:end]))
