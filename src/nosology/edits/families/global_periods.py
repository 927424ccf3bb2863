"""Care that the fee of an operation holds: the day before it, and 10 or 90 days after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from nosology.edits.groups import groups_of
from nosology.edits.payers import less_beyond_medicare
from nosology.edits.rule import PROFESSIONAL, Hit, hit, rule
from nosology.edits.sessions import Who, who_renders
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView, LineView
from nosology.model.finding import Category, Override, Severity

_DAYS_AFTER = {"010": 10, "090": 90}
_MAJOR = "090"
_OPERATIONS = frozenset({"000", "010", "090"})
# On the operation: given by one who has not the care after it, or not done.
_WITHOUT_CARE_AFTER = frozenset({"53", "55", "56", "73", "80", "81", "82", "AS"})
_VISIT_OF_ITS_OWN = frozenset({"24", "25", "57", "79", "FT"})
_DECISION = frozenset({"24", "25", "57", "FT"})
_RETURN = frozenset({"58", "78", "79"})
_AFTER_ALONE, _OPERATION_ALONE = "55", "54"
_NEEDS = ("mpfs|fee-indicators",)
_A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Operation:
    """A procedure with care after it.

    Attributes:
        line: 0 where it is of an earlier claim.
        days: of care after the day of the operation.
    """

    code: str
    day: dt.date
    days: int
    modifiers: tuple[str, ...]
    who: Who
    line: int
    shown: str

    @property
    def is_major(self) -> bool:
        """Whether the day before it is held too."""
        return self.days == _DAYS_AFTER[_MAJOR]

    @property
    def gives_care_after(self) -> bool:
        """Whether who did it has the care after it."""
        return _WITHOUT_CARE_AFTER.isdisjoint(self.modifiers)


def _period(line: LineView) -> str:
    facts = line.facts
    return "" if facts is None or facts.fee is None else facts.fee.global_days


def _operations(view: ClaimView) -> tuple[_Operation, ...]:
    """Return the operations with care after them on the claim and on earlier ones."""
    found = []
    for line in view.lines:
        days = _DAYS_AFTER.get(_period(line))
        if days is not None and line.day is not None:
            found.append(
                _Operation(
                    *(line.code, line.day, days, line.modifiers, who_renders(view, line)),
                    *(line.number, f"line {line.number}"),
                )
            )
    for past in view.history:
        if past.is_facility:
            continue
        fee = view.book.service(past.code, past.date).fee
        days = _DAYS_AFTER.get(fee.global_days) if fee is not None else None
        if days is not None:
            who = Who(past.npi, past.billing_npi, past.specialty, is_facility=False)
            shown = f"line {past.number} of claim {past.claim}"
            found.append(_Operation(past.code, past.date, days, past.modifiers, who, 0, shown))
    return tuple(found)


def _is_same(view: ClaimView, line: LineView, operation: _Operation) -> bool:
    who = who_renders(view, line)
    other = operation.who
    # A claim whose practitioner has no number is of one.
    if operation.line and not who.npi and not other.npi:
        return True
    return who.is_one_with(other.npi, other.billing_npi, other.specialty)


def _visits(view: ClaimView, spared: frozenset[str]) -> Iterator[LineView]:
    for line in view.in_group("global-visit"):
        if not line.has_any(spared):
            yield line


@rule(
    "visit-with-major-surgery",
    category=Category.GLOBAL_PERIOD,
    severity=Severity.ERROR,
    authority=("cms-100-04-12-40", "mln-global-surgery"),
    kinds=PROFESSIONAL,
    needs=_NEEDS,
    when=("global-visit",),
    message="Visit {code} (line {line}) is on the day of {operation} ({where}) or the day before, "
    "which its fee holds.",
    remedy="Drop the visit; where it was decided to operate then, add modifier 57 to {code}.",
    carc="97",
    override=Override.MODIFIER,
)
def with_major_surgery(claim: ClaimView) -> Iterator[Hit]:
    """A visit of the surgeon on the day of major surgery or the day before bears modifier 57.

    Major surgery has a global period of 90 days. Modifiers 24, 25 and FT, for care that has
    nothing to do with it, are let pass.

    Why: the fee of the operation holds these visits, but for the one at which it was decided on.
    """
    operations = claim.once(_operations)
    if not operations:
        return
    for line in _visits(claim, _DECISION):
        for one in operations:
            if (
                one.is_major
                and line.day is not None
                and one.day - _A_DAY <= line.day <= one.day
                and one.gives_care_after
                and _is_same(claim, line, one)
            ):
                yield hit(
                    line.number,
                    line.code,
                    one.code,
                    operation=one.code,
                    where=one.shown,
                    severity=less_beyond_medicare(claim),
                )
                break


@rule(
    "visit-in-global-period",
    category=Category.GLOBAL_PERIOD,
    severity=Severity.ERROR,
    authority=("cms-100-04-12-40", "mln-global-surgery"),
    kinds=PROFESSIONAL,
    needs=_NEEDS,
    when=("global-visit",),
    message="Visit {code} (line {line}, {day}) is within the {days} days after {operation} of "
    "{when} ({where}), which its fee holds.",
    remedy="Take the visit off (99024 keeps it for the record); where it was for something else, "
    "add modifier 24 to {code}.",
    carc="97",
    override=Override.MODIFIER,
)
def visit_after(claim: ClaimView) -> Iterator[Hit]:
    """A visit of the surgeon in the 10 or 90 days after an operation bears modifier 24.

    Practitioners of one group and specialty count as one. Modifiers 25, 57, 79 and FT pass too.
    Operations are looked for on the claim and on the patient's earlier ones.

    Why: the fee of the operation holds the visits after it.
    """
    operations = claim.once(_operations)
    if not operations:
        return
    for line in _visits(claim, _VISIT_OF_ITS_OWN):
        for one in operations:
            if (
                line.day is not None
                and one.day < line.day <= one.day + one.days * _A_DAY
                and one.gives_care_after
                and _OPERATION_ALONE not in one.modifiers
                and _is_same(claim, line, one)
            ):
                yield hit(
                    line.number,
                    line.code,
                    one.code,
                    days=one.days,
                    operation=one.code,
                    when=one.day,
                    where=one.shown,
                    severity=less_beyond_medicare(claim),
                )
                break


@rule(
    "procedure-in-global-period",
    asks=Trait.COMPANY,
    category=Category.GLOBAL_PERIOD,
    severity=Severity.ERROR,
    authority=("cms-100-04-12-40", "mln-global-surgery"),
    kinds=PROFESSIONAL,
    needs=_NEEDS,
    message="{code} (line {line}, {day}) is within the {days} days after {operation} of {when} "
    "({where}) and does not tell how it stands to it.",
    remedy="Add 58 (planned or more extensive), 78 (back to the operating room for a complication) "
    "or 79 (unrelated), as the record says.",
    carc="97",
    override=Override.MODIFIER,
)
def procedure_after(claim: ClaimView) -> Iterator[Hit]:
    """A procedure of the surgeon in the 10 or 90 days after another bears 58, 78 or 79.

    Procedures are services with a global period of 0, 10 or 90 days; assistants and care that was
    handed over (54, 55) are let pass.

    Why: without one of them the payer takes it for care after the first operation.
    """
    operations = claim.once(_operations)
    if not operations:
        return
    for line in claim.lines:
        if _period(line) not in _OPERATIONS or line.has_any(_RETURN):
            continue
        if line.has_any(_WITHOUT_CARE_AFTER) or "visit" in groups_of(line.code):
            continue
        for one in operations:
            if (
                line.day is not None
                and one.day < line.day <= one.day + one.days * _A_DAY
                and one.gives_care_after
                and _is_same(claim, line, one)
            ):
                yield hit(
                    line.number,
                    line.code,
                    one.code,
                    days=one.days,
                    operation=one.code,
                    when=one.day,
                    where=one.shown,
                    severity=less_beyond_medicare(claim),
                )
                break


@rule(
    "care-after-surgery-paid-twice",
    category=Category.GLOBAL_PERIOD,
    severity=Severity.WARNING,
    authority=("cms-100-04-12-40", "mln-global-surgery"),
    kinds=PROFESSIONAL,
    needs=_NEEDS,
    asks=Trait.MODIFIERS,
    message="Line {line} bills the care after {code} (modifier 55), and {where} bills the whole "
    "operation.",
    remedy="The surgeon who hands the care over bills with modifier 54; correct that line, or take "
    "this one off.",
    carc="97",
)
def care_twice(claim: ClaimView) -> Iterator[Hit]:
    """Where another bills the care after an operation (55), the surgeon bills it with 54.

    Why: the whole fee and its part after the operation cannot both be paid.
    """
    if _AFTER_ALONE not in claim.modifiers:
        return
    for line in claim.lines:
        if _AFTER_ALONE not in line.modifiers or line.day is None:
            continue
        for one in claim.once(_operations):
            if (
                one.code == line.code
                and one.line != line.number
                and one.day <= line.day <= one.day + one.days * _A_DAY
                and one.gives_care_after
                and _OPERATION_ALONE not in one.modifiers
            ):
                yield hit(line.number, line.code, where=one.shown)
                break
