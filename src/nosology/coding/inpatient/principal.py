"""The principal diagnosis of a hospital stay: the condition, after study, that occasioned it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft, first
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.guidelines.conventions import etiology_first
from nosology.coding.inpatient.documents import takes_the_place
from nosology.coding.inpatient.present_on_admission import (
    ACQUIRED,
    with_indicators,
    with_principal,
)
from nosology.coding.inpatient.treatment_plan import plan_not_carried_out
from nosology.model.code import EXTERNAL_CAUSES, plain
from nosology.model.reading import SectionKind
from nosology.model.tables import any_of, settings

_PACKAGE = "nosology.coding.inpatient"
_FLAGGED = frozenset({"manifestation", "unacceptable-principal", "external-cause"})
_POISONING = re.compile(r"(?:T3[6-9]|T4|T50)..[1-4].|(?:T5[1-9]|T6[0-5])...?[1-4].?")
_DRUG_EFFECT = re.compile(r"(?:T3[6-9]|T4|T50)..[56].")
_ACUTE = (
    "acute",
    "exacerbation",
    "with hemorrhage",
    "with bleeding",
    "rupture",
    "crisis",
    "with coma",
)
"""In a title: words of a turn for the worse in a chronic condition."""
_SECOND_ENTRY = re.compile(r"(?:^|\s)(?:2[.)]|\(2\))\s")
_HIV_DISEASE = "B20"
_CHAPTER_15 = "O"
_SUPERVISION = "O09"
_TOLD = frozenset({Sense.PRESENT, Sense.UNCERTAIN})
_REASONS = frozenset({SectionKind.CHIEF_COMPLAINT, SectionKind.ADMISSION_DIAGNOSIS})


@dataclass(frozen=True, slots=True)
class _Choice:
    """The tables of ``principal.toml``: prefixes of codes, and expressions."""

    never: tuple[str, ...]
    firm: tuple[str, ...]
    sepsis: tuple[str, ...]
    of_sepsis: tuple[str, ...]
    complications: tuple[str, ...]
    label: re.Pattern[str]
    admitted: re.Pattern[str]
    delivered_for: re.Pattern[str]
    cesarean: re.Pattern[str]


@cache
def _choice() -> _Choice:
    read = settings(_PACKAGE, "principal.toml")

    def prefixes(name: str) -> tuple[str, ...]:
        return tuple(plain(item["code"]) for item in read[name])

    return _Choice(
        prefixes("never"),
        prefixes("firm"),
        prefixes("sepsis"),
        prefixes("of_sepsis"),
        prefixes("complications"),
        any_of(read["label"]),
        any_of(read["admitted"]),
        any_of(read["delivered_for"]),
        any_of(read["cesarean"]),
    )


def in_stay_order(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts of a stay as they are reported: principal diagnosis first, all indicators.

    Args:
        drafts: in the reporting order of every setting.
        case: the record.
    """
    drafts = plan_not_carried_out(drafts, case)
    return with_principal(principal(with_indicators(drafts, case), case))


def principal(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts of a stay, in reporting order, with the principal diagnosis first.

    The circumstances of the admission decide: what the attending labels so; a complication of care
    for which the patient came; sepsis before what caused it; else the first of the diagnoses at
    discharge that was there on admission. A chronic condition listed first gives way to the acute
    one for which the record says that the patient was admitted. What stands behind another code,
    came after admission or tells of no condition is never principal.

    Source: ICD-10-CM Official Guidelines, Section II.
    """
    eligible = [draft for draft in drafts if _may_stand_first(draft.code)]
    while eligible and len(drafts) > 1:
        lead = _lead(eligible, case)
        if _FLAGGED.isdisjoint(case.code(lead.code).flags):
            rest = [draft for draft in drafts if draft.code != lead.code]
            is_moved = lead.code != drafts[0].code
            return etiology_first([lead, *rest], case) if is_moved else [lead, *rest]
        eligible = [draft for draft in eligible if draft.code != lead.code]
    return list(drafts)


def _may_stand_first(code: str) -> bool:
    """Whether nothing but the code set's own flags may keep the code from being principal."""
    return not code.startswith((*EXTERNAL_CAUSES, *_choice().never)) and not _DRUG_EFFECT.match(
        code
    )


def _lead(eligible: list[Draft], case: Case) -> Draft:
    """The draft to stand first, with the reason where it is not the order of the record."""
    choice = _choice()
    firm = first(eligible, *choice.firm)
    if firm is not None:
        return firm
    if eligible[0].code == _HIV_DISEASE or _POISONING.match(eligible[0].code):
        return eligible[0]
    maternal = [
        draft
        for draft in eligible
        if draft.code.startswith(_CHAPTER_15) and not draft.code.startswith(_SUPERVISION)
    ]
    brought = [draft for draft in maternal or eligible if draft.poa != ACQUIRED]
    brought = brought or maternal or eligible
    labeled = _among(brought, _labeled(case), case)
    if labeled is not None:
        return _sepsis_behind(labeled, brought) or labeled.because("principal-stated")
    if maternal:
        return _among(brought, _delivered_for(case), case) or brought[0]
    return (
        _sepsis_behind(brought[0], brought)
        or _complication(brought, case)
        or _acute_reason(brought, case)
        or brought[0]
    )


def _among(drafts: Sequence[Draft], said: Iterable[Statement], case: Case) -> Draft | None:
    """The draft that one of the statements leads to, or that took the place of what it says."""
    for item in said:
        supported = [draft for draft in drafts if item.span in draft.support]
        alike = [
            draft for draft in supported or drafts if takes_the_place(draft.code, item.concept)
        ]
        if supported or (alike and not case.knowledge.is_symptom(item.concept)):
            return (alike or supported)[0]
    return None


def _told(case: Case) -> Iterator[Statement]:
    return (item for item in case.statements if item.sense in _TOLD)


def _labeled(case: Case) -> Iterator[Statement]:
    """What stands under a heading or behind a label of the principal diagnosis."""
    label = _choice().label
    for item in _told(case):
        reading = item.reading
        sentence = reading.sentences[item.mention.sentence]
        section = reading.sections[sentence.section]
        if not item.is_assessed and item.kind is not SectionKind.BODY:
            continue
        if label.match(section.title):
            first_line = reading.text[section.body : item.mention.start].strip()
            if "\n" not in first_line and not _SECOND_ENTRY.search(first_line):
                yield item
        elif label.match(reading.text[sentence.start : item.mention.start]):
            yield item


def _delivered_for(case: Case) -> Iterator[Statement]:
    """What made the delivery necessary that the record tells of (OCG I.C.15.b.4)."""
    choice = _choice()
    for item in _told(case):
        if not item.concept.startswith(_CHAPTER_15):
            continue
        text = item.reading.text
        sentence = item.reading.sentences[item.mention.sentence]
        is_operated = item.kind is SectionKind.POSTOPERATIVE_DIAGNOSIS
        if choice.delivered_for.search(text, sentence.start, item.mention.start) or (
            is_operated and choice.cesarean.search(text)
        ):
            yield item


def _sepsis_behind(lead: Draft, brought: Sequence[Draft]) -> Draft | None:
    """The sepsis that was there on admission, where its infection or organ would stand first."""
    choice = _choice()
    sepsis = first(brought, *choice.sepsis)
    if sepsis is None or not lead.code.startswith(choice.of_sepsis):
        return None
    complication = first(brought, *choice.complications)
    if complication is not None and brought.index(complication) < brought.index(sepsis):
        return None
    return sepsis.because("principal-sepsis")


def _complication(brought: Sequence[Draft], case: Case) -> Draft | None:
    """The complication of care for which the patient was admitted (OCG II.G)."""
    found = first(brought, *_choice().complications)
    if found is None or found is brought[0]:
        return None
    is_same_problem = found.place == brought[0].place and found.place[1] >= 0
    if is_same_problem or _among([found], _admitted_for(case), case) is found:
        return found.because("principal-complication")
    return None


def _acute_reason(brought: Sequence[Draft], case: Case) -> Draft | None:
    """The acute condition given as the reason, where a chronic one is listed first."""
    if not case.knowledge.is_chronic(brought[0].code):
        return None
    found = _among(brought[1:], _admitted_for(case), case)
    if found is None or not _is_acute(found, case) or _is_acute(brought[0], case):
        return None
    return found.because("principal-after-study")


def _is_acute(draft: Draft, case: Case) -> bool:
    if not case.knowledge.is_chronic(draft.code):
        return True
    display = case.code(draft.code).display.lower()
    return any(word in display for word in _ACUTE)


def _admitted_for(case: Case) -> Iterator[Statement]:
    admitted = _choice().admitted
    for item in _told(case):
        if case.knowledge.is_symptom(item.concept):
            continue
        sentence = item.reading.sentences[item.mention.sentence]
        if item.kind in _REASONS or admitted.search(
            item.reading.text, sentence.start, item.mention.start
        ):
            yield item
