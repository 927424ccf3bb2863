"""Checks a coding by the claim editor before it is answered.

What has one remedy by the guidelines, such as the order of two diagnoses, is mended and said in the
rationale. What a payer would deny otherwise becomes a question, so that nothing is answered that
the product's own edits object to without saying so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from nosology.codesets.book import SqliteCodeBook
from nosology.edits.authorities import cited
from nosology.edits.catalogue import rules
from nosology.edits.engine import Engine
from nosology.model.claim import (
    Claim,
    ClaimDiagnosis,
    ClaimPatient,
    ClaimProcedure,
    ClaimType,
    Line,
)
from nosology.model.coding import Coding, Diagnosis, Evidence, Procedure, Query, Rationale
from nosology.model.dates import years_from
from nosology.model.encounter import Encounter, Setting
from nosology.model.finding import Category, Finding, Fix, Severity
from nosology.workflow.check import engine_of

ASKED = frozenset(
    {
        Category.CODE_NOT_VALID,
        Category.CODE_NOT_BILLABLE,
        Category.SEVENTH_CHARACTER,
        Category.DUPLICATE_DIAGNOSIS,
        Category.EXCLUDES1,
        Category.CODE_FIRST,
        Category.MANIFESTATION_FIRST,
        Category.EXTERNAL_CAUSE_FIRST,
        Category.UNACCEPTABLE_PRINCIPAL,
        Category.AGE,
        Category.LATERALITY,
        Category.PTP,
        Category.MUE,
        Category.ADD_ON,
        Category.MODIFIER_INVALID,
        Category.MODIFIER_MISSING,
        Category.MODIFIER_CONFLICT,
        Category.GLOBAL_PERIOD,
        Category.BUNDLED,
        Category.UNITS,
        Category.DRUG_WASTE,
        Category.DUPLICATE_SERVICE,
    }
)
"""What a coding can answer for; who bills, for how much and when is not its matter."""

_PLACES: dict[Setting, str] = {
    Setting.OFFICE: "11",
    Setting.ED_PROFESSIONAL: "23",
    Setting.INPATIENT_PROFESSIONAL: "21",
    Setting.HOPD_PROFESSIONAL: "22",
    Setting.IMAGING_PROFESSIONAL_HOSPITAL: "22",
    Setting.IMAGING_CENTER_GLOBAL: "11",
    Setting.INDEPENDENT_LAB: "81",
    Setting.DME_SUPPLIER: "12",
    Setting.AMBULANCE_SUPPLIER: "41",
    Setting.TELEHEALTH: "10",
    Setting.HOME: "12",
}
_BILL_TYPES = {Setting.INPATIENT_FACILITY: "0111", Setting.HOPD_FACILITY: "0131"}
_MOST_POINTERS = 4
_STANDS = "The record supports it as it stands"


@dataclass(frozen=True)
class SelfCheck:
    """Checks codings against the installed code sets; what it has loaded is kept."""

    book: SqliteCodeBook

    @cached_property
    def engine(self) -> Engine:
        """The editor with the rules that a coding can answer for."""
        chosen = tuple(rule for rule in rules().values() if rule.category in ASKED)
        return replace(engine_of(self.book), chosen=chosen)

    def checked(self, coding: Coding, encounter: Encounter) -> Coding:
        """Return the coding as the editor lets it pass, with a question for what it does not."""
        if not (coding.icd10cm or coding.services or coding.icd10pcs):
            return coding
        claim = claim_of(coding, encounter)
        found = self.engine.check(claim)
        if not found.needs_action:
            return coding
        mended = self.engine.mend(claim)
        if mended.fixes and mended.claim is not None:
            ordered = _ordered(coding, mended.claim.diagnoses, mended.fixes)
            if ordered is not None:
                coding = ordered
                found = self.engine.check(claim_of(coding, encounter))
        asked = tuple(
            _question(item, coding) for item in found.findings if item.severity is Severity.ERROR
        )
        return replace(coding, queries=(*coding.queries, *asked)) if asked else coding


def claim_of(coding: Coding, encounter: Encounter) -> Claim:
    """Return the claim that a coding would make, without what the record does not tell of billing.

    The day of birth is one that gives the patient's age in years.
    """
    day = encounter.date_of_service
    is_facility = encounter.setting in _BILL_TYPES
    positions = {item.code: place for place, item in enumerate(coding.icd10cm, start=1)}
    lines = tuple(
        Line(
            number=number,
            code=service.code,
            modifiers=service.modifiers,
            units=Decimal(service.units),
            date=day,
            place_of_service=_PLACES.get(encounter.setting, ""),
            diagnoses=tuple(positions[code] for code in service.diagnoses if code in positions)[
                :_MOST_POINTERS
            ],
            ndc=service.ndc,
        )
        for number, service in enumerate(coding.services, start=1)
    )
    return Claim(
        id=coding.id,
        type=ClaimType.INSTITUTIONAL if is_facility else ClaimType.PROFESSIONAL,
        payer=encounter.payer,
        bill_type=_BILL_TYPES.get(encounter.setting, ""),
        patient=ClaimPatient(_birth(day, encounter.patient_age), encounter.patient_sex),
        diagnoses=tuple(ClaimDiagnosis(item.code, item.poa) for item in coding.icd10cm),
        procedures=tuple(ClaimProcedure(item.code, item.date) for item in coding.icd10pcs),
        lines=lines,
        statement_from=day,
        statement_to=day,
    )


def _birth(day: dt.date | None, age: int | None) -> dt.date | None:
    if day is None or age is None or age >= day.year:
        return None
    return years_from(day, -age)


def _ordered(
    coding: Coding, wanted: Sequence[ClaimDiagnosis], fixes: Sequence[Fix]
) -> Coding | None:
    """Return the coding with its diagnoses in the order that the editor wants; None for no other.

    The first takes the role of what stood first. Nothing is answered that was not there.
    """
    left = {item.code: item for item in coding.icd10cm}
    order = [item.code for item in wanted]
    if order == [item.code for item in coding.icd10cm] or not set(order) <= left.keys():
        return None
    roles = [item.role for item in coding.icd10cm]
    reasons = tuple(
        Rationale(fix.rule, cited(rules()[fix.rule].authority), fix.text) for fix in fixes
    )
    placed: list[Diagnosis] = []
    for place, code in enumerate(order):
        item = left[code]
        is_moved = place < len(coding.icd10cm) and coding.icd10cm[place].code != code
        rationale = (*item.rationale, *reasons) if is_moved else item.rationale
        placed.append(replace(item, role=roles[place], rationale=rationale))
    return replace(coding, icd10cm=tuple(placed))


def _question(item: Finding, coding: Coding) -> Query:
    return Query(
        topic=item.category.value,
        question=f"{item.message} ({item.rule}: {item.authority})",
        options=(item.remedy, _STANDS),
        evidence=_evidence(item, coding),
    )


def _evidence(item: Finding, coding: Coding) -> tuple[Evidence, ...]:
    if item.line is not None and item.line <= len(coding.services):
        return coding.services[item.line - 1].evidence
    about = {code.replace(".", "") for code in item.codes}
    answered: tuple[Diagnosis | Procedure, ...] = (*coding.icd10cm, *coding.icd10pcs)
    return tuple(words for found in answered if found.code in about for words in found.evidence)
