"""Services that are paid once in a time, in the light of earlier claims."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from nosology.edits.groups import groups_of, lies_in, span
from nosology.edits.history import PastLine
from nosology.edits.rule import PROFESSIONAL, Hit, hit, rule
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView, LineView
from nosology.model.dates import years_from
from nosology.model.errors import MalformedRow
from nosology.model.finding import Category, Override, Severity
from nosology.model.tables import Row, parts, rows, table

COLUMNS = ("name", "codes", "within", "payers", "unless", "since", "says", "source")
_LIFETIME, _MONTH, _DAYS, _FULL_MONTHS = "lifetime", "month", " days", " full months"
_NOT_DONE = frozenset({"53", "73"})
"""A service that was broken off is not held against the next."""
_YEARS_OF_A_NEW_PATIENT = 3


@dataclass(frozen=True, slots=True)
class Limit:
    """A service that is paid once within a time.

    Attributes:
        within: ``lifetime``, ``month``, ``n days`` or ``n full months``.
    """

    name: str
    spans: tuple[tuple[str, str], ...]
    within: str
    payers: frozenset[str]
    unless: frozenset[str]
    since: dt.date
    says: str

    def holds(self, code: str) -> bool:
        """Return whether the code counts as the service."""
        return lies_in(code, self.spans)

    def next_day(self, last: dt.date) -> dt.date | None:
        """Return the first day on which it is paid again; None for never."""
        if self.within == _LIFETIME:
            return None
        if self.within.endswith(_DAYS):
            return last + dt.timedelta(days=int(self.within.removesuffix(_DAYS)))
        months = 1
        if self.within.endswith(_FULL_MONTHS):
            # So many whole months lie between the month of the last and that of the next.
            months = int(self.within.removesuffix(_FULL_MONTHS)) + 1
        month = last.year * 12 + last.month - 1 + months
        return dt.date(month // 12, month % 12 + 1, 1)


@cache
def limits() -> tuple[Limit, ...]:
    """Return the limits of frequency.tsv, read once.

    Raises:
        MalformedRow: when a cell is not of its column's form.
    """
    source = table("nosology.edits.families", "frequency.tsv")
    return tuple(_limit(row) for row in rows(source, COLUMNS))


def _limit(row: Row) -> Limit:
    within = row["within"]
    count = within.removesuffix(_DAYS).removesuffix(_FULL_MONTHS)
    if within not in {_LIFETIME, _MONTH} and not count.isdigit():
        raise MalformedRow(row.file, row.line, "within", f"is {within!r}")
    try:
        since = dt.date.fromisoformat(row["since"])
    except ValueError:
        raise MalformedRow(row.file, row.line, "since", "must be a date") from None
    return Limit(
        row["name"],
        tuple(span(item) for item in parts(row["codes"])),
        within,
        frozenset(parts(row["payers"])),
        frozenset(parts(row["unless"])),
        since,
        row["says"],
    )


@lru_cache(maxsize=16384)
def _limits_of(code: str) -> tuple[Limit, ...]:
    return tuple(limit for limit in limits() if limit.holds(code))


def _earlier(claim: ClaimView, line: LineView, limit: Limit) -> Iterator[tuple[dt.date, str]]:
    """Yield the days on which the service was done before, and where it was billed."""
    day = line.day
    if day is None:
        return
    for past in claim.history:
        if past.date <= day and limit.holds(past.code) and _NOT_DONE.isdisjoint(past.modifiers):
            # Both parts of one service, as of a hospital and a practitioner, are not two.
            if past.date == day and past.code == line.code:
                continue
            yield past.date, f"claim {past.claim}"
    for other in claim.lines:
        if other.number < line.number and other.day is not None and limit.holds(other.code):
            if other.day == day and other.code == line.code:
                continue
            yield other.day, f"line {other.number}"


def _limited(claim: ClaimView, *, for_life: bool) -> Iterator[Hit]:
    if not claim.history and len(claim.lines) < 2:
        return
    payer = claim.payer.value if claim.payer else ""
    for line in claim.lines:
        if line.day is None:
            continue
        for limit in _limits_of(line.code):
            if payer not in limit.payers or line.day < limit.since or line.has_any(limit.unless):
                continue
            if (limit.within == _LIFETIME) is not for_life:
                continue
            for before, where in _earlier(claim, line, limit):
                again = limit.next_day(before)
                if again is None or line.day < again:
                    yield hit(
                        line.number,
                        line.code,
                        what=limit.says,
                        before=before,
                        where=where,
                        again=again,
                    )
                    break


@rule(
    "once-in-a-lifetime",
    asks=Trait.COMPANY,
    category=Category.FREQUENCY,
    severity=Severity.ERROR,
    authority=("cms-100-04-18", "single-organ"),
    message="{what} is paid once in a life; {where} has it on {before}.",
    remedy="Drop line {line}, or correct the code.",
    carc="149",
)
def once_in_a_lifetime(claim: ClaimView) -> Iterator[Hit]:
    """A service that is paid once in a life is not on an earlier claim of the patient.

    The services are those of ``frequency.tsv``: visits and screenings that Medicare pays once, and
    the removal of an organ that there is once.

    Why: the second is denied, and the removal of what is not there is taken for fraud.
    """
    yield from _limited(claim, for_life=True)


@rule(
    "too-soon-again",
    asks=Trait.COMPANY,
    category=Category.FREQUENCY,
    severity=Severity.ERROR,
    authority=("cms-100-04-18", "cms-100-02-15"),
    message="{what} was on {before} ({where}); it is paid again from {again}.",
    remedy="Do it from that day on; a patient who wants it sooner signs a notice first (GA).",
    carc="119",
    override=Override.DOCUMENTATION,
)
def too_soon_again(claim: ClaimView) -> Iterator[Hit]:
    """A service that is paid once in a time is not repeated before the time has passed.

    The services and times are those of ``frequency.tsv``. Where the time is told in full months,
    it begins with the month after the last service.

    Why: the payer counts, and denies what comes too soon.
    """
    yield from _limited(claim, for_life=False)


@rule(
    "new-patient-seen-before",
    asks=Trait.HISTORY,
    category=Category.FREQUENCY,
    severity=Severity.ERROR,
    authority=("cpt-evaluation-management", "cms-100-04-12-30-6-7"),
    kinds=PROFESSIONAL,
    when=("new-patient-visit",),
    message="Line {line} ({code}) is for a new patient; claim {where} has a service of {before}.",
    remedy="Bill the visit of an established patient that the record supports.",
    carc="B16",
)
def new_patient_seen_before(claim: ClaimView) -> Iterator[Hit]:
    """A new patient has had no professional service of the same practitioner in three years.

    Nor of another of the same specialty in the same group, told by the billing NPI. Services that
    are not face to face, such as tests, are left out.

    Why: payers compare with their own files and deny the visit or pay it as an established one.
    """
    if not claim.history:
        return
    biller = claim.claim.billing_provider
    for line in claim.in_group("new-patient-visit"):
        if line.day is None:
            continue
        renders = claim.renders(line.line)
        npi = renders.npi or biller.npi
        specialty = renders.specialty or biller.specialty
        first = years_from(line.day, -_YEARS_OF_A_NEW_PATIENT)
        for past in claim.history:
            if first < past.date < line.day and _saw(past, npi, biller.npi, specialty):
                yield hit(line.number, line.code, before=past.date, where=past.claim)
                break


def _saw(past: PastLine, npi: str, billing_npi: str, specialty: str) -> bool:
    if past.is_facility or not _is_face_to_face(past.code):
        return False
    if npi and past.npi == npi:
        return True
    return bool(specialty) and past.billing_npi == billing_npi and past.specialty == specialty


def _is_face_to_face(code: str) -> bool:
    """Return whether a code is a visit or a procedure rather than a test or a supply."""
    return not groups_of(code).isdisjoint({"visit", "surgery"})
