"""What is billed beside the diagnoses: a hospital stay's procedures, everybody else's services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from nosology.codesets.book import SqliteCodeBook
from nosology.coding.inpatient.procedures.coder import ProcedureCoder
from nosology.coding.services.coder import ServiceCoder
from nosology.coding.services.finding import FAMILY, service_fingerprint, service_terms
from nosology.language.terms import TermIndex
from nosology.model.code import System
from nosology.model.coding import Diagnosis, Procedure, Query, Service
from nosology.model.encounter import Encounter, Setting
from nosology.model.reading import Reading
from nosology.workflow.pairs import ReferencePairs, pairs_of

_MOST_DATES = 64
"""Dates of service whose coders are kept."""


@dataclass(frozen=True, slots=True)
class Billed:
    """Procedures or services, what a coder should look at, and what to ask the clinician.

    Attributes:
        releases: of the code sets that the answer was made with; empty where nothing was answered.
        diagnoses: reasons for the encounter that only its services show.
        replaced: codes of stated diagnoses for which they stand.
    """

    procedures: tuple[Procedure, ...] = ()
    services: tuple[Service, ...] = ()
    suggestions: tuple[Procedure | Service, ...] = ()
    queries: tuple[Query, ...] = ()
    releases: dict[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    replaced: frozenset[str] = frozenset()


@dataclass
class Billing:
    """Codes what is billed beside the diagnoses; what it has loaded is kept."""

    book: SqliteCodeBook
    _services: dict[tuple[dt.date | None, bool], ServiceCoder] = field(default_factory=dict)
    _procedures: dict[dt.date | None, ProcedureCoder] = field(default_factory=dict)
    _pairs: dict[bool, ReferencePairs | None] = field(default_factory=dict)

    @cached_property
    def terms(self) -> TermIndex:
        """What services are called."""
        return service_index(self.book)

    def code(
        self,
        encounter: Encounter,
        readings: Sequence[Reading],
        diagnoses: Sequence[Diagnosis],
        ordered: Sequence[Diagnosis] = (),
    ) -> Billed:
        """Return what the record supports; nothing where the code sets are not installed.

        Args:
            encounter: the encounter.
            readings: its documents as read.
            diagnoses: those that the record states.
            ordered: those for which the services were ordered, answered where one is for them.
        """
        systems = self.book.systems
        on = encounter.date_of_service
        if encounter.is_inpatient:
            if System.ICD10PCS not in systems:
                return Billed()
            principal = diagnoses[0].code if diagnoses else ""
            stay = self._procedure_coder(on).code(encounter, readings, principal)
            said = bool(stay.procedures or stay.suggestions)
            return Billed(
                procedures=stay.procedures,
                suggestions=stay.suggestions,
                queries=stay.queries,
                releases=self._releases(on, System.ICD10PCS) if said else {},
                notices=self._notices(on, System.ICD10PCS) if said else (),
            )
        if System.CPT not in systems or System.HCPCS not in systems:
            return Billed()
        found = self._service_coder(encounter).code(encounter, readings, diagnoses, ordered)
        said = bool(found.services or found.suggestions)
        return Billed(
            services=found.services,
            suggestions=found.suggestions,
            queries=found.queries,
            releases=self._releases(on, System.CPT, System.HCPCS) if said else {},
            notices=self._notices(on, System.CPT) if said else (),
            diagnoses=found.diagnoses,
            replaced=found.replaced,
        )

    def _releases(self, on: dt.date | None, *systems: System) -> dict[str, str]:
        return {system.value: self.book.release(on, system) for system in systems}

    def _notices(self, on: dt.date | None, system: System) -> tuple[str, ...]:
        if on is None or self.book.covers(on, system):
            return ()
        names = "ICD-10-PCS" if system is System.ICD10PCS else "CPT and HCPCS"
        return (
            f"no installed {names} release covers {on}; coded with release "
            f"{self.book.release(on, system)}: verify the codes for the date of service",
        )

    def _procedure_coder(self, on: dt.date | None) -> ProcedureCoder:
        coder = self._procedures.get(on)
        if coder is None:
            if len(self._procedures) >= _MOST_DATES:
                self._procedures.clear()
            coder = self._procedures[on] = ProcedureCoder(self.book, on)
        return coder

    def _service_coder(self, encounter: Encounter) -> ServiceCoder:
        is_hospital = encounter.setting is Setting.HOPD_FACILITY
        key = (encounter.date_of_service, is_hospital)
        coder = self._services.get(key)
        if coder is None:
            if is_hospital not in self._pairs:
                self._pairs[is_hospital] = pairs_of(self.book, is_hospital=is_hospital)
            if len(self._services) >= _MOST_DATES:
                self._services.clear()
            coder = self._services[key] = ServiceCoder(
                self.book, encounter.date_of_service, self.terms, self._pairs[is_hospital]
            )
        return coder


def service_index(book: SqliteCodeBook) -> TermIndex:
    """Return the index of what services are called, taken from the store or compiled."""
    key = service_fingerprint()
    stored = book.artefact(key)
    if stored is not None:
        try:
            return TermIndex.from_bytes(stored)
        except ValueError:
            pass
    index = service_terms()
    book.put_artefact(key, index.to_bytes(), replaces=FAMILY)
    return index
