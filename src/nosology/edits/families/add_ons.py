"""Add-on services, which are paid only beside the service that they add to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from nosology.edits.groups import groups_of
from nosology.edits.rule import AMBULATORY, PROFESSIONAL, Hit, hit, rule
from nosology.edits.sessions import Session, sessions
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView, LineView
from nosology.model.claim import Claim, ClaimKind
from nosology.model.facts import AddOnFacts
from nosology.model.finding import Category, Severity
from nosology.model.tables import parts, rows, table

_NEEDS = ("ncci-add-on",)
_LISTED, _CONTRACTOR = 1, 2
# Hours of care by another of the group count on from the first hour.
_MORE_CRITICAL_CARE, _CRITICAL_CARE = "99292", "99291"
_OF_INFUSIONS = "addon_drug_admin"
_ONE_DAY = dt.timedelta(days=1)
_SEVERAL = "51"
_NOT_PAYABLE = frozenset({"GY", "GZ"})
_NO_PRIMARY = frozenset({"laboratory", "drug", "equipment"})


@cache
def _further() -> dict[str, AddOnFacts]:
    """Return the add-on services that the installed list may not have, read once."""
    source = table("nosology.edits.families", "add_ons_further.tsv")
    return {
        row["code"]: AddOnFacts(_LISTED, frozenset(parts(row["primaries"])))
        for row in rows(source, ("code", "primaries", "source"))
    }


def _facts(view: ClaimView, code: str, day: dt.date) -> AddOnFacts | None:
    return view.book.add_on(code, day) or _further().get(code)


def _add_ons(view: ClaimView) -> tuple[tuple[Session, LineView, AddOnFacts], ...]:
    """Return the add-on services of a claim with their sessions."""
    found = []
    for session in sessions(view):
        for line in session.lines:
            facts = _facts(view, line.code, session.day)
            if facts is not None:
                found.append((session, line, facts))
    return tuple(found)


def _accompanied(view: ClaimView, session: Session, line: LineView, facts: AddOnFacts) -> bool:
    """Return whether one of the listed services is billed that day by the same."""
    if not facts.primaries.isdisjoint(session.by_code):
        return True
    if session.past and any(item.code in facts.primaries for item in session.past):
        return True
    if view.kind is not ClaimKind.PROFESSIONAL:
        # An infusion may begin before midnight or on a claim of days, the rest on the day before.
        is_infusion = line.facts is not None and _OF_INFUSIONS in line.facts.flags
        return any(
            other.code in facts.primaries
            and (is_infusion or (other.day is not None and session.day - other.day == _ONE_DAY))
            for other in view.lines
        )
    return line.code == _MORE_CRITICAL_CARE and _has_first_hour(view, session)


def _gravity(view: ClaimView) -> Severity | None:
    """A warning on hospital claims that are paid by outpatient groups.

    There the add-on is packaged, and Medicare's outpatient editor does not ask for its primary.
    """
    is_grouped = view.kind is ClaimKind.OUTPATIENT and not view.claim.bill_type.startswith("085")
    return Severity.WARNING if is_grouped else None


def _has_first_hour(view: ClaimView, session: Session) -> bool:
    billing = view.claim.billing_provider.npi
    return any(
        line.code == _CRITICAL_CARE and line.day == session.day for line in view.lines
    ) or any(
        item.code == _CRITICAL_CARE and item.date == session.day and item.billing_npi == billing
        for item in view.history
    )


def _has_any_primary(view: ClaimView, session: Session) -> bool:
    """Return whether any service could be the primary one, as a contractor might decide."""
    return any(
        groups_of(code).isdisjoint(_NO_PRIMARY) and _facts(view, code, session.day) is None
        for code in session.codes
    )


@rule(
    "add-on-without-primary",
    category=Category.ADD_ON,
    severity=Severity.ERROR,
    authority=("ncci-add-ons", "ngs-add-ons"),
    kinds=AMBULATORY,
    needs=_NEEDS,
    message="Add-on {code} (line {line}) is billed without a service that it adds to on {day}.",
    remedy="Bill the primary service of the same practitioner and day ({some}), or take {code} "
    "off.",
    carc="107",
)
def without_primary(claim: ClaimView) -> Iterator[Hit]:
    """An add-on service of type 1 stands beside one of its listed primary services.

    Both are of one day and practitioner or facility; earlier claims of the day count. Further
    critical care counts on from the first hour of another of the group; what a facility did the
    day before counts too. Where outpatient groups are paid it is a warning.

    Why: an add-on service is never paid alone.
    """
    for session, line, facts in claim.once(_add_ons):
        if facts.type == _LISTED and not _accompanied(claim, session, line, facts):
            listed = sorted(facts.primaries)
            some = ", ".join(listed[:4]) + (" or another" if len(listed) > 4 else "")
            yield hit(line.number, line.code, some=some or "as listed", severity=_gravity(claim))


@rule(
    "add-on-without-any-primary",
    category=Category.ADD_ON,
    severity=Severity.WARNING,
    authority=("ncci-add-ons", "ngs-add-ons"),
    kinds=AMBULATORY,
    needs=_NEEDS,
    message="Add-on {code} (line {line}) is billed on {day} without any service that it could add "
    "to.",
    remedy="Bill the primary service of the same practitioner and day, or take {code} off.",
    carc="107",
)
def without_any(claim: ClaimView) -> Iterator[Hit]:
    """An add-on service of types 2 and 3 stands beside some service that could be its primary.

    The contractor decides which; tests, drugs and supplies are none. On a facility's bill one of
    type 3 stands beside a listed primary, and one of type 2 is not asked about.

    Why: an add-on service is never paid alone.
    """
    is_facility = claim.kind is not ClaimKind.PROFESSIONAL
    for session, line, facts in claim.once(_add_ons):
        if facts.type == _LISTED or (is_facility and facts.type == _CONTRACTOR):
            continue
        if not _accompanied(claim, session, line, facts) and (
            is_facility or not _has_any_primary(claim, session)
        ):
            yield hit(line.number, line.code)


@rule(
    "add-on-of-unpaid-primary",
    category=Category.ADD_ON,
    severity=Severity.WARNING,
    authority="ngs-add-ons",
    kinds=AMBULATORY,
    needs=_NEEDS,
    message="Add-on {code} (line {line}) adds to {primary}, which is not payable as it is billed.",
    remedy="Correct {primary}, or bill {code} with the same modifier GY or GZ.",
    carc="107",
)
def unpaid_primary(claim: ClaimView) -> Iterator[Hit]:
    """A primary service of an add-on is valid on the day and not billed as one that is not paid.

    Why: the add-on is denied with it.
    """
    for session, line, facts in claim.once(_add_ons):
        if facts.type != _LISTED or line.has_any(_NOT_PAYABLE):
            continue
        primaries = [item for item in session.lines if item.code in facts.primaries]
        if (
            primaries
            and not any(item.is_valid() and not item.has_any(_NOT_PAYABLE) for item in primaries)
            and not any(item.code in facts.primaries for item in session.past)
        ):
            yield hit(line.number, line.code, primaries[0].code, primary=primaries[0].code)


def _without_51(claim: ClaimView, found: Hit) -> Claim | None:
    lines = tuple(
        replace(line, modifiers=tuple(item for item in line.modifiers if item != _SEVERAL))
        if line.number == found.line
        else line
        for line in claim.claim.lines
    )
    return replace(claim.claim, lines=lines)


@rule(
    "add-on-with-51",
    category=Category.MODIFIER_INVALID,
    severity=Severity.ERROR,
    authority=("ncci-add-ons", "cms-100-04-12-40"),
    kinds=PROFESSIONAL,
    needs=_NEEDS,
    asks=Trait.MODIFIERS,
    message="Add-on {code} (line {line}) has modifier 51, from which add-on services are exempt.",
    remedy="Take modifier 51 off {code}.",
    carc="4",
    mend=_without_51,
)
def with_51(claim: ClaimView) -> Iterator[Hit]:
    """An add-on service does not bear modifier 51.

    Why: its fee is already that of a further procedure.
    """
    if _SEVERAL not in claim.modifiers:
        return
    for _, line, _ in claim.once(_add_ons):
        if _SEVERAL in line.modifiers:
            yield hit(line.number, line.code)
