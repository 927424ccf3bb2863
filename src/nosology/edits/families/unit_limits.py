"""The most units of a service (medically unlikely edits)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from nosology.edits.groups import groups_of
from nosology.edits.payers import less_beyond_ncci
from nosology.edits.rule import OUTPATIENT, PROFESSIONAL, Hit, hit, rule
from nosology.edits.sessions import sessions
from nosology.edits.view import ClaimView, LineView
from nosology.model.claim import ClaimKind, Provider
from nosology.model.facts import UnitLimit, UnitService
from nosology.model.finding import Category, Override, Severity

_LINE, _DAY_BY_POLICY, _DAY_CLINICAL = 1, 2, 3
# Taxonomies of suppliers of equipment, and of prosthetics and orthotics.
_SUPPLIERS = ("332B", "335")
# Specialties of suppliers (CMS Pub. 100-04 ch. 26 s. 10.8).
_SUPPLIER_SPECIALTIES = frozenset({"51", "52", "53", "54", "55", "56", "57", "58", "A5", "A6"})
_AT_HOME = "12"


def _is_of_supplier(view: ClaimView, line: LineView) -> bool:
    """Return whether a line is judged by the limits of suppliers of equipment."""
    if view.kind is not ClaimKind.PROFESSIONAL or "equipment" not in groups_of(line.code):
        return False
    billing: Provider = view.claim.billing_provider
    return (
        billing.specialty in _SUPPLIER_SPECIALTIES
        or billing.taxonomy.startswith(_SUPPLIERS)
        or line.line.place_of_service == _AT_HOME
    )


def _days(line: LineView) -> int:
    first, last = line.day, line.last_day
    if first is None or last is None or last <= first:
        return 1
    return (last - first).days + 1


def _judged(
    view: ClaimView, service: UnitService
) -> Iterator[tuple[list[LineView], UnitLimit, dt.date, Decimal]]:
    """Yield the lines of each code of a day with its limit, and the units of earlier claims."""
    for session in sessions(view):
        for code, lines in session.by_code.items():
            chosen = lines
            if service != "outpatient":
                wanted = service == "dme"
                chosen = [line for line in lines if _is_of_supplier(view, line) is wanted]
            if not chosen:
                continue
            limit = view.book.unit_limit(code, session.day, service)
            if limit is None:
                continue
            before = sum((item.units for item in session.past if item.code == code), Decimal(0))
            yield chosen, limit, session.day, before


def _over_line(view: ClaimView, service: UnitService) -> Iterator[Hit]:
    for lines, limit, _, _ in _judged(view, service):
        if limit.indicator != _LINE:
            continue
        for line in lines:
            # Units of a line of several days are shared among the days.
            if line.units > limit.units and line.units / _days(line) > limit.units:
                yield hit(line.number, line.code, most=limit.units, severity=less_beyond_ncci(view))


def _over_day(view: ClaimView, service: UnitService, indicator: int) -> Iterator[Hit]:
    for lines, limit, _, before in _judged(view, service):
        if limit.indicator != indicator:
            continue
        units = before + sum((line.units / _days(line) for line in lines), Decimal(0))
        if units > limit.units:
            yield hit(
                lines[-1].number,
                lines[-1].code,
                most=limit.units,
                billed=f"{units.normalize():f}",
                severity=less_beyond_ncci(view),
            )


_OF = {"practitioner": "practitioners", "outpatient": "hospitals", "dme": "suppliers"}


def _list(service: UnitService, prefix: str) -> None:
    """List the rules about the limits of practitioners, hospitals or suppliers."""
    kinds = OUTPATIENT if service == "outpatient" else PROFESSIONAL
    when = ("equipment",) if service == "dme" else ()
    needs = (f"mue-{service}",)

    @rule(
        f"{prefix}units-over-line-limit",
        category=Category.MUE,
        severity=Severity.ERROR,
        authority=("mue", "ncci-units"),
        kinds=kinds,
        needs=needs,
        when=when,
        message="Line {line} bills {units} units of {code}; a line may have {most} "
        f"({_OF[service]}' limits).",
        remedy="Correct the units; where more were given and needed, bill them on lines of their "
        "own with a modifier that says why (76, 77, 91, 59, a side or digit).",
        carc="151",
        override=Override.MODIFIER,
    )
    def over_line(claim: ClaimView) -> Iterator[Hit]:
        """No line has more units than a limit with adjudication indicator 1 allows.

        Units of a line of several days are divided by its days.

        Why: the whole line is denied, not only the units above.
        """
        return _over_line(claim, service)

    @rule(
        f"{prefix}units-over-day-limit",
        category=Category.MUE,
        severity=Severity.ERROR,
        authority=("mue", "ncci-units"),
        kinds=kinds,
        needs=needs,
        when=when,
        message="{billed} units of {code} are billed for {day}; a day has {most} at most by "
        f"policy ({_OF[service]}' limits).",
        remedy="Correct the units or the code; no modifier and no appeal pays more.",
        carc="151",
        override=Override.NONE,
    )
    def over_day(claim: ClaimView) -> Iterator[Hit]:
        """A day has no more units than a limit with adjudication indicator 2 allows.

        All lines of the code count, whatever their modifiers, and those of earlier claims of the
        day by the same.

        Why: more is impossible by what the code means, by anatomy or by policy.
        """
        return _over_day(claim, service, _DAY_BY_POLICY)

    @rule(
        f"{prefix}units-over-clinical-limit",
        category=Category.MUE,
        severity=Severity.ERROR,
        authority=("mue", "ncci-units"),
        kinds=kinds,
        needs=needs,
        when=when,
        message="{billed} units of {code} are billed for {day}; more than {most} a day are "
        f"unlikely ({_OF[service]}' limits).",
        remedy="Correct the units; where more were given and needed, be ready to show it on "
        "appeal.",
        carc="151",
        override=Override.DOCUMENTATION,
    )
    def over_clinical(claim: ClaimView) -> Iterator[Hit]:
        """A day has no more units than a limit with adjudication indicator 3 allows.

        Why: more is denied, and paid on appeal only where the record shows the need.
        """
        return _over_day(claim, service, _DAY_CLINICAL)


_list("practitioner", "")
_list("outpatient", "hospital-")
_list("dme", "supplier-")
