"""Chapter 21: examinations and their findings, screening, observation, and what stands first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft, first, replaced
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.guidelines.patients import PERINATAL_DAYS, age_of, days_old
from nosology.coding.guidelines.wording import discussed_with, said_with
from nosology.coding.rules import because
from nosology.language.problems import ASSESSMENT_SECTIONS
from nosology.model.code import EXTERNAL_CAUSES, plain
from nosology.model.reading import Certainty, Experiencer, Polarity, SectionKind, Time
from nosology.model.record import Span
from nosology.model.tables import rows, table

_PACKAGE = "nosology.coding.guidelines"
_ADULT_EXAM, _CHILD_EXAM, _NEWBORN_EXAM = "Z000", "Z0012", "Z0011"
_ADMINISTRATIVE = "Z02"
_GROWN = 18
_FIRST_WEEK = 8
_SCREENING = ("Z11", "Z12", "Z13")
_REASONS = frozenset({SectionKind.CHIEF_COMPLAINT, SectionKind.INDICATION})
_OPERATED = frozenset({SectionKind.PROCEDURE, SectionKind.POSTOPERATIVE_DIAGNOSIS})
_PREVENTED = {
    **{"Z4001": "Z4001", "Z901": "Z4001"},
    **{"Z4002": "Z4002", "Z9072": "Z4002", "Z4003": "Z4003", "Z9079": "Z4003"},
}
_REMOVED_ORGANS = tuple(_PREVENTED)
_PREVENTIVE = re.compile(r"\bprophylactic\b|\brisk[- ]reducing\b", re.IGNORECASE)
_SCREENS = re.compile(r"\bscreening\b", re.IGNORECASE)
_NORMAL = re.compile(
    r"\b(?:no|without) (?:new )?abnormal(?:ities| findings?)?\b|\bnormal (?:exam|findings)\b",
    re.IGNORECASE,
)
_ABNORMAL = re.compile(
    r"\b(?:wellness|physical|exam(?:ination)?|check-?up|visit|well (?:child|woman))\b"
    r"[\s,(:-]*(?:visit |exam )?(?:with )?abnormal findings?\b",
    re.IGNORECASE,
)
_NEW = re.compile(
    r"\bnew(?:ly)?\b|\buncontrolled\b|\bpoorly controlled\b|\bworsen\w*|\bexacerbat\w*|\belevated\b"
    r"|\bnot at goal\b|\babnormal\b|\bfound (?:on|during|to)\b|\bdiscovered\b",
    re.IGNORECASE,
)
_FOLLOWED = re.compile(
    r"\b(?:continu\w+|stable|controlled|refill\w*|unchanged|at goal|same dose|maintain\w*|known"
    r"|current (?:dose|regimen|medications?)|history of|chronic|currently|already|doing well"
    r"|monitor\w*|managed by|follow(?:s|ed|ing)? (?:with|by)|tolerat\w+|taking"
    r"|remains?|resolved)\b",
    re.IGNORECASE,
)
"""What a discussion says of a condition that was there before the examination."""
_NOT_FINDINGS = ("Z", "U", *EXTERNAL_CAUSES)
_PREOPERATIVE = "Z0181"
_GYNECOLOGY = ("gyn", "obgyn", "ob-gyn", "ob/gyn", "womens", "women")
_STATUS = ("Z89", "Z90", "Z93", "Z94", "Z95", "Z96", "Z97", "Z98")
_OPERATION_FOR = re.compile(
    r"\b(?:planned|scheduled|upcoming|elective|pending|proposed|prior to|before|undergo\w*"
    r"|clearance)\b[^.;\n]{0,80}?\b(?:surgery|repair|replacement|release|fusion|bypass|TKA|THA|TSA|\w+plasty"
    r"|\w+ectomy|\w+otomy|\w+oscopy)\b[^.;\n]{0,30}?\b(?:for|due to|because of|to treat)\b"
    r"[^.;,\n]{0,25}$",
    re.IGNORECASE,
)
_OBSERVED = re.compile(
    r"\b(?:observation|observed|evaluat\w+|examin\w+) (?:for|of) (?:a )?(?:suspected|possible"
    r"|concern for)"
    r"[^.\n]{2,60}\b(?:ruled out|not found|excluded)\b",
    re.IGNORECASE,
)
_AFTER_ACCIDENT = re.compile(
    r"\b(?:examination|evaluation|observation|check(?:ed)?) (?:following"
    r"|after)[^.\n]{0,20}?\b(?P<what>"
    r"motor vehicle|MVA|MVC|car|traffic|transport|work|fall|accident)\b[^.\n]{0,40}"
    r"\b(?:no|without) (?:apparent |evidence of |any )?injur",
    re.IGNORECASE,
)
_ACCIDENTS = {"work": "Z042", "fall": "Z043", "accident": "Z043"}
_TRANSPORT_ACCIDENT = "Z041"
_RULED_OUT = "Z0389"


@dataclass(frozen=True, slots=True)
class _Examination:
    without: str
    with_finding: str
    findings: tuple[str, ...]


def examination_by_age(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with a general examination under the code for the patient's age.

    Source: ICD-10-CM Tabular List Z00.0 and Z00.1: newborns under 8 days and up to 28, children to
    the 18th birthday, then adults.
    """
    exam = first(drafts, _ADULT_EXAM, "Z001")
    if exam is None:
        return list(drafts)
    code = _for_age(exam.code, case)
    if code == exam.code or not case.is_billable(code):
        return list(drafts)
    return [
        replace(draft, code=code).because("examination-by-age") if draft is exam else draft
        for draft in drafts
    ]


def general_examination(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with a general examination for one that was asked for by a school or such.

    The routine examination leaves out the administrative one (ICD-10-CM Tabular List Z00, Excludes1
    Z02.-): where the record concludes the routine one, a form is filled in from it.
    """
    asked = first(drafts, _ADMINISTRATIVE)
    if asked is None or first(drafts, _ADULT_EXAM, _CHILD_EXAM) is not None:
        return list(drafts)
    for item in case.statements:
        if not (item.concept.startswith((_ADULT_EXAM, _CHILD_EXAM)) and _is_concluded(item)):
            continue
        code = _for_age(item.concept, case)
        if case.is_billable(code):
            support = (item.span, *asked.support)
            turned = replace(asked, code=code, support=support).because("examination-general")
            return [turned if draft is asked else draft for draft in drafts]
    return list(drafts)


def _is_concluded(item: Statement) -> bool:
    """Whether the assessment or a line of its own names what is present."""
    before = item.reading.text[: item.mention.start].rstrip(" \t-*•")
    is_own_line = before.endswith("\n")
    return item.sense is Sense.PRESENT and (item.is_assessed or is_own_line)


def gynecologic_examination(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the annual examination of a gynecologist under its own code.

    Source: ICD-10-CM Tabular List Z01.4, the routine gynecological examination, which Z00.0 leaves
    out.
    """
    if not case.encounter.specialty.startswith(_GYNECOLOGY):
        return list(drafts)
    exam = first(drafts, _ADULT_EXAM)
    if exam is None:
        return list(drafts)
    code = "Z01411" if exam.code == "Z0001" else "Z01419"
    if first(drafts, "Z014") or not case.is_billable(code):
        return list(drafts)
    turned = replace(exam, code=code).because("examination-gynecologic")
    return [turned if draft is exam else draft for draft in drafts]


def examination_findings(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with each examination as one with abnormal findings where one is coded.

    What was known before and is stable is no finding of the examination (ICD-10-CM OCG IV.P and
    I.C.21.c.13).
    """
    result: list[Draft] = []
    for draft in drafts:
        exam = next((item for item in _examinations() if item.without == draft.code), None)
        finding = _finding(exam, draft, drafts, case) if exam else None
        if exam and finding and case.is_billable(exam.with_finding):
            found = replace(
                draft, code=exam.with_finding, support=(*draft.support, *finding.support)
            )
            result.append(found.because("examination-finding", f"({finding.code})"))
        else:
            result.append(draft)
    return result


def examination_before_surgery(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts of an examination before an operation without what it will bring about.

    Source: ICD-10-CM Official Guidelines IV.M; I.C.21.c.13.
    """
    exam = first(drafts, _PREOPERATIVE)
    if exam is None:
        return list(drafts)
    said = said_with(exam, case)
    kept = [
        draft
        for draft in drafts
        if not (draft.code.startswith(_STATUS) and said_with(draft, case) == said)
    ]
    return _with_reason_for_surgery(kept, exam, case)


def _with_reason_for_surgery(drafts: list[Draft], exam: Draft, case: Case) -> list[Draft]:
    """With the condition that the operation is for behind the examination (OCG IV.M)."""
    for item in case.statements:
        sentence = item.reading.sentences[item.mention.sentence]
        before = item.reading.text[sentence.start : item.mention.start]
        if (
            not (item.sense is Sense.PRESENT or _is_of_the_plan(item))
            or item.concept.startswith(("Z", "R"))
            or _OPERATION_FOR.search(before) is None
        ):
            continue
        known = next((draft for draft in drafts if item.span in draft.support), None)
        if known is not None or any(draft.code[:3] == item.concept[:3] for draft in drafts):
            return drafts
        reason = because("reason-for-surgery", f"({exam.code})")
        found = [
            Draft(assigned.code, (item.span,), (*assigned.rationale, reason), exam.confidence * 0.9)
            for assigned in case.assignment.codes(item)
        ]
        return replaced(drafts, exam, exam, *found)
    return drafts


def prophylactic_removal(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the removal of an organ for prevention first, then what calls for it.

    The encounter is first-listed, followed by the genetic susceptibility and the family history;
    the organ removed today is not absent yet (ICD-10-CM OCG I.C.21.c.14).
    """
    told = next(
        (
            item
            for item in case.statements
            if item.kind in _OPERATED
            and item.sense is Sense.PRESENT
            and item.concept.startswith(_REMOVED_ORGANS)
            and _PREVENTIVE.search(item.said)
        ),
        None,
    )
    if told is None or first(drafts, "C", "D0"):
        return list(drafts)
    code = next(to for of, to in _PREVENTED.items() if told.concept.startswith(of))
    if not case.is_billable(code):
        return list(drafts)
    reason = (because("prophylactic-removal"),)
    encounter = Draft(code, (told.span,), reason, 0.8, place=told.place)
    others = [draft for draft in drafts if not draft.code.startswith((code, told.concept[:4]))]
    risk: list[Draft] = []
    for item in case.statements:
        history = case.knowledge.family_history(item.concept)
        if (
            item.sense is Sense.FAMILY
            and history
            and history.startswith("Z80")
            and case.is_billable(history)
            and history not in {draft.code for draft in (*others, *risk)}
        ):
            risk.append(Draft(history, (item.span,), (because("family-history"),), 0.6))
    return [encounter, *others, *risk]


def _is_of_the_plan(item: Statement) -> bool:
    """Whether it is affirmed, only the operation before it being yet to come."""
    context = item.mention.context
    return (
        context.time is Time.FUTURE
        and context.polarity is Polarity.AFFIRMED
        and context.certainty is Certainty.CONFIRMED
        and context.experiencer is Experiencer.PATIENT
    )


def observation(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the observation for what was ruled out, where nothing else is coded.

    Not if there are signs or symptoms of it, which are coded instead (ICD-10-CM OCG I.C.21.c.6).
    """
    if any(not draft.code.startswith(_NOT_FINDINGS) for draft in drafts) or first(drafts, "Z0"):
        return list(drafts)
    for reading in case.readings:
        accident = _AFTER_ACCIDENT.search(reading.text)
        found = accident or _OBSERVED.search(reading.text)
        if found is None:
            continue
        code = _RULED_OUT
        if accident:
            code = _ACCIDENTS.get(accident["what"].lower(), _TRANSPORT_ACCIDENT)
        if case.is_billable(code):
            span = Span(found.start(), found.end(), reading.index)
            return [Draft(code, (span,), (because("observation"),), 0.6), *drafts]
    return list(drafts)


def first_listed(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with those first that are only first-listed, and others of chapter 21 last.

    A screening that is the reason for the visit stays first whatever it finds (ICD-10-CM OCG
    I.C.21.c.5 and c.16); exposure and social circumstances stand behind the conditions.
    """
    if len(drafts) < 2 or first(drafts, "Z") is None:
        return list(drafts)
    is_screened = first(drafts, *_SCREENING) is not None and _is_for_screening(case)

    def place(draft: Draft) -> int:
        if draft.code.startswith("O"):
            return 0
        if is_screened and draft.code.startswith(_SCREENING):
            return 2
        return {"first": 1, "either": 3, "secondary": 4}[_position(draft.code)]

    ordered = sorted(drafts, key=place)
    if ordered[0] is drafts[0]:
        return ordered
    rule = "screening-first" if ordered[0].code.startswith(_SCREENING) else "first-listed-only"
    if place(ordered[0]) in (1, 2):
        ordered[0] = ordered[0].because(rule)
    return ordered


def _for_age(code: str, case: Case) -> str:
    days = days_old(case)
    if days is not None and days <= PERINATAL_DAYS:
        return "Z00110" if days < _FIRST_WEEK else "Z00111"
    age = age_of(case)
    if age is None or code.startswith(_NEWBORN_EXAM):
        return code
    if age < _GROWN and code.startswith(_ADULT_EXAM):
        return "Z00121" if code == "Z0001" else "Z00129"
    if age >= _GROWN and code.startswith(_CHILD_EXAM):
        return "Z0001" if code == "Z00121" else "Z0000"
    return code


def _finding(exam: _Examination, draft: Draft, drafts: Sequence[Draft], case: Case) -> Draft | None:
    if _NORMAL.search(discussed_with(draft, case)):
        return None
    is_said = _is_said_abnormal(case)
    for other in drafts:
        if other.code.startswith(_NOT_FINDINGS):
            continue
        if exam.findings and not other.code.startswith(exam.findings):
            continue
        if (
            is_said
            or not case.knowledge.is_chronic(other.code)
            or _NEW.search(said_with(other, case))
            or _is_first_told(other, case)
        ):
            return other
    return None


def _is_said_abnormal(case: Case) -> bool:
    """Whether the provider says that the examination had an abnormal finding."""
    return any(
        section.kind in ASSESSMENT_SECTIONS
        and _ABNORMAL.search(reading.text, section.start, section.end)
        for reading in case.readings
        for section in reading.sections
    )


def _is_first_told(finding: Draft, case: Case) -> bool:
    """Whether the assessment alone tells of the condition, and not as one that goes on."""
    if _FOLLOWED.search(discussed_with(finding, case)):
        return False
    category = finding.code[:3]
    return not any(
        item.concept.startswith(category)
        and item.sense in (Sense.PRESENT, Sense.PAST)
        and not item.is_assessed
        and item.kind is not SectionKind.RESULTS
        for item in case.statements
    )


def _is_for_screening(case: Case) -> bool:
    """Whether what brought the patient is the screening."""
    for item in case.statements:
        if (
            item.kind in _REASONS
            and item.concept.startswith(_SCREENING)
            and item.sense is Sense.PRESENT
        ):
            return True
    return any(
        section.kind in _REASONS and _SCREENS.search(reading.text, section.start, section.end)
        for reading in case.readings
        for section in reading.sections
    )


def _position(code: str) -> str:
    return next(
        (position for prefix, position in _positions() if code.startswith(prefix)), "either"
    )


@cache
def _examinations() -> tuple[_Examination, ...]:
    return tuple(
        _Examination(
            plain(row["without"]),
            plain(row["with"]),
            tuple(plain(code) for code in row["findings"].split()),
        )
        for row in rows(
            table(_PACKAGE, "examinations.tsv"), ("without", "with", "findings", "source")
        )
    )


@cache
def _positions() -> tuple[tuple[str, str], ...]:
    found = [
        (plain(row["code"]), row["position"])
        for row in rows(table(_PACKAGE, "first_listed.tsv"), ("code", "position", "source"))
    ]
    return tuple(sorted(found, key=lambda pair: -len(pair[0])))
