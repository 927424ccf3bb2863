"""Visits in the global period of an operation: 99024, or 24 for something else.

Source: Pub. 100-04 ch. 12 s. 40.1 and 30.6.6; CPT Appendix A, modifier 24.
"""

from __future__ import annotations

import datetime as dt
import re

from nosology.coding.rules import because
from nosology.coding.services.acts import Standing
from nosology.coding.services.catalogue import catalogue
from nosology.coding.services.draft import Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.visits.evaluation import AREA, evaluation
from nosology.coding.services.visits.kinds import Kind
from nosology.coding.services.visits.level import Worksheet
from nosology.coding.services.visits.said import Said, Words
from nosology.model.record import Span

_HEAD = 400
_LONGEST = 90
_OPERATED = re.compile(
    r"(?:status post|s/p|surgery|underwent|post[\s-]?op|operation|\w+(?:ectomy|plasty))"
    r"[^.\n]{0,80}?"
    r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>(?:19|20)\d\d)",
    re.IGNORECASE,
)
_DAYS = {"d": 1, "w": 7, "m": 30}
_NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve"),
)


def post_operative(case: ServiceCase, words: Words, sheet: Worksheet) -> Proposal | None:
    """Return the visit in a global period; None for one that is in none."""
    own = words.first("own_operation")
    if own is not None and not 0 < _days(own) <= _LONGEST:
        own = None
    if own is not None and words.first("no_surgical_complaint") is not None and sheet.problems:
        return _unrelated(case, words, sheet)
    said, in_global = words.first("post_operative"), words.first("global_period")
    is_sure = in_global is not None or own is not None
    if said is not None and not is_sure and said.start > _HEAD and "here" not in said.part:
        said = None
    found = tuple(item.span for item in (said, in_global, own) if item is not None)
    if not found:
        return None
    if in_global is None and _is_over(case, found):
        return None
    if not is_sure and said is not None and _has_no_global_days(said, case):
        return None
    if words.first("unrelated_to_surgery") is not None:
        return _unrelated(case, words, sheet)
    return Proposal(
        (
            ServiceDraft(
                "99024",
                AREA,
                found,
                (because("visit-in-global-period"),),
                0.8,
                "post-operative-visit",
            ),
        )
    )


def _has_no_global_days(said: Said, case: ServiceCase) -> bool:
    """Whether every operation that the words name is one whose fee holds no later care."""
    named = [
        entries
        for act in case.acts
        if act.standing is Standing.PAST
        and act.reading.index == said.reading.index
        and act.sentence.start <= said.start < act.sentence.end
        and act.concept.area == "procedures"
        and (entries := catalogue().by_concept.get(act.concept.name, ()))
    ]
    return bool(named) and all(entry.days == "000" for entries in named for entry in entries)


def _is_over(case: ServiceCase, found: tuple[Span, ...]) -> bool:
    """Whether the record dates the operation more than 90 days before the visit."""
    if case.on is None:
        return False
    for number in sorted({span.document for span in found}):
        for match in _OPERATED.finditer(case.readings[number].text):
            try:
                day = dt.date(int(match["year"]), int(match["month"]), int(match["day"]))
            except ValueError:
                continue
            if (case.on - day).days > _LONGEST:
                return True
    return False


def _days(said: Said) -> int:
    number = said.groups["n"]
    count = int(number) if number.isdigit() else _NUMBERS.index(number)
    return count * _DAYS[said.groups["unit"][0]]


def _unrelated(case: ServiceCase, words: Words, sheet: Worksheet) -> Proposal:
    """Return a visit in the global period for something else than the operation."""
    visit = evaluation(case, words, Kind("office-visit"), sheet)
    return Proposal(
        tuple(draft.with_modifiers("24").because("modifier-24") for draft in visit.drafts),
        visit.missing,
    )
