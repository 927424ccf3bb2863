"""Procedures of a hospital stay: found, built, selected, in the order of reporting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from nosology.coding.inpatient.procedures.acts import acts_of
from nosology.coding.inpatient.procedures.building import Built, Tables, query_of
from nosology.coding.inpatient.procedures.counted import counted
from nosology.coding.inpatient.procedures.reports import reports_of
from nosology.coding.inpatient.procedures.selection import selected
from nosology.coding.inpatient.procedures.special import special
from nosology.model.code import CodeBook
from nosology.model.coding import Procedure, Query
from nosology.model.encounter import Encounter
from nosology.model.reading import Reading

_STATED = 0.9


@dataclass(frozen=True, slots=True)
class ProcedureAnswer:
    """The procedures in reporting order; ``suggestions`` are to be looked at, not reported."""

    procedures: tuple[Procedure, ...]
    suggestions: tuple[Procedure, ...] = ()
    queries: tuple[Query, ...] = ()


@dataclass(frozen=True, slots=True)
class ProcedureCoder:
    """Builds the ICD-10-PCS codes of inpatient records."""

    book: CodeBook
    on: dt.date | None

    def code(self, encounter: Encounter, readings: Sequence[Reading]) -> ProcedureAnswer:
        """Return the procedures that the record of the stay supports."""
        tables = Tables(self.book, self.on)
        results: list[Built] = []
        for act in acts_of(reports_of(tuple(readings)), self.on):
            if act.row.special:
                results.extend(special(act, tables))
                continue
            for pattern in act.row.patterns:
                results.extend(counted(act, pattern, tables))
        reported, asked = selected(results, tables, is_newborn=encounter.patient_age == 0)
        return ProcedureAnswer(
            tuple(
                Procedure(
                    result.code,
                    tables.label(result.code),
                    _STATED,
                    result.evidence,
                    result.rationale,
                    result.act.date,
                )
                for result in reported
            ),
            (),
            tuple(query_of(result) for result in asked),
        )
