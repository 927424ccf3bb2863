"""Chapter 5: dementia by its disease and behavior, depression and what else joins two codes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft, first, moved_before, replaced
from nosology.coding.diagnoses.specificity import Support
from nosology.coding.guidelines.relation import sentence_at
from nosology.coding.rules import because
from nosology.model.tables import rows, table

_UNSPECIFIED, _IN_DISEASE = "F03", "F02"
_DISEASES = ("G30", "G20", "G31", "G10", "G35", "A810", "G91")
_NAMED = (
    (frozenset({"alzheimer", "late", "onset"}), "G301"),
    (frozenset({"alzheimer", "early", "onset"}), "G300"),
    (frozenset({"alzheimer"}), "G309"),
    (frozenset({"lewy"}), "G3183"),
    (frozenset({"frontotemporal"}), "G3109"),
    (frozenset({"parkinson"}), "G20A1"),
)
_UNSPECIFIED_SEVERITY = {"F03": "9", "F02": "8", "F01": "5"}
_DEMENTIA = ("F01", "F02", "F03")
_SEVERITY = 4
_WITHOUT_BEHAVIOR = "0"
_WITH = re.compile(r"\b(?:with\b|w/(?!o)|w(?=\s))(?P<rest>[^.;\n]{0,70})", re.IGNORECASE)
_ACTION = re.compile(r"\b(?:for|will|plan|continue\w*|start\w*|managed|treated|on)\b")
_WITHOUT = re.compile(r"\b(?:without|w/o)\b[^,.;\n]*", re.IGNORECASE)


def dementia_in_disease(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with dementia as F02 behind the disease that it belongs to.

    The Tabular List asks at F02 to code the physiological condition first and excludes from F03
    what has one (ICD-10-CM OCG I.A.13).
    """
    dementia = first(drafts, _UNSPECIFIED)
    if dementia is None:
        return _named_with_disease(drafts, case)
    code = _of_kind(dementia.code, _IN_DISEASE)
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


def dementia_behavior(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with each dementia by the behavior that the record says it is with.

    Severity and behavior are the provider's: only what the words after "with" name counts, and the
    severity stays as it was chosen (ICD-10-CM OCG I.B.2).
    """
    result = list(drafts)
    for draft in drafts:
        if not draft.code.startswith(_DEMENTIA) or not draft.code.endswith(_WITHOUT_BEHAVIOR):
            continue
        stem = draft.code[:_SEVERITY]
        codes = [
            stem + characters
            for characters in _behaviors(draft, case)
            if case.is_billable(stem + characters)
        ]
        if codes:
            turned = [replace(draft, code=code).because("dementia-behavior") for code in codes]
            result = replaced(result, draft, *turned)
    return result


def _behaviors(draft: Draft, case: Case) -> list[str]:
    span = draft.support[0]
    sentence = sentence_at(span, case)
    if sentence is None:
        return []
    text = case.reading_of(span).text
    said = _WITHOUT.sub("", text[span.start : sentence.end])
    found = _WITH.search(said)
    if found is None:
        return []
    rest = _ACTION.split(found["rest"].lower())[0]
    characters: dict[str, None] = {}
    for words, character in _behavior_words():
        if re.search(rf"\b{re.escape(words)}\b", rest):
            characters.setdefault(character)
    if "11" in characters:
        characters.pop("18", None)
    return list(characters)


@cache
def _behavior_words() -> tuple[tuple[str, str], ...]:
    return tuple(
        (row["words"], row["characters"])
        for row in rows(
            table("nosology.coding.guidelines", "dementia_behavior.tsv"),
            ("words", "characters", "source"),
        )
    )


def _of_kind(code: str, kind: str) -> str:
    """The code of a dementia under another category, severity and behavior kept."""
    severity = code[3]
    if severity == _UNSPECIFIED_SEVERITY[code[:3]]:
        severity = _UNSPECIFIED_SEVERITY[kind]
    return kind + severity + code[4:]


def _named_with_disease(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Dementia that is named in one term with its disease (``Alzheimer's dementia``)."""
    disease = next(
        (
            draft
            for draft in drafts
            if draft.code.startswith(_DISEASES) and "dementia" in draft.words
        ),
        None,
    )
    if disease is None or first(drafts, _IN_DISEASE):
        return list(drafts)
    choices = case.specificity.choose(
        "F0280", _IN_DISEASE, frozenset({"dementia"}), Support(disease.words)
    )
    if not choices or not case.is_billable(choices[0].title.code):
        return list(drafts)
    dementia = replace(
        disease, code=choices[0].title.code, rationale=(because("dementia-in-disease"),)
    )
    return replaced(drafts, disease, disease, dementia)
