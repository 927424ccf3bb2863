"""Modifiers as such: whether each exists, on what day, how many stand on a line, in what order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache

from nosology.edits.rule import EVERY_KIND, Hit, hit, rule
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView
from nosology.model.claim import Claim
from nosology.model.finding import Category, Severity
from nosology.model.tables import parts, rows, table

_MOST = 4
# Of CPT Category II, which the outpatient editor does not read.
_OF_QUALITY_MEASURES = frozenset({"1P", "2P", "3P", "8P"})
# First letter where the ride began, second where it ended (CMS Pub. 100-04 ch. 15 s. 30 A).
_RIDE = frozenset("DEGHIJNPRSX")


def _is_of_a_ride(modifier: str, code: str) -> bool:
    return code[:2] == "A0" and len(modifier) == 2 and _RIDE.issuperset(modifier)


@rule(
    "modifier-unknown",
    category=Category.MODIFIER_INVALID,
    severity=Severity.ERROR,
    authority=("x12-837p-modifiers", "hcpcs-modifiers"),
    kinds=EVERY_KIND,
    needs=("outpatient-code-editor",),
    asks=Trait.MODIFIERS,
    message="Modifier {modifier} of line {line} ({code}) is in no code set.",
    remedy="Correct the modifier, or take it off.",
    carc="4",
)
def unknown(claim: ClaimView) -> Iterator[Hit]:
    """Each modifier is one of CPT or HCPCS Level II; on an ambulance line, or the ride's letters.

    Why: only modifiers of these code sets may stand on a claim; another returns it.
    """
    for line in claim.lines:
        if not line.modifiers or line.day is None:
            continue
        for modifier in line.modifiers:
            if (
                claim.book.modifier(modifier, line.day) is None
                and modifier not in _OF_QUALITY_MEASURES
                and not _is_of_a_ride(modifier, line.code)
            ):
                yield hit(line.number, line.code, modifier=modifier)


@rule(
    "modifier-not-valid-on-day",
    category=Category.MODIFIER_INVALID,
    severity=Severity.ERROR,
    authority=("x12-837p-modifiers", "hcpcs-modifiers"),
    kinds=EVERY_KIND,
    needs=("outpatient-code-editor",),
    asks=Trait.MODIFIERS,
    message="Modifier {modifier} of line {line} ({code}) was not valid on {day}.",
    remedy="Use the modifier that was valid on the day of service, or none.",
    carc="182",
)
def not_valid(claim: ClaimView) -> Iterator[Hit]:
    """Each modifier was valid on the day of service.

    Why: modifiers are added and ended with the quarters; a claim is judged by its day of service.
    """
    for line in claim.lines:
        if not line.modifiers or line.day is None:
            continue
        for modifier in line.modifiers:
            known = claim.book.modifier(modifier, line.day)
            if (
                known is not None
                and not known.is_valid(line.day)
                and not _is_of_a_ride(modifier, line.code)
            ):
                yield hit(line.number, line.code, modifier=modifier)


@rule(
    "modifiers-more-than-four",
    category=Category.MODIFIER_INVALID,
    severity=Severity.ERROR,
    authority="x12-837p-modifiers",
    asks=Trait.MODIFIERS,
    message="Line {line} ({code}) has {count} modifiers; a line holds four.",
    remedy="Keep the four that decide payment; 99 in the last place says that there are more.",
    carc="4",
    needs_day=False,
)
def too_many(claim: ClaimView) -> Iterator[Hit]:
    """A line has at most four modifiers.

    Why: the forms have room for four; what is more is cut off, or returns the claim.
    """
    for line in claim.lines:
        if len(line.modifiers) > _MOST:
            yield hit(line.number, line.code, count=len(line.modifiers))


def _once_each(claim: ClaimView, found: Hit) -> Claim | None:
    lines = tuple(
        replace(line, modifiers=tuple(dict.fromkeys(line.modifiers)))
        if line.number == found.line
        else line
        for line in claim.claim.lines
    )
    return replace(claim.claim, lines=lines)


@rule(
    "modifier-twice-on-line",
    category=Category.MODIFIER_INVALID,
    severity=Severity.ERROR,
    authority="x12-837p-modifiers",
    asks=Trait.MODIFIERS,
    message="Line {line} ({code}) bears modifier {modifier} twice.",
    remedy="Keep modifier {modifier} once.",
    carc="4",
    needs_day=False,
    mend=_once_each,
)
def twice(claim: ClaimView) -> Iterator[Hit]:
    """No line bears a modifier twice.

    Why: the second says nothing, and payers return the line for the combination.
    """
    for line in claim.lines:
        told = line.modifiers
        if len(told) > 1 and len(set(told)) < len(told):
            again = next(item for item in told if told.count(item) > 1)
            yield hit(line.number, line.code, modifier=again)


@cache
def _ranks() -> dict[str, int]:
    found: dict[str, int] = {}
    source = table("nosology.edits.families", "modifier_order.tsv")
    for row in rows(source, ("rank", "modifiers", "source")):
        found |= dict.fromkeys(parts(row["modifiers"]), int(row["rank"]))
    return found


@lru_cache(maxsize=4096)
def _misplaced(modifiers: tuple[str, ...]) -> tuple[str, str] | None:
    """Return a modifier of the price and the one that stands before it and only informs."""
    ranked = [(_ranks()[item], item) for item in modifiers if item in _ranks()]
    for place, (rank, later) in enumerate(ranked):
        for before, earlier in ranked[:place]:
            if rank == 1 and before > rank:
                return later, earlier
    return None


@rule(
    "modifier-order",
    category=Category.MODIFIER_INVALID,
    severity=Severity.ADVISORY,
    authority="cms-100-04-12-40",
    asks=Trait.MODIFIERS,
    message="On line {line} ({code}) modifier {second} stands before {first}, which decides the "
    "price.",
    remedy="Put {first} first.",
    needs_day=False,
)
def order(claim: ClaimView) -> Iterator[Hit]:
    """Modifiers that decide the price stand before those that only inform.

    Why: some payers read the first modifier alone when they price the line.
    """
    for line in claim.lines:
        if len(line.modifiers) > 1:
            found = _misplaced(line.modifiers)
            if found is not None:
                yield hit(line.number, line.code, first=found[0], second=found[1])
