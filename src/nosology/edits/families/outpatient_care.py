"""Outpatient services that go with another: observation, trauma, transplants, skin, training."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.edits.hospital_visits import CRITICAL_ACCESS, flagged, is_of_practitioner, visit
from nosology.edits.rule import MEDICARE, OUTPATIENT, Hit, hit, rule
from nosology.edits.view import ClaimView, LineView
from nosology.model.finding import Category, Severity

_NEEDS = ("outpatient-code-editor",)
_OBSERVATION_ROOM = "0762"
_TRAUMA_RESPONSE = "068"
_STEM_CELLS = "0815"
_CELL_THERAPY = frozenset({"0870", "0871", "0872", "0873"})
_APPLICATIONS = {
    "skin_substitute_sg_hi": "skin_substitute_hi",
    "skin_substitute_sg_lo": "skin_substitute_lo",
    "skin_substitute_application_procedure": "S1",
}
"""By the flag of the procedures, the flag of the products, or their status indicator."""
_OF_OUTPATIENTS = frozenset({"13", CRITICAL_ACCESS})
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
    if visit(claim).bill in _OF_OUTPATIENTS:
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
    if visit(claim).bill in _OF_OUTPATIENTS:
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
        lacks_code = all(
            line.line.revenue_code and not line.line.revenue_code.startswith(_TRAUMA_RESPONSE)
            for line in lines
        )
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
        line.line.revenue_code not in ("", _STEM_CELLS) for line in claim.lines
    ):
        for line in flagged(claim, "allogeneic_transplant"):
            yield hit(line.number, line.code)


@rule(
    "skin-substitute-missing",
    category=Category.ADD_ON,
    severity=Severity.ERROR,
    authority="ioce-87",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="{code} (line {line}) puts on a skin substitute, and none is billed on {day}.",
    remedy="Bill the product that was put on, of the price group of the procedure's code.",
    carc="107",
)
def skin_substitute(claim: ClaimView) -> Iterator[Hit]:
    """The application of a skin substitute stands beside the product of its day.

    Until 2025 the codes for costly products (15271 to 15278) go with one of those, and those for
    cheap ones (C5271 to C5278) with one of these; since 2026 any product goes with 15271 to 15278.

    Why: the claim is returned.
    """
    found = visit(claim)
    if found.bill not in _OF_OUTPATIENTS or found.flags.isdisjoint(_APPLICATIONS):
        return
    for lines in found.days.values():
        if found.bill == CRITICAL_ACCESS and any(is_of_practitioner(line) for line in lines):
            continue
        for line in lines:
            if line.facts is None:
                continue
            for flag, product in _APPLICATIONS.items():
                if flag in line.facts.flags and not _has_product(lines, product):
                    yield hit(line.number, line.code)


def _has_product(lines: tuple[LineView, ...], product: str) -> bool:
    return any(
        line.facts is not None
        and (product in line.facts.flags or product == line.facts.status_indicator)
        for line in lines
    )


@rule(
    "step-of-cell-therapy",
    category=Category.BUNDLED,
    severity=Severity.WARNING,
    authority="ioce-111",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="Line {line} bills a step of making a cell therapy ({what}), which is paid with it.",
    remedy="Leave it for information only; expect no payment of its own.",
    carc="97",
)
def cell_therapy(claim: ClaimView) -> Iterator[Hit]:
    """Steps of making a cell therapy (38225 to 38227, revenue codes 0870 to 0873) are told.

    Why: the line is rejected; the payment for the product covers them.
    """
    if visit(claim).bill not in _OF_OUTPATIENTS:
        return
    for line in flagged(claim, "bundled_in_biological"):
        yield hit(line.number, line.code, what=line.code)
    for line in claim.lines:
        if not line.code and line.line.revenue_code in _CELL_THERAPY:
            yield hit(line.number, what=f"revenue code {line.line.revenue_code}")


@rule(
    "training-alone",
    category=Category.ADD_ON,
    severity=Severity.ERROR,
    authority="ioce-35",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    needs=_NEEDS,
    message="{code} (line {line}) is training for mental health, and nothing else is of {day}.",
    remedy="Add the services of the day that the training was part of.",
    carc="107",
)
def training(claim: ClaimView) -> Iterator[Hit]:
    """Education and training for mental health stand beside another service of their day.

    Why: the claim is returned.
    """
    found = visit(claim)
    if "educational" not in found.flags or found.bill != "13":
        return
    for lines in found.days.values():
        if all(line.facts is not None and "educational" in line.facts.flags for line in lines):
            for line in lines:
                yield hit(line.number, line.code)
