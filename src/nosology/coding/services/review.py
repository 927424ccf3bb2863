"""Review: a claim's lines beside what the record supports, and what it supports unbilled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from nosology.coding.rules import because
from nosology.coding.services.modifiers.ranges import Numbers, numbers
from nosology.model.coding import Coding, Rationale, Service
from nosology.model.review import ClaimLine, Review, ReviewedLine, Verdict

_LEVELS: tuple[Numbers, ...] = tuple(
    map(
        numbers,
        (
            *("99202-99215", "99221-99223; 99234-99236", "99231-99233", "99238-99239"),
            *("99242-99245", "99252-99255", "99281-99285; 99291", "99304-99306", "99307-99310"),
            *("99341-99345; 99347-99350", "99381-99397", "G0402; G0438-G0439", "92002-92014"),
            *("99495-99496", "90832; 90834; 90837", "98000-98015"),
        ),
    )
)
"""Families of visits whose members differ by level: one stands for another of its family."""
_INCLUDING = frozenset({"edit-included", "catalogue-included"})
"""Rules by which a service says what it includes."""


def compare(lines: Sequence[ClaimLine], answer: Coding) -> Review:
    """Return what was billed without support, otherwise than supported, and what was missed.

    Args:
        lines: as billed.
        answer: what the record supports.
    """
    left = list(answer.services)
    found: dict[int, ReviewedLine] = {}
    for matches in (_is_same, _is_same_number, _is_same_family):
        for place, line in enumerate(lines):
            if place in found:
                continue
            service = next((item for item in left if matches(line, item)), None)
            if service is not None:
                left.remove(service)
                found[place] = _supported(line, service)
    reviewed = [
        found[place] if place in found else _unsupported(line, answer)
        for place, line in enumerate(lines)
    ]
    reviewed += [
        ReviewedLine(
            Verdict.MISSED,
            "The record supports it, and it was not billed.",
            service=item,
            evidence=item.evidence,
            rationale=(*item.rationale, because("review-missed")),
        )
        for item in left
    ]
    return Review(answer.id, tuple(reviewed), answer.version)


def _is_same(line: ClaimLine, service: Service) -> bool:
    return (
        line.code == service.code
        and set(line.modifiers) == set(service.modifiers)
        and line.units == Decimal(service.units)
    )


def _is_same_number(line: ClaimLine, service: Service) -> bool:
    return line.code == service.code


def _is_same_family(line: ClaimLine, service: Service) -> bool:
    return any(line.code in family and service.code in family for family in _LEVELS)


def _supported(line: ClaimLine, service: Service) -> ReviewedLine:
    differing = _differences(line, service)
    if not differing:
        verdict, text = Verdict.SUPPORTED, "The record supports it as billed."
        reasons: tuple[Rationale, ...] = service.rationale
    else:
        verdict, text = Verdict.DIFFERS, f"The record supports {'; '.join(differing)}."
        reasons = (*service.rationale, because("review-differs"))
    return ReviewedLine(verdict, text, line, service, service.evidence, reasons)


def _differences(line: ClaimLine, service: Service) -> list[str]:
    found = []
    if line.code != service.code:
        found.append(f"{service.code}, not {line.code}")
    if set(line.modifiers) != set(service.modifiers):
        wanted = " and ".join(service.modifiers) or "none"
        found.append(f"modifier {wanted}, not {' and '.join(line.modifiers) or 'none'}")
    if line.units != Decimal(service.units):
        found.append(f"{service.units} units, not {line.units}")
    return found


def _unsupported(line: ClaimLine, answer: Coding) -> ReviewedLine:
    """Return the line with what the record lacks for it, where it holds anything of it."""
    suggested = next(
        (
            item
            for item in answer.suggestions
            if isinstance(item, Service) and item.code == line.code
        ),
        None,
    )
    if suggested is not None:
        return ReviewedLine(
            Verdict.UNSUPPORTED,
            "The record tells of it, but not so that it may be billed.",
            line,
            None,
            suggested.evidence,
            (*suggested.rationale, because("review-unsupported")),
        )
    covering = next((item for item in answer.services if _covers(item, line.code)), None)
    if covering is not None:
        return ReviewedLine(
            Verdict.UNSUPPORTED,
            f"It is part of {covering.code}, which the record supports.",
            line,
            None,
            covering.evidence,
            (*covering.rationale, because("review-unsupported")),
        )
    return ReviewedLine(
        Verdict.UNSUPPORTED,
        "The record holds no words that support it.",
        line,
        rationale=(because("review-unsupported"),),
    )


def _covers(service: Service, code: str) -> bool:
    """Whether bundling said of the service that it includes the number."""
    return any(
        reason.rule in _INCLUDING and code in re.findall(r"\w+", reason.text)
        for reason in service.rationale
    )
