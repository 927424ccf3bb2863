"""Chapter 10: obstructive lung disease, respiratory failure, ventilators, vaping and tobacco."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.diagnoses.draft import Case, Draft, first, moved_before, replaced
from nosology.coding.diagnoses.specificity import Support, content_words
from nosology.coding.diagnoses.statements import Sense
from nosology.coding.guidelines.wording import said_with, share_a_sentence
from nosology.coding.rules import because
from nosology.model.reading import SectionKind

_INFECTIONS = ("J12", "J13", "J14", "J15", "J16", "J17", "J18", "J20", "J21", "J22")
_WITH_INFECTION = "J440"
_WITH_EXACERBATION = "J441"
_UNSPECIFIED_INFECTION = "J22"
_EMPHYSEMA, _HELD_BY_EMPHYSEMA = "J43", ("J440", "J441", "J449")
_ASTHMA_EXACERBATION = re.compile(r"J45[2345]1|J45901")
_OF_COPD = re.compile(
    r"\bCOPD (?:with )?(?:an? )?(?:acute )?exacerbation|\bexacerbation of COPD\b", re.IGNORECASE
)
_OF_ASTHMA = re.compile(
    r"\basthma(?:tic)? (?:with )?(?:an? )?(?:acute )?(?:exacerbation|attack|flare)"
    r"|\bexacerbation of (?:his |her |their )?(?:asthma|COPD(?:,| and| with)? asthma)",
    re.IGNORECASE,
)
_ACUTE_FAILURE, _CHRONIC_FAILURE, _BOTH_FAILURES = "J960", "J961", "J962"
_HYPERCAPNIA = re.compile(r"\bhypercapn|\bhypercarb", re.IGNORECASE)
_HYPOXIA = re.compile(r"\bhypoxi?[ce]?|\bhypoxem", re.IGNORECASE)
_VENTILATOR_PNEUMONIA = "J95851"
_PNEUMONIA = ("J12", "J13", "J14", "J15", "J16", "J17", "J18")
_VAPING = "U070"
_VAPED = ("S273", "J690", "J698", "J80", "J984", "Z720", "J70", "T65")
_TOBACCO = ("F172", "Z720", "Z87891")
_ASKS_FOR_TOBACCO = ("J40", "J41", "J42", "J43", "J44", "J45", "J47")
_NEVER = re.compile(
    r"\b(?:never|non-?smok\w+|denies|denied|no (?:history of )?(?:tobacco|smoking|cigarette)"
    r"|does not"
    r"|lifelong non|father|mother|husband|wife|parents?|second-?hand|family)\b",
    re.IGNORECASE,
)
_TOLD_OF_TOBACCO = frozenset(
    {
        *(SectionKind.SOCIAL_HISTORY, SectionKind.HISTORY_OF_PRESENT_ILLNESS),
        *(SectionKind.ASSESSMENT, SectionKind.ASSESSMENT_AND_PLAN, SectionKind.BODY),
        *(SectionKind.PAST_MEDICAL_HISTORY, SectionKind.PROBLEM_LIST),
    }
)


def obstructive_disease_with_infection(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with J44.0 where COPD and an acute lower respiratory infection are coded.

    The Tabular List links the two by "with" and asks to code the infection also; an exacerbation
    keeps its own code beside it (ICD-10-CM OCG I.A.15, I.C.10.a).
    """
    disease = first(drafts, "J44")
    infection = first(drafts, *_INFECTIONS)
    if disease is None or not case.is_billable(_WITH_INFECTION):
        return list(drafts)
    if infection is None:
        return _with_named_infection(drafts, disease, case)
    if first(drafts, _WITH_INFECTION):
        return list(drafts)
    combined = replace(
        disease, code=_WITH_INFECTION, support=(*disease.support, *infection.support)
    ).because("copd-with-infection")
    kept = (combined, disease) if disease.code == _WITH_EXACERBATION else (combined,)
    result = moved_before(replaced(drafts, disease, *kept), combined, infection)
    others = [draft for draft in result if draft.code.startswith(_INFECTIONS)]
    if len(others) > 1 or combined.support == disease.support:
        result = [draft for draft in result if draft.code != _UNSPECIFIED_INFECTION]
    return result


def _with_named_infection(drafts: Sequence[Draft], disease: Draft, case: Case) -> list[Draft]:
    """The infection that is named in one term with the disease (``COPD with pneumonia``)."""
    told = [
        item
        for item in case.statements
        if item.sense is Sense.PRESENT
        and item.concept == _WITH_INFECTION
        and any(item.mention.start <= span.start < item.mention.end for span in disease.support)
    ]
    if not told:
        return list(drafts)
    words = frozenset(
        content_words(
            case.readings[told[0].reading.index].text[told[0].mention.start : told[0].mention.end]
        )
    )
    entries = sorted(
        case.index.within(words), key=lambda entry: (-len(case.index.bag(entry)), entry)
    )
    for entry in entries:
        term = case.index.term(entry)
        if not term.concept.startswith(_INFECTIONS):
            continue
        choices = case.specificity.choose(
            term.concept, term.within, content_words(term.text), Support(words)
        )
        if choices and case.is_billable(choices[0].title.code):
            reason = (because("copd-with-infection"),)
            named = replace(
                disease, code=choices[0].title.code, support=(told[0].span,), rationale=reason
            )
            with_infection = [draft for draft in drafts if draft.code == _WITH_INFECTION]
            if with_infection:
                return replaced(drafts, with_infection[0], with_infection[0], named)
            combined = replace(disease, code=_WITH_INFECTION, rationale=reason)
            kept = (disease,) if disease.code == _WITH_EXACERBATION else ()
            return replaced(drafts, disease, combined, *kept, named)
    return list(drafts)


def emphysema(drafts: Sequence[Draft], _: Case) -> list[Draft]:
    """Return the drafts with emphysema alone where COPD is named beside it.

    Emphysema is a form of COPD; with an exacerbation of COPD the code is still that of emphysema
    (Index: Disease, lung, obstructive, with, emphysema; OCG I.B.9).
    """
    specific = first(drafts, _EMPHYSEMA)
    held = [draft for draft in drafts if draft.code.startswith(_HELD_BY_EMPHYSEMA)]
    if specific is None or not held:
        return list(drafts)
    named = ", ".join(draft.code for draft in held)
    together = specific.because("emphysema-holds-copd", f"({named})")
    return [draft for draft in replaced(drafts, specific, together) if draft not in held]


def exacerbation_of_one(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with asthma as it is where the record calls only COPD exacerbated.

    An exacerbation of the one disease is not said of the other (ICD-10-CM OCG I.C.10.a.1).
    """
    asthma = next((draft for draft in drafts if _ASTHMA_EXACERBATION.fullmatch(draft.code)), None)
    disease = first(drafts, _WITH_EXACERBATION)
    if asthma is None or disease is None or not share_a_sentence(asthma, disease, case):
        return list(drafts)
    said = said_with(asthma, case)
    if not _OF_COPD.search(said) or _OF_ASTHMA.search(said):
        return list(drafts)
    code = asthma.code[:5] + ("9" if asthma.code.startswith("J459") else "0")
    if not case.is_billable(code):
        return list(drafts)
    return replaced(drafts, asthma, replace(asthma, code=code).because("exacerbation-of-one"))


def respiratory_failure(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with acute and chronic respiratory failure in one code.

    Failure with hypoxia and hypercapnia has a code for each (ICD-10-CM OCG I.B.9; Tabular J96).
    """
    acute = first(drafts, _ACUTE_FAILURE)
    chronic = first(drafts, _CHRONIC_FAILURE)
    result = list(drafts)
    if acute and chronic:
        detail = max(acute.code[4:], chronic.code[4:])
        code = _BOTH_FAILURES + detail
        if case.is_billable(code):
            support = (*acute.support, *chronic.support)
            both = replace(acute, code=code, support=support).because("respiratory-failure-both")
            result = [draft for draft in replaced(result, acute, both) if draft is not chronic]
    failure = first(result, _ACUTE_FAILURE, _CHRONIC_FAILURE, _BOTH_FAILURES)
    if failure is None or failure.code[4:] not in ("1", "2"):
        return result
    said = said_with(failure, case)
    other = failure.code[:4] + ("2" if failure.code[4:] == "1" else "1")
    if (
        _HYPERCAPNIA.search(said)
        and _HYPOXIA.search(said)
        and not first(result, other)
        and case.is_billable(other)
    ):
        added = replace(failure, code=other, rationale=(because("respiratory-failure-with-both"),))
        result = replaced(result, failure, failure, added)
    return result


def ventilator_pneumonia(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts without a further pneumonia where it is ventilator associated.

    The organism is added, not the kind of pneumonia; another pneumonia, with which the patient was
    admitted, keeps its code (ICD-10-CM OCG I.C.10.d).
    """
    ventilator = first(drafts, _VENTILATOR_PNEUMONIA)
    if ventilator is None:
        return list(drafts)
    same = [
        draft
        for draft in drafts
        if draft.code.startswith(_PNEUMONIA) and share_a_sentence(draft, ventilator, case)
    ]
    if not same:
        return list(drafts)
    alone = ventilator.because("ventilator-pneumonia")
    return [draft for draft in replaced(drafts, ventilator, alone) if draft not in same]


def vaping(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the vaping-related disorder first, and lung injury in it alone.

    Source: ICD-10-CM OCG I.C.10.e.
    """
    disorder = first(drafts, _VAPING)
    if disorder is None:
        return list(drafts)
    placed = disorder.because("vaping-first")
    others = [
        draft
        for draft in drafts
        if draft is not disorder
        and not (draft.code.startswith(_VAPED) and share_a_sentence(draft, disorder, case))
    ]
    return [placed, *others]


def tobacco(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the tobacco use, dependence or history that the record states.

    The Tabular List asks for it at chronic lower respiratory disease; only what the provider states
    of the patient is reported (ICD-10-CM OCG I.A.17, I.B.7).
    """
    disease = first(drafts, *_ASKS_FOR_TOBACCO)
    if disease is None or first(drafts, *_TOBACCO):
        return list(drafts)
    for item in case.statements:
        is_stated = item.sense is Sense.PRESENT or (
            item.sense is Sense.PAST and item.concept == "Z87891"
        )
        if (
            is_stated
            and item.concept.startswith(_TOBACCO)
            and item.kind in _TOLD_OF_TOBACCO
            and not _NEVER.search(item.said)
        ):
            for found in case.assignment.codes(item):
                if case.is_billable(found.code):
                    reason = (because("tobacco-asked-for", f"({disease.code})"),)
                    return [*drafts, Draft(found.code, (item.span,), reason, 0.6)]
    return list(drafts)
