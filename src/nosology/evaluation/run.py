"""The evaluation of a coder: codes every note of a data set and compares the answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from nosology.evaluation.datasets import LabeledEncounter, code_of_line, shown_line
from nosology.evaluation.metrics import (
    Counts,
    Labels,
    Score,
    Share,
    core,
    count,
    intervals,
    score,
)
from nosology.model.code import CodeBook
from nosology.model.coding import Coding, Diagnosis, Procedure, Service, system_of
from nosology.model.encounter import Encounter
from nosology.model.record import Record

type Code = Callable[[Encounter], Coding]
"""What is evaluated: anything that answers an encounter with a coding."""

DATE_OF_SERVICE = dt.date(2026, 4, 14)
"""Used for a note that has none, so that the same file gives the same score on every day."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """The score over some codes of all notes, with the counts and 95 % intervals behind it."""

    score: Score
    intervals: dict[str, tuple[float, float] | None]
    counts: Counts


@dataclass(frozen=True, slots=True)
class Answered:
    """A labeled encounter and what was answered for it."""

    labeled: LabeledEncounter
    coding: Coding

    @property
    def labels(self) -> Labels:
        """The two sets of codes."""
        return Labels(self.labeled.gold, frozenset(item.code for item in self.coding.icd10cm))

    @property
    def procedures(self) -> Labels | None:
        """The two sets of ICD-10-PCS codes; None where none were chosen."""
        if self.labeled.procedures is None:
            return None
        answered = frozenset(item.code for item in self.coding.icd10pcs)
        return Labels(self.labeled.procedures, answered)

    @property
    def lines(self) -> Labels | None:
        """The two sets of lines of services; None where none were chosen."""
        if self.labeled.services is None:
            return None
        answered = frozenset(
            shown_line(item.code, item.modifiers, item.units) for item in self.coding.services
        )
        return Labels(self.labeled.services, answered)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How the answers for a data set agree with its gold codes.

    Attributes:
        every: over all codes.
        core: over the codes that ``metrics.is_core`` keeps on both sides.
        invalid: answered codes that are not billable on the note's date.
        exact_evidence: answered items whose evidence is there and true to the text.
        answers: the answers themselves, in the data set's order.
        procedures: over the ICD-10-PCS codes; None where the data set has none.
        services: over the numbers of services; None where the data set has none.
        lines: over the services with their modifiers and units.
    """

    every: Agreement
    core: Agreement
    invalid: Share
    exact_evidence: Share
    answers: tuple[Answered, ...]
    releases: dict[str, str]
    procedures: Agreement | None = None
    services: Agreement | None = None
    lines: Agreement | None = None


def evaluate(
    dataset: Iterable[LabeledEncounter],
    code: Code,
    book: CodeBook,
    date_of_service: dt.date = DATE_OF_SERVICE,
) -> Evaluation:
    """Return how the coder's answers agree with the gold codes.

    Args:
        dataset: the labeled encounters; they are coded one at a time, in order.
        code: the coder.
        book: tells which answered codes are billable.
        date_of_service: for encounters that have none.
    """
    answers = []
    releases: dict[str, str] = {}
    invalid = Share(0, 0)
    evidence = Share(0, 0)
    for labeled in dataset:
        encounter = labeled.encounter
        if encounter.date_of_service is None:
            encounter = replace(encounter, date_of_service=date_of_service)
        coding = code(encounter)
        answers.append(Answered(replace(labeled, encounter=encounter), coding))
        releases |= coding.releases
        items: tuple[Diagnosis | Procedure | Service, ...] = (
            *coding.icd10cm,
            *coding.icd10pcs,
            *coding.services,
        )
        for item in items:
            billable = book.is_billable(item.code, encounter.date_of_service, system_of(item))
            invalid = Share(invalid.part + (not billable), invalid.whole + 1)
            exact = has_exact_evidence(item, encounter.record)
            evidence = Share(evidence.part + exact, evidence.whole + 1)
    notes = [answer.labels for answer in answers if answer.labeled.has_diagnoses]
    procedures = [labels for answer in answers if (labels := answer.procedures) is not None]
    lines = [labels for answer in answers if (labels := answer.lines) is not None]
    services = [
        Labels(frozenset(map(code_of_line, item.gold)), frozenset(map(code_of_line, item.answered)))
        for item in lines
    ]
    return Evaluation(
        every=_agreement(notes),
        core=_agreement(core(notes)),
        invalid=invalid,
        exact_evidence=evidence,
        answers=tuple(answers),
        releases=releases,
        procedures=_agreement(procedures) if procedures else None,
        services=_agreement(services) if services else None,
        lines=_agreement(lines) if lines else None,
    )


def has_exact_evidence(item: Diagnosis | Procedure | Service, record: Record) -> bool:
    """Return whether the item has evidence and every piece quotes the record to the character."""
    return bool(item.evidence) and all(
        0 <= piece.document < len(record.documents)
        and 0 <= piece.start < piece.end
        and record.documents[piece.document].text[piece.start : piece.end] == piece.quote
        for piece in item.evidence
    )


def _agreement(notes: list[Labels]) -> Agreement:
    return Agreement(score(notes), intervals(notes), count(notes))
