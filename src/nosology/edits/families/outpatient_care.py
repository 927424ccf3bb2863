"""Outpatient services that go with another: observation, trauma response, transplants."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.edits.hospital_visits import CRITICAL_ACCESS, flagged, visit
from nosology.edits.rule import MEDICARE, OUTPATIENT, Hit, hit, rule
from nosology.edits.view import ClaimView, LineView
from nosology.model.finding import Category, Severity

_NEEDS = ("outpatient-code-editor",)
_OBSERVATION_ROOM = "0762"
_TRAUMA_RESPONSE = "068"
_STEM_CELLS = "0815"
_OBSERVING = frozenset({"13", CRITICAL_ACCESS})
_IN_HOSPITAL = frozenset({"12", "13", CRITICAL_ACCESS})


def _missing(lines: tuple[LineView, ...], flag: str) -> bool:
    return not any(line.facts is not None and flag in line.facts.flags for line in lines)


@rule(
    "observation-under-other-code",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority="ioce-44",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Line {line} bills {code} under revenue code 0762, which is for observation.",
    remedy="Bill hours of observation by G0378; put other services under their own revenue code.",
    carc="16",
)
def observation_room(claim: ClaimView) -> Iterator[Hit]:
    """Revenue code 0762 holds the codes of observation alone (G0378, G0379).

    Why: the claim is returned.
    """
    if visit(claim).bill in _OBSERVING:
        for line in claim.lines:
            if (
                line.line.revenue_code == _OBSERVATION_ROOM
                and line.facts is not None
                and "observation" not in line.facts.flags
            ):
                yield hit(line.number, line.code)


@rule(
    "observation-hours-on-two-lines",
    category=Category.DUPLICATE_SERVICE,
    severity=Severity.ERROR,
    authority=("ioce-51", "cms-100-04-4-290"),
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Line {line} bills hours of observation again ({code}); line {other} has them.",
    remedy="Bill all hours of an observation on one line, with the day on which it began.",
    carc="97",
)
def observation_twice(claim: ClaimView) -> Iterator[Hit]:
    """Hours of observation stand on one line of a bill.

    Why: the second line is rejected; an observation past midnight counts for the day it began.
    """
    if visit(claim).bill in _OBSERVING:
        first = None
        for line in flagged(claim, "observation_hourly"):
            if first is not None:
                yield hit(line.number, line.code, other=first.number)
            first = first or line


@rule(
    "direct-referral-without-observation",
    category=Category.ADD_ON,
    severity=Severity.ERROR,
    authority=("ioce-58", "cms-100-04-4-290"),
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Line {line} bills a direct referral to observation ({code}) without its hours.",
    remedy="Add the hours of observation (G0378) of the same day.",
    carc="107",
)
def referral_alone(claim: ClaimView) -> Iterator[Hit]:
    """A direct referral to observation stands beside hours of observation of its day.

    Why: the claim is returned.
    """
    found = visit(claim)
    if "observation_direct_admit" not in found.flags or found.bill not in _IN_HOSPITAL:
        return
    for lines in found.days.values():
        if _missing(lines, "observation_hourly"):
            for line in lines:
                if line.facts is not None and "observation_direct_admit" in line.facts.flags:
                    yield hit(line.number, line.code)


@rule(
    "trauma-response-alone",
    category=Category.ADD_ON,
    severity=Severity.ERROR,
    authority="ioce-76",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Line {line} bills a trauma response ({code}) without {lacking}.",
    remedy="Bill critical care of the same day (99291), and the response under 068x.",
    carc="107",
)
def trauma(claim: ClaimView) -> Iterator[Hit]:
    """A trauma response stands under revenue code 068x beside critical care of its day.

    Why: the line is rejected.
    """
    found = visit(claim)
    if "trauma_revenue_code" not in found.flags or found.bill not in _IN_HOSPITAL:
        return
    for lines in found.days.values():
        lacks_care = _missing(lines, "trauma_critical_care")
        lacks_code = not any(line.line.revenue_code.startswith(_TRAUMA_RESPONSE) for line in lines)
        if not (lacks_care or lacks_code):
            continue
        lacking = "critical care on the day" if lacks_care else "revenue code 068x"
        for line in lines:
            if line.facts is not None and "trauma_revenue_code" in line.facts.flags:
                yield hit(line.number, line.code, lacking=lacking)


@rule(
    "cornea-without-transplant",
    category=Category.ADD_ON,
    severity=Severity.ERROR,
    authority="ioce-93",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Line {line} bills corneal tissue ({code}), and no transplant is of {day}.",
    remedy="Bill the transplant that the tissue was for.",
    carc="107",
)
def cornea(claim: ClaimView) -> Iterator[Hit]:
    """Processing of corneal tissue stands beside a covered transplant of the cornea of its day.

    Why: the line is denied.
    """
    found = visit(claim)
    if "cornea_tissue_processing" not in found.flags or found.bill not in _IN_HOSPITAL:
        return
    for lines in found.days.values():
        covered = tuple(
            line
            for line in lines
            if line.facts is not None and "non_covered" not in line.facts.flags
        )
        if _missing(covered, "cornea_transplant"):
            for line in lines:
                if line.facts is not None and "cornea_tissue_processing" in line.facts.flags:
                    yield hit(line.number, line.code)


@rule(
    "stem-cells-without-acquisition",
    category=Category.ADD_ON,
    severity=Severity.ERROR,
    authority="ioce-100",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Line {line} bills a transplant of a donor's cells ({code}) without revenue code 0815.",
    remedy="Add a line of revenue code 0815 with the charges for getting the cells.",
    carc="16",
)
def stem_cells(claim: ClaimView) -> Iterator[Hit]:
    """A transplant of a donor's stem cells stands beside a line of revenue code 0815.

    Why: the claim is returned; the cells are reported there since 2017.
    """
    if visit(claim).bill in _IN_HOSPITAL and all(
        line.line.revenue_code != _STEM_CELLS for line in claim.lines
    ):
        for line in flagged(claim, "allogeneic_transplant"):
            yield hit(line.number, line.code)
