"""Reasons for the encounter that only its services show.

The need for a vaccine that was given, as its area tells it; and what ``needs.tsv`` says of services
that are done for one reason: a preventive visit, chemotherapy, a sterilization, a screening, tests
before an operation, a device that is taken out and another put in.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from nosology.coding.rules import because
from nosology.coding.services.catalogue.conditions import Condition, Truth, conditions
from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.coding.services.modifiers.ranges import Numbers, numbers
from nosology.model.code import System, plain
from nosology.model.coding import Diagnosis, Role
from nosology.model.reading import SectionKind
from nosology.model.tables import any_of, parts, rows, table

_RULE = "vaccine-given"
_REASON_RULE = "service-shows-reason"
COLUMNS = (*("services", "beside", "age", "words", "unless", "replaces", "diagnosis", "source"),)
_SHOWN = frozenset({"Z23", "Z2911"})
"""Codes that such a service alone supports. Source: ICD-10-CM OCG I.C.21.c.2."""
_REASONS = frozenset({SectionKind.INDICATION, SectionKind.CHIEF_COMPLAINT})
_FIRST_LINE = 160
"""Characters in which the first line of a record tells what it is about."""
_CONFIDENCE = 0.7
_LISTED = 2


@dataclass(frozen=True, slots=True)
class _Need:
    """A row of ``needs.tsv``.

    Attributes:
        words: what must be said where the service is named, or in the record's first line.
        unless: beginnings of diagnoses beside which the row says nothing more.
        replaces: those that the diagnosis stands for.
    """

    services: Numbers
    beside: Numbers | None
    age: tuple[Condition, ...]
    words: re.Pattern[str] | None
    unless: tuple[str, ...]
    replaces: tuple[str, ...]
    diagnosis: str


@dataclass(frozen=True, slots=True)
class Reasons:
    """What services show of why the patient came.

    Attributes:
        shown: the reasons; ``replaced`` the diagnoses that they stand for.
    """

    shown: tuple[Diagnosis, ...] = ()
    replaced: frozenset[str] = frozenset()


@cache
def _needs() -> tuple[_Need, ...]:
    return tuple(
        _Need(
            numbers(row["services"]),
            numbers(row["beside"]) if row["beside"] else None,
            conditions(row["age"]),
            any_of(parts(row["words"])) if row["words"] else None,
            _codes(row["unless"]),
            _codes(row["replaces"]),
            plain(row["diagnosis"]),
        )
        for row in rows(table("nosology.coding.services", "needs.tsv"), COLUMNS)
    )


def _codes(cell: str) -> tuple[str, ...]:
    return tuple(plain(part) for part in parts(cell))


def reasons(drafts: Sequence[ServiceDraft], case: ServiceCase) -> Reasons:
    """Return the reasons that services alone show and that no diagnosis of the case tells."""
    answered = [item.code for item in case.diagnoses]
    codes = [draft.code for draft in drafts]
    age = case.encounter.patient_age
    years = [] if age is None else [Decimal(age)]
    found: list[Diagnosis] = []
    replaced: set[str] = set()
    for need in _needs():
        done = [draft for draft in drafts if draft.code in need.services]
        if not done or any(condition.of(years) is not Truth.YES for condition in need.age):
            continue
        if need.beside is not None and not any(code in need.beside for code in codes):
            continue
        if any(code.startswith(need.unless) for code in answered):
            continue
        if need.words is not None:
            done = [draft for draft in done if _is_said(need.words, draft, case)]
        if done and case.book.is_billable(need.diagnosis, case.on, System.ICD10CM):
            found.append(_shown(need.diagnosis, done[0], case, _REASON_RULE))
            replaced |= {code for code in answered if code.startswith(need.replaces)}
    return Reasons(tuple(found), frozenset(replaced))


def _is_said(words: re.Pattern[str], draft: ServiceDraft, case: ServiceCase) -> bool:
    """Whether the words stand beside the service, in the first line, or in the reason for it."""
    return any(words.search(text) for text in _told(draft, case))


def _told(draft: ServiceDraft, case: ServiceCase) -> Iterator[str]:
    for document in dict.fromkeys(span.document for span in draft.support):
        reading = case.readings[document]
        starts = [sentence.start for sentence in reading.sentences]
        places = {
            bisect_right(starts, span.start) - 1
            for span in draft.support
            if span.document == document
        }
        for number, sentence in enumerate(reading.sentences):
            kind = reading.sections[sentence.section].kind
            if number in places or kind in _REASONS:
                yield reading.said(sentence)
        yield reading.text[:_FIRST_LINE].split("\n", 1)[0]


def _shown(code: str, draft: ServiceDraft, case: ServiceCase, rule: str) -> Diagnosis:
    return Diagnosis(
        code=code,
        display=case.book.lookup(code, case.on, System.ICD10CM).display,
        role=Role.SECONDARY if case.diagnoses else Role.FIRST_LISTED,
        confidence=_CONFIDENCE,
        evidence=case.evidence(draft.support[:_LISTED]),
        rationale=(because(rule),),
    )


def needed(drafts: Iterable[ServiceDraft], case: ServiceCase) -> tuple[Diagnosis, ...]:
    """Return the diagnoses that services are done for and that are not answered yet."""
    answered = {item.code for item in case.diagnoses}
    found: dict[str, Diagnosis] = {}
    for draft in drafts:
        for code in draft.diagnoses:
            if code not in _SHOWN or code in answered or code in found:
                continue
            if not case.book.is_billable(code, case.on, System.ICD10CM):
                continue
            found[code] = Diagnosis(
                code=code,
                display=case.book.lookup(code, case.on, System.ICD10CM).display,
                role=Role.SECONDARY if answered or found else Role.FIRST_LISTED,
                confidence=_CONFIDENCE,
                evidence=case.evidence(draft.support[:_LISTED]),
                rationale=(because(_RULE),),
            )
    return tuple(found.values())
