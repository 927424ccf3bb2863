"""Chapter 15: supervision of a pregnancy, its weeks, gestational diabetes, rupture of membranes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.diagnoses.draft import Case, Draft, first
from nosology.coding.diagnoses.statements import Sense
from nosology.coding.guidelines.medicines import is_taken
from nosology.coding.guidelines.obstetric_phase import (
    ABORTIVE,
    Time,
    leaf_of,
    phase_of,
)
from nosology.coding.guidelines.patients import age_of, is_newborn
from nosology.coding.guidelines.wording import discussed_with
from nosology.coding.rules import because
from nosology.model.encounter import Setting
from nosology.model.record import Span

_PREGNANT_STATE, _NORMAL, _WEEKS = "Z331", "Z34", "Z3A"
_VISITS = frozenset({Setting.OFFICE, Setting.TELEHEALTH})
_FIRST_PREGNANCY = re.compile(
    r"\bG ?1 ?P ?0|\bgravida 1\b|\bprimigravida\b|\bfirst pregnancy\b|\bprimip\b", re.IGNORECASE
)
_LATER_PREGNANCY = re.compile(
    r"\bG ?(?:[2-9]|1\d) ?P ?\d|\bgravida (?:[2-9]|1\d)\b|\bmulti(?:gravida|para|p\b)",
    re.IGNORECASE,
)
_ELDERLY, _YOUNG = 35, 16
"""Years at the expected date of delivery (Tabular List O09.5 and O09.6)."""
_FULL_TERM = 37
_GESTATIONAL = "O244"
_PREEXISTING = ("E08", "E09", "E10", "E11", "E13", "O240", "O241", "O248")
_MEDICINES = ("Z794", "Z7984", "Z7985")
_DIET, _INSULIN, _ORAL, _NOT_SAID = "0", "4", "5", "9"


def supervision_for_history(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the supervision of a pregnancy whose risk is the obstetric history.

    The history that such a term names is past; the supervision is not (ICD-10-CM OCG I.C.15.b.2).
    """
    result = list(drafts)
    for item in case.statements:
        if (
            item.concept.startswith("O09")
            and item.sense is Sense.PAST
            and item.is_assessed
            and not first(result, item.concept[:4])
        ):
            result.extend(
                Draft(
                    assigned.code,
                    (item.span,),
                    (because("supervision-for-history"), *assigned.rationale),
                    0.8,
                    case.assignment.words(item),
                    item.place,
                )
                for assigned in case.assignment.codes(item)
            )
    return result


def supervision(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts of a prenatal visit with the supervision that it is.

    Z34 where no complication is coded, first-listed and beside no code of chapter 15; O09 instead
    where the age at delivery makes the pregnancy a high-risk one (ICD-10-CM OCG I.C.15.b.1 and 2).
    A pregnancy named as the problem of an office visit is not incidental to it: it is the
    provider's to say so (I.C.15.a.1).
    """
    named = first(drafts, _NORMAL, _PREGNANT_STATE, _WEEKS)
    if named is None or first(drafts, "O") or is_newborn(case):
        return list(drafts)
    is_incidental = any(reason.rule == "pregnancy-incidental" for reason in named.rationale)
    is_supervised = named.code.startswith(_NORMAL)
    if is_incidental or not (is_supervised or case.encounter.setting in _VISITS):
        return list(drafts)
    phase = phase_of(drafts, case)
    if phase.time is not Time.PREGNANCY:
        return list(drafts)
    which = _which_pregnancy(named, case)
    family, rule = _family(which, age_of(case))
    code = leaf_of(family, phase, case)
    if code is None or not case.is_billable(code):
        return list(drafts)
    stated = is_supervised and code == named.code
    supervised = named if stated else replace(named, code=code).because(rule)
    others = [
        draft for draft in drafts if not draft.code.startswith((_NORMAL, _PREGNANT_STATE, _WEEKS))
    ]
    return [supervised, *others]


def weeks_of_gestation(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with the weeks of gestation where they are coded, and nowhere else.

    Not for pregnancies with abortive outcome or elective termination, nor after the delivery
    (ICD-10-CM OCG I.C.21.c.11).
    """
    stated = first(drafts, _WEEKS)
    if stated is None and first(drafts, "O", _NORMAL) is None:
        return list(drafts)
    others = [draft for draft in drafts if not draft.code.startswith(_WEEKS)]
    if first(others, "O", _NORMAL) is None or first(others, *ABORTIVE) or is_newborn(case):
        return others
    phase = phase_of(drafts, case)
    if phase.time is Time.PUERPERIUM:
        return others
    if phase.weeks is None or phase.gestation is None:
        return [*others, *([stated] if stated else [])]
    code = _weeks_code(phase.weeks)
    if not case.is_billable(code):
        return others
    said = Draft(code, (phase.gestation.span,), (because("weeks-of-gestation"),), 0.85)
    return [*others, said]


def membranes(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with a rupture of membranes as preterm or full-term by the weeks.

    Source: ICD-10-CM Tabular List O42.01, O42.02, O42.1 and O42.9: at or after 37 completed weeks.
    """
    rupture = first(drafts, "O42")
    if rupture is None:
        return list(drafts)
    phase = phase_of(drafts, case)
    if phase.weeks is None:
        return list(drafts)
    stem = rupture.code[:4]
    is_full_term = phase.weeks >= _FULL_TERM
    code = f"{stem}2" if is_full_term else leaf_of(f"{stem}1", phase, case)
    if code is None or code == rupture.code or not case.is_billable(code):
        return list(drafts)
    return [
        replace(draft, code=code).because("rupture-by-weeks") if draft is rupture else draft
        for draft in drafts
    ]


def gestational_diabetes(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with gestational diabetes by its control, and no code for its medicines.

    Insulin before diet and tablets (ICD-10-CM OCG I.C.15.i, which leaves out Z79.4 and Z79.84 and
    every other code of O24).
    """
    diabetes = first(drafts, _GESTATIONAL)
    if diabetes is None:
        return list(drafts)
    is_only = first(drafts, *_PREEXISTING) is None
    result = [
        draft
        for draft in drafts
        if not (draft.code.startswith(_MEDICINES) and is_only) and not draft.code.startswith("O249")
    ]
    weightiest = [draft for draft in result if draft.code.startswith(_GESTATIONAL + _IN_PREGNANCY)]
    if len(weightiest) > 1:
        # Insulin, then tablets, then diet: one code for the control (ICD-10-CM OCG I.C.15.i).
        diabetes = min(weightiest, key=lambda draft: _CONTROLS.find(draft.code[5]))
        dropped = {draft.code for draft in weightiest if draft is not diabetes}
        result = [draft for draft in result if draft.code not in dropped]
    control = _control(diabetes, case)
    if control is None:
        return result
    character, span = control
    code = diabetes.code[:5] + character
    if code == diabetes.code or not case.is_billable(code):
        return result
    controlled = replace(diabetes, code=code, support=(*diabetes.support, span))
    return [
        controlled.because("gestational-diabetes-control") if draft is diabetes else draft
        for draft in result
    ]


_BY_DIET = re.compile(
    r"\bdiet(?:ary)?[- ](?:and exercise )?control|\bcontrolled (?:with|by|on|through) (?:a )?diet\b"
    r"|\bA1 ?GDM\b|\bGDM ?A1\b",
    re.IGNORECASE,
)
_IN_PREGNANCY = "1"
_CONTROLS = "4509"
"""Sixth characters of gestational diabetes in pregnancy by weight: insulin, tablets, diet, open."""


def _control(diabetes: Draft, case: Case) -> tuple[str, Span] | None:
    """What the medicines that are taken say of the control, where the words do not say as much."""
    stated = diabetes.code[5:6]
    if stated == _INSULIN:
        return None
    kinds: dict[str, Span] = {}
    for drug, span in case.medicines.named(is_taken):
        if drug.long_term_code in _MEDICINES:
            kinds.setdefault(drug.long_term_code, span)
    if "Z794" in kinds:
        return _INSULIN, kinds["Z794"]
    if "Z7984" in kinds and stated in (_DIET, _NOT_SAID):
        return _ORAL, kinds["Z7984"]
    if stated == _NOT_SAID and _BY_DIET.search(discussed_with(diabetes, case)):
        return _DIET, diabetes.support[0]
    return None


def _which_pregnancy(named: Draft, case: Case) -> str:
    """Whether it is the first pregnancy, a later one, or not said, as Z34 numbers them."""
    if named.code.startswith(("Z340", "Z348")):
        return named.code[3]
    for reading in case.readings:
        if _FIRST_PREGNANCY.search(reading.text):
            return "0"
        if _LATER_PREGNANCY.search(reading.text):
            return "8"
    return "9"


def _family(which: str, age: int | None) -> tuple[str, str]:
    if age is not None and which != "9":
        number = "1" if which == "0" else "2"
        if age >= _ELDERLY:
            return f"O095{number}", "supervision-by-age"
        if age < _YOUNG:
            return f"O096{number}", "supervision-by-age"
    return f"{_NORMAL}{which}", "supervision"


def _weeks_code(weeks: int) -> str:
    if weeks < 8:
        return "Z3A01"
    return "Z3A49" if weeks > 42 else f"Z3A{weeks:02d}"
