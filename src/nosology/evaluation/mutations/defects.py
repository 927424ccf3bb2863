"""The catalogue of defects that are planted, read from ``defects.tsv``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from nosology.evaluation.mutations.claims import PLACE
from nosology.evaluation.mutations.planting import plantings
from nosology.evaluation.mutations.planting.site import Plant
from nosology.model.errors import MalformedRow
from nosology.model.finding import Category, Severity
from nosology.model.tables import parts, rows, table

COLUMNS = ("defect", "kinds", "has", "how", "what", "category", "severity", "payers", "says")
GRAVITY = (Severity.ADVISORY, Severity.WARNING, Severity.ERROR)


@dataclass(frozen=True, slots=True)
class Defect:
    """A kind of defect.

    Attributes:
        kinds: of claims in which it is planted; empty for all.
        has: what a claim must have one of: a service, or the beginning of a diagnosis.
        plant: puts it into a claim.
        what: the choices that ``plant`` draws from.
        categories: a finding of one of them must come up.
        severity: that the finding must have at least.
        payers: that make the edit; empty for all.
        says: what went wrong, in a few words.
    """

    name: str
    kinds: frozenset[str]
    has: tuple[str, ...]
    plant: Plant
    what: tuple[str, ...]
    categories: frozenset[Category]
    severity: Severity
    payers: frozenset[str]
    says: str

    def is_found_by(self, category: Category, severity: Severity) -> bool:
        """Return whether a finding tells of the defect."""
        return (
            category in self.categories
            and severity in GRAVITY
            and GRAVITY.index(severity) >= GRAVITY.index(self.severity)
        )


@cache
def defects() -> tuple[Defect, ...]:
    """Return the kinds of defects, in the order of the table.

    Raises:
        MalformedRow: when one stands twice, or names a planting, a category or a severity that
            there is not.
    """
    found: dict[str, Defect] = {}
    for row in rows(table(PLACE, "defects.tsv"), COLUMNS):
        name = row["defect"]
        if name in found:
            raise MalformedRow(row.file, row.line, "defect", f"{name!r} stands twice")
        try:
            found[name] = Defect(
                name=name,
                kinds=frozenset(parts(row["kinds"])),
                has=parts(row["has"]),
                plant=plantings()[row["how"]],
                what=parts(row["what"]),
                categories=frozenset(Category(item) for item in parts(row["category"])),
                severity=Severity(row["severity"] or "warning"),
                payers=frozenset(parts(row["payers"])),
                says=row["says"],
            )
        except (KeyError, ValueError) as error:
            raise MalformedRow(row.file, row.line, "how", f"has {error}") from None
    return tuple(found.values())
