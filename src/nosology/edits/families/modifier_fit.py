"""Modifiers on services that they are not for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from nosology.edits.groups import groups, lies_in, span
from nosology.edits.rule import ICD_10, Hit, hit, rule
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView
from nosology.model.claim import ClaimKind
from nosology.model.errors import MalformedRow
from nosology.model.finding import Category, Severity
from nosology.model.tables import Row, parts, rows, table

COLUMNS = ("modifiers", "only", "never", "kinds", "severity", "since", "remedy", "source")
_PROFESSIONAL, _FACILITY, _SURGERY_CENTER = "professional", "facility", "surgery-center"
_IN_SURGERY_CENTER = "24"


@dataclass(frozen=True, slots=True)
class Fit:
    """What services a modifier is for: some alone, or all but some; none where both are empty."""

    only: tuple[tuple[str, str], ...]
    never: tuple[tuple[str, str], ...]
    kind: str
    severity: Severity
    since: dt.date
    remedy: str

    def takes(self, code: str) -> bool:
        """Return whether the modifier is for the service."""
        if self.only:
            return lies_in(code, self.only)
        return bool(self.never) and not lies_in(code, self.never)


def _spans(row: Row, column: str) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for item in parts(row[column]):
        if not item.startswith("@"):
            found.append(span(item))
        elif item[1:] in groups():
            found += groups()[item[1:]]
        else:
            raise MalformedRow(row.file, row.line, column, f"{item!r} is no group")
    return tuple(found)


@cache
def fits() -> dict[str, tuple[Fit, ...]]:
    """Return what each modifier is for, read once.

    Raises:
        MalformedRow: when a row names a group that there is not.
    """
    found: dict[str, tuple[Fit, ...]] = {}
    for row in rows(table("nosology.edits.families", "modifier_fit.tsv"), COLUMNS):
        fit = Fit(
            _spans(row, "only"),
            _spans(row, "never"),
            row["kinds"],
            Severity(row["severity"]),
            dt.date.fromisoformat(row["since"]) if row["since"] else ICD_10,
            row["remedy"],
        )
        for modifier in parts(row["modifiers"]):
            found[modifier] = (*found.get(modifier, ()), fit)
    return found


@lru_cache(maxsize=16384)
def _misfit(modifier: str, code: str, kind: str) -> Fit | None:
    """Return what says that the modifier is not for the service; None where nothing does."""
    return next(
        (fit for fit in fits().get(modifier, ()) if fit.kind in ("", kind) and not fit.takes(code)),
        None,
    )


@rule(
    "modifier-not-for-service",
    category=Category.MODIFIER_INVALID,
    severity=Severity.ERROR,
    authority=("cms-100-04-12-40", "mln-distinct", "ncci-modifiers"),
    asks=Trait.MODIFIERS,
    message="Modifier {modifier} is not for {code} (line {line}).",
    remedy="Correct the modifier or the service. {mend}.",
    carc="4",
)
def misfit(claim: ClaimView) -> Iterator[Hit]:
    """Each modifier is for the kind of service that bears it.

    The table modifier_fit.tsv says of each modifier which services it is for (as 91 for tests of
    a laboratory) or not for (as 25 for procedures), with how surely it is denied and the source.

    Why: a modifier that cannot be true of a service returns the line.
    """
    kind = _PROFESSIONAL if claim.kind is ClaimKind.PROFESSIONAL else _FACILITY
    for line in claim.lines:
        if not line.modifiers or not line.code:
            continue
        # A surgery center bills on the professional form, with the modifiers of a facility.
        is_center = kind == _PROFESSIONAL and line.line.place_of_service == _IN_SURGERY_CENTER
        for modifier in line.modifiers:
            found = _misfit(modifier, line.code, _SURGERY_CENTER if is_center else kind)
            if found is not None and (line.day is None or found.since <= line.day):
                yield hit(
                    line.number,
                    line.code,
                    severity=None if found.severity is Severity.ERROR else found.severity,
                    modifier=modifier,
                    mend=found.remedy,
                )
