"""What is gathered of a claim while its segments are read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from decimal import Decimal
from hashlib import sha256

from nosology.model.claim import (
    Claim,
    ClaimDiagnosis,
    ClaimPatient,
    ClaimProcedure,
    ClaimType,
    Flaw,
    Line,
    Provider,
)
from nosology.model.encounter import Payer, Sex

_ICD10_FROM = dt.date(2015, 10, 1)
_NOBODY = Provider()
_STILL_PATIENT = "30"
_STAYS = ("011", "018", "041")
"""Types of bill of a stay in a hospital: inpatient, swing bed, religious institution."""


@dataclass(slots=True)
class Party:
    """A provider while its loop is read."""

    npi: str = ""
    taxonomy: str = ""
    tax_id: str = ""
    zip: str = ""
    state: str = ""
    clia: str = ""

    def provider(self) -> Provider:
        """Return the provider."""
        return Provider(
            npi=self.npi,
            taxonomy=self.taxonomy,
            tax_id=self.tax_id,
            zip=self.zip,
            state=self.state,
            clia=self.clia,
        )


@dataclass(slots=True)
class Person:
    """A subscriber or patient while the loop is read.

    Attributes:
        flaws: values that every claim of the person counts as not given.
    """

    member: str = ""
    name: str = ""
    birth_date: dt.date | None = None
    sex: Sex | None = None
    zip: str = ""
    state: str = ""
    flaws: list[Flaw] = field(default_factory=list)

    def patient(self, subscriber: Person) -> ClaimPatient:
        """Return the patient, told from others of the same subscriber without being named."""
        member = subscriber.member
        if member and self is not subscriber:
            told = "\0".join((self.name, str(self.birth_date), self.sex or ""))
            member = f"{member}-{sha256(told.encode(errors='replace')).hexdigest()[:12]}"
        return ClaimPatient(self.birth_date, self.sex, member, self.zip)


@dataclass(slots=True)
class LineDraft:
    """A line of service while its loop is read.

    Attributes:
        segment: number of the segment with which the line begins.
    """

    number: int
    segment: int
    is_served: bool = False
    code: str = ""
    modifiers: tuple[str, ...] = ()
    units: Decimal = Decimal(0)
    has_units: bool = False
    date: dt.date | None = None
    end_date: dt.date | None = None
    place_of_service: str = ""
    revenue_code: str = ""
    diagnoses: tuple[int, ...] = ()
    charge: Decimal | None = None
    ndc: str = ""
    ndc_quantity: Decimal | None = None
    ndc_unit: str = ""
    rendering_provider: Party | None = None
    emergency: bool | None = None

    def line(self, place: str) -> Line:
        """Return the line; ``place`` is where the claim says that its lines were served."""
        return Line(
            number=self.number,
            code=self.code,
            modifiers=self.modifiers,
            units=self.units,
            date=self.date,
            end_date=self.end_date,
            place_of_service=self.place_of_service or place,
            revenue_code=self.revenue_code,
            diagnoses=self.diagnoses,
            charge=self.charge,
            ndc=self.ndc,
            ndc_quantity=self.ndc_quantity,
            ndc_unit=self.ndc_unit,
            rendering_provider=(
                None if self.rendering_provider is None else self.rendering_provider.provider()
            ),
            emergency=self.emergency,
            has_units=self.has_units,
        )


@dataclass(slots=True)
class Draft:
    """A claim while its loops are read.

    Attributes:
        segment: number of the segment with which the claim begins; ``start`` the bytes before it.
        place: facility type code of CLM05.
        old_codes: number of the segment with codes of ICD-9-CM; None where there are none.
        parties: providers by the claim's field.
    """

    id: str
    type: ClaimType
    segment: int
    start: int
    payer: Payer | None
    payer_id: str
    billing: Party
    person: Person
    subscriber: Person
    total_charge: Decimal | None = None
    place: str = ""
    frequency: str = ""
    original_claim: str = ""
    prior_authorization: str = ""
    clia: str = ""
    admission_date: dt.date | None = None
    discharge_date: dt.date | None = None
    statement_from: dt.date | None = None
    statement_to: dt.date | None = None
    accident_date: dt.date | None = None
    admission_type: str = ""
    admission_source: str = ""
    discharge_status: str = ""
    admitting_diagnosis: str = ""
    old_codes: int | None = None
    principal: list[ClaimDiagnosis] = field(default_factory=list)
    diagnoses: list[ClaimDiagnosis] = field(default_factory=list)
    principal_procedure: list[ClaimProcedure] = field(default_factory=list)
    procedures: list[ClaimProcedure] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    occurrences: list[tuple[str, dt.date | None]] = field(default_factory=list)
    values: list[tuple[str, Decimal | None]] = field(default_factory=list)
    parties: dict[str, Party] = field(default_factory=dict)
    lines: list[LineDraft] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)

    def claim(self) -> Claim:
        """Return the claim."""
        is_facility = self.type is ClaimType.INSTITUTIONAL
        bill_type = f"0{self.place}{self.frequency}" if is_facility and self.place else ""
        place = "" if is_facility else self.place
        billing = self.billing.provider()
        read = Claim(
            id=self.id,
            type=self.type,
            payer=self.payer,
            payer_id=self.payer_id,
            bill_type=bill_type,
            patient=self.person.patient(self.subscriber),
            billing_provider=replace(billing, clia=self.clia) if self.clia else billing,
            diagnoses=(*self.principal, *self.diagnoses),
            admitting_diagnosis=self.admitting_diagnosis,
            procedures=(*self.principal_procedure, *self.procedures),
            lines=tuple(line.line(place) for line in self.lines),
            admission_date=self.admission_date,
            discharge_date=self.discharge_date or self._end_of_stay(bill_type),
            statement_from=self.statement_from,
            statement_to=self.statement_to,
            admission_type=self.admission_type,
            admission_source=self.admission_source,
            discharge_status=self.discharge_status,
            total_charge=self.total_charge,
            frequency=self.frequency,
            original_claim=self.original_claim,
            prior_authorization=self.prior_authorization,
            condition_codes=tuple(self.conditions),
            occurrence_codes=tuple(self.occurrences),
            value_codes=tuple(self.values),
            accident_date=self.accident_date,
            rendering_provider=self._provider("rendering_provider"),
            referring_provider=self._provider("referring_provider"),
            ordering_provider=self._provider("ordering_provider"),
            attending_provider=self._provider("attending_provider"),
            service_facility=self._provider("service_facility"),
        )
        flaws = (*self.person.flaws, *self.flaws, *self._of_lines(), *self._of_codes(read))
        return replace(read, flaws=flaws) if flaws else read

    def _provider(self, name: str) -> Provider:
        party = self.parties.get(name)
        return _NOBODY if party is None else party.provider()

    def _end_of_stay(self, bill_type: str) -> dt.date | None:
        """Return the day of discharge, which an 837 tells as the last day of the statement.

        Source: NUBC UB-04 FL 6 and FL 17; the segment of the discharge holds only its hour.
        """
        is_gone = self.discharge_status not in {"", _STILL_PATIENT}
        return self.statement_to if is_gone and bill_type.startswith(_STAYS) else None

    def _of_lines(self) -> list[Flaw]:
        service = "SV2" if self.type is ClaimType.INSTITUTIONAL else "SV1"
        return [
            Flaw("code", f"has no {service} after segment {line.segment}", line.number)
            for line in self.lines
            if not line.is_served
        ]

    def _of_codes(self, read: Claim) -> list[Flaw]:
        day = read.code_day
        if self.old_codes is None or (day is not None and day < _ICD10_FROM):
            return []
        told = f"are called ICD-9-CM in segment {self.old_codes}; expected ABK, ABF for ICD-10-CM"
        return [Flaw("diagnoses", told)]
