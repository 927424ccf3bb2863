"""Services before the day, within a quarter, from which Medicare takes them, or after the last."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.edits.rule import MEDICARE, OUTPATIENT, Hit, hit, rule
from nosology.edits.view import ClaimView
from nosology.model.finding import Category, Severity

_NEEDS = ("outpatient-code-editor",)
# Numbers of the editor's edits.
_APPROVAL, _COVERAGE, _COVERAGE_ENDED, _MARKETING, _RECOMMENDATION = 67, 68, 83, 110, 136
_PERIODS = frozenset({69, 134})


def _before(claim: ClaimView, edit: int) -> Iterator[Hit]:
    for line in claim.lines:
        facts, day = line.facts, line.day
        if (
            facts is not None
            and facts.period_edit == edit
            and facts.approved is not None
            and day is not None
            and day < facts.approved
        ):
            yield hit(line.number, line.code, first=facts.approved)


@rule(
    "service-before-approval",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority="ioce-67",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="{code} (line {line}) was approved by the FDA on {first}, after {day}.",
    remedy="Correct the date of service, or take the line off.",
    carc="96",
)
def before_approval(claim: ClaimView) -> Iterator[Hit]:
    """No service is billed for a day before the Food and Drug Administration approved it.

    Why: the line is denied.
    """
    yield from _before(claim, _APPROVAL)


@rule(
    "service-before-coverage",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority="ioce-68",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Medicare covers {code} (line {line}) from {first}, not yet on {day}.",
    remedy="Correct the date of service, or take the line off.",
    carc="96",
)
def before_coverage(claim: ClaimView) -> Iterator[Hit]:
    """No service is billed for a day before a national determination covers it.

    Why: the line is denied.
    """
    yield from _before(claim, _COVERAGE)


@rule(
    "service-before-marketing",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority="ioce-110",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="{code} (line {line}) came on the market on {first}, after {day}.",
    remedy="Correct the date of service, or bill the product that was given.",
    carc="96",
)
def before_marketing(claim: ClaimView) -> Iterator[Hit]:
    """No product is billed for a day before it was first sold.

    Why: the line is rejected.
    """
    yield from _before(claim, _MARKETING)


@rule(
    "vaccine-before-recommendation",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority="ioce-136",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="{code} (line {line}) is recommended from {first}, not yet on {day}.",
    remedy="Correct the date of service, or take the line off.",
    carc="96",
)
def before_recommendation(claim: ClaimView) -> Iterator[Hit]:
    """No vaccine is billed for a day before the advisory committee's recommendation.

    Why: the line is rejected.
    """
    yield from _before(claim, _RECOMMENDATION)


@rule(
    "service-after-coverage",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority="ioce-83",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Medicare covered {code} (line {line}) until {last}, no longer on {day}.",
    remedy="Correct the date of service, or take the line off.",
    carc="96",
)
def after_coverage(claim: ClaimView) -> Iterator[Hit]:
    """No service is billed for a day after the end of its national coverage.

    Why: the line is denied.
    """
    for line in claim.lines:
        facts, day = line.facts, line.day
        if (
            facts is not None
            and facts.period_edit == _COVERAGE_ENDED
            and facts.terminated is not None
            and day is not None
            and day > facts.terminated
        ):
            yield hit(line.number, line.code, last=facts.terminated)


@rule(
    "service-outside-coverage-period",
    category=Category.NON_COVERED,
    severity=Severity.ERROR,
    authority="ioce-69",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Medicare does not take {code} (line {line}) on {day}: {period}.",
    remedy="Correct the date of service, or bill the code of that day.",
    carc="96",
)
def outside_period(claim: ClaimView) -> Iterator[Hit]:
    """No service is billed for a day outside of the period in which Medicare takes it.

    Why: the line is denied.
    """
    for line in claim.lines:
        facts, day = line.facts, line.day
        if facts is None or facts.period_edit not in _PERIODS or day is None:
            continue
        if facts.approved is not None and day < facts.approved:
            yield hit(line.number, line.code, period=f"it does from {facts.approved}")
        elif facts.terminated is not None and day > facts.terminated:
            yield hit(line.number, line.code, period=f"it did until {facts.terminated}")
