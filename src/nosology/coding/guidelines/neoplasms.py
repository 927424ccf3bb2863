"""Chapter 2: whether a neoplasm is still there, and encounters for its treatment or follow-up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft, first, moved_before, replaced
from nosology.coding.diagnoses.specificity import Support, content_words
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.guidelines.wording import discussed_with, said_with
from nosology.coding.rules import because
from nosology.model.reading import SectionKind
from nosology.model.record import Span
from nosology.model.tables import patterns

_WITH_REMISSION = (
    "C77",
    "C78",
    "C79",
    "C80",
    "C81",
    "C82",
    "C83",
    "C84",
    "C85",
    "C86",
    "C88",
    "C9",
)
"""Secondary sites, and neoplasms whose codes say themselves that they are in remission."""
_RADIATION, _CHEMOTHERAPY, _IMMUNOTHERAPY = "Z510", "Z5111", "Z5112"
_THERAPIES = (_RADIATION, _CHEMOTHERAPY, _IMMUNOTHERAPY)
_TOLD = frozenset(
    {
        *(SectionKind.CHIEF_COMPLAINT, SectionKind.HISTORY_OF_PRESENT_ILLNESS),
        *(SectionKind.INTERVAL_HISTORY, SectionKind.ASSESSMENT, SectionKind.ASSESSMENT_AND_PLAN),
        *(SectionKind.IMPRESSION, SectionKind.BODY, SectionKind.INDICATION),
    }
)
_HISTORY_OF_IT = frozenset(
    {
        *(SectionKind.HISTORY_OF_PRESENT_ILLNESS, SectionKind.INTERVAL_HISTORY),
        *(SectionKind.CHIEF_COMPLAINT, SectionKind.BODY, SectionKind.PAST_MEDICAL_HISTORY),
    }
)
_AFTER_CANCER, _AFTER_OTHERS = "Z08", "Z09"
_HISTORY = "Z85"


@dataclass(frozen=True, slots=True)
class _Cues:
    removed: re.Pattern[str]
    gone: re.Pattern[str]
    treated_now: re.Pattern[str]
    finished: re.Pattern[str]
    primary_gone: re.Pattern[str]
    looks_for_return: re.Pattern[str]
    follows: re.Pattern[str]
    surveillance: re.Pattern[str]
    still_treated: re.Pattern[str]
    given_today: re.Pattern[str]
    immunotherapy_today: re.Pattern[str]
    radiation_today: re.Pattern[str]
    comes_for: re.Pattern[str]
    given: re.Pattern[str]
    not_given: re.Pattern[str]
    implanted: re.Pattern[str]


@cache
def _cues() -> _Cues:
    return _Cues(**patterns("nosology.coding.guidelines", "neoplasms.toml"))


def neoplasm_status(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with a neoplasm as past where it is gone and its treatment is finished.

    It is active as long as treatment is directed at it, adjuvant treatment among it, whether or not
    the record calls it history (ICD-10-CM OCG I.C.2.d and m).
    """
    if first(drafts, "C", _HISTORY) is None:
        return list(drafts)
    result: list[Draft] = []
    for draft in drafts:
        turned = draft
        if draft.code[0] == "C" and not draft.code.startswith(_WITH_REMISSION):
            history = case.knowledge.personal_history(draft.code)
            if history and case.is_billable(history) and _is_over(draft, case):
                turned = replace(draft, code=history).because("neoplasm-treatment-finished")
        elif draft.code.startswith(_HISTORY) and _cues().still_treated.search(
            said_with(draft, case)
        ):
            active = _named_in(draft, case)
            if active:
                turned = replace(draft, code=active).because("neoplasm-still-treated")
        if turned.code not in {item.code for item in result}:
            result.append(turned)
    return result


def _is_over(draft: Draft, case: Case) -> bool:
    said = discussed_with(draft, case)
    if _cues().primary_gone.search(said):
        return True
    if not _cues().removed.search(said):
        said = f"{said}\n{_told_before(draft, case)}"
    if not _cues().removed.search(said):
        return False
    said = f"{said}\n{_concluded(draft, case)}"
    if not _cues().gone.search(said):
        return False
    return not _cues().treated_now.search(_cues().finished.sub(" ", _cues().gone.sub(" ", said)))


def _told_before(draft: Draft, case: Case) -> str:
    """The sentences of the history that name a neoplasm of the same organ, one a line."""
    return "\n".join(
        item.said
        for item in case.statements
        if item.kind in _HISTORY_OF_IT and item.concept[:3] == draft.code[:3]
    )


def _concluded(draft: Draft, case: Case) -> str:
    """What a study concludes of the neoplasm for which it was done; empty for a visit."""
    span = draft.support[0]
    reading = case.reading_of(span)
    if not any(
        section.kind is SectionKind.INDICATION and section.start <= span.start < section.end
        for section in reading.sections
    ):
        return ""
    return "\n".join(
        reading.text[section.body : section.end]
        for section in reading.sections
        if section.kind is SectionKind.IMPRESSION
    )


def _named_in(draft: Draft, case: Case) -> str | None:
    """The active neoplasm whose history the draft is, by the words said with it."""
    entries = sorted(
        case.index.within(draft.words), key=lambda entry: (-len(case.index.bag(entry)), entry)
    )
    for entry in entries:
        term = case.index.term(entry)
        if case.knowledge.personal_history(term.concept) == draft.code and term.concept[0] == "C":
            choices = case.specificity.choose(
                term.concept, term.within, content_words(term.text), Support(draft.words)
            )
            if choices and case.is_billable(choices[0].title.code):
                return choices[0].title.code
    return None


def antineoplastic_encounter(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the encounter for chemotherapy, immunotherapy or radiation first.

    Only where the encounter is for its administration; the malignancy follows. For radioactive
    elements that are implanted the malignancy stands first alone (ICD-10-CM OCG I.C.2.a, I.C.2.e).
    """
    neoplasm = first(drafts, "C", "D45", "D46", "D47")
    if neoplasm is None:
        return list(drafts)
    result: list[Draft] = []
    for draft in drafts:
        is_implanted = draft.code == _RADIATION and _cues().implanted.search(said_with(draft, case))
        if not is_implanted:
            result.append(draft)
    if first(result, *_THERAPIES) is None:
        therapy = _told_therapy(neoplasm, case)
        told = [therapy] if therapy else []
        told.extend(
            item
            for item in _therapies_today(neoplasm, case)
            if therapy is None or item.code != therapy.code
        )
        return [*sorted(told, key=lambda item: item.code), *result]
    for draft in [item for item in result if item.code in _THERAPIES]:
        placed = draft.because("antineoplastic-encounter")
        result = replaced(result, draft, placed)
        if neoplasm in result:
            result = moved_before(result, placed, result[0]) if result[0] is not placed else result
    return result


def _told_therapy(neoplasm: Draft, case: Case) -> Draft | None:
    for reading in case.readings:
        if "for" not in reading.text:
            continue
        for section in reading.sections:
            if section.kind not in _TOLD:
                continue
            for found in _cues().comes_for.finditer(reading.text, section.start, section.end):
                around = f"{found['reason']} {found['behind']}"
                if not _cues().given.search(around) or _cues().not_given.search(around):
                    continue
                code = _CHEMOTHERAPY if found["chemo"] else _RADIATION
                code = _IMMUNOTHERAPY if found["immuno"] else code
                if case.is_billable(code):
                    said = Span(found.start(), found.end(), reading.index)
                    reason = (because("antineoplastic-encounter"),)
                    return Draft(code, (said,), reason, neoplasm.confidence * 0.9)
    if not case.encounter.is_inpatient:
        for reading in case.readings:
            given = _cues().given_today.search(reading.text)
            if given and case.is_billable(_CHEMOTHERAPY):
                said = Span(given.start(), given.end(), reading.index)
                reason = (because("antineoplastic-encounter"),)
                return Draft(_CHEMOTHERAPY, (said,), reason, neoplasm.confidence * 0.9)
    return None


def _therapies_today(neoplasm: Draft, case: Case) -> list[Draft]:
    """What the record says is given today: immunotherapy, or a fraction of radiation."""
    if case.encounter.is_inpatient:
        return []
    found: list[Draft] = []
    for code, cue in (
        (_IMMUNOTHERAPY, _cues().immunotherapy_today),
        (_RADIATION, _cues().radiation_today),
    ):
        for reading in case.readings:
            said = cue.search(reading.text)
            if said and case.is_billable(code) and not _cues().not_given.search(said.group()):
                span = Span(said.start(), said.end(), reading.index)
                reason = (because("antineoplastic-encounter"),)
                found.append(Draft(code, (span,), reason, neoplasm.confidence * 0.9))
                break
    return found


def neoplasm_follow_up(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with Z08 before the history of a neoplasm whose treatment is completed.

    Source: ICD-10-CM OCG I.C.2.p, I.C.21.c.8: follow-up of what is fully treated and gone.
    """
    if first(drafts, "C", _AFTER_CANCER):
        return list(drafts)
    history = first(drafts, _HISTORY)
    other = next((draft for draft in drafts if draft.code == _AFTER_OTHERS), None)
    if history and other:
        follow_up = replace(other, code=_AFTER_CANCER).because("neoplasm-follow-up")
        return replaced(drafts, other, follow_up)
    if history is not None and other is None:
        looked = _looks_for_return(history, case)
        if looked is not None and case.is_billable(_AFTER_CANCER):
            reason = (because("neoplasm-follow-up"),)
            return [Draft(_AFTER_CANCER, (looked,), reason, history.confidence), *drafts]
    told = next((item for item in case.statements if _is_follow_up(item)), None)
    if told is None or not case.is_billable(_AFTER_CANCER):
        return list(drafts)
    words = case.assignment.words(told)
    follow_up = Draft(
        _AFTER_CANCER, (told.span,), (because("neoplasm-follow-up"),), 0.7, words, told.place
    )
    if history:
        return [follow_up, *drafts]
    code = _history_in(words, case)
    if code is None:
        return list(drafts)
    return [follow_up, *drafts, replace(follow_up, code=code)]


def _looks_for_return(history: Draft, case: Case) -> Span | None:
    """Where the reason for a study or visit says that it looks for the return of what is over."""
    span = history.support[0]
    reading = case.reading_of(span)
    for section in reading.sections:
        if section.kind is SectionKind.INDICATION and section.start <= span.start < section.end:
            found = _cues().looks_for_return.search(reading.text, section.start, section.end)
            return Span(found.start(), found.end(), reading.index) if found else None
    for section in reading.sections:
        found = (
            _cues().surveillance.search(reading.text, section.start, section.end)
            if section.kind in _TOLD
            else None
        )
        if found:
            return Span(found.start(), found.end(), reading.index)
    return span if _cues().follows.search(discussed_with(history, case)) else None


def _is_follow_up(item: Statement) -> bool:
    return item.concept == _AFTER_CANCER and item.sense is Sense.PRESENT and item.kind in _TOLD


def _history_in(words: frozenset[str], case: Case) -> str | None:
    entries = sorted(
        case.index.within(words), key=lambda entry: (-len(case.index.bag(entry)), entry)
    )
    for entry in entries:
        concept = case.index.concepts[entry]
        history = case.knowledge.personal_history(concept) if concept[0] == "C" else None
        if history and case.is_billable(history):
            return history
    return None
