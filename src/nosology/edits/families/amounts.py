"""Charges: told, readable, and in balance with the total."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from nosology.edits.rule import PROFESSIONAL, VERSION_5010, Hit, hit, rule
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView
from nosology.model.finding import Category, Severity

_CENT = Decimal("0.01")
_NOTHING = Decimal(0)


@rule(
    "charge-missing",
    category=Category.BALANCE,
    severity=Severity.ERROR,
    authority="x12-837p",
    since=VERSION_5010,
    kinds=PROFESSIONAL,
    needs_day=False,
    message="{which} has no charge.",
    remedy="Give the charge; 0.00 where nothing is charged.",
    carc="16",
)
def charge_missing(claim: ClaimView) -> Iterator[Hit]:
    """Each line of a professional claim tells its charge.

    Where no line does they are perhaps added later: one advisory for the claim.

    Why: the transaction has no place for a line without an amount.
    """
    lacking = [line for line in claim.lines if line.line.charge is None]
    if not lacking:
        return
    unread = {flaw.line for flaw in claim.claim.flaws if flaw.field == "charge"}
    if len(lacking) == len(claim.lines) and not unread:
        yield hit(severity=Severity.ADVISORY, which="The claim")
        return
    for line in lacking:
        if line.number not in unread:
            yield hit(line.number, line.code, which=f"Line {line.number} ({line.code})")


@rule(
    "charge-negative",
    category=Category.BALANCE,
    severity=Severity.ERROR,
    authority=("x12-837p", "x12-837i"),
    since=VERSION_5010,
    needs_day=False,
    message="Line {line} charges {charge}, less than nothing.",
    remedy="Correct the charge; take a line back with a replacement claim.",
    carc="16",
)
def charge_negative(claim: ClaimView) -> Iterator[Hit]:
    """No line charges less than nothing.

    Why: payers reject negative charges; credits are made by replacing the claim.
    """
    for line in claim.lines:
        charge = line.line.charge
        if charge is not None and charge < _NOTHING:
            yield hit(line.number, *line.codes, charge=charge)


@rule(
    "charge-in-parts-of-a-cent",
    category=Category.BALANCE,
    severity=Severity.ERROR,
    authority=("x12-837p", "x12-837i"),
    since=VERSION_5010,
    needs_day=False,
    message="Line {line} charges {charge}, which is not whole cents.",
    remedy="Round the charge to cents.",
    carc="16",
)
def charge_in_parts_of_a_cent(claim: ClaimView) -> Iterator[Hit]:
    """Charges are in whole cents.

    Why: the transaction takes two decimals.
    """
    for line in claim.lines:
        charge = line.line.charge
        if charge is not None and charge % _CENT:
            yield hit(line.number, *line.codes, charge=charge)


@rule(
    "total-out-of-balance",
    asks=Trait.TOTAL_CHARGE,
    category=Category.BALANCE,
    severity=Severity.ERROR,
    authority=("x12-837p", "x12-837i"),
    since=VERSION_5010,
    needs_day=False,
    message="The total is {total}, the lines add up to {sum}.",
    remedy="Correct the total or the line that is wrong.",
    carc="16",
)
def total_out_of_balance(claim: ClaimView) -> Iterator[Hit]:
    """The total charge is the sum of the charges of the lines.

    Asked where the claim tells a total and every line a charge. The line of revenue code 0001,
    which repeats the total on paper, is left out.

    Why: a claim out of balance is rejected before it reaches the payer.
    """
    total = claim.claim.total_charge
    if total is None or not claim.lines:
        return
    charges = [line.line.charge for line in claim.lines if line.line.revenue_code != "0001"]
    told = [charge for charge in charges if charge is not None]
    if len(told) == len(charges) and sum(told, _NOTHING) != total:
        yield hit(total=total, sum=sum(told, _NOTHING))
