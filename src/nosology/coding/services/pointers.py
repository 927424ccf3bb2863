"""Diagnosis pointers: which diagnoses justify each service.

What the area named comes first. Then the diagnoses for which such services are done, as
``pointers.tsv`` tells; then those whose words stand nearest to the service's: the same sentence,
the same problem. A visit points to what was dealt with, in reporting order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.coding.tables import rows, table
from nosology.model.code import EXTERNAL_CAUSES, plain
from nosology.model.coding import Diagnosis, Evidence
from nosology.model.reading import Reading
from nosology.model.record import Span

MOST = 4
"""Pointers that a line of a professional claim holds (837P SV107, CMS-1500 item 24E)."""


@dataclass(frozen=True, slots=True)
class _Reason:
    names: frozenset[str]
    diagnoses: tuple[str, ...]


@cache
def _reasons() -> tuple[_Reason, ...]:
    return tuple(
        _Reason(
            frozenset(part.strip() for part in row["services"].split(";")),
            tuple(plain(part) for part in row["diagnoses"].split(";")),
        )
        for row in rows(
            table("nosology.coding.services", "pointers.tsv"), ("services", "diagnoses", "why")
        )
    )


def pointed(drafts: Sequence[ServiceDraft], case: ServiceCase) -> list[ServiceDraft]:
    """Return the drafts, each with the diagnoses that justify it."""
    return [
        draft
        if draft.diagnoses or not case.diagnoses
        else replace(draft, diagnoses=_of(draft, case))
        for draft in drafts
    ]


def _of(draft: ServiceDraft, case: ServiceCase) -> tuple[str, ...]:
    eligible = [item for item in case.diagnoses if not item.code.startswith(EXTERNAL_CAUSES)]
    if not eligible:
        return ()
    if draft.area == "visits" and not draft.diagnoses:
        return tuple(item.code for item in eligible[:MOST])
    known = _for_such(draft, eligible)
    near = _nearest(draft, eligible, case)
    if known:
        best = [code for code in near if code in known]
        return tuple(dict.fromkeys((*best, *known)))[:MOST]
    return tuple(near)[:MOST] or (eligible[0].code,)


def _for_such(draft: ServiceDraft, diagnoses: Sequence[Diagnosis]) -> list[str]:
    """Return the diagnoses for which the table says such services are done, its order first."""
    names = {draft.code, draft.concept, draft.area}
    found: list[str] = []
    for reason in _reasons():
        if reason.names & names:
            for prefix in reason.diagnoses:
                found += [item.code for item in diagnoses if item.code.startswith(prefix)]
    return list(dict.fromkeys(found))


def _nearest(draft: ServiceDraft, diagnoses: Sequence[Diagnosis], case: ServiceCase) -> list[str]:
    """Return the diagnoses said in the same sentence, else under the same problem or section."""
    for scope in (_sentence, _problem, _section):
        found = [
            item.code
            for item in diagnoses
            if any(
                _inside(words, scope(case.readings[span.document], span), span.document)
                for span in draft.support
                for words in item.evidence
            )
        ]
        if found:
            return found
    return []


def _inside(words: Evidence, places: Iterable[tuple[int, int]], document: int) -> bool:
    return words.document == document and any(start <= words.start < end for start, end in places)


def _sentence(reading: Reading, span: Span) -> list[tuple[int, int]]:
    return [
        (sentence.start, sentence.end)
        for sentence in reading.sentences
        if sentence.start <= span.start < sentence.end
    ]


def _problem(reading: Reading, span: Span) -> list[tuple[int, int]]:
    for problem in reading.problems:
        held = [reading.sentences[number] for number in problem.sentences]
        if any(sentence.start <= span.start < sentence.end for sentence in held):
            return [(sentence.start, sentence.end) for sentence in held]
    return []


def _section(reading: Reading, span: Span) -> list[tuple[int, int]]:
    return [
        (section.start, section.end)
        for section in reading.sections
        if section.start <= span.start < section.end
    ]
