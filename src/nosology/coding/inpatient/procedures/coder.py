"""Procedures of a hospital stay: found, built, selected, in the order of reporting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from nosology.coding.inpatient.procedures.acts import acts_of
from nosology.coding.inpatient.procedures.completing import Built, Tables, missing, query_of
from nosology.coding.inpatient.procedures.counted import counted
from nosology.coding.inpatient.procedures.ordering import ordered
from nosology.coding.inpatient.procedures.reports import reports_of
from nosology.coding.inpatient.procedures.selection import selected
from nosology.coding.inpatient.procedures.special import special
from nosology.coding.inpatient.procedures.veins import tells_central
from nosology.model.code import CodeBook
from nosology.model.coding import Procedure, Query
from nosology.model.encounter import Encounter
from nosology.model.reading import Reading

_STATED = 0.9
_PRESUMED = 0.6


def _without_presumption(results: list[Built], readings: Sequence[Reading]) -> list[Built]:
    """The results, the vein asked for where another document tells of a central line.

    What one document tells of the vein holds for what another presumes.
    """
    if not any(result.is_presumed for result in results):
        return results
    known = {result.code[:3] + result.code[4:] for result in results if not result.is_presumed}
    has_central = any(tells_central(reading) for reading in readings)
    return [
        missing(result.act, "vein", result.code[:3])
        if result.is_presumed and has_central
        else result
        for result in results
        if not (result.is_presumed and result.code[:3] + result.code[4:] in known)
    ]


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

    def code(
        self, encounter: Encounter, readings: Sequence[Reading], principal: str = ""
    ) -> ProcedureAnswer:
        """Return the procedures that the record of the stay supports, the principal one first.

        Args:
            encounter: the stay.
            readings: its documents.
            principal: the code of the principal diagnosis, where it is known.
        """
        tables = Tables(self.book, self.on)
        results: list[Built] = []
        for act in acts_of(reports_of(tuple(readings)), self.on):
            if act.row.special:
                results.extend(special(act, tables))
                continue
            for pattern in act.row.patterns:
                results.extend(counted(act, pattern, tables))
        results = _without_presumption(results, readings)
        reported, asked = selected(
            results, tables, is_newborn=encounter.patient_age == 0, sex=encounter.patient_sex
        )
        return ProcedureAnswer(
            tuple(
                Procedure(
                    result.code,
                    tables.label(result.code),
                    _PRESUMED if result.is_presumed else _STATED,
                    result.evidence,
                    result.rationale,
                    result.act.date,
                )
                for result in ordered(reported, principal)
            ),
            (),
            tuple(query_of(result) for result in asked),
        )
