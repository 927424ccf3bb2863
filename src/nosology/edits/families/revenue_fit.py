"""Revenue codes under which a service does not belong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from nosology.edits.groups import groups, lies_in, span
from nosology.edits.rule import FACILITY, MEDICARE, OUTPATIENT, Hit, hit, rule
from nosology.edits.view import ClaimView
from nosology.model.errors import MalformedRow
from nosology.model.finding import Category, Severity
from nosology.model.tables import parts, rows, table

COLUMNS = ("services", "relation", "revenue_codes", "payers", "severity", "remedy", "source")
_ONLY, _NEVER = "only", "never"
_PROFESSIONAL_FEES = (("0960", "0989"),)
_THERAPIES = {"GP": "042", "GO": "043", "GN": "044"}
_UNDER_THERAPY = frozenset(_THERAPIES.values())


@dataclass(frozen=True, slots=True)
class RevenueFit:
    """Where services stand, or where they never do."""

    services: tuple[tuple[str, str], ...]
    relation: str
    revenue_codes: tuple[tuple[str, str], ...]
    is_medicares: bool
    severity: Severity
    remedy: str

    def objects(self, code: str, revenue_code: str) -> bool:
        """Return whether the service does not belong under the revenue code."""
        if not lies_in(code, self.services):
            return False
        return lies_in(revenue_code, self.revenue_codes) is (self.relation == _NEVER)


@cache
def fits() -> tuple[RevenueFit, ...]:
    """Return where services belong, read once.

    Raises:
        MalformedRow: when a row names a group or a relation that there is not.
    """
    found = []
    for row in rows(table("nosology.edits.families", "revenue_fit.tsv"), COLUMNS):
        services: list[tuple[str, str]] = []
        for item in parts(row["services"]):
            if not item.startswith("@"):
                services.append(span(item))
            elif item[1:] in groups():
                services += groups()[item[1:]]
            else:
                raise MalformedRow(row.file, row.line, "services", f"{item!r} is no group")
        if row["relation"] not in (_ONLY, _NEVER):
            raise MalformedRow(row.file, row.line, "relation", "must be only or never")
        found.append(
            RevenueFit(
                tuple(services),
                row["relation"],
                tuple(span(item) for item in parts(row["revenue_codes"])),
                row["payers"] == "medicare",
                Severity(row["severity"]),
                row["remedy"],
            )
        )
    return tuple(found)


@lru_cache(maxsize=32768)
def _misfits(code: str, revenue_code: str) -> tuple[RevenueFit, ...]:
    if lies_in(revenue_code, _PROFESSIONAL_FEES):
        return ()
    return tuple(fit for fit in fits() if fit.objects(code, revenue_code))


@rule(
    "revenue-code-not-for-service",
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority=("nubc-ub-04", "cms-100-04-4-20"),
    kinds=FACILITY,
    message="{code} (line {line}) does not belong under revenue code {revenue_code}.",
    remedy="{mend}.",
    carc="199",
)
def misfit(claim: ClaimView) -> Iterator[Hit]:
    """Each service stands under a revenue code of its kind.

    The table revenue_fit.tsv says of kinds of services where they stand alone or never stand, with
    how surely the line is returned and the source.

    Why: the line is returned, or its costs are counted for another department.
    """
    for line in claim.lines:
        if not line.code or not line.line.revenue_code:
            continue
        for fit in _misfits(line.code, line.line.revenue_code):
            if claim.is_medicare or not fit.is_medicares:
                yield hit(
                    line.number,
                    line.code,
                    severity=None if fit.severity is Severity.ERROR else fit.severity,
                    revenue_code=line.line.revenue_code,
                    mend=fit.remedy,
                )
                break


@rule(
    "therapy-under-other-discipline",
    category=Category.MODIFIER_CONFLICT,
    severity=Severity.ERROR,
    authority="cms-100-04-5-20",
    kinds=OUTPATIENT,
    payers=MEDICARE,
    message="Line {line} ({code}) has {modifier}, and revenue code {revenue_code} is of another "
    "discipline.",
    remedy="Put GP under 042x, GO under 043x and GN under 044x; correct what is wrong.",
    carc="4",
)
def other_discipline(claim: ClaimView) -> Iterator[Hit]:
    """Services of therapy stand under the revenue code of the plan's discipline.

    It is 042x for physical (GP), 043x for occupational (GO) and 044x for speech therapy (GN).

    Why: the claim is returned.
    """
    for modifier, department in _THERAPIES.items():
        if modifier not in claim.modifiers:
            continue
        for line in claim.lines:
            told = line.line.revenue_code[:3]
            if modifier in line.modifiers and told in _UNDER_THERAPY and told != department:
                yield hit(
                    line.number,
                    line.code,
                    modifier=modifier,
                    revenue_code=line.line.revenue_code,
                )
