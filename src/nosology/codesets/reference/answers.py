"""What is answered from the edit, payment and grouping data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal

PtpSetting = Literal["practitioner", "hospital"]
MueService = Literal["practitioner", "outpatient", "dme"]
GemDirection = Literal["icd9-to-icd10cm", "icd10cm-to-icd9", "icd9-to-icd10pcs", "icd10pcs-to-icd9"]


@dataclass(frozen=True, slots=True)
class PtpEdit:
    """A procedure-to-procedure edit that is in force.

    Attributes:
        column1: the code that is paid when both stand on a claim.
        modifier_indicator: 0 where no modifier allows both, 1 where one may, 9 not applicable.
        effective: first day; None where the source does not say.
        deletion: last day; None where no end is known.
        rationale: in the publisher's words; empty where the source has none.
    """

    column1: str
    column2: str
    modifier_indicator: int
    effective: dt.date | None
    deletion: dt.date | None
    rationale: str
    release: str


@dataclass(frozen=True, slots=True)
class Mue:
    """The most units of a code for one patient.

    Attributes:
        units: 0 where the code is not to be reported for the service at all.
        adjudication_indicator: 1 for each claim line; 2 for a day, by policy, which nothing
            exceeds; 3 for a day, which documented necessity may exceed.
    """

    code: str
    units: int
    adjudication_indicator: int
    rationale: str
    release: str


@dataclass(frozen=True, slots=True)
class AddOn:
    """An add-on code and what it may accompany.

    Attributes:
        type: 1 where ``primary_codes`` is complete; 2 where the contractor decides; 3 where it is
            not complete and the contractor may take further codes.
        primary_codes: in order; empty where the contractor decides alone.
        is_contractor_defined: whether the contractor may take codes that are not listed.
    """

    code: str
    type: int
    primary_codes: tuple[str, ...]
    is_contractor_defined: bool
    release: str


@dataclass(frozen=True, slots=True)
class RelativeValue:
    """The relative values and payment indicators of a code on the physician fee schedule.

    Attributes:
        modifier: empty for the whole service; 26, TC or 53.
        conversion_factor: dollars for one unit of value.
        status: whether and how the code is paid, such as A (active) or B (bundled).
        not_used_for_medicare: whether Medicare does not use the values.
        nonfacility_na: whether the service is rarely or never done outside a facility.
        facility_na: whether the service is rarely or never done in a facility.
        component: professional and technical component indicator, 0 to 9.
        global_days: 000, 010, 090, or MMM, XXX, YYY, ZZZ.
        preoperative: share of the value, where the code has a global period.
        multiple: how several procedures on a day are reduced, 0 to 9.
        endoscopic_base: code of the family's base; empty where there is none.
        supervision: level of supervision of a diagnostic procedure.
        imaging_family: 88 where the reduction of several imaging services applies; 99 not.
    """

    code: str
    modifier: str
    work: Decimal
    nonfacility_expense: Decimal
    facility_expense: Decimal
    malpractice: Decimal
    nonfacility_total: Decimal
    facility_total: Decimal
    conversion_factor: Decimal
    opps_nonfacility_expense: Decimal
    opps_facility_expense: Decimal
    opps_malpractice: Decimal
    status: str
    not_used_for_medicare: bool
    nonfacility_na: bool
    facility_na: bool
    component: str
    global_days: str
    preoperative: Decimal | None
    intraoperative: Decimal | None
    postoperative: Decimal | None
    multiple: str
    bilateral: str
    assistant: str
    co_surgeons: str
    team: str
    endoscopic_base: str
    supervision: str
    imaging_family: str
    release: str


@dataclass(frozen=True, slots=True)
class Gpci:
    """The geographic practice cost indices of a locality.

    Attributes:
        locality: number of the contractor and number of the locality, seven digits.
        work: with the floor of 1.0 where the year has one.
        work_without_floor: None where the file gives one figure only.
    """

    locality: str
    state: str
    name: str
    work: Decimal
    work_without_floor: Decimal | None
    expense: Decimal
    malpractice: Decimal
    release: str


@dataclass(frozen=True, slots=True)
class Locality:
    """A locality and its counties, in the publisher's words.

    Attributes:
        locality: number of the contractor and number of the locality, seven digits.
    """

    locality: str
    state: str
    area: str
    counties: str


@dataclass(frozen=True, slots=True)
class AspLimit:
    """The payment limit of a drug's code.

    Attributes:
        dosage: what one unit is, such as ``10 MG``.
        amount: dollars a unit; None where the publisher gives no amount.
        coinsurance: the patient's share in percent; None where not given.
    """

    code: str
    dosage: str
    amount: Decimal | None
    coinsurance: Decimal | None
    note: str
    release: str


@dataclass(frozen=True, slots=True)
class DrugPackage:
    """A package of a drug and a code that bills it.

    Attributes:
        ndc: eleven digits; a device's number may have more.
        dosage: what one unit of the code is.
        package_size: amount in one item of the package.
        package_quantity: items in the package.
        billing_units: units of the code in one item.
        package_billing_units: units of the code in the whole package.
    """

    ndc: str
    code: str
    labeler: str
    name: str
    dosage: str
    package_size: Decimal
    package_quantity: Decimal
    billing_units: Decimal
    package_billing_units: Decimal
    release: str


class CoverageDecision(StrEnum):
    """What local policies say of a service for a diagnosis."""

    COVERED = "covered"
    NOT_COVERED = "not-covered"
    NO_POLICY = "no-policy"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What local policies say of a service for a diagnosis.

    Policies are made by region. ``decision`` is ``covered`` where at least one covers, and
    ``not-covered`` where some speak of the service and none covers.

    Attributes:
        covered_by: ids of the articles (A) and determinations (L) that cover, in order.
        not_covered_by: ids of those that speak of the service but do not cover the diagnosis.
    """

    decision: CoverageDecision
    covered_by: tuple[str, ...]
    not_covered_by: tuple[str, ...]
    release: str


@dataclass(frozen=True, slots=True)
class HccCategory:
    """A condition category of a diagnosis.

    Attributes:
        model: such as ``CMS-HCC V28``.
        is_paid: whether it counts in the payment year; None where the source does not say.
    """

    category: str
    model: str
    is_paid: bool | None
    release: str


@dataclass(frozen=True, slots=True)
class Ccsr:
    """The CCSR categories of a diagnosis.

    Attributes:
        categories: code and description of each; no description where the source has none.
        inpatient_default: the one of a principal diagnosis; None where the source does not say.
            Begins with ``XXX`` where the code may not be a principal diagnosis.
        outpatient_default: the one of a first-listed diagnosis; None where the source does not say.
    """

    categories: tuple[tuple[str, str], ...]
    inpatient_default: str | None
    outpatient_default: str | None
    release: str


@dataclass(frozen=True, slots=True)
class GemTarget:
    """One target of a code in the General Equivalence Mappings.

    Attributes:
        code: None where the code has no map.
        scenario: 0 where the target stands alone; otherwise the number of a combination, which
            takes one target of each ``choice``.
    """

    code: str | None
    is_approximate: bool
    scenario: int
    choice: int
