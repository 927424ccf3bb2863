"""Indicators: what the physician fee schedule says of a number that decides its modifiers.

Two sides in one line, a professional and a technical part, the days of the global period, a second
surgeon. ``indicators.tsv`` holds a number a line; a number without one is paid by another schedule
(laboratory, drugs, equipment, transport), to which none of this applies.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from nosology.model.tables import rows, table

COLUMNS = (
    *("code", "days", "component", "bilateral", "multiple"),
    *("assistant", "cosurgeons", "weight", "source"),
)
_BOTH_IN_ONE_LINE = frozenset({"1", "3"})
_MINOR = frozenset({"000", "010"})


@dataclass(frozen=True, slots=True)
class Indicators:
    """What the fee schedule says of a number, in its own figures; empty for "does not apply".

    Attributes:
        days: global period: 000, 010, 090, MMM, XXX, YYY or ZZZ.
        component: 1 where 26 and TC divide it; 2 the professional, 3 the technical part by itself.
        bilateral: 0 never with 50, 1 in one line with 50, 2 both sides already, 3 either way.
        multiple: how several on one day are paid.
        assistant: 0 with documents, 1 never, 2 always.
        cosurgeons: as ``assistant`` for modifier 62.
        weight: total relative value in a facility, by which lines are put in order.
    """

    days: str
    component: str
    bilateral: str
    multiple: str
    assistant: str
    cosurgeons: str
    weight: Decimal

    @property
    def takes_50(self) -> bool:
        """Whether both sides are one line with modifier 50."""
        return self.bilateral in _BOTH_IN_ONE_LINE

    @property
    def has_global_period(self) -> bool:
        """Whether care around it is part of it."""
        return self.is_minor or self.is_major

    @property
    def is_minor(self) -> bool:
        """Whether the decision for it is part of it."""
        return self.days in _MINOR

    @property
    def is_major(self) -> bool:
        """Whether its global period begins the day before."""
        return self.days == "090"


NONE = Indicators("", "", "", "", "", "", Decimal(0))
"""What holds of a number that the fee schedule does not pay."""


def indicators_of(code: str) -> Indicators:
    """Return what the fee schedule says of the number; ``NONE`` for one it does not pay."""
    return _indicators().get(code, NONE)


@cache
def _indicators() -> dict[str, Indicators]:
    source = table("nosology.coding.services.catalogue", "indicators.tsv")
    return {
        row["code"]: Indicators(
            row["days"],
            row["component"],
            row["bilateral"],
            row["multiple"],
            row["assistant"],
            row["cosurgeons"],
            Decimal(row["weight"] or 0),
        )
        for row in rows(source, COLUMNS)
    }
