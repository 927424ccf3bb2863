"""Reading back what the editors of Medicare say of a code on a day.

Every function takes the store's ``rows``, which answers a query, and a day as yyyymmdd. Where the
store does not hold what is asked for, the answer is empty rather than an error: a caller that must
know tells it by ``release`` rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nosology.codesets.release import Rows
from nosology.model.code import System

_HOLDS = "valid_from <= ? AND (valid_to IS NULL OR valid_to >= ?)"


@dataclass(frozen=True, slots=True)
class OutpatientFacts:
    """What the Integrated Outpatient Code Editor says of a procedure code.

    Attributes:
        status_indicator: how the outpatient prospective payment system treats it.
        apc: the ambulatory payment classification; empty for none.
        lowest_age: in years; None for no limit.
        approved: first day of payment, yyyymmdd, where it lies within a quarter.
        terminated: last day, yyyymmdd, where it lies within a quarter.
        mid_quarter_edit: number of the edit that days outside of these meet.
        flags: the editor's own names, such as ``bilateral_conditional``.
    """

    code: str
    status_indicator: str
    payment_indicator: int
    apc: str
    lowest_age: int | None
    highest_age: int | None
    approved: int | None
    terminated: int | None
    mid_quarter_edit: int | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutpatientDiagnosis:
    """What the Integrated Outpatient Code Editor says of a diagnosis."""

    code: str
    lowest_age: int | None
    highest_age: int | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RevenueCode:
    """A revenue code: four digits, how it is paid without a procedure code, and flags."""

    revenue_code: str
    status_indicator: str
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AgeRange:
    """The ages, in years and inclusive, that an attribute such as ``maternity`` means."""

    attribute: str
    lowest: int
    highest: int


def editor_flags(rows: Rows, system: System, code: str, day: int) -> tuple[str, ...]:
    """Return what the Medicare Code Editor says of an ICD-10 code; names as in its table."""
    found = rows(
        f"SELECT attributes FROM editor_attribute WHERE system = ? AND code = ? AND {_HOLDS}"
        " ORDER BY release DESC LIMIT 1",
        system.value,
        code,
        day,
        day,
    )
    return _parted(found[0][0]) if found else ()


def editor_ages(rows: Rows, day: int) -> dict[str, AgeRange]:
    """Return the ages that attributes of codes mean on the day, by attribute."""
    found = rows(
        f"SELECT attribute, lowest_age, highest_age FROM editor_age WHERE {_HOLDS}"
        " ORDER BY release",
        day,
        day,
    )
    return {row[0]: AgeRange(*row) for row in found}


def outpatient_facts(rows: Rows, code: str, day: int) -> OutpatientFacts | None:
    """Return what the outpatient editor says of an HCPCS or CPT code; None for nothing."""
    found = rows(
        "SELECT code, status_indicator, payment_indicator, apc, lowest_age, highest_age, approved,"
        " terminated, mid_quarter_edit, flags FROM outpatient_procedure"
        f" WHERE code = ? AND {_HOLDS} ORDER BY release DESC LIMIT 1",
        code,
        day,
        day,
    )
    return OutpatientFacts(*_with_flags(found[0])) if found else None


def outpatient_diagnosis(rows: Rows, code: str, day: int) -> OutpatientDiagnosis | None:
    """Return what the outpatient editor says of a diagnosis; None for nothing."""
    found = rows(
        "SELECT code, lowest_age, highest_age, flags FROM outpatient_diagnosis"
        f" WHERE code = ? AND {_HOLDS} ORDER BY release DESC LIMIT 1",
        code,
        day,
        day,
    )
    return OutpatientDiagnosis(*_with_flags(found[0])) if found else None


def revenue_code(rows: Rows, code: str, day: int) -> RevenueCode | None:
    """Return a revenue code, given with four digits; None where it is not valid on the day."""
    found = rows(
        "SELECT revenue_code, status_indicator, flags FROM revenue_code"
        f" WHERE revenue_code = ? AND {_HOLDS} ORDER BY release DESC LIMIT 1",
        code,
        day,
        day,
    )
    return RevenueCode(*_with_flags(found[0])) if found else None


def successors(rows: Rows, system: System, code: str, after: int, until: int) -> tuple[str, ...]:
    """Return the codes that CMS gave in place of one, from a day after the first to the second.

    A successor says the same as the code or a part of it; of several the record must decide.
    """
    found = rows(
        "SELECT DISTINCT successor FROM code_successor WHERE system = ? AND code = ?"
        " AND effective > ? AND effective <= ? ORDER BY successor",
        system.value,
        code,
        after,
        until,
    )
    return tuple(successor for (successor,) in found)


def group_title(rows: Rows, kind: str, number: int, version: int) -> str | None:
    """Return the title of an MS-DRG (``drg``) or major diagnostic category (``mdc``).

    Args:
        rows: answers a query.
        kind: ``drg`` or ``mdc``.
        number: of the group.
        version: of the grouper times ten: 431 for version 43.1.
    """
    found = rows(
        "SELECT title FROM inpatient_group WHERE kind = ? AND number = ?"
        " AND first_version <= ? AND last_version >= ? ORDER BY release DESC LIMIT 1",
        kind,
        number,
        version,
        version,
    )
    return str(found[0][0]) if found else None


def _with_flags(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a row whose last column holds names of flags, these parted."""
    return *row[:-1], _parted(row[-1])


def _parted(names: str) -> tuple[str, ...]:
    return tuple(names.split(",")) if names else ()
