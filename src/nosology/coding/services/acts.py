"""Acts: what a record says was or is to be done, given, supplied or driven."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from nosology.coding.services.catalogue import Concept
from nosology.model.reading import Mention, Reading, Section, SectionKind, Sentence
from nosology.model.record import Span


class Standing(StrEnum):
    """What the record says of an act."""

    DONE = "done"
    """At this encounter, by those for whom it is coded."""
    ORDERED = "ordered"
    """Ordered, scheduled, referred or recommended: it is to be done later or by others."""
    REVIEWED = "reviewed"
    """Its result is looked at; that it was done here is not said."""
    PAST = "past"
    """Done before this encounter, or elsewhere."""
    NOT_DONE = "not done"
    """Denied, refused, deferred or stopped before it began."""
    NAMED = "named"
    """Spoken of in another way: conditional, explained, of somebody else."""


MOST_MENTIONS = 24
"""Mentions of one service that are looked at, so that no length of a record is too much."""


@dataclass(frozen=True, slots=True)
class Act:
    """One mention of a service in its place.

    Attributes:
        concept: what the catalogue calls it.
        standing: what the record says of it; ``cue`` where the words stand that say so.
    """

    concept: Concept
    reading: Reading
    mention: Mention
    standing: Standing
    cue: Span | None = None

    @property
    def span(self) -> Span:
        """Where its words stand."""
        return Span(self.mention.start, self.mention.end, self.reading.index)

    @property
    def sentence(self) -> Sentence:
        """The sentence that holds it."""
        return self.reading.sentences[self.mention.sentence]

    @property
    def section(self) -> Section:
        """The section that holds it."""
        return self.reading.section_of(self.mention)

    @property
    def kind(self) -> SectionKind:
        """What the section that holds it is for."""
        return kind_of_section(self.reading, self.mention, is_test=self.concept.kind in TESTS)

    @property
    def said(self) -> str:
        """The text of the sentence that holds it."""
        return self.reading.said(self.sentence)

    @property
    def line_start(self) -> int:
        """Where the line begins that names it."""
        return self.reading.text.rfind("\n", 0, self.mention.start) + 1

    @property
    def line(self) -> str:
        """The text of the line that names it, to the end of its last word's line."""
        end = self.reading.text.find("\n", self.mention.end)
        return self.reading.text[self.line_start : None if end < 0 else end]

    def part(self, stops: re.Pattern[str]) -> str:
        """Return the part of its sentence between the stops around it."""
        start, end = part_of(self.reading, self.mention, stops)
        return self.reading.text[start:end]

    @property
    def order(self) -> tuple[int, int]:
        """Where it stands in the record."""
        return (self.reading.index, self.mention.start)


TESTS = frozenset({"point-of-care", "laboratory", "pathology", "imaging", "tracing"})
"""Kinds of service that have a result."""
_REASONS = frozenset({SectionKind.INDICATION, SectionKind.CHIEF_COMPLAINT})
_STORIES = frozenset({SectionKind.HISTORY_OF_PRESENT_ILLNESS, SectionKind.INTERVAL_HISTORY})
_BEGINS = 40
"""Characters of a line within which a test stands that the line is about."""


def kind_of_section(reading: Reading, mention: Mention, *, is_test: bool = False) -> SectionKind:
    """Return what the section is for, as far as it reaches.

    A reason told in a heading's own line ends with the line. A line below a story told so that
    begins with a test gives its result, and belongs to the story no more.
    """
    section = reading.section_of(mention)
    is_story = is_test and section.kind in _STORIES
    if section.kind not in _REASONS and not is_story:
        return section.kind
    text = reading.text
    if "\n" in text[section.start : section.body] or mention.start < section.body:
        return section.kind
    end = text.find("\n", section.body)
    if not 0 <= end < mention.start:
        return section.kind
    if is_story and mention.start - text.rfind("\n", 0, mention.start) > _BEGINS:
        return section.kind
    return SectionKind.BODY


def part_of(reading: Reading, mention: Mention, stops: re.Pattern[str]) -> tuple[int, int]:
    """Return where the part of the sentence that holds the mention begins and ends."""
    sentence = reading.sentences[mention.sentence]
    before = sentence.start
    for match in stops.finditer(reading.text, sentence.start, mention.start):
        before = match.end()
    after = stops.search(reading.text, mention.end, sentence.end)
    return before, after.start() if after else sentence.end


def first_mentions(acts: Iterable[Act]) -> list[Act]:
    """Return the acts without what names the same service for more than the twenty-fourth time."""
    counted: dict[str, int] = {}
    kept: list[Act] = []
    for act in acts:
        number = counted[act.concept.name] = counted.get(act.concept.name, 0) + 1
        if number <= MOST_MENTIONS:
            kept.append(act)
    return kept
