"""Follows the loops of an 837 and gathers its claims: who bills, for whom, and what."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Final

from nosology.claims.x12.draft import Draft, LineDraft, Party, Person
from nosology.claims.x12.segments import Segment, Segments, components, element
from nosology.claims.x12.services import (
    read_drug,
    read_drug_quantity,
    read_facility_service,
    read_service,
)
from nosology.claims.x12.tables import Holds, parties, payers, qualifiers
from nosology.claims.x12.values import AMOUNT, DAY, day, days, number
from nosology.model.claim import ClaimDiagnosis, ClaimProcedure, ClaimType, Flaw
from nosology.model.code import plain
from nosology.model.encounter import Payer, Sex

_ENDS_CLAIM: Final = ("HL", "CLM")
_LEVELS: Final = ("20", "22", "23")
_FACILITY = re.compile(r"\w{2}(?P<divider>[^\w\s])[AB](?P=divider)\w?")
_ROLES = frozenset({Holds.REASON, Holds.EXTERNAL})


class Loops:
    """Takes the segments of one transaction in turn.

    Attributes:
        draft: the claim whose segments are being read; None before the first of a patient.
    """

    def __init__(self, form: ClaimType, segments: Segments) -> None:
        self.draft: Draft | None = None
        self._form = form
        self._segments = segments
        self._component = segments.component
        self._billing = Party()
        self._subscriber: Person | None = None
        self._patient: Person | None = None
        self._payer: Payer | None = None
        self._payer_id = ""
        self._line: LineDraft | None = None
        self._is_other_payer = False
        self._is_passing = False
        self._named: Party | Person | None = None
        """Whom the segments behind an NM1 tell of; None where the claim has no field for it."""
        self._handlers: dict[str, Callable[[Segment], None]] = {
            "HL": self._level,
            "SBR": self._payer_named,
            "NM1": self._name,
            "N4": self._address,
            "DMG": self._demography,
            "PRV": self._taxonomy,
            "REF": self._reference,
            "CLM": self._claim,
            "DTP": self._date,
            "CL1": self._stay,
            "HI": self._health_information,
            "LX": self._new_line,
            "LIN": self._drug,
            "CTP": self._drug_quantity,
        }
        if form is ClaimType.INSTITUTIONAL:
            self._handlers["SV2"] = self._facility_service
        else:
            self._handlers["SV1"] = self._service

    def take(self, segment: Segment) -> None:
        """Take a segment into account; one that tells nothing of ours is passed over."""
        handler = self._handlers.get(segment[0])
        if handler is None or (self._is_passing and segment[0] not in _ENDS_CLAIM):
            return
        self._is_passing = False
        handler(segment)

    def leave_claim(self) -> Draft | None:
        """Return the claim that ends here, and be ready for the next."""
        draft, self.draft = self.draft, None
        self._line = self._named = None
        self._is_other_payer = False
        return draft

    def pass_claim(self) -> None:
        """Pass over the rest of the claim, whose other payers would be taken for its own."""
        self.leave_claim()
        self._is_passing = True

    def _flaw(self, field: str, position: int, problem: str) -> None:
        """Note a value that cannot be read, by its place: the value may be the patient's."""
        if self.draft is not None:
            line = None if self._line is None else self._line.number
            self.draft.flaws.append(Flaw(field, self._told(position, problem), line))

    def _told(self, position: int, problem: str) -> str:
        return f"is not readable (segment {self._segments.number}, element {position}); {problem}"

    def _level(self, segment: Segment) -> None:
        level = element(segment, 3)
        if level not in _LEVELS:
            return
        self._named = None
        self._patient = Person() if level == "23" else None
        if level == "23":
            return
        self._subscriber = Person() if level == "22" else None
        self._payer, self._payer_id = None, ""
        if level == "20":
            self._billing = Party()

    def _payer_named(self, segment: Segment) -> None:
        self._named = None
        if self.draft is not None:
            self._is_other_payer = True
        elif indicator := element(segment, 9).upper():
            self._payer = payers().get(indicator, Payer.COMMERCIAL)

    def _name(self, segment: Segment) -> None:
        entity = element(segment, 1)
        self._named = None
        if self.draft is not None:
            if not self._is_other_payer or self._line is not None:
                self._claim_provider(entity, segment)
        elif entity == "85":
            self._billing.npi = _npi(segment)
            self._named = self._billing
        elif entity == "PR":
            self._payer_id = element(segment, 9).upper()
        elif entity == "IL" and self._subscriber is not None:
            self._subscriber.member = element(segment, 9).upper()
            self._named = self._subscriber
        elif entity == "QC" and self._patient is not None:
            self._patient.name = "\0".join(element(segment, part).upper() for part in (3, 4, 5, 7))
            self._named = self._patient

    def _claim_provider(self, entity: str, segment: Segment) -> None:
        if self.draft is None:
            return
        field = parties("claim" if self._line is None else "line").get(entity)
        if field is None:
            return
        self._named = party = Party(npi=_npi(segment))
        if self._line is not None and field == "rendering_provider":
            self._line.rendering_provider = party
        else:
            # A line's orderer or referrer is that of the claim, which has one of each.
            self.draft.parties.setdefault(field, party)

    def _address(self, segment: Segment) -> None:
        if self._named is not None and element(segment, 4) in {"", "US", "USA"}:
            self._named.state = element(segment, 2).upper()
            self._named.zip = element(segment, 3)

    def _demography(self, segment: Segment) -> None:
        person = self._named
        if not isinstance(person, Person):
            return
        if text := element(segment, 2):
            person.birth_date = day(text)
            if person.birth_date is None:
                person.flaws.append(Flaw("patient.birth_date", self._told(2, DAY)))
        if text := element(segment, 3).upper():
            person.sex = Sex(text) if text in Sex else None
            if person.sex is None:
                told = self._told(3, "expected F, M or U")
                person.flaws.append(Flaw("patient.sex", told))

    def _taxonomy(self, segment: Segment) -> None:
        if element(segment, 2) != "PXC":
            return
        if element(segment, 1) == "BI" and self.draft is None:
            self._billing.taxonomy = element(segment, 3).upper()
        elif isinstance(self._named, Party):
            self._named.taxonomy = element(segment, 3).upper()

    def _reference(self, segment: Segment) -> None:
        kind, draft = element(segment, 1), self.draft
        if draft is None:
            if kind in {"EI", "SY"} and self._named is self._billing:
                self._billing.tax_id = element(segment, 2)
            return
        if kind == "X4":
            draft.clia = draft.clia or element(segment, 2).upper()
        elif self._is_other_payer or self._line is not None:
            return
        elif kind == "F8":
            draft.original_claim = element(segment, 2).upper()
        elif kind == "G1":
            draft.prior_authorization = element(segment, 2).upper()

    def _claim(self, segment: Segment) -> None:
        person = self._patient or self._subscriber
        if person is None or self._subscriber is None:
            raise self._segments.wrong(
                "a claim (CLM) of nobody; expected the level of a subscriber before it (HL with 22)"
            )
        facility = element(segment, 5)
        self._component, is_other = self._divided_by(facility)
        place, qualifier, frequency = components(facility, self._component, 3)
        self.draft = draft = Draft(
            id=element(segment, 1),
            type=self._form,
            segment=self._segments.number,
            start=self._segments.end,
            payer=self._payer,
            payer_id=self._payer_id,
            billing=self._billing,
            person=person,
            subscriber=self._subscriber,
            place=place,
            frequency=frequency,
        )
        self._named = None
        draft.total_charge = number(element(segment, 2))
        if draft.total_charge is None and element(segment, 2):
            self._flaw("total_charge", 2, AMOUNT)
        expected = "A" if self._form is ClaimType.INSTITUTIONAL else "B"
        name = "bill_type" if expected == "A" else "place_of_service"
        if is_other:
            at = f"(segment {draft.segment}, element 5)"
            told = f"has its parts divided by another character than ISA16 names {at}"
            draft.flaws.append(Flaw(name, told))
        elif qualifier and qualifier != expected:
            self._flaw(name, 5, f"expected the qualifier {expected}")

    def _divided_by(self, facility: str) -> tuple[str, bool]:
        """Return what divides the components of a claim, and whether ISA16 names another.

        Senders mistake it, and then no code of the claim could be read. The facility (CLM05), which
        every claim has, shows it: its second part is A or B.
        """
        named = self._segments.component
        shown = _FACILITY.fullmatch(facility)
        if named in facility or shown is None:
            return named, False
        return shown["divider"], True

    def _date(self, segment: Segment) -> None:
        draft = self.draft
        if draft is None or (self._is_other_payer and self._line is None):
            return
        kind, form, text = element(segment, 1), element(segment, 2), element(segment, 3)
        if self._line is not None:
            if kind == "472":
                line = self._line
                line.date, line.end_date = self._days(form, text, "date", "end_date")
        elif kind == "434":
            first, last = self._days(form, text, "statement_from", "statement_to")
            draft.statement_from = first
            draft.statement_to = first if form == "D8" else last
        elif kind == "435":
            draft.admission_date = self._days(form, text, "admission_date")[0]
        elif kind == "096" and form != "TM":
            draft.discharge_date = self._days(form, text, "discharge_date")[0]
        elif kind == "439":
            draft.accident_date = self._days(form, text, "accident_date")[0]

    def _days(
        self, form: str, text: str, field: str, last_field: str = ""
    ) -> tuple[dt.date | None, dt.date | None]:
        """Return the first day, and the last where a range is told."""
        if form != "RD8":
            first, last = day(text), None
        else:
            first, last = days(text)
            if last is None:
                self._flaw(last_field or field, 3, DAY)
        if first is None:
            self._flaw(field, 3, DAY)
        return first, last

    def _stay(self, segment: Segment) -> None:
        if self.draft is not None:
            self.draft.admission_type = element(segment, 1)
            self.draft.admission_source = element(segment, 2).upper()
            self.draft.discharge_status = element(segment, 3)

    def _health_information(self, segment: Segment) -> None:
        draft = self.draft
        if draft is None:
            return
        known = qualifiers()
        for position, coded in enumerate(segment[1:], start=1):
            parts = coded.split(self._component)
            qualifier = known.get(parts[0])
            if qualifier is None or not element(parts, 1):
                continue
            if qualifier.is_icd9:
                draft.old_codes = self._segments.number
            self._code(draft, qualifier.holds, parts, position)

    def _code(self, draft: Draft, holds: Holds, parts: list[str], position: int) -> None:
        code, text = element(parts, 1).upper(), element(parts, 3)
        if holds is Holds.PRINCIPAL or holds is Holds.OTHER or holds in _ROLES:
            role = holds.value if holds in _ROLES else ""
            found = ClaimDiagnosis(plain(code), element(parts, 8).upper() or None, role)
            (draft.principal if holds is Holds.PRINCIPAL else draft.diagnoses).append(found)
        elif holds is Holds.ADMITTING:
            draft.admitting_diagnosis = plain(code)
        elif holds is Holds.CONDITION:
            draft.conditions.append(code)
        elif holds is Holds.VALUE:
            amount = number(element(parts, 4))
            if amount is None:
                self._flaw("value_codes", position, AMOUNT)
            draft.values.append((code, amount))
        elif holds is Holds.OCCURRENCE:
            draft.occurrences.append((code, self._coded_day(text, "occurrence_codes", position)))
        else:
            is_first = holds is Holds.PRINCIPAL_PROCEDURE
            listed = draft.principal_procedure if is_first else draft.procedures
            listed.append(
                ClaimProcedure(plain(code), self._coded_day(text, "procedures", position))
            )

    def _coded_day(self, text: str, field: str, position: int) -> dt.date | None:
        found = day(text.partition("-")[0])
        if found is None and text:
            self._flaw(field, position, DAY)
        return found

    def _new_line(self, _: Segment) -> None:
        if self.draft is not None:
            self._begin_line(self.draft)

    def _begin_line(self, draft: Draft) -> LineDraft:
        self._line = line = LineDraft(len(draft.lines) + 1, self._segments.number)
        self._named = None
        draft.lines.append(line)
        return line

    def _served(self) -> LineDraft | None:
        """Return the line that a service segment belongs to, a new one where none was begun."""
        if self.draft is None:
            return None
        line = self._line
        if line is None or line.is_served:
            line = self._begin_line(self.draft)
        line.is_served = True
        return line

    def _service(self, segment: Segment) -> None:
        if (line := self._served()) is not None:
            read_service(line, segment, self._component, self._flaw)

    def _facility_service(self, segment: Segment) -> None:
        if (line := self._served()) is not None:
            read_facility_service(line, segment, self._component, self._flaw)

    def _drug(self, segment: Segment) -> None:
        if self._line is not None:
            read_drug(self._line, segment)

    def _drug_quantity(self, segment: Segment) -> None:
        if self._line is not None:
            read_drug_quantity(self._line, segment, self._component, self._flaw)


def _npi(segment: Segment) -> str:
    return element(segment, 9) if element(segment, 8) == "XX" else ""
