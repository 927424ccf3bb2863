"""The list of diagnoses as such: repetitions, and how many a claim has room for."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.edits.reorder import without_repeats
from nosology.edits.rule import FACILITY, PROFESSIONAL, Hit, hit, rule
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView
from nosology.model.claim import Claim, ClaimKind
from nosology.model.code import dotted
from nosology.model.finding import Category, Severity

_MOST_PROFESSIONAL = 12
_MOST_FACILITY = 25
_MOST_EXTERNAL_CAUSES = 12
_MOST_REASONS = 3


def _first_only(claim: ClaimView, found: Hit) -> Claim | None:
    """Return the claim without the repetition; what pointed to it points to the one before."""
    position, before = found.values["position"], found.values["before"]
    if not isinstance(position, int) or not isinstance(before, int):
        return None
    return without_repeats(claim.claim, {position: before})


@rule(
    "diagnosis-repeated",
    asks=Trait.SEVERAL_DIAGNOSES,
    category=Category.DUPLICATE_DIAGNOSIS,
    severity=Severity.WARNING,
    authority=("ocg-i-b-12", "mce-duplicate"),
    needs_day=False,
    message="{code} is listed as diagnosis {before} and again as diagnosis {position}.",
    remedy="Keep the first of the two, and point the lines to it.",
    carc="16",
    mend=_first_only,
)
def repeated(claim: ClaimView) -> Iterator[Hit]:
    """No code is listed twice.

    It is an error on a stay where the code repeats the principal diagnosis. Fields of their own
    (admitting diagnosis, reason for the visit, external causes) may repeat a code of the list.

    Why: each code is reported once for an encounter, for two sides or two conditions, too.
    """
    diagnoses = claim.claim.diagnoses
    if len({item.code for item in diagnoses}) == len(diagnoses):
        return
    seen: dict[tuple[str, str], int] = {}
    for position, item in enumerate(diagnoses, start=1):
        before = seen.setdefault((item.role, item.code), position)
        if before != position:
            is_principal = claim.kind is ClaimKind.INPATIENT and before == 1
            yield hit(
                None,
                dotted(item.code),
                before=before,
                position=position,
                severity=Severity.ERROR if is_principal else None,
            )


@rule(
    "diagnoses-too-many",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("x12-837p-hi", "nucc-cms-1500"),
    kinds=PROFESSIONAL,
    needs_day=False,
    message="The claim lists {count} diagnoses; a professional claim has room for {most}.",
    remedy="Keep the diagnoses that the services were for.",
    carc="16",
)
def too_many(claim: ClaimView) -> Iterator[Hit]:
    """A professional claim lists at most twelve diagnoses.

    Why: the form and the transaction have room for no more.
    """
    count = len(claim.claim.diagnoses)
    if count > _MOST_PROFESSIONAL:
        yield hit(None, count=count, most=_MOST_PROFESSIONAL)


@rule(
    "diagnoses-too-many-facility",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority="x12-837i-hi",
    kinds=FACILITY,
    needs_day=False,
    message="The claim lists {count} {what}; an institutional claim has room for {most}.",
    remedy="Keep the principal diagnosis and those that affect the care most.",
    carc="16",
)
def too_many_facility(claim: ClaimView) -> Iterator[Hit]:
    """An institutional claim lists at most 25 diagnoses, 12 external causes, 3 reasons for a visit.

    Why: the form and the transaction have room for no more.
    """
    if len(claim.claim.diagnoses) <= _MOST_REASONS:
        return
    roles = [item.role for item in claim.claim.diagnoses]
    for role, what, most in (
        ("", "diagnoses", _MOST_FACILITY),
        ("external-cause", "external causes", _MOST_EXTERNAL_CAUSES),
        ("reason-for-visit", "reasons for the visit", _MOST_REASONS),
    ):
        if roles.count(role) > most:
            yield hit(None, count=roles.count(role), what=what, most=most)
