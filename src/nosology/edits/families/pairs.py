"""Pairs of services that are not paid together on one day (NCCI procedure-to-procedure edits)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache

from nosology.edits.groups import groups_of
from nosology.edits.history import PastLine
from nosology.edits.payers import less_beyond_ncci
from nosology.edits.rule import OUTPATIENT, PROFESSIONAL, Hit, hit, rule
from nosology.edits.sessions import Session, sessions
from nosology.edits.view import ClaimView, LineView
from nosology.model.claim import ClaimKind
from nosology.model.edits import Pair
from nosology.model.facts import PairSetting
from nosology.model.finding import Category, Override, Severity
from nosology.model.tables import parts, rows, table

# From when 59 and the X modifiers open a pair from the first code too (CMS change request 11168).
_EITHER_CODE = dt.date(2019, 7, 1)
# Rural health clinics and federally qualified health centers, which the outpatient editor does not
# ask for pairs.
_WITHOUT_PAIRS = ("071", "077")
_NEEDS = {
    "practitioner": ("ncci-ptp-practitioner|ncci-ptp-hospital",),
    "hospital": ("ncci-ptp-hospital",),
}


class _Standing(Enum):
    """How a pair stands on a claim."""

    NEVER = "no modifier opens it"
    CLOSED = "no modifier opens it yet"
    CLOSED_VISIT = "the second is a visit, and no modifier opens the pair yet"
    SAME_SITE = "opened by modifiers that name one site for both"


@dataclass(frozen=True, slots=True)
class _Met:
    """A pair of which both services are billed, and the line that is reported."""

    pair: Pair
    standing: _Standing
    line: LineView
    beside: str


@cache
def _openers() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return all modifiers that open a pair, those that name a site, and the distinct ones."""
    kinds: dict[str, set[str]] = {}
    source = table("nosology.edits.families", "pair_modifiers.tsv")
    for row in rows(source, ("modifiers", "kind", "source")):
        kinds.setdefault(row["kind"], set()).update(parts(row["modifiers"]))
    every = frozenset().union(*kinds.values())
    return every, frozenset(kinds["site"]), frozenset(kinds["distinct"])


def _met(view: ClaimView) -> tuple[_Met, ...]:
    """Return the pairs that stand against the claim; the engine asks for them once a claim."""
    setting: PairSetting = "practitioner" if view.kind is ClaimKind.PROFESSIONAL else "hospital"
    found: list[_Met] = []
    if view.claim.bill_type.startswith(_WITHOUT_PAIRS):
        return ()
    for session in sessions(view):
        for pair in view.book.pairs_among(tuple(session.by_code), session.day, setting):
            if pair.indicator < 2:
                found += _within(session, pair)
        if session.past and setting == "practitioner":
            found += _with_earlier(view, session, setting)
    return tuple(found)


def _within(session: Session, pair: Pair) -> Iterator[_Met]:
    first_lines = session.by_code[pair.column1]
    for line in session.by_code[pair.column2]:
        for first in first_lines:
            standing = _standing(pair, first.modifiers, line, session.day)
            if standing is not None:
                yield _Met(pair, standing, line, f"line {first.number}")
                break


def _with_earlier(view: ClaimView, session: Session, setting: PairSetting) -> Iterator[_Met]:
    earlier: dict[str, PastLine] = {}
    for past in session.past:
        earlier.setdefault(past.code, past)
    for code, lines in session.by_code.items():
        for past in earlier.values():
            if past.code == code:
                continue
            pair = view.book.pair(code, past.code, session.day, setting)
            if pair is None or pair.indicator > 1:
                continue
            beside = f"line {past.number} of claim {past.claim}"
            for line in lines:
                standing = _standing(pair, past.modifiers, line, session.day)
                if standing is not None:
                    yield _Met(pair, standing, line, beside)


def _standing(pair: Pair, other: tuple[str, ...], line: LineView, day: dt.date) -> _Standing | None:
    """Return how a pair stands between a line and another; None where it is open."""
    if pair.indicator == 0:
        return _Standing.NEVER
    every, site, distinct = _openers()
    own = every.intersection(line.modifiers)
    others = every.intersection(other)
    if day < _EITHER_CODE:
        # Then the distinct ones counted on the second code alone.
        if line.code == pair.column2:
            others -= distinct
        else:
            own -= distinct
    if not own and not others:
        is_visit = line.code == pair.column2 and "visit" in groups_of(line.code)
        return _Standing.CLOSED_VISIT if is_visit else _Standing.CLOSED
    if own and own == others and own <= site:
        return _Standing.SAME_SITE
    return None


def _is_major_with_visit(view: ClaimView, met: _Met) -> bool:
    """Return whether it is a visit beside major surgery, of which the global period tells.

    The hospital's part of surgery has no such period.
    """
    if view.kind is not ClaimKind.PROFESSIONAL:
        return False
    fee = view.book.service(met.pair.column1, met.line.day or view.known_day).fee
    return fee is not None and fee.global_days == "090"


def _hits(view: ClaimView, standing: _Standing) -> Iterator[Hit]:
    for met in view.once(_met):
        if met.standing is standing:
            if standing is _Standing.CLOSED_VISIT and _is_major_with_visit(view, met):
                continue
            pair = met.pair
            yield hit(
                met.line.number,
                pair.column1,
                pair.column2,
                severity=less_beyond_ncci(view),
                first=pair.column1,
                second=pair.column2,
                beside=met.beside,
                edition=pair.release,
            )


def _list(setting: PairSetting, prefix: str) -> None:
    """List the rules about the pairs of practitioners, or of hospitals."""
    kinds = PROFESSIONAL if setting == "practitioner" else OUTPATIENT
    needs = _NEEDS[setting]

    @rule(
        f"{prefix}pair-never-paid-together",
        category=Category.PTP,
        severity=Severity.ERROR,
        authority=("ncci-pairs", "ncci-modifiers"),
        kinds=kinds,
        needs=needs,
        message="{second} is part of {first} ({beside}); no modifier lets both be paid on {day} "
        "(pairs of {edition}).",
        remedy="Bill only {first}, or correct the code that does not say what was done.",
        carc="236",
        override=Override.NONE,
    )
    def never(claim: ClaimView) -> Iterator[Hit]:
        """Two services of one day by one practitioner or facility are no pair with indicator 0.

        Earlier claims of the day by the same practitioner count too. Payers other than Medicare
        and Medicaid mostly follow: a warning there.

        Why: the second service of such a pair is never paid beside the first.
        """
        return _hits(claim, _Standing.NEVER)

    @rule(
        f"{prefix}pair-without-modifier",
        category=Category.PTP,
        severity=Severity.ERROR,
        authority=("ncci-pairs", "ncci-modifiers", "cr-11168"),
        kinds=kinds,
        needs=needs,
        message="{second} is part of {first} ({beside}) on {day} unless a modifier says that it "
        "was apart (pairs of {edition}).",
        remedy="Bill only {first}; where the record shows another site, session or lesion, add the "
        "modifier that says so (XE, XS, XP, XU, 59 or a side) to {second}.",
        carc="236",
        override=Override.MODIFIER,
    )
    def closed(claim: ClaimView) -> Iterator[Hit]:
        """Two services that are a pair with indicator 1 bear a modifier that tells them apart.

        The modifier may stand on either code since July 1, 2019; before, 59 and the X modifiers
        counted on the second alone.

        Why: without it the second service is denied as part of the first.
        """
        return _hits(claim, _Standing.CLOSED)

    @rule(
        f"{prefix}visit-in-pair-without-modifier",
        category=Category.PTP,
        severity=Severity.ERROR,
        authority=("ncci-pairs", "ncci-visits"),
        kinds=kinds,
        needs=needs,
        message="Visit {second} is part of {first} ({beside}) on {day} unless it was significant "
        "and of its own (pairs of {edition}).",
        remedy="Drop the visit; where the record shows work beyond that of {first}, add modifier "
        "25 to {second}.",
        carc="236",
        override=Override.MODIFIER,
    )
    def visit(claim: ClaimView) -> Iterator[Hit]:
        """A visit that is the second of a pair with indicator 1 bears a modifier such as 25.

        A visit beside major surgery is told of by the rules of the global period.

        Why: the decision for a procedure, and looking the patient over before it, are paid with
        the procedure.
        """
        return _hits(claim, _Standing.CLOSED_VISIT)

    @rule(
        f"{prefix}pair-opened-by-one-site",
        category=Category.PTP,
        severity=Severity.WARNING,
        authority="ncci-modifiers",
        kinds=kinds,
        needs=needs,
        message="{first} ({beside}) and {second} are a pair, and their modifiers name the same "
        "site (pairs of {edition}).",
        remedy="Bill only {first}, or name the sites where they were two.",
        carc="236",
        override=Override.DOCUMENTATION,
    )
    def one_site(claim: ClaimView) -> Iterator[Hit]:
        """The modifiers of sites that open a pair name two sites, not one.

        Why: a pair may be paid where the services were at different sites; the same side or finger
        on both says that they were not.
        """
        return _hits(claim, _Standing.SAME_SITE)


_list("practitioner", "")
_list("hospital", "hospital-")
