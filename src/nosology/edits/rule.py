"""A rule of the editor: what it looks at, when it holds, and what it says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from nosology.edits.traits import NONE, Trait
from nosology.model.claim import ClaimKind
from nosology.model.encounter import Payer
from nosology.model.finding import Category, Override, Severity

if TYPE_CHECKING:
    from nosology.edits.view import ClaimView
    from nosology.model.claim import Claim

PROFESSIONAL = frozenset({ClaimKind.PROFESSIONAL})
INPATIENT = frozenset({ClaimKind.INPATIENT})
OUTPATIENT = frozenset({ClaimKind.OUTPATIENT})
HOSPITAL = INPATIENT | OUTPATIENT
FACILITY = HOSPITAL | {ClaimKind.OTHER_FACILITY}
AMBULATORY = PROFESSIONAL | OUTPATIENT
EVERY_KIND = frozenset(ClaimKind)
MEDICARE = frozenset({Payer.MEDICARE})
EVERY_PAYER: frozenset[Payer | None] = frozenset({*Payer, None})
"""A claim that names no payer is checked by the rules that hold with every payer, by no other."""

# Before which no edit is made: the first day of ICD-10 on claims.
ICD_10 = dt.date(2015, 10, 1)
VERSION_5010 = dt.date(2012, 1, 1)
"""From which claims are sent in version 5010 of the transactions."""
_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a rule objects.

    Attributes:
        line: 1-based number of the line; None for the claim as a whole.
        codes: that it is about, as they are shown.
        values: what the rule's message and remedy name in braces.
        severity: other than the rule's own, where the case is more or less grave.
        override: other than the rule's own.
    """

    line: int | None = None
    codes: tuple[str, ...] = ()
    values: Mapping[str, object] = _NOTHING
    severity: Severity | None = None
    override: Override | None = None


def hit(
    line: int | None = None,
    /,
    *codes: str,
    severity: Severity | None = None,
    override: Override | None = None,
    **values: object,
) -> Hit:
    """Return a hit; ``values`` are what the message and the remedy name in braces."""
    return Hit(line, codes, values, severity, override)


Check = Callable[["ClaimView"], Iterator[Hit]]
Mend = Callable[["ClaimView", Hit], "Claim | None"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with everything that decides when it is asked and how it answers.

    Attributes:
        id: names the rule in every finding; never used again for another.
        authority: ids of rows of authorities.csv.
        needs: data sets that must answer for the day, each ``a|b`` where the second stands in for
            the first.
        kinds: of claims that it is for.
        payers: that make the edit; None for a claim whose payer is not told.
        since: first day of service that it holds for; ``until`` the last, inclusive.
        when: groups of services (groups.tsv) of which a line must have one; empty for any claim.
        asks: what a claim must have, all of it, for the rule to have anything to look at.
        needs_day: whether it asks for the day of service.
        message: with the hit's values in braces. Holds no patient text.
        mend: returns the claim with the only possible remedy applied; None where several are.
    """

    id: str
    category: Category
    severity: Severity
    authority: tuple[str, ...]
    message: str
    remedy: str
    check: Check
    text: str
    family: str
    kinds: frozenset[ClaimKind] = EVERY_KIND
    payers: frozenset[Payer | None] = EVERY_PAYER
    needs: tuple[str, ...] = ()
    since: dt.date = ICD_10
    until: dt.date | None = None
    when: frozenset[str] = frozenset()
    asks: Trait = NONE
    needs_day: bool = True
    carc: str = ""
    override: Override = Override.NONE
    mend: Mend | None = None
    is_own: bool = field(default=True)


_RULES: dict[str, Rule] = {}


def rule(
    id: str,
    *,
    category: Category,
    severity: Severity,
    authority: str | tuple[str, ...],
    message: str,
    remedy: str,
    kinds: frozenset[ClaimKind] = EVERY_KIND,
    payers: frozenset[Payer | None] | frozenset[Payer] = EVERY_PAYER,
    needs: tuple[str, ...] = (),
    since: dt.date = ICD_10,
    until: dt.date | None = None,
    when: tuple[str, ...] = (),
    asks: Trait = NONE,
    needs_day: bool = True,
    carc: str = "",
    override: Override = Override.NONE,
    mend: Mend | None = None,
) -> Callable[[Check], Check]:
    """Return the decorator that lists a function as a rule; see ``Rule`` for what each says.

    The function's docstring is the rule's page: its first paragraph says what is checked, the one
    that begins with ``Why:`` says why.

    Raises:
        ValueError: when the id is taken, or the docstring lacks one of the two.
    """

    def listed(check: Check) -> Check:
        text = check.__doc__ or ""
        if id in _RULES or "Why:" not in text:
            raise ValueError(f"rule {id!r} is listed twice, or its docstring has no 'Why:'")
        told: dict[str, Any] = {
            "authority": (authority,) if isinstance(authority, str) else authority
        }
        _RULES[id] = Rule(
            id=id,
            category=category,
            severity=severity,
            message=message,
            remedy=remedy,
            check=check,
            text=text,
            family=check.__module__.rpartition(".")[2],
            kinds=kinds,
            payers=frozenset(payers),
            needs=needs,
            since=since,
            until=until,
            when=frozenset(when),
            asks=asks,
            needs_day=needs_day,
            carc=carc,
            override=override,
            mend=mend,
            **told,
        )
        return check

    return listed


def listed_rules() -> dict[str, Rule]:
    """Return the rules that the modules imported so far have listed, by id."""
    return dict(_RULES)
