"""What Medicare's outpatient editor asks of a bill as a whole before it looks at its lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from nosology.edits.view import ClaimView, LineView

HOSPITAL = frozenset({"12", "13"})
"""Bills of a hospital's own patients, as inpatients under Part B and as outpatients."""
PROSPECTIVE = frozenset({"12", "13", "14"})
"""Bills that the outpatient prospective payment system pays."""
CRITICAL_ACCESS = "85"
COMPREHENSIVE = "J1"
SIGNIFICANT = "T"
_PROFESSIONAL_FEES = ("0960", "0989")


@dataclass(frozen=True, slots=True)
class Visit:
    """A facility's bill for an outpatient.

    Attributes:
        bill: facility and kind of care, the two digits behind the leading zero of the bill type.
        flags: of all services, by the outpatient editor; ``statuses`` their status indicators.
        days: the lines of each day, those without a service code too.
    """

    bill: str
    flags: frozenset[str]
    statuses: frozenset[str]
    days: dict[dt.date, tuple[LineView, ...]]

    @property
    def is_prospective(self) -> bool:
        """Whether the outpatient prospective payment system pays it."""
        return self.bill in PROSPECTIVE

    @property
    def is_hospital(self) -> bool:
        """Whether it is of a hospital's own patients."""
        return self.bill in HOSPITAL

    @property
    def is_comprehensive(self) -> bool:
        """Whether a service on it pays for everything else."""
        return COMPREHENSIVE in self.statuses


def visit(claim: ClaimView) -> Visit:
    """Return the bill as the outpatient editor reads it; rules share what is made once."""
    return claim.once(_visit)


def flagged(claim: ClaimView, flag: str) -> Iterator[LineView]:
    """Yield the lines whose service bears a flag of the outpatient editor."""
    if flag in visit(claim).flags:
        for line in claim.lines:
            if line.facts is not None and flag in line.facts.flags:
                yield line


def status(line: LineView) -> str:
    """Return the status indicator of a line's service; empty where none is known."""
    return "" if line.facts is None else line.facts.status_indicator


def is_of_practitioner(line: LineView) -> bool:
    """Return whether a facility bills a practitioner by the line (revenue codes 096x to 098x)."""
    first, last = _PROFESSIONAL_FEES
    return first <= line.line.revenue_code <= last


def _visit(claim: ClaimView) -> Visit:
    flags: set[str] = set()
    statuses: set[str] = set()
    days: dict[dt.date, list[LineView]] = {}
    for line in claim.lines:
        if line.facts is not None:
            flags |= line.facts.flags
            statuses.add(line.facts.status_indicator)
        if line.day is not None:
            days.setdefault(line.day, []).append(line)
    return Visit(
        claim.claim.bill_type[1:3],
        frozenset(flags),
        frozenset(statuses),
        {day: tuple(lines) for day, lines in days.items()},
    )
