"""Chapter 21: statuses beside the conditions on which they bear, wherever the record states them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft
from nosology.coding.diagnoses.reporting import is_planned
from nosology.coding.diagnoses.statements import Sense
from nosology.coding.rules import because
from nosology.coding.tables import rows, settings, table
from nosology.model.code import plain
from nosology.model.reading import SectionKind
from nosology.model.record import Span

_PACKAGE = "nosology.coding.guidelines"
_ELSEWHERE = frozenset({SectionKind.FAMILY_HISTORY, SectionKind.COMPARISON})
"""Sections that say nothing of how the patient is now."""

_TRANSPLANT, _COMPLICATED = "Z94", "T86"
"""A transplant that is complicated has no status code (ICD-10-CM OCG I.C.21.c.3)."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A status that is told in words of which no term is made."""

    status: str
    words: re.Pattern[str]
    unless: re.Pattern[str]


def statuses_beside_conditions(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with each stated status beside the condition on which it bears.

    A status is informative where it may affect the course of treatment, so that it is reported with
    the condition even if it stands in the history (ICD-10-CM OCG I.C.21.c.3).
    """
    wanted = _wanted(drafts)
    if not wanted:
        return list(drafts)
    result = list(drafts)
    present = {draft.code for draft in drafts}
    for code, span, condition in _stated(wanted, case):
        if code not in present and case.is_billable(code):
            present.add(code)
            reason = because("status-beside-condition", f"({condition.code})")
            result.append(Draft(code, (span,), (reason,), condition.confidence * 0.9))
    return result


def _wanted(drafts: Sequence[Draft]) -> dict[str, Draft]:
    """The statuses that bear on what is coded, each with its condition."""
    found: dict[str, Draft] = {}
    is_complicated = any(draft.code.startswith(_COMPLICATED) for draft in drafts)
    for status, beside in _table():
        if is_complicated and status.startswith(_TRANSPLANT):
            continue
        condition = next((draft for draft in drafts if draft.code.startswith(beside)), None)
        if condition and not any(draft.code.startswith(status) for draft in drafts):
            found[status] = condition
    return found


def _stated(wanted: dict[str, Draft], case: Case) -> Iterator[tuple[str, Span, Draft]]:
    prefixes = tuple(wanted)
    for item in case.statements:
        if (
            item.concept.startswith(prefixes)
            and item.sense in (Sense.PRESENT, Sense.PAST)
            and item.kind not in _ELSEWHERE
            and not is_planned(item)
        ):
            condition = wanted[
                next(status for status in prefixes if item.concept.startswith(status))
            ]
            for assigned in case.assignment.codes(item):
                yield assigned.code, item.span, condition
    for told in _told():
        if told.status in wanted:
            span = _where(told, case)
            if span:
                yield told.status, span, wanted[told.status]


def _where(told: _Told, case: Case) -> Span | None:
    documents = {item.reading.index for item in case.statements}
    for reading in case.readings:
        if reading.index not in documents:
            continue
        for found in told.words.finditer(reading.text):
            span = Span(found.start(), found.end(), reading.index)
            sentence = next(
                item for item in reading.sentences if item.start <= found.start() < item.end
            )
            if not told.unless.search(reading.said(sentence)):
                return span
    return None


@cache
def _table() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (plain(row["status"]), tuple(plain(code) for code in row["beside"].split()))
        for row in rows(table(_PACKAGE, "statuses_beside.tsv"), ("status", "beside", "source"))
    )


@cache
def _told() -> tuple[_Told, ...]:
    return tuple(
        _Told(plain(row["status"]), _any_of(row["words"]), _any_of(row["unless"]))
        for row in settings(_PACKAGE, "statuses.toml")["told"]
    )


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{item})" for item in patterns), re.IGNORECASE)
