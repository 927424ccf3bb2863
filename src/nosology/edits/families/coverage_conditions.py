"""The conditions on which Medicare covers some procedures of a stay, as a table tells them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache

from nosology.model.code import plain
from nosology.model.errors import MalformedRow
from nosology.model.facts import DiagnosisFacts, ProcedureFacts
from nosology.model.tables import parts, rows, table

COLUMNS = ("procedures", "needs", "excludes", "oldest", "beside", "reason", "source")


@dataclass(frozen=True, slots=True)
class CoverageCondition:
    """On what a procedure is covered.

    Attributes:
        procedures: patterns of codes, in which ``?`` is any character.
        needs: attributes of the Medicare Code Editor, one of which a diagnosis or another
            procedure of the stay must have.
        excludes: diagnoses with which it is not covered, without dot.
        oldest: highest age in years on admission at which it is covered.
        beside: procedures, one of which must stand beside it for the condition to be asked.
        reason: why it is not covered, as a message says it.
    """

    procedures: tuple[str, ...]
    needs: frozenset[str]
    excludes: frozenset[str]
    oldest: int | None
    beside: frozenset[str]
    reason: str

    def is_asked(self, procedures: Iterable[ProcedureFacts]) -> bool:
        """Return whether the stay has what the condition is asked of."""
        return not self.beside or any(item.code in self.beside for item in procedures)

    def is_unmet(
        self,
        diagnoses: Iterable[DiagnosisFacts],
        procedures: Iterable[ProcedureFacts],
        age: int | None,
    ) -> bool:
        """Return whether the procedure is not covered in the stay.

        Args:
            diagnoses: of the stay.
            procedures: of the stay, with this one.
            age: on admission; where it is not known, an age limit counts as passed.
        """
        if self.oldest is not None and (age is None or age > self.oldest):
            return True
        known: tuple[DiagnosisFacts | ProcedureFacts, ...] = (*diagnoses, *procedures)
        if self.needs and not any(self.needs & item.attributes for item in known):
            return True
        return any(
            item.code in self.excludes and "noncovered-conditional" in item.attributes
            for item in known
        )


@lru_cache(maxsize=4096)
def condition_of(procedure: str) -> CoverageCondition | None:
    """Return on what an ICD-10-PCS code is covered; None for one without a condition."""
    for condition in conditions():
        if any(fnmatchcase(procedure, pattern) for pattern in condition.procedures):
            return condition
    return None


@cache
def conditions() -> tuple[CoverageCondition, ...]:
    """Return the conditions in their order, read once.

    Raises:
        MalformedRow: when an age is no number, or a row has no condition.
    """
    found = []
    for row in rows(table("nosology.edits.families", "coverage_conditions.tsv"), COLUMNS):
        oldest = row["oldest"]
        if oldest and not oldest.isdigit():
            raise MalformedRow(row.file, row.line, "oldest", f"{oldest!r} is no age in years")
        if not (row["needs"] or row["excludes"] or oldest):
            raise MalformedRow(row.file, row.line, "needs", "no condition is told")
        found.append(
            CoverageCondition(
                parts(row["procedures"]),
                frozenset(parts(row["needs"])),
                frozenset(map(plain, parts(row["excludes"]))),
                int(oldest) if oldest else None,
                frozenset(parts(row["beside"])),
                row["reason"],
            )
        )
    return tuple(found)
