"""Supplies of casts and splints that an office puts on, by kind, material and age."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from nosology.coding.rules import because
from nosology.coding.services.draft import Proposal, ServiceCase, ServiceDraft
from nosology.model.encounter import Setting
from nosology.model.reading import Reading, SectionKind
from nosology.model.record import Span
from nosology.model.tables import rows, table

_PACKAGE = "nosology.coding.services.supplies"
_COLUMNS = (
    *("put_on", "words", "adult_plaster", "adult_fiberglass", "child_plaster", "child_fiberglass"),
)
_OLDEST_CHILD = 10
_MATERIAL = re.compile(
    r"\b(?P<fiberglass>fib(?:er|re)\s?glass|ortho[\s-]?glass|synthetic)\b|\b(?P<plaster>plaster)\b",
    re.IGNORECASE,
)
_WITH_MATERIAL = r"\s(?:(?:fib(?:er|re)\s?glass|plaster|synthetic)\s)?"
"""What may stand between the words of a cast (``short arm fiberglass cast``)."""
_APPLIED = re.compile(
    r"\b(?:appl(?:ied|ication)|placed|put on|placement|immobiliz\w+|casted|splinted|reapplied|"
    r"molded)\b",
    re.IGNORECASE,
)
_NOT_APPLIED = re.compile(
    r"\b(?:remov(?:ed|al)|not|declin\w+|refus\w+|previous(?:ly)?|will|plan\w*|consider\w*|"
    r"ED placed|"
    r"(?:at|in|from|by) (?:the )?(?:ED|ER|urgent care|emergency|hospital)|presents? (?:in|"
    r"with)|prior|"
    r"prefabricated|removable|velcro|custom|off[\s-]the[\s-]shelf|thermoplastic)\b",
    re.IGNORECASE,
)
_HISTORIES = frozenset(
    {
        SectionKind.HISTORY_OF_PRESENT_ILLNESS,
        SectionKind.PAST_SURGICAL_HISTORY,
        SectionKind.INDICATION,
    }
)


@cache
def _kinds() -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    return tuple(
        (
            re.compile(rf"\b(?:{row['words'].replace(' ', _WITH_MATERIAL)})\b", re.IGNORECASE),
            {name: row[name] for name in _COLUMNS[2:]},
        )
        for row in rows(table(_PACKAGE, "casting.tsv"), _COLUMNS)
    )


def cast_supplies(case: ServiceCase) -> Proposal:
    """Return the supplies of casts and splints that were put on, where the material is told."""
    if case.encounter.setting is not Setting.OFFICE:
        return Proposal()
    found: dict[tuple[str, str], ServiceDraft] = {}
    for reading in case.readings:
        if not _MATERIAL.search(reading.text):
            continue
        for start, text, kind in _clauses(reading):
            if not _APPLIED.search(text) or _NOT_APPLIED.search(text) or kind in _HISTORIES:
                continue
            for pattern, codes in _kinds():
                match = pattern.search(text)
                material = _MATERIAL.search(text)
                if match is None or material is None or case.encounter.patient_age is None:
                    continue
                age = "child" if case.encounter.patient_age <= _OLDEST_CHILD else "adult"
                code = codes[f"{age}_{material.lastgroup}"]
                words = (match, material)
                spans = tuple(
                    Span(start + one.start(), start + one.end(), reading.index) for one in words
                )
                found.setdefault(
                    (code, match.group().lower()),
                    ServiceDraft(
                        code=code,
                        area="supplies",
                        support=spans,
                        rationale=(because("supplies-cast", f"({material.lastgroup}, {age})"),),
                        concept="cast-supplies",
                    ),
                )
                break
    return Proposal(tuple(found.values()))


def _clauses(reading: Reading) -> Iterator[tuple[int, str, SectionKind]]:
    """Yield where each clause between semicolons begins, its text, and the kind of its section."""
    for sentence in reading.sentences:
        kind, start = reading.sections[sentence.section].kind, sentence.start
        for clause in reading.text[sentence.start : sentence.end].split(";"):
            yield start, clause, kind
            start += len(clause) + 1
