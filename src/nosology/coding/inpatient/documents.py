"""The documents of a hospital stay: which is the provider's last word, and what the others are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from nosology.coding.diagnoses.statements import Statement
from nosology.coding.diagnoses.studies import is_study
from nosology.language.problems import ASSESSMENT_SECTIONS
from nosology.model.code import plain
from nosology.model.code_ranges import CodeRange
from nosology.model.reading import Reading, SectionKind
from nosology.model.tables import patterns, rows, table

_PACKAGE = "nosology.coding.inpatient"
_PLANNED = frozenset({SectionKind.ASSESSMENT_AND_PLAN, SectionKind.PLAN})
_OPENING_LINES = 3
_UNTYPED = frozenset({"", "note", "notes"})


@dataclass(frozen=True, slots=True)
class Cues:
    """The word lists of ``stay.toml``, each as one expression."""

    final: re.Pattern[str]
    operation: re.Pattern[str]
    consultation: re.Pattern[str]
    same: re.Pattern[str]
    treated: re.Pattern[str]
    arose: re.Pattern[str]
    kept_up: re.Pattern[str]
    reads: re.Pattern[str]
    incidental: re.Pattern[str]
    brought: re.Pattern[str]
    here: re.Pattern[str]
    gone: re.Pattern[str]
    dismissed: re.Pattern[str]
    excluded: re.Pattern[str]


@cache
def cues() -> Cues:
    """Return the word lists, read once."""
    return Cues(**patterns(_PACKAGE, "stay.toml"))


def is_operation(reading: Reading) -> bool:
    """Return whether the document reports an operation or another procedure."""
    kind = reading.document.type
    return bool(cues().operation.search(kind)) and not cues().final.search(kind)


def last_word(readings: Sequence[Reading]) -> int:
    """Return the index of the document that closes the stay, or -1 where there is none.

    The latest discharge summary; without one the latest document of the attending that assesses,
    then whatever comes last.

    Args:
        readings: the provider's documents, in the order given.
    """
    ranked = sorted(readings, key=_rank)
    return ranked[-1].index if ranked else -1


def _rank(reading: Reading) -> tuple[int, int, int]:
    date = reading.document.date
    return (_weight(reading), date.toordinal() if date else 0, reading.index)


def _weight(reading: Reading) -> int:
    found = cues()
    kind = reading.document.type
    if kind in _UNTYPED:
        kind = " ".join(reading.text.strip().splitlines()[:_OPENING_LINES])
    if found.final.search(kind):
        return 4
    if is_study(reading.document):
        return 0
    if is_operation(reading) or found.consultation.search(kind):
        return 1
    assesses = any(section.kind in ASSESSMENT_SECTIONS for section in reading.sections)
    return 3 if assesses else 2


@cache
def _successors() -> tuple[tuple[str, tuple[CodeRange, ...]], ...]:
    return tuple(
        (
            plain(row["earlier"]),
            tuple(CodeRange.parse(later) for later in row["later"].split()),
        )
        for row in rows(table(_PACKAGE, "superseded.tsv"), ("earlier", "later", "why"))
    )


def takes_the_place(later: str, earlier: str) -> bool:
    """Return whether the later diagnosis is what the earlier one was found to be.

    Args:
        later: a code without a dot.
        earlier: likewise, or a category.
    """
    if later[:3] == earlier[:3]:
        return True
    return any(
        earlier.startswith(first) and any(named.holds(later) for named in ranges)
        for first, ranges in _successors()
    )


def is_treated(item: Statement) -> bool:
    """Return whether what is said of the condition shows that it was evaluated or treated.

    A problem under which a plan stands was; so was what an operation found.
    """
    if item.kind is SectionKind.POSTOPERATIVE_DIAGNOSIS:
        return True
    said = _said_of(item)
    return bool(cues().treated.search(said)) or _has_plan(item)


def _has_plan(item: Statement) -> bool:
    """Whether something stands behind the name of the problem that it is."""
    if item.problem is None or not item.is_named or item.kind not in _PLANNED:
        return False
    reading, problem = item.reading, item.problem
    title = reading.sentences[problem.title]
    behind = reading.text[problem.title_end : title.end]
    return len(problem.sentences) > 1 or any(char.isalnum() for char in behind)


def _said_of(item: Statement) -> str:
    """The rest of its sentence, its problem's other sentences, and the sentence behind it.

    Behind a problem's name a sentence with terms of its own is another problem.
    """
    reading = item.reading
    number = item.mention.sentence
    here = reading.sentences[number]
    said = [
        reading.text[here.start : item.mention.start],
        reading.text[item.mention.end : here.end],
    ]
    if item.problem and item.is_named:
        said.extend(
            reading.said(reading.sentences[other])
            for other in item.problem.sentences
            if other != number
        )
    following = number + 1
    if following < len(reading.sentences) and reading.sentences[following].section == here.section:
        is_of_another = any(other.sentence == following for other in reading.mentions)
        if not (item.is_named and is_of_another):
            said.append(reading.said(reading.sentences[following]))
    return " ".join(said)
