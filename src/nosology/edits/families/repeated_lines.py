"""Services that are billed twice, on a claim or on two."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from nosology.edits.rule import PROFESSIONAL, Hit, hit, rule
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView, LineView
from nosology.model.claim import Claim, Line
from nosology.model.finding import Category, Override, Severity

_REPEATS = frozenset({"25", "27", "58", "59", "76", "77", "78", "79", "91", "XE", "XP", "XS", "XU"})
"""Modifiers that say that a service was done apart from another, or again."""


def _is_repeated(claim: ClaimView) -> bool:
    """Return whether two lines have the same code."""
    return len({line.code for line in claim.lines}) < len(claim.lines)


def _same(line: Line) -> tuple[object, ...]:
    """What two lines share of which one is the other over again."""
    return (
        line.code,
        line.revenue_code,
        line.date,
        line.end_date,
        line.modifiers,
        line.units,
        line.place_of_service,
        line.charge,
        line.diagnoses,
        line.ndc,
        line.rendering_provider,
    )


def _without(claim: ClaimView, found: Hit) -> Claim | None:
    lines = [line for line in claim.claim.lines if line.number != found.line]
    total = claim.claim.total_charge
    dropped = next((line for line in claim.claim.lines if line.number == found.line), None)
    if dropped is None or (total is not None and dropped.charge is None):
        return None
    if total is not None and dropped.charge is not None:
        total -= dropped.charge
    numbered = tuple(replace(line, number=place) for place, line in enumerate(lines, start=1))
    return replace(claim.claim, lines=numbered, total_charge=total)


@rule(
    "line-twice",
    asks=Trait.SEVERAL_LINES,
    category=Category.DUPLICATE_SERVICE,
    severity=Severity.ERROR,
    authority="cms-100-04-1-120",
    kinds=PROFESSIONAL,
    message="Line {line} ({code}) is the same as line {first}.",
    remedy="Drop line {line}; where it was done again, add the units or the modifier that says so.",
    carc="18",
    override=Override.MODIFIER,
    mend=_without,
)
def line_twice(claim: ClaimView) -> Iterator[Hit]:
    """No two lines of a professional claim are the same in everything, without a modifier for it.

    Why: the second is denied as an exact duplicate.
    """
    if not _is_repeated(claim):
        return
    seen: dict[tuple[object, ...], LineView] = {}
    for line in claim.lines:
        if not line.code or line.has_any(_REPEATS):
            continue
        first = seen.setdefault(_same(line.line), line)
        if first is not line:
            yield hit(line.number, line.code, first=first.number)


@rule(
    "service-twice-on-a-day",
    asks=Trait.SEVERAL_LINES,
    category=Category.DUPLICATE_SERVICE,
    severity=Severity.WARNING,
    authority=("cms-100-04-1-120", "ncci-manual-1"),
    kinds=PROFESSIONAL,
    message="Line {line} bills {code} of {day} again, as line {first} does.",
    remedy="Make it one line with the units of both, or say by a modifier why it was done again.",
    carc="18",
    override=Override.MODIFIER,
)
def service_twice_on_a_day(claim: ClaimView) -> Iterator[Hit]:
    """A service with the same modifiers of the same day and practitioner stands on one line only.

    Lines that are the same in everything are told by ``line-twice``.

    Why: the second line is taken for a duplicate unless its units are on the first, or a modifier
    says that it was done again or apart.
    """
    if not _is_repeated(claim):
        return
    seen: dict[tuple[object, ...], LineView] = {}
    for line in claim.lines:
        if not line.code or line.has_any(_REPEATS):
            continue
        key = (
            line.code,
            line.line.date,
            frozenset(line.modifiers),
            line.line.ndc,
            claim.renders(line.line).npi,
        )
        first = seen.setdefault(key, line)
        if first is not line and _same(first.line) != _same(line.line):
            yield hit(line.number, line.code, first=first.number)


@rule(
    "service-billed-before",
    asks=Trait.HISTORY,
    category=Category.DUPLICATE_SERVICE,
    severity=Severity.ERROR,
    authority="cms-100-04-1-120",
    since=dt.date(2015, 10, 1),
    message="Line {line} bills {code} of {day} again; claim {earlier} has it.",
    remedy="Drop it; or send it as a replacement of that claim, or with the modifier for a repeat.",
    carc="18",
    override=Override.MODIFIER,
)
def service_billed_before(claim: ClaimView) -> Iterator[Hit]:
    """A service that an earlier claim has, of the same day and practitioner, is not billed again.

    Asked where earlier claims of the patient were given. The same code, modifiers, day, biller and
    form make it the same; a claim that replaces the earlier one is not held against it.

    Why: the second claim is denied as a duplicate, and repeated ones look like abuse.
    """
    if not claim.history:
        return
    is_facility = claim.kind not in PROFESSIONAL
    earlier = {
        (past.code, past.date, past.modifiers, past.npi): past.claim
        for past in claim.history
        if past.is_facility == is_facility and past.claim != claim.claim.id
    }
    for line in claim.lines:
        if not line.code or line.has_any(_REPEATS) or line.line.date is None:
            continue
        npi = claim.renders(line.line).npi or claim.claim.billing_provider.npi
        found = earlier.get((line.code, line.line.date, line.modifiers, npi))
        if found is not None:
            yield hit(line.number, line.code, earlier=found)
