"""Chapter 2: what a neoplasm or its treatment does to the patient, and receptor status."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft, first, moved_before, replaced
from nosology.coding.diagnoses.specificity import Support
from nosology.coding.diagnoses.statements import Sense
from nosology.coding.guidelines.wording import discussed_with, is_caused_by, said_with
from nosology.coding.rules import because
from nosology.model.code import plain
from nosology.model.tables import rows, table

_ADVERSE_EFFECT = "T451X5A"
_DRUGS = ("chemo", "immunoth", "immunosup", "antineopl")
"""Without one of these a record does not speak of the drugs."""
_NAMING_DRUGS = ("D6481", "D701", "D61810")
"""Conditions whose titles name antineoplastic drugs as the cause."""
_FEVER, _NEUTROPENIA = "R5081", "D70"
_CHEMOTHERAPY = (
    r"(?:\w+ ){0,2}?(?:chemo(?:therap\w+)?|antineoplastic\w*|immunotherap\w+|immunosuppress\w+)\b"
)
_INDUCED = re.compile(
    r"\b(?:chemo(?:therapy)?|immunotherapy|antineoplastic)[- ](?:induced|related|associated)\b",
    re.IGNORECASE,
)
_NOT_AN_EFFECT = ("C", "D0", "Z", "T", "O", "G893", "V", "W", "X", "Y")
_ANEMIA, _NEOPLASTIC_ANEMIA = "D649", "D630"
_SKIN = ("C44",)
_MALIGNANCY = (
    r"(?:[\w-]+ ){0,4}?(?:cancer|malignan\w+|neoplas\w+|tumor|\w*carcinoma|leukemia|lymphoma"
    r"|myeloma|melanoma|sarcoma|metasta\w+)\b"
)
_TREATED = re.compile(
    r"\b(?:on|getting|receiving|undergoing|started|continu\w+)\b[^.;\n]{0,60}?"
    r"\b(?:\w*chemo\w*|\w+platin|\w*taxel|\w+mab|\w+nib|\w+rubicin|radiation|immunotherapy|treatment"
    r"|FOLFOX|FOLFIRI|therapy)\b|\bcycle #?\s?\d|\bC\d+D\d+\b",
    re.IGNORECASE,
)
"""A neoplasm at which treatment is directed now."""
_PROSTATE, _RISING_MARKER = "C61", "R9721"
_DEPRIVATION = re.compile(
    r"\b(?:ADT|androgen[- ](?:deprivation|blockade)|leuprolide|lupron|eligard|degarelix|relugolix"
    r"|orgovyx|bicalutamide|enzalutamide|apalutamide|darolutamide|abiraterone|goserelin"
    r"|triptorelin|salvage (?:radiation|radiotherapy|RT))\b",
    re.IGNORECASE,
)
_NOT_DEPRIVED = re.compile(
    r"\b(?:declin\w+|consider\w*|discuss\w*|defer\w*|not (?:on|yet)|if|refer\w*)\b[^.;\n]{0,30}"
    + _DEPRIVATION.pattern,
    re.IGNORECASE,
)
_BREAST = "C50"
_BREAST_CANCER = re.compile(r"\bbreast (?:cancer|carcinoma|malignancy)\b", re.IGNORECASE)
_STATUS = (
    r"(?P<{0}>positive|negative|pos\b|neg\b|\+|-(?![\w])|non-?amplified|amplified|not amplified)"
)
_BETWEEN = r"(?:\s*(?:receptors?|status|is|was|:|=|\(|,|strongly|weakly|\d{1,3}\s?%)\s*)*[\s-]*"
_RECEPTOR = re.compile(
    r"(?<![\w])(?P<names>(?:(?:ER|PR|HER-?2(?:[/ -]?neu)?|HR|(?:o?estrogen|progesterone"
    r"|hormone)(?: receptor)?s?)"
    r"(?:\s*(?:/|,|\band\b|&)\s*(?=ER\b|PR\b|HER|HR\b|estrogen|progesterone|hormone))?)+)"
    + _BETWEEN
    + _STATUS.format("status"),
    re.IGNORECASE,
)
_TRIPLE = re.compile(r"\btriple[- ](?P<status>negative|positive)\b", re.IGNORECASE)
_NEGATIVE = ("neg", "-", "non", "not")
_COMBINED = {
    (True, True): "Z17410",
    (True, False): "Z17411",
    (False, True): "Z17420",
    (False, False): "Z17421",
}
_SINGLE = {
    ("estrogen", True): "Z170",
    ("estrogen", False): "Z171",
    ("progesterone", True): "Z1721",
    ("progesterone", False): "Z1722",
    ("growth", True): "Z1731",
    ("growth", False): "Z1732",
}


def treatment_effects(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the adverse effect of the drugs behind what they did.

    A condition that the provider gives to chemotherapy or immunotherapy is followed by T45.1X5; its
    code is the one that names the cause, where there is one (ICD-10-CM OCG I.C.2.c.2, I.C.19.e.5).
    """
    texts = [reading.text.lower() for reading in case.readings]
    is_told = any(word in text for text in texts for word in _DRUGS)
    result: list[Draft] = []
    caused: list[Draft] = []
    for draft in drafts:
        is_caused = draft.code in _NAMING_DRUGS
        effect = draft
        if is_told and not is_caused and _is_of_chemotherapy(draft, case):
            code = next((to for of, to in _effects() if draft.code.startswith(of)), draft.code)
            code = code if case.is_billable(code) else draft.code
            effect = replace(draft, code=code).because("treatment-effect")
            is_caused = True
        result.append(effect)
        if is_caused:
            caused.append(effect)
        if effect.code.startswith(_NEUTROPENIA) and "fever" in effect.words:
            result.append(replace(effect, code=_FEVER).because("neutropenia-with-fever"))
    if not caused or first(drafts, "T451X") or not case.is_billable(_ADVERSE_EFFECT):
        return result
    neoplasm = [place for place, draft in enumerate(result) if draft.code.startswith("C")]
    place = (
        max(result.index(caused[-1]), *neoplasm) + 1 if neoplasm else result.index(caused[-1]) + 1
    )
    reason = (because("antineoplastic-adverse-effect", f"({caused[0].code})"),)
    added = replace(caused[0], code=_ADVERSE_EFFECT, rationale=reason, words=frozenset())
    return [*result[:place], added, *result[place:]]


def neoplasm_under_treatment(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the neoplasm whose treatment had an adverse effect behind the drug.

    The record states it as treated, wherever: treatment directed at it means that it is active, and
    the management of the effect goes with it (ICD-10-CM OCG I.C.2.c and I.C.2.m).
    """
    effect = next((draft for draft in drafts if draft.code == _ADVERSE_EFFECT), None)
    if effect is None or first(drafts, "C", "Z85"):
        return list(drafts)
    for item in case.statements:
        if (
            item.concept.startswith("C")
            and not item.concept.startswith(("C77", "C78", "C79", "C80"))
            and item.sense is Sense.PRESENT
            and _TREATED.search(item.said)
        ):
            reason = because("neoplasm-under-treatment", f"({effect.code})")
            found = [
                Draft(assigned.code, (item.span,), (*assigned.rationale, reason), 0.7)
                for assigned in case.assignment.codes(item)
            ]
            return replaced(drafts, effect, effect, *found)
    return list(drafts)


def recurrence_by_marker(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the prostate cancer before the marker that rose after its treatment.

    Treatment that is directed at it, such as androgen deprivation, means that it is active although
    the organ is gone (ICD-10-CM OCG I.C.2.m).
    """
    marker = first(drafts, _RISING_MARKER)
    if marker is None or first(drafts, _PROSTATE, "Z8546"):
        return list(drafts)
    said = discussed_with(marker, case)
    if not _DEPRIVATION.search(said) or _NOT_DEPRIVED.search(said):
        return list(drafts)
    if not case.is_billable(_PROSTATE):
        return list(drafts)
    active = replace(marker, code=_PROSTATE, rationale=()).because(
        "neoplasm-under-treatment", f"({marker.code})"
    )
    return replaced(drafts, marker, active, marker)


def _is_of_chemotherapy(draft: Draft, case: Case) -> bool:
    if draft.code.startswith(_NOT_AN_EFFECT):
        return False
    said = said_with(draft, case)
    return bool(_INDUCED.search(said)) or is_caused_by(draft, case, _CHEMOTHERAPY)


@cache
def _effects() -> tuple[tuple[str, str], ...]:
    listed = rows(
        table("nosology.coding.guidelines", "chemotherapy_effects.tsv"),
        ("condition", "becomes", "source"),
    )
    return tuple((plain(row["condition"]), plain(row["becomes"])) for row in listed)


def anemia_in_neoplasm(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with anemia behind the malignancy that the Index links to it.

    Anemia of which no kind is said is that of the neoplastic disease, which stands before it
    (ICD-10-CM OCG I.A.15, I.C.2.c.1; Index: Anemia, in, neoplastic disease).
    """
    anemia = next((draft for draft in drafts if draft.code == _ANEMIA), None)
    neoplasm = next(
        (draft for draft in drafts if draft.code[0] == "C" and not draft.code.startswith(_SKIN)),
        None,
    )
    if anemia is None or neoplasm is None or _has_other_cause(anemia, case):
        return list(drafts)
    support = (*anemia.support, *neoplasm.support)
    linked = replace(anemia, code=_NEOPLASTIC_ANEMIA, support=support).because("anemia-in-neoplasm")
    return moved_before(replaced(drafts, anemia, linked), neoplasm, linked)


def _has_other_cause(anemia: Draft, case: Case) -> bool:
    return is_caused_by(anemia, case, rf"(?!{_MALIGNANCY})\w")


def malignancy_before_symptom(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with a malignancy before the symptom that the provider gives to it.

    A symptom of an existing malignancy never replaces it as first-listed (ICD-10-CM OCG I.C.2.g).
    """
    neoplasm = first(drafts, "C")
    if neoplasm is None or not drafts[0].code.startswith("R"):
        return list(drafts)
    symptom = drafts[0]
    if not is_caused_by(symptom, case, _MALIGNANCY):
        return list(drafts)
    placed = neoplasm.because("malignancy-before-symptom", f"({symptom.code})")
    return moved_before(replaced(drafts, neoplasm, placed), placed, symptom)


def receptor_status(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the receptor status of a breast cancer, combined where both are known.

    The Tabular List asks at C50 for the status of the receptors; Z17.4 gives hormone receptors and
    the growth factor receptor in one code, which replaces the single ones (ICD-10-CM OCG I.B.9).
    """
    cancer = first(drafts, _BREAST)
    stated = [draft for draft in drafts if draft.code.startswith("Z17")]
    if cancer is None and not stated:
        return list(drafts)
    result = list(drafts)
    if cancer is None:
        cancer = _breast_cancer(stated[0], case)
        if cancer is None:
            return result
        result = replaced(result, stated[0], cancer, stated[0])
    told = [
        item.said
        for item in case.statements
        if item.concept.startswith("Z17") and item.sense is Sense.PRESENT
    ]
    said = "\n".join((*(discussed_with(draft, case) for draft in (cancer, *stated)), *told))
    known = _receptors(said)
    codes = _codes_of(known)
    codes = tuple(code for code in codes if case.is_billable(code))
    if not codes or codes == tuple(draft.code for draft in stated):
        return result
    result = [draft for draft in result if draft not in stated]
    source = stated[0] if stated else cancer
    reason = (because("receptor-status"),)
    added = [replace(source, code=code, rationale=reason) for code in codes]
    place = result.index(cancer) + 1
    return [*result[:place], *added, *result[place:]]


def _breast_cancer(status: Draft, case: Case) -> Draft | None:
    if not _BREAST_CANCER.search(said_with(status, case)):
        return None
    choices = case.specificity.choose(
        "C50919", "C50", frozenset({"breast", "cancer"}), Support(status.words)
    )
    if not choices or not case.is_billable(choices[0].title.code):
        return None
    return replace(status, code=choices[0].title.code, rationale=(because("receptor-status"),))


def _receptors(said: str) -> dict[str, bool]:
    """The receptors of which the text states whether they are there."""
    known: dict[str, bool] = {}
    for found in _RECEPTOR.finditer(said):
        is_there = not found["status"].lower().startswith(_NEGATIVE)
        for name in re.findall(r"[A-Za-z][\w-]*", found["names"].upper()):
            if name.startswith("HER"):
                known.setdefault("growth", is_there)
            elif name in ("ER", "ESTROGEN", "OESTROGEN"):
                known.setdefault("estrogen", is_there)
            elif name in ("PR", "PROGESTERONE"):
                known.setdefault("progesterone", is_there)
            elif name in ("HR", "HORMONE"):
                known.setdefault("hormone", is_there)
    triple = _TRIPLE.search(said)
    if triple:
        is_there = triple["status"].lower() == "positive"
        known.update({"estrogen": is_there, "progesterone": is_there, "growth": is_there})
    return known


def _codes_of(known: dict[str, bool]) -> tuple[str, ...]:
    hormone = known.get("hormone")
    if hormone is None and (known.get("estrogen") or known.get("progesterone")):
        hormone = True
    if hormone is None and known.get("estrogen") is False and known.get("progesterone") is False:
        hormone = False
    growth = known.get("growth")
    if hormone is not None and growth is not None:
        return (_COMBINED[hormone, growth],)
    return tuple(code for (name, is_there), code in _SINGLE.items() if known.get(name) is is_there)
