"""Chapter 21: statuses beside the conditions on which they bear."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft
from nosology.coding.diagnoses.manner import is_planned
from nosology.coding.diagnoses.statements import Sense
from nosology.coding.rules import because
from nosology.language.problems import ASSESSMENT_SECTIONS
from nosology.model.code import plain
from nosology.model.code_ranges import named_in
from nosology.model.reading import SectionKind
from nosology.model.record import Span
from nosology.model.tables import any_of, rows, settings, table

_PACKAGE = "nosology.coding.guidelines"
_ELSEWHERE = frozenset({SectionKind.FAMILY_HISTORY, SectionKind.COMPARISON})
"""Sections that say nothing of how the patient is now."""

_WEIGHTY = ("Z93", "Z94", "Z99", "Z9664", "Z87891")
"""Artificial openings, transplants and dependence on machines bear on every care."""
_MAY_END = ("Z964", "Z97", "Z99")
"""Devices and dependences that were and are no more."""
_CHECKS = {"Z950": "Z4501", "Z95810": "Z4502"}
"""What the check of a device is, by the status of having it."""
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

    A status is informative where it may affect the course of treatment (ICD-10-CM OCG I.C.21.c.3).
    Of a visit it is reported where the provider assesses or plans, or where the note at the
    condition asks for it or it bears on every care; of a stay wherever the record states it.
    """
    return [*drafts, *_beside(drafts, case, is_taken_up=True)]


def statuses_of_the_history(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the statuses that bear on what is coded and stand in the history alone.

    Whether they affect the care of this visit is for a coder to say.
    """
    return _beside(drafts, case, is_taken_up=False)


def _beside(drafts: Sequence[Draft], case: Case, *, is_taken_up: bool) -> list[Draft]:
    wanted = _wanted(drafts)
    if not wanted:
        return []
    result: list[Draft] = []
    present = {draft.code for draft in drafts}
    for code, span, condition in _stated(wanted, case):
        if code in present or not case.is_billable(code):
            continue
        is_weighty = (
            code.startswith(_WEIGHTY)
            or _is_asked_for(code, condition, case)
            or _is_looked_after(code, case)
        )
        if (is_weighty or _is_taken_up(span, case)) is is_taken_up:
            present.add(code)
            reason = because("status-beside-condition", f"({condition.code})")
            result.append(Draft(code, (span,), (reason,), condition.confidence * 0.9))
    return result


def _is_asked_for(status: str, condition: Draft, case: Case) -> bool:
    notes = case.code(condition.code).use_additional
    return any(named.holds(status) for named in named_in(notes))


def _is_looked_after(status: str, case: Case) -> bool:
    """Whether the assessment or plan speaks of the check of the device."""
    check = _CHECKS.get(status)
    return check is not None and any(
        item.concept.startswith(check) and item.is_assessed and item.sense is Sense.PRESENT
        for item in case.statements
    )


def _is_taken_up(span: Span, case: Case) -> bool:
    """Whether the words stand in a stay's record, or where the provider assesses or plans."""
    if case.encounter.is_inpatient:
        return True
    reading = case.reading_of(span)
    section = next(item for item in reading.sections if item.start <= span.start < item.end)
    return section.kind in ASSESSMENT_SECTIONS or not any(
        item.kind in ASSESSMENT_SECTIONS for item in reading.sections
    )


def _wanted(drafts: Sequence[Draft]) -> dict[str, Draft]:
    """The statuses that bear on what is coded, each with its condition."""
    found: dict[str, Draft] = {}
    is_complicated = any(draft.code.startswith(_COMPLICATED) for draft in drafts)
    for status, beside in _table():
        if is_complicated and status.startswith(_TRANSPLANT):
            continue
        condition = next(
            (
                draft
                for draft in drafts
                if draft.code.startswith(beside) and not _is_treated_now(draft.code)
            ),
            None,
        )
        if condition and not any(draft.code.startswith(status) for draft in drafts):
            found[status] = condition
    return found


def _is_treated_now(code: str) -> bool:
    """Whether the injury is under active treatment, whose devices are no status yet."""
    return code[0] == "S" and code[6:7] in ("A", "B", "C")


def _stated(wanted: dict[str, Draft], case: Case) -> Iterator[tuple[str, Span, Draft]]:
    prefixes = tuple(wanted)
    for item in case.statements:
        if (
            item.concept.startswith(prefixes)
            and (
                item.sense is Sense.PRESENT
                or (item.sense is Sense.PAST and not item.concept.startswith(_MAY_END))
            )
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
            for span in _places(told, case):
                yield told.status, span, wanted[told.status]


def _places(told: _Told, case: Case) -> Iterator[Span]:
    documents = {item.reading.index for item in case.statements}
    for reading in case.readings:
        if reading.index not in documents:
            continue
        for found in told.words.finditer(reading.text):
            sentence = next(
                item for item in reading.sentences if item.start <= found.start() < item.end
            )
            if not told.unless.search(reading.said(sentence)):
                yield Span(found.start(), found.end(), reading.index)


@cache
def _table() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (plain(row["status"]), tuple(plain(code) for code in row["beside"].split()))
        for row in rows(table(_PACKAGE, "statuses_beside.tsv"), ("status", "beside", "source"))
    )


@cache
def _told() -> tuple[_Told, ...]:
    return tuple(
        _Told(plain(row["status"]), any_of(row["words"]), any_of(row["unless"]))
        for row in settings(_PACKAGE, "statuses.toml")["told"]
    )
