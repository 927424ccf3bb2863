"""Apart: whether the record shows that one service was another than a second one of the same day.

An edit that a modifier may open is opened only by what the record says: another site, side or
digit, another lesion, another session, another practitioner (NCCI Policy Manual ch. 1 (E)).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from nosology.coding.services.attributes.told import Reach
from nosology.coding.services.attributes.words import regions_of
from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.coding.services.modifiers.listing import places
from nosology.coding.services.modifiers.ranges import Numbers, numbers
from nosology.coding.services.modifiers.sides import BOTH, side_of
from nosology.model.errors import MalformedRow
from nosology.model.tables import patterns, rows, table

_PACKAGE = "nosology.coding.services.modifiers"
COLUMNS = ("column1", "column2", "when", "why", "source")
ALWAYS, ORGAN, MINUTES, REGION = "always", "organ", "minutes", "region"
_WHENS = frozenset({ALWAYS, ORGAN, MINUTES})
_WITH = "with:"
_DISTINCT, _ENCOUNTER = "59", "XE"


@dataclass(frozen=True, slots=True)
class Apart:
    """That two services are apart.

    Attributes:
        modifier: that says so on the second; empty where the places of both lines say it.
        how: in a few words, what the record shows.
    """

    modifier: str
    how: str


@dataclass(frozen=True, slots=True)
class _Kind:
    column1: Numbers
    column2: Numbers
    when: str
    why: str


@cache
def _kinds() -> tuple[_Kind, ...]:
    found = []
    for row in rows(table(_PACKAGE, "distinct.tsv"), COLUMNS):
        if row["when"] not in _WHENS and not row["when"].startswith(_WITH):
            raise MalformedRow(row.file, row.line, "when", f"is none of {sorted(_WHENS)}")
        found.append(
            _Kind(numbers(row["column1"]), numbers(row["column2"]), row["when"], row["why"])
        )
    return tuple(found)


def _words() -> Mapping[str, re.Pattern[str]]:
    return patterns(_PACKAGE, "distinct.toml")


def apart(one: ServiceDraft, other: ServiceDraft, case: ServiceCase) -> Apart | None:
    """Return how the record shows that ``other`` was apart from ``one``; None where it does not.

    Args:
        one: what an edit pays.
        other: what it does not pay beside it.
        case: the record.
    """
    here, there = places(one.modifiers), places(other.modifiers)
    if here and there and not here & there and BOTH not in (_side(one, case), _side(other, case)):
        return Apart("", f"{'/'.join(sorted(there))} beside {'/'.join(sorted(here))}")
    kind = next(
        (item for item in _kinds() if one.code in item.column1 and other.code in item.column2), None
    )
    when = kind.when if kind else REGION
    if kind and when == ALWAYS:
        return Apart(_DISTINCT, kind.why)
    if kind and when.startswith(_WITH):
        return Apart("", kind.why) if when.removeprefix(_WITH) in one.modifiers else None
    if when == MINUTES:
        if one.fact("minutes") and other.fact("minutes") and one.support[0] != other.support[0]:
            return Apart(_DISTINCT, kind.why if kind else "")
        return None
    session = _said("session", other)
    if session:
        return Apart(_ENCOUNTER if case.is_medicare else _DISTINCT, f"“{session}”")
    differs = _differing(one, other, case, is_fine=when == ORGAN)
    if differs:
        return Apart(_DISTINCT, differs)
    place = _said("place", other)
    return Apart(_DISTINCT, f"“{place}”") if place and when == ORGAN else None


def site_of(draft: ServiceDraft, case: ServiceCase) -> str:
    """Return the place of the body that the record tells of the service; empty for none."""
    if draft.act is not None:
        for reach in (Reach.SENTENCE, Reach.BLOCK):
            told = case.facts.told(draft.act, "site", reach)
            if told is not None:
                return str(told.value)
        return ""
    return draft.fact("site")


def _side(draft: ServiceDraft, case: ServiceCase) -> str:
    return BOTH if "50" in draft.modifiers else side_of(draft, case)


def _differing(one: ServiceDraft, other: ServiceDraft, case: ServiceCase, *, is_fine: bool) -> str:
    """Return in what the places of the two differ, in words; empty where they may be the same."""
    for name in ("digit", "eyelid", "coronary"):
        here, there = one.fact(name), other.fact(name)
        if here and there and here != there:
            return f"{there} beside {here}"
    here, there = site_of(one, case), site_of(other, case)
    if here and there and here != there:
        above, below = regions_of(here), regions_of(there)
        is_nested = here in below or there in above
        if not is_nested and (is_fine or not (above & below)):
            return f"{there} beside {here}"
    here, there = _side(one, case), _side(other, case)
    if here and there and here != there and BOTH not in (here, there):
        return f"{there} beside {here}"
    return ""


def _said(kind: str, draft: ServiceDraft) -> str:
    """Return the words near the service by which the record sets it apart; empty for none."""
    if draft.act is None:
        return ""
    found = _words()[kind].search(draft.act.said)
    return found[0] if found else ""
