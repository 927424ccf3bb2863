"""The type of bill of the institutional form: missing, malformed, or one that there is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from nosology.edits.rule import FACILITY, PROFESSIONAL, VERSION_5010, Hit, hit, rule
from nosology.edits.view import ClaimView
from nosology.model.finding import Category, Severity
from nosology.model.tables import rows, table

COLUMNS = ("form", "means", "since", "until", "source")
FREQUENCY_COLUMNS = ("frequency", "means", "source")
_PACKAGE = "nosology.edits.families"
_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Form:
    """A facility and kind of care, and the days between which it may be billed."""

    means: str
    since: dt.date
    until: dt.date

    def holds(self, on: dt.date | None) -> bool:
        """Return whether it may be billed on the day; so where no day is told."""
        return on is None or self.since <= on <= self.until


@cache
def forms() -> dict[str, Form]:
    """Return the kinds of bills by facility and kind of care, read once."""
    return {
        row["form"]: Form(
            row["means"],
            dt.date.fromisoformat(row["since"]) if row["since"] else dt.date.min,
            dt.date.fromisoformat(row["until"]) if row["until"] else dt.date.max,
        )
        for row in rows(table(_PACKAGE, "bill_types.tsv"), COLUMNS)
    }


@cache
def frequencies() -> frozenset[str]:
    """Return the characters that tell which bill of an episode it is, read once."""
    listed = rows(table(_PACKAGE, "bill_frequencies.tsv"), FREQUENCY_COLUMNS)
    return frozenset(row["frequency"] for row in listed)


def _is_formed(bill_type: str) -> bool:
    return (
        len(bill_type) == _LENGTH
        and bill_type.isascii()
        and bill_type.isalnum()
        and bill_type[0] == "0"
    )


@rule(
    "bill-type-missing",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("nubc-bill-type", "x12-837i-clm"),
    since=VERSION_5010,
    kinds=FACILITY,
    needs_day=False,
    message="The claim has no type of bill.",
    remedy="Give its four characters, such as 0131 for a hospital's outpatient.",
    carc="16",
)
def missing(claim: ClaimView) -> Iterator[Hit]:
    """A facility's claim has a type of bill.

    Why: it decides which edits and prices are asked; a claim without one is returned.
    """
    if not claim.claim.bill_type:
        yield hit()


@rule(
    "bill-type-malformed",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("nubc-bill-type", "x12-837i-clm"),
    since=VERSION_5010,
    kinds=FACILITY,
    needs_day=False,
    message="The type of bill {bill_type!r} is not a zero and three characters.",
    remedy="Write it with its leading zero, such as 0131.",
    carc="16",
)
def malformed(claim: ClaimView) -> Iterator[Hit]:
    """A type of bill is a zero, facility, kind of care and frequency.

    Why: what is read at another place than it stands at is another bill.
    """
    bill_type = claim.claim.bill_type
    if bill_type and not _is_formed(bill_type):
        yield hit(bill_type=bill_type)


@rule(
    "bill-type-unknown",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority="nubc-bill-type",
    kinds=FACILITY,
    needs_day=False,
    message="There is no type of bill {bill_type}: {form} is no facility and kind of care.",
    remedy="Give the second and third characters of the facility and the care, such as 13.",
    carc="16",
)
def unknown(claim: ClaimView) -> Iterator[Hit]:
    """The second and third characters of a type of bill are of a facility and its kind of care.

    The table bill_types.tsv lists them.

    Why: a claim with another type of bill is returned.
    """
    bill_type = claim.claim.bill_type
    if _is_formed(bill_type):
        form = forms().get(bill_type[1:3])
        if form is None or not form.holds(claim.day):
            yield hit(bill_type=bill_type, form=bill_type[1:3])


@rule(
    "bill-frequency-unknown",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority="nubc-bill-type",
    kinds=FACILITY,
    needs_day=False,
    message="The type of bill {bill_type} ends with {frequency!r}, which is no frequency.",
    remedy="End it with 1 for a whole episode, 7 to replace an earlier bill, 8 to void one.",
    carc="16",
)
def unknown_frequency(claim: ClaimView) -> Iterator[Hit]:
    """The last character of a type of bill tells which bill of the episode it is.

    The table bill_frequencies.tsv lists them.

    Why: a claim with another frequency is returned.
    """
    bill_type = claim.claim.bill_type
    if _is_formed(bill_type) and bill_type[3] not in frequencies():
        yield hit(bill_type=bill_type, frequency=bill_type[3])


@rule(
    "bill-type-on-professional-claim",
    category=Category.SYNTAX,
    severity=Severity.ADVISORY,
    authority="nubc-bill-type",
    kinds=PROFESSIONAL,
    needs_day=False,
    message="A professional claim has no type of bill, and this one gives {bill_type}.",
    remedy="Take it off, or send the claim on the institutional form.",
)
def on_professional(claim: ClaimView) -> Iterator[Hit]:
    """A professional claim gives no type of bill.

    Why: the form has no place for it; the claim may be meant for the other form.
    """
    if claim.claim.bill_type:
        yield hit(bill_type=claim.claim.bill_type)
