"""Whether each diagnosis of a hospital stay was present on admission."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache, lru_cache

from nosology.edits.rule import INPATIENT, MEDICARE, Hit, hit, rule
from nosology.edits.view import ClaimView
from nosology.model.claim import Claim
from nosology.model.code import dotted
from nosology.model.code_ranges import CodeRange
from nosology.model.finding import Category, Severity
from nosology.model.present_on_admission import is_exempt
from nosology.model.tables import parts, rows, table

ACQUIRED_COLUMNS = ("codes", "seventh", "procedures", "principal", "condition", "source")
_VALUES = frozenset("YNUW")
_WITHDRAWN = "1"
_NOT_TOLD = frozenset({None, "", _WITHDRAWN})
_ACQUIRED = frozenset("NU")
_NOT_PRESENT = "N"
_OF_BIRTHS = frozenset("OPZ")
_ACUTE_STAY = "011"
_NO_PAY = "0"
_NO_INDICATORS = (
    "282NC2000X",
    "282NC0060X",
    "282E",
    "281P",
    "2843",
    "283Q",
    "283X",
    "273",
    "276",
    "286",
)
"""Taxonomy of hospitals that report none: children's, critical access, long-term care, chronic
disease, special (cancer), psychiatric, rehabilitation and military ones, and their units."""


@rule(
    "poa-missing",
    category=Category.PRESENT_ON_ADMISSION,
    severity=Severity.ERROR,
    authority=("fcso-34931", "cms-mm5499", "cms-poa-exempt"),
    kinds=INPATIENT,
    payers=MEDICARE,
    message="{codes} does not tell whether it was present on admission.",
    remedy="Give Y, N, U or W, by the record and Appendix I of the guidelines.",
    carc="16",
)
def missing(claim: ClaimView) -> Iterator[Hit]:
    """Each diagnosis of a stay in an acute care hospital that is not exempt has an indicator.

    Why: Medicare returns the stay, since a condition acquired in the hospital does not raise its
    payment. Critical access, long-term care, psychiatric, rehabilitation, children's and cancer
    hospitals report none, and their taxonomy tells them; where a claim without one indicator does
    not tell what hospital bills, the finding is a warning.
    """
    if not _reports(claim):
        return
    without = [item for item in claim.listed if not item.poa and not is_exempt(item.code)]
    if not without:
        return
    is_known = bool(claim.claim.billing_provider.taxonomy) or any(
        item.poa not in _NOT_TOLD for item in claim.listed
    )
    for item in without:
        yield hit(None, item.shown, severity=None if is_known else Severity.WARNING)


@rule(
    "poa-not-valid",
    category=Category.PRESENT_ON_ADMISSION,
    severity=Severity.ERROR,
    authority=("x12-837i", "fcso-34931"),
    kinds=INPATIENT,
    message="{value} beside {codes} is no present-on-admission indicator.",
    remedy="Give Y, N, U or W, or leave it out for an exempt code.",
    carc="16",
)
def not_valid(claim: ClaimView) -> Iterator[Hit]:
    """An indicator is Y, N, U or W.

    Why: the electronic claim takes these four letters alone, and one with another is returned.
    The former 1 is looked at by itself.
    """
    for item in claim.listed:
        poa = item.poa
        if poa and poa not in _VALUES and poa != _WITHDRAWN:
            yield hit(None, item.shown, value=poa)


def _without_withdrawn(claim: ClaimView, found: Hit) -> Claim | None:
    """Return the claim without the 1 beside the exempt code."""
    diagnoses = tuple(
        replace(item, poa=None)
        if item.poa == _WITHDRAWN and dotted(item.code) in found.codes
        else item
        for item in claim.claim.diagnoses
    )
    return replace(claim.claim, diagnoses=diagnoses)


@rule(
    "poa-1-withdrawn",
    category=Category.PRESENT_ON_ADMISSION,
    severity=Severity.WARNING,
    authority=("fcso-34931", "resdac-poa"),
    kinds=INPATIENT,
    message="1 beside {codes} is an indicator of claims before version 5010.",
    remedy="Leave the indicator of {codes} out, as an exempt code has none.",
    carc="16",
    mend=_without_withdrawn,
)
def withdrawn(claim: ClaimView) -> Iterator[Hit]:
    """An exempt diagnosis has no indicator, rather than the former 1.

    Why: 1 stood for exempt where a blank could not be sent. Since version 5010 the field is left
    empty; Medicare takes the four letters and the blank alone.
    """
    for item in claim.listed:
        if item.poa == _WITHDRAWN and is_exempt(item.code):
            yield hit(None, item.shown, severity=Severity.ERROR if _reports(claim) else None)


@rule(
    "poa-1-on-reported-code",
    category=Category.PRESENT_ON_ADMISSION,
    severity=Severity.ERROR,
    authority=("fcso-34931", "resdac-poa"),
    kinds=INPATIENT,
    message="1 beside {codes} says that it is exempt from the indicator, which it is not.",
    remedy="Give Y, N, U or W, by the record.",
    carc="16",
)
def withdrawn_on_reported(claim: ClaimView) -> Iterator[Hit]:
    """A diagnosis that is not exempt does not have the former 1 for exempt.

    Why: the 1 hides whether a condition came in the hospital. It must never stand beside a code
    that is not on the list of exempt codes.
    """
    for item in claim.listed:
        if item.poa == _WITHDRAWN and not is_exempt(item.code):
            yield hit(None, item.shown, severity=None if claim.is_medicare else Severity.WARNING)


@rule(
    "poa-on-exempt-code",
    category=Category.PRESENT_ON_ADMISSION,
    severity=Severity.WARNING,
    authority=("cms-poa-exempt", "ocg-appendix-i"),
    kinds=INPATIENT,
    payers=MEDICARE,
    message="{codes} is exempt from the present-on-admission indicator and has {value}.",
    remedy="Leave the indicator of {codes} out.",
    carc="16",
)
def on_exempt(claim: ClaimView) -> Iterator[Hit]:
    """A diagnosis that is exempt has no indicator.

    Why: the indicator of a code on the list of exempt codes is left blank; a claim whose
    indicators do not fit its codes may be returned.
    """
    for item in claim.listed:
        if item.poa in _VALUES and is_exempt(item.code):
            yield hit(None, item.shown, value=item.poa)


@rule(
    "condition-acquired-in-hospital",
    category=Category.PRESENT_ON_ADMISSION,
    severity=Severity.ADVISORY,
    authority=("cms-hac", "resdac-poa"),
    kinds=INPATIENT,
    message="{codes} with indicator {value} counts as acquired in the hospital ({condition}) and"
    " does not raise the payment of the stay.",
    remedy="See that the record supports the code and that it was not present on admission; ask"
    " the physician where the record leaves it open.",
    carc="233",
)
def acquired(claim: ClaimView) -> Iterator[Hit]:
    """A secondary diagnosis that Medicare counts as acquired in the hospital is pointed out.

    Why: with the indicator N or U such a condition is not counted as a complication, and it enters
    into the hospital's quality figures. Some count only after certain operations, such as an
    infection of a surgical site.
    """
    for item in claim.listed[1:]:
        if item.poa not in _ACQUIRED:
            continue
        for condition in acquired_conditions(item.code):
            if condition.holds(claim.claim):
                yield hit(None, item.shown, value=item.poa, condition=condition.name)
                break


@rule(
    "principal-not-present-on-admission",
    category=Category.PRESENT_ON_ADMISSION,
    severity=Severity.WARNING,
    authority=("ocg-ii", "resdac-poa"),
    kinds=INPATIENT,
    message="The principal diagnosis {codes} is told as not present on admission.",
    remedy="Report as principal the condition that occasioned the admission, or correct the"
    " indicator.",
    carc="16",
)
def principal_not_present(claim: ClaimView) -> Iterator[Hit]:
    """The principal diagnosis is not one that arose after the admission.

    Those of pregnancy and birth, which may arise during the stay of the delivery, are not asked.

    Why: the principal diagnosis is the condition that occasioned the admission, so it was present,
    even where it was found later.
    """
    first = claim.principal
    if first is not None and first.poa == _NOT_PRESENT and first.code[:1] not in _OF_BIRTHS:
        yield hit(None, first.shown)


def _reports(claim: ClaimView) -> bool:
    """Whether Medicare asks the hospital for indicators: an acute stay, not billed for no pay."""
    told = claim.claim
    return (
        claim.is_medicare
        and told.bill_type[:3] in {_ACUTE_STAY, ""}
        and told.bill_type[3:] != _NO_PAY
        and not told.billing_provider.taxonomy.startswith(_NO_INDICATORS)
    )


@dataclass(frozen=True, slots=True)
class AcquiredCondition:
    """A condition that Medicare counts as acquired in the hospital.

    Attributes:
        codes: secondary diagnoses that are the condition.
        sevenths: seventh characters of them that count; empty for all.
        procedures: patterns of procedures, one of which must be in the stay; empty for none.
        principals: one of which the principal diagnosis must be; empty for any.
    """

    name: str
    codes: tuple[CodeRange, ...]
    sevenths: frozenset[str]
    procedures: tuple[str, ...]
    principals: tuple[CodeRange, ...]

    def holds(self, claim: Claim) -> bool:
        """Return whether the stay has the procedure and principal diagnosis that it needs."""
        if self.principals and not any(
            span.holds(claim.diagnoses[0].code) for span in self.principals
        ):
            return False
        return not self.procedures or any(
            fnmatchcase(item.code, pattern)
            for item in claim.procedures
            for pattern in self.procedures
        )


@lru_cache(maxsize=16384)
def acquired_conditions(code: str) -> tuple[AcquiredCondition, ...]:
    """Return the conditions that a secondary diagnosis, given without dot, may be."""
    return tuple(
        condition
        for condition in _acquired()
        if (not condition.sevenths or code[6:] in condition.sevenths)
        and any(span.holds(code) for span in condition.codes)
    )


@cache
def _acquired() -> tuple[AcquiredCondition, ...]:
    source = table("nosology.edits.families", "hospital_acquired_conditions.tsv")
    return tuple(
        AcquiredCondition(
            row["condition"],
            _ranges(row["codes"]),
            frozenset(parts(row["seventh"])),
            parts(row["procedures"]),
            _ranges(row["principal"]),
        )
        for row in rows(source, ACQUIRED_COLUMNS)
    )


def _ranges(cell: str) -> tuple[CodeRange, ...]:
    return tuple(CodeRange.parse(item) for item in parts(cell))
