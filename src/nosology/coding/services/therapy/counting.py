"""How the services of therapy are counted, and under whose plan of care they may be."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from nosology.model.tables import parts, rows, table

_PACKAGE = "nosology.coding.services.therapy"


@dataclass(frozen=True, slots=True)
class Counted:
    """How a number is counted, and under whose plan of care it may be."""

    counted: str
    further: str
    plans: frozenset[str]


@cache
def counted() -> dict[str, Counted]:
    """Return how the numbers of therapy are counted."""
    return {
        row["code"]: Counted(
            row["counted"],
            row["further"],
            frozenset(parts(row["plans"])),
        )
        for row in rows(table(_PACKAGE, "counted.tsv"), ("code", "counted", "further", "plans"))
    }
