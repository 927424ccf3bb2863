"""Drafts: codes on their way to the answer, with what supports them and what was decided so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from nosology.coding.diagnoses.assignment import Assignment
from nosology.coding.diagnoses.knowledge import Knowledge
from nosology.coding.diagnoses.medicines import Medicines
from nosology.coding.diagnoses.specificity import Specificity
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.rules import because
from nosology.language.terms import TermIndex
from nosology.model.code import Code, CodeBook
from nosology.model.coding import Rationale
from nosology.model.encounter import Encounter
from nosology.model.reading import Reading, SectionKind
from nosology.model.record import Span


@dataclass(frozen=True, slots=True)
class Draft:
    """One code on its way.

    Attributes:
        code: complete, without a dot.
        support: where the words stand that support it; never empty.
        words: words said with the mention.
        place: the problem that it belongs to, by document and rank.
        poa: whether it was present on admission, where the claim asks for it.
    """

    code: str
    support: tuple[Span, ...]
    rationale: tuple[Rationale, ...]
    confidence: float
    words: frozenset[str] = frozenset()
    place: tuple[int, int] = (-1, -1)
    poa: str | None = None

    def because(self, rule: str, detail: str = "") -> Draft:
        """Return the draft with one reason more."""
        return replace(self, rationale=(*self.rationale, because(rule, detail)))


@dataclass(frozen=True, slots=True)
class Case:
    """What a guideline may look at beside the drafts: the record as read and the code set.

    Attributes:
        statements: what those say whose diagnoses are coded.
        beside: what other clinicians say; only what the Guidelines let them document counts
            (ICD-10-CM OCG I.B.14).
        assignment: assigns codes to statements of this record.
        discussed: the statements by the place of their problem.
        by_sentence: the statements by document and sentence.
        present_by_category: the statements of what is present, by category; of those that say the
            same in the same words only the first.
    """

    encounter: Encounter
    readings: tuple[Reading, ...]
    statements: tuple[Statement, ...]
    beside: tuple[Statement, ...]
    knowledge: Knowledge
    assignment: Assignment
    medicines: Medicines
    discussed: dict[tuple[int, int], list[Statement]] = field(init=False)
    by_sentence: dict[tuple[int, int], list[Statement]] = field(init=False)
    present_by_category: dict[str, list[Statement]] = field(init=False)

    def __post_init__(self) -> None:
        grouped: dict[tuple[int, int], list[Statement]] = {}
        by_sentence: dict[tuple[int, int], list[Statement]] = {}
        present: dict[str, list[Statement]] = {}
        said: set[tuple[str, SectionKind, str]] = set()
        for statement in self.statements:
            grouped.setdefault(statement.place, []).append(statement)
            sentence = (statement.reading.index, statement.mention.sentence)
            by_sentence.setdefault(sentence, []).append(statement)
            if statement.sense is Sense.PRESENT:
                words = (statement.concept, statement.kind, statement.said)
                if words not in said:
                    said.add(words)
                    present.setdefault(statement.concept[:3], []).append(statement)
        object.__setattr__(self, "discussed", grouped)
        object.__setattr__(self, "by_sentence", by_sentence)
        object.__setattr__(self, "present_by_category", present)

    @property
    def book(self) -> CodeBook:
        """The code set."""
        return self.assignment.book

    @property
    def on(self) -> dt.date | None:
        """The date of service."""
        return self.assignment.on

    @property
    def specificity(self) -> Specificity:
        """The chooser of the most specific supported code."""
        return self.assignment.specificity

    @property
    def index(self) -> TermIndex:
        """The terms."""
        return self.assignment.index

    def reading_of(self, span: Span) -> Reading:
        """Return the document in which the span stands, as read."""
        return self.readings[span.document]

    def code(self, code: str) -> Code:
        """Return the code with its notes."""
        return self.specificity.code(code)

    def is_billable(self, code: str) -> bool:
        """Return whether the code may be reported on the date of service."""
        return self.assignment.is_billable(code)


type Guideline = Callable[[Sequence[Draft], Case], list[Draft]]
"""A guideline takes the drafts and returns them as it leaves them; it never changes one."""


def first(drafts: Iterable[Draft], *prefixes: str) -> Draft | None:
    """Return the first draft whose code begins with one of the prefixes, or None."""
    return next((draft for draft in drafts if draft.code.startswith(prefixes)), None)


def replaced(drafts: Sequence[Draft], old: Draft, *new: Draft) -> list[Draft]:
    """Return the drafts with the old one's place taken by the new ones."""
    found: list[Draft] = []
    for draft in drafts:
        found.extend(new if draft is old else (draft,))
    return found


def moved_before(drafts: Sequence[Draft], item: Draft, other: Draft) -> list[Draft]:
    """Return the drafts with the item directly before the other, if it stood after it."""
    listed = list(drafts)
    here, there = listed.index(item), listed.index(other)
    if here > there:
        listed.insert(there, listed.pop(here))
    return listed
