"""Chapter 1: HIV, coronavirus and influenza, and what an infection leaves behind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft, first, moved_before, replaced
from nosology.coding.diagnoses.statements import Sense
from nosology.coding.guidelines.wording import is_caused_by, said_with, share_a_sentence
from nosology.coding.rules import because
from nosology.model.code import plain
from nosology.model.tables import rows, table

_PACKAGE = "nosology.coding.guidelines"
_HIV_DISEASE, _HIV_STATUS, _HIV_INCONCLUSIVE = "B20", "Z21", "R75"
_HIV = r"(?:hiv|aids|human immunodeficiency virus)\b"
_HIV_RELATED = re.compile(r"\b(?:hiv|aids)[- ](?:related|associated|defining)\b", re.IGNORECASE)
_CONFIRMED_ONLY = (_HIV_DISEASE, _HIV_STATUS, "U071", "J1282", "A925", "J09", "J10")
_UNCERTAIN = "uncertain-inpatient"
_UNIDENTIFIED = {"J09X1": "J1100", "J09X2": "J111", "J09X3": "J112", "J09X9": "J1189"}
_COVID, _COVID_PNEUMONIA, _POST_COVID = "U071", "J1282", "U099"
_INFLAMMATORY_SYNDROME, _COVID_CONTACT = "M3581", "Z20822"
_COVID_CODES = (_COVID, _COVID_PNEUMONIA, _POST_COVID, _INFLAMMATORY_SYNDROME)
_COVID_MANIFESTATIONS = (
    _COVID_PNEUMONIA,
    "J208",
    "J22",
    "J40",
    "J80",
    "J960",
    "J988",
    "J18",
    "J440",
    "M3581",
)
_NAMED_BY_NOTE = "additional-code"
_SARS = r"(?:covid|sars[- ]cov)"
_WITH_PNEUMONIA = re.compile(rf"\b{_SARS}[-\w ]*? with (?:\w+ )?pneumonia\b", re.IGNORECASE)
_NAMES_COVID = re.compile(rf"\b{_SARS}", re.IGNORECASE)
_OVER = re.compile(
    r"\b(?:history|previous|prior|post|past|long|after|following|recovered)\b", re.IGNORECASE
)
_CONTACT = re.compile(r"\b(?:expos\w+|contact)\b", re.IGNORECASE)
_LEFT_BEHIND = re.compile(
    r"\b(?:sequelae?|late effects?|residuals?)\b|\bdue to (?:an? )?(?:old|prior|previous"
    r"|childhood)\b",
    re.IGNORECASE,
)


def confirmed_cases_only(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts without infections that may be coded only where they are confirmed.

    HIV, COVID-19, Zika and identified influenza are excepted from the inpatient rule for uncertain
    diagnoses; suspected identified influenza is coded as unidentified (ICD-10-CM OCG I.C.1.a.1,
    I.C.1.f.1, I.C.1.g.1.a, I.C.10.c).
    """
    result: list[Draft] = []
    for draft in drafts:
        if not draft.code.startswith(_CONFIRMED_ONLY) or not _is_uncertain(draft, case):
            result.append(draft)
            continue
        code = _UNIDENTIFIED.get(draft.code, f"J11{draft.code[3:]}")
        if draft.code.startswith(("J09", "J10")):
            code = code if case.is_billable(code) else "J111"
            result.append(replace(draft, code=code).because("confirmed-cases-only"))
        elif draft.code == _COVID:
            result.extend(_exposed(draft, case))
    return result


def _exposed(draft: Draft, case: Case) -> list[Draft]:
    """The exposure that the record tells of a patient whose coronavirus infection is not confirmed.

    Source: ICD-10-CM OCG I.C.1.g.1.e.
    """
    told = next(
        (
            item
            for item in case.statements
            if item.concept == _COVID_CONTACT and item.sense is Sense.PRESENT
        ),
        None,
    )
    if told is None or not case.is_billable(_COVID_CONTACT):
        return []
    reason = (because("confirmed-cases-only"),)
    return [Draft(_COVID_CONTACT, (told.span,), reason, draft.confidence)]


def _is_uncertain(draft: Draft, case: Case) -> bool:
    category = draft.code[:3]
    return any(reason.rule == _UNCERTAIN for reason in draft.rationale) and not any(
        item.sense is Sense.PRESENT and item.concept.startswith(category)
        for item in case.statements
    )


def hiv(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with HIV disease where an illness of it was documented, never Z21 too.

    The disease stands before the conditions that belong to it (ICD-10-CM OCG I.C.1.a.2).
    """
    if first(drafts, _HIV_DISEASE, _HIV_STATUS) is None:
        return list(drafts)
    result = list(drafts)
    related = [draft for draft in drafts if _is_of_hiv(draft, case)]
    disease = first(drafts, _HIV_DISEASE)
    status = first(drafts, _HIV_STATUS)
    if disease is None and status and related:
        disease = replace(status, code=_HIV_DISEASE).because("hiv-related-illness")
        result = replaced(result, status, disease)
    if disease is None:
        return result
    barred = [draft for draft in result if draft.code in (_HIV_STATUS, _HIV_INCONCLUSIVE)]
    if barred:
        established = disease.because("hiv-disease-established")
        result = [draft for draft in replaced(result, disease, established) if draft not in barred]
        disease = established
    for draft in related:
        result = moved_before(result, disease, draft)
    return result


def _is_of_hiv(draft: Draft, case: Case) -> bool:
    if draft.code.startswith((_HIV_DISEASE, _HIV_STATUS, _HIV_INCONCLUSIVE, "Z", "O")):
        return False
    return (
        draft.code.startswith(_defining())
        or is_caused_by(draft, case, _HIV)
        or bool(_HIV_RELATED.search(said_with(draft, case)))
    )


@cache
def _defining() -> tuple[str, ...]:
    """The conditions that define the stage of illness in a patient with HIV."""
    listed = rows(table(_PACKAGE, "hiv_related.tsv"), ("code", "name", "source"))
    return tuple(plain(row["code"]) for row in listed)


def coronavirus(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with COVID-19 before what it causes, and U09.9 behind what it left.

    Source: ICD-10-CM OCG I.C.1.g.1.b to d, l and m. A code that names the virus with a disease of
    the lung does not replace U07.1.
    """
    if not any(draft.code in _COVID_CODES or "covid" in draft.words for draft in drafts):
        return list(drafts)
    result = _with_inflammatory_syndrome(list(drafts), case)
    result = [_as_covid_pneumonia(draft, result, case) for draft in result]
    if first(result, _COVID) is None:
        caused = next((draft for draft in result if _is_caused_by_covid(draft)), None)
        if caused:
            named = replace(
                caused, code=_COVID, rationale=(because("covid-first", f"({caused.code})"),)
            )
            result = replaced(result, caused, named, caused)
    virus = first(result, _COVID)
    if virus and {reason.rule for reason in virus.rationale} == {_NAMED_BY_NOTE}:
        # The Tabular List's note at what it causes has put it there; the guideline says why.
        result = replaced(result, virus, virus.because("covid-first"))
        virus = first(result, _COVID)
    manifestation = first(result, *_COVID_MANIFESTATIONS)
    if virus and manifestation and result.index(manifestation) < result.index(virus):
        placed = virus.because("covid-first")
        result = moved_before(replaced(result, virus, placed), placed, manifestation)
    return _behind_what_it_left(result, case)


def _is_caused_by_covid(draft: Draft) -> bool:
    return draft.code == _COVID_PNEUMONIA or (
        draft.code.startswith(_COVID_MANIFESTATIONS)
        and "covid" in draft.words
        and not draft.words & {"post", "history", "long", "previous", "prior", "after"}
    )


def _as_covid_pneumonia(draft: Draft, drafts: Sequence[Draft], case: Case) -> Draft:
    """Pneumonia of no stated agent as that of COVID-19, where the provider says that it is."""
    if (
        not draft.code.startswith("J18")
        or not first(drafts, _COVID)
        or not case.is_billable(_COVID_PNEUMONIA)
    ):
        return draft
    if is_caused_by(draft, case, _SARS) or _WITH_PNEUMONIA.search(said_with(draft, case)):
        return replace(draft, code=_COVID_PNEUMONIA).because("covid-pneumonia")
    return draft


def _with_inflammatory_syndrome(drafts: list[Draft], case: Case) -> list[Draft]:
    syndrome = first(drafts, _INFLAMMATORY_SYNDROME)
    if syndrome is None or first(drafts, _COVID, _POST_COVID, _COVID_CONTACT):
        return drafts
    said = said_with(syndrome, case)
    if not _NAMES_COVID.search(said):
        return drafts
    code = _POST_COVID if _OVER.search(said) else _COVID
    code = _COVID_CONTACT if _CONTACT.search(said) else code
    partner = replace(syndrome, code=code, rationale=(because("covid-inflammatory-syndrome"),))
    pair = (partner, syndrome) if code == _COVID else (syndrome, partner)
    return replaced(drafts, syndrome, *pair)


def _behind_what_it_left(drafts: list[Draft], case: Case) -> list[Draft]:
    after = first(drafts, _POST_COVID)
    if after is None:
        return drafts
    here = drafts.index(after)
    together = [
        draft
        for draft in drafts[here + 1 :]
        if not draft.code.startswith("Z") and share_a_sentence(draft, after, case)
    ]
    if not together:
        return drafts
    placed = after.because("post-covid-condition")
    rest = [draft for draft in drafts if draft is not after]
    place = rest.index(together[-1]) + 1
    return [*rest[:place], placed, *rest[place:]]


def influenza_with(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with influenza and what its titles name "with" it as one code.

    Source: ICD-10-CM OCG I.A.15, I.B.9; Tabular List J09 to J11.
    """
    influenza = first(drafts, "J09", "J10", "J11")
    if influenza is None:
        return list(drafts)
    result = list(drafts)
    for draft in drafts:
        row = next((item for item in _influenza() if draft.code.startswith(item[0])), None)
        if row is None:
            continue
        suffix = row[1].get(influenza.code[:3], "")
        code = influenza.code[:3] + suffix
        if not suffix or not case.is_billable(code):
            continue
        current = first(result, influenza.code[:3])
        if current is None:
            continue
        if current.code.startswith(f"{code[:3]}0") and code.startswith(f"{code[:3]}0"):
            code = current.code  # the kind of pneumonia is already said
        support = (*current.support, *draft.support)
        joined = replace(current, code=code, support=support).because("influenza-with")
        result = replaced(result, current, joined)
        if not row[2]:
            result = [item for item in result if item is not draft]
    return result


@cache
def _influenza() -> tuple[tuple[str, dict[str, str], bool], ...]:
    columns = ("condition", "J09", "J10", "J11", "keeps_condition", "source")
    return tuple(
        (
            plain(row["condition"]),
            {category: plain(row[category]) for category in ("J09", "J10", "J11")},
            row["keeps_condition"] == "yes",
        )
        for row in rows(table(_PACKAGE, "influenza_with.tsv"), columns)
    )


def infection_sequelae(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with an infection that is over, but left a condition, as its sequela.

    The code of the acute infection never stands with that of its sequela, which comes behind the
    condition left (ICD-10-CM OCG I.B.10).
    """
    result = list(drafts)
    for draft in drafts:
        code = next((late for acute, late in _sequelae() if draft.code.startswith(acute)), None)
        if code and case.is_billable(code) and _LEFT_BEHIND.search(said_with(draft, case)):
            late = replace(draft, code=code).because("infection-sequela")
            result = replaced(result, draft, late)
            left = [
                item
                for item in result[result.index(late) + 1 :]
                if share_a_sentence(item, late, case)
            ]
            for item in left:
                result = moved_before(result, item, late)
    return result


@cache
def _sequelae() -> tuple[tuple[str, str], ...]:
    listed = rows(table(_PACKAGE, "infection_sequelae.tsv"), ("acute", "sequela", "source"))
    return tuple((plain(row["acute"]), plain(row["sequela"])) for row in listed)
