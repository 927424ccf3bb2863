"""Statements: mentions with the place where they stand and the sense they have there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from nosology.language.problems import ASSESSMENT_SECTIONS
from nosology.model.reading import (
    Certainty,
    Experiencer,
    Mention,
    Polarity,
    Problem,
    Reading,
    SectionKind,
    Time,
)
from nosology.model.record import Span


class Sense(StrEnum):
    """What a statement says of its condition, all facts of its context taken together."""

    PRESENT = "present"
    UNCERTAIN = "uncertain"
    PAST = "past"
    ABSENT = "absent"
    FAMILY = "family"
    NOT_STATED = "not stated"
    """Conditional, future, to be ruled out, or about somebody else."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One mention in its place.

    Attributes:
        kind: the section that holds it; ``is_nested`` whether that stands inside another section.
        problem: the problem under which it stands, if any.
        is_named: whether it is part of the problem's name.
    """

    reading: Reading
    mention: Mention
    kind: SectionKind
    is_nested: bool
    sense: Sense
    problem: Problem | None
    is_named: bool

    @property
    def concept(self) -> str:
        """The code or category that the term leads to."""
        return self.mention.concept

    @property
    def is_assessed(self) -> bool:
        """Whether it stands where the provider assesses."""
        if self.kind is SectionKind.PROBLEM_LIST:
            return self.problem is not None
        return self.kind in ASSESSMENT_SECTIONS and not (
            self.is_nested and self.kind is SectionKind.IMPRESSION
        )

    @property
    def span(self) -> Span:
        """Where its words stand."""
        return Span(self.mention.start, self.mention.end, self.reading.index)

    @property
    def said(self) -> str:
        """The sentence that holds it."""
        return self.reading.said(self.reading.sentences[self.mention.sentence])

    @property
    def place(self) -> tuple[int, int]:
        """The problem under which it stands, by document and rank; a rank of -1 for none."""
        return (self.reading.index, self.problem.rank if self.problem else -1)

    @property
    def order(self) -> tuple[int, int]:
        """Where it stands in the record."""
        return (self.reading.index, self.mention.start)


def sense_of(mention: Mention) -> Sense:
    """Return what the mention says, the weightiest fact of its context first."""
    context = mention.context
    if context.experiencer is Experiencer.FAMILY:
        return Sense.FAMILY if context.polarity is Polarity.AFFIRMED else Sense.ABSENT
    if context.experiencer is Experiencer.OTHER:
        return Sense.NOT_STATED
    if context.polarity is Polarity.NEGATED:
        return Sense.ABSENT
    if context.certainty is Certainty.RULE_OUT or context.time in (Time.CONDITIONAL, Time.FUTURE):
        return Sense.NOT_STATED
    if context.time in (Time.HISTORICAL, Time.RESOLVED):
        return Sense.PAST
    if context.certainty is Certainty.UNCERTAIN:
        return Sense.UNCERTAIN
    return Sense.PRESENT


def statements(reading: Reading) -> list[Statement]:
    """Return the reading's mentions as statements, in the order of the text."""
    problem_of: dict[int, Problem] = {}
    for problem in reading.problems:
        for sentence in problem.sentences:
            problem_of[sentence] = problem
    found: list[Statement] = []
    for mention in reading.mentions:
        section = reading.sections[reading.sentences[mention.sentence].section]
        under = problem_of.get(mention.sentence)
        found.append(
            Statement(
                reading=reading,
                mention=mention,
                kind=section.kind,
                is_nested=section.level > 0,
                sense=sense_of(mention),
                problem=under,
                is_named=under is not None
                and mention.sentence == under.title
                and mention.start < under.title_end,
            )
        )
    return found
