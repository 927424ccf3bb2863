"""The claim: what is billed, for whom, by whom and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from nosology.model.encounter import Payer, Sex


class ClaimType(StrEnum):
    """The form on which a claim is made."""

    PROFESSIONAL = "professional"
    INSTITUTIONAL = "institutional"


class ClaimKind(StrEnum):
    """What the edits of a payer go by: the form, and for a facility the type of bill."""

    PROFESSIONAL = "professional"
    INPATIENT = "inpatient"
    OUTPATIENT = "outpatient"
    OTHER_FACILITY = "other-facility"
    """A nursing facility, home health, hospice or another that neither hospital edit is for."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """A value that is not what its field holds; the field then counts as not given.

    Attributes:
        field: as the claim names it, such as ``date``.
        problem: what was found and what was expected. Holds no patient text.
        line: 1-based; None for the claim as a whole.
    """

    field: str
    problem: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class ClaimPatient:
    """The patient of a claim.

    Attributes:
        id: tells the patient of one claim from that of another; without it a claim has no history.
    """

    birth_date: dt.date | None = None
    sex: Sex | None = None
    id: str = ""
    zip: str = ""


@dataclass(frozen=True, slots=True)
class Provider:
    """Who bills, renders, orders or refers.

    Attributes:
        specialty: the CMS specialty code, two characters.
    """

    npi: str = ""
    taxonomy: str = ""
    tax_id: str = ""
    zip: str = ""
    state: str = ""
    specialty: str = ""
    clia: str = ""


@dataclass(frozen=True, slots=True)
class ClaimDiagnosis:
    """A diagnosis code of a claim.

    Attributes:
        code: without dot, upper case.
        poa: present-on-admission indicator as it stands; None where none was given.
        role: ``admitting``, ``reason-for-visit``, ``external-cause``, or empty for the list itself.
    """

    code: str
    poa: str | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class ClaimProcedure:
    """An ICD-10-PCS code of a facility's claim."""

    code: str
    date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of service.

    Attributes:
        number: 1-based.
        code: HCPCS or CPT; empty where only a revenue code was billed.
        modifiers: upper case, in their order.
        units: 0 where the claim gives none or none that can be read.
        date: first day; None where not given or not readable.
        end_date: last day, inclusive; the first day where not given.
        diagnoses: pointers, 1-based positions in the claim's diagnoses.
        charge: dollars; None where not given.
        ndc: as written.
        ndc_quantity: in ``ndc_unit``: F2, GR, ME, ML or UN.
        rendering_provider: None where that of the claim renders.
    """

    number: int
    code: str = ""
    modifiers: tuple[str, ...] = ()
    units: Decimal = Decimal(1)
    date: dt.date | None = None
    end_date: dt.date | None = None
    place_of_service: str = ""
    revenue_code: str = ""
    diagnoses: tuple[int, ...] = ()
    charge: Decimal | None = None
    ndc: str = ""
    ndc_quantity: Decimal | None = None
    ndc_unit: str = ""
    rendering_provider: Provider | None = None
    emergency: bool | None = None
    has_units: bool = True


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as it would be sent, or as it came.

    Attributes:
        type: the form.
        bill_type: type of bill, four digits with the leading zero; empty on a professional claim.
        diagnoses: the principal or first-listed one first.
        procedures: ICD-10-PCS, the principal one first.
        statement_from: first day of the statement of a facility; ``statement_to`` the last.
        admission_type: priority of the admission, one digit.
        admission_source: where the patient came from, one character.
        discharge_status: patient status code, two digits.
        received_date: when the payer received or will receive it, which timely filing counts to.
        frequency: 1 original, 7 replacement, 8 void; empty where not given.
        original_claim: the payer's number of the claim that is replaced or voided.
        condition_codes, occurrence_codes, value_codes: of the institutional form; occurrences with
            their date, values with their amount.
        flaws: values that could not be read.
    """

    id: str
    type: ClaimType = ClaimType.PROFESSIONAL
    payer: Payer | None = None
    payer_id: str = ""
    bill_type: str = ""
    patient: ClaimPatient = ClaimPatient()
    billing_provider: Provider = Provider()
    rendering_provider: Provider = Provider()
    referring_provider: Provider = Provider()
    ordering_provider: Provider = Provider()
    attending_provider: Provider = Provider()
    service_facility: Provider = Provider()
    diagnoses: tuple[ClaimDiagnosis, ...] = ()
    admitting_diagnosis: str = ""
    procedures: tuple[ClaimProcedure, ...] = ()
    lines: tuple[Line, ...] = ()
    admission_date: dt.date | None = None
    discharge_date: dt.date | None = None
    statement_from: dt.date | None = None
    statement_to: dt.date | None = None
    admission_type: str = ""
    admission_source: str = ""
    discharge_status: str = ""
    total_charge: Decimal | None = None
    received_date: dt.date | None = None
    frequency: str = ""
    original_claim: str = ""
    prior_authorization: str = ""
    condition_codes: tuple[str, ...] = ()
    occurrence_codes: tuple[tuple[str, dt.date | None], ...] = ()
    value_codes: tuple[tuple[str, Decimal | None], ...] = ()
    accident_date: dt.date | None = None
    flaws: tuple[Flaw, ...] = field(default=())

    @property
    def kind(self) -> ClaimKind:
        """What the edits go by.

        Source: NUBC type of bill; hospital inpatient 011x, inpatient Part B 012x, outpatient 013x,
        other (non-patient laboratory) 014x, swing bed 018x, critical access outpatient 085x, and
        the clinics and centers (07xx) that the outpatient editor reads too.
        """
        if self.type is ClaimType.PROFESSIONAL:
            return ClaimKind.PROFESSIONAL
        form = self.bill_type.lstrip("0")[:2] if self.bill_type else ""
        if form in _INPATIENT_BILLS or (not form and self.admission_date is not None):
            return ClaimKind.INPATIENT
        if form in _OUTPATIENT_BILLS or form.startswith("7") or not form:
            return ClaimKind.OUTPATIENT
        return ClaimKind.OTHER_FACILITY

    @property
    def first_day(self) -> dt.date | None:
        """The first day of service that the claim tells of."""
        first: dt.date | None = None
        for line in self.lines:
            if line.date is not None and (first is None or line.date < first):
                first = line.date
        for told in (self.statement_from, self.admission_date):
            if told is not None and (first is None or told < first):
                first = told
        return self.last_day_told if first is None else first

    @property
    def last_day_told(self) -> dt.date | None:
        """The discharge or the end of the statement; None where the claim has neither."""
        return self.discharge_date or self.statement_to

    @property
    def code_day(self) -> dt.date | None:
        """The day whose code sets a claim is coded with: the discharge, else the day of service.

        Source: ICD-10-CM and ICD-10-PCS are assigned by the date of discharge of an inpatient, and
        by the date of service elsewhere (HIPAA, 45 CFR 162.1002; CMS Pub. 100-04 ch. 23 s. 10.2).
        """
        if self.type is ClaimType.INSTITUTIONAL and self.last_day_told is not None:
            return self.last_day_told
        return self.first_day


_INPATIENT_BILLS = frozenset({"11", "18", "41"})
_OUTPATIENT_BILLS = frozenset({"12", "13", "14", "22", "23", "34", "83", "85"})
