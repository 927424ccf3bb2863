"""Long-term medicines beside the condition that they are taken for (category Z79)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nosology.coding.diagnoses.draft import Case, Draft, first
from nosology.coding.guidelines.endocrine import DIABETES
from nosology.coding.rules import because
from nosology.model.encounter import Setting
from nosology.model.reading import Reading, SectionKind, Sentence

_DIABETES_MEDICINES = ("Z794", "Z7984", "Z7985")
_LONG_TERM = ("Z7901", "Z7902", "Z796", "Z7981", "Z7983")
"""Taken for long by what they are: anticoagulants, antiplatelets, immunomodulators, agents that
affect estrogen, bisphosphonates. Others (aspirin, steroids, opioids) may be taken for days."""
_CHEMOTHERAPEUTIC, _THERAPIES = "Z7963", ("Z5111", "Z5112")
_MONITORING = "Z5181"
"""Asks for the long-term medicine that is monitored (Tabular: Z51.81, code also)."""
_NOT_TAKEN = re.compile(
    r"\b(?:allerg|intoleran|discontinu|stop(?:ped)?\b|hold\b|consider|avoid|declin|never|no longer"
    r"|previously|used to|was on|denies|\bif\b|\bfinished\b|\bcompleted\b|-induced\b"
    r"|\blast [\w ]{3,30}\bago\b)",
    re.IGNORECASE,
)


def long_term_medicines(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the long-term medicines that the record names for what is coded.

    For diabetes insulin Z79.4, oral hypoglycemics Z79.84 and other injectables Z79.85, every one
    that applies (ICD-10-CM OCG I.C.4.a.3); type 1 diabetes needs no code for insulin: the Tabular
    List asks for none at E10. For other conditions the medicines that are long-term by what they
    are (I.C.21.c.3).
    """
    result = list(drafts)
    if case.encounter.setting is Setting.INDEPENDENT_LAB:
        return result  # the pathologist manages no medicine
    present = {draft.code for draft in drafts}
    for drug, span in case.medicines.named(is_taken):
        code = drug.long_term_code
        if code in present or not drug.treats or not case.is_billable(code):
            continue
        if code.startswith(_CHEMOTHERAPEUTIC) and first(drafts, *_THERAPIES):
            continue  # it is what the encounter gives, not what is taken for long
        treats = (*drug.treats, *DIABETES) if code in _DIABETES_MEDICINES else drug.treats
        treated = [draft.code for draft in drafts if draft.code.startswith((*treats, _MONITORING))]
        rule = _rule(code, treated)
        if rule:
            present.add(code)
            result.append(Draft(code, (span,), (because(rule, f"({drug.name})"),), 0.75))
    return result


def _rule(code: str, treated: list[str]) -> str | None:
    if code in _DIABETES_MEDICINES:
        diabetes = [item for item in treated if item.startswith(DIABETES)]
        is_implied = code == "Z794" and all(item.startswith("E10") for item in diabetes)
        return "diabetes-medicine" if diabetes and not is_implied else None
    return "long-term-medicine" if treated and code.startswith(_LONG_TERM) else None


def is_taken(reading: Reading, sentence: Sentence) -> bool:
    """Return whether a drug that the sentence names is one that the patient takes."""
    is_allergy = reading.sections[sentence.section].kind is SectionKind.ALLERGIES
    return not is_allergy and not _NOT_TAKEN.search(reading.said(sentence))
