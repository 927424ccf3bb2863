"""The reader: from a document to a reading, one stage after another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from nosology.language.abbreviations import AbbreviationStage
from nosology.language.certainty import CertaintyQuestion
from nosology.language.context import ContextStage
from nosology.language.experiencer import ExperiencerQuestion
from nosology.language.measurements import MeasurementStage
from nosology.language.negation import NegationQuestion
from nosology.language.reporter import ReporterQuestion
from nosology.language.sections import SectionStage
from nosology.language.senses import SenseStage
from nosology.language.sentences import SentenceStage
from nosology.language.time import TimeQuestion
from nosology.language.tokens import tokenize
from nosology.model.reading import Reading
from nosology.model.record import Document

Stage = Callable[[Reading], Reading]
"""Adds one kind of fact to a reading and changes no other."""


@dataclass(frozen=True, slots=True)
class TokenStage:
    """Adds the tokens."""

    def __call__(self, reading: Reading) -> Reading:
        """Return the reading with its tokens."""
        return replace(reading, tokens=tokenize(reading.text))


LAYOUT_STAGES: tuple[Stage, ...] = (
    TokenStage(),
    SectionStage(),
    SentenceStage(),
    MeasurementStage(),
    SenseStage(),
    AbbreviationStage(),
)
"""What needs no knowledge of terms: tokens, sections, sentences, measurements, senses of words and
short forms."""

CONTEXT_STAGES: tuple[Stage, ...] = (
    ContextStage(
        (
            NegationQuestion(),
            CertaintyQuestion(),
            TimeQuestion(),
            ExperiencerQuestion(),
            ReporterQuestion(),
        )
    ),
)
"""In what sense each mention stands."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads documents.

    Attributes:
        matching: the stages between layout and context, which find problems and mentions; they
            hold a lexicon and are therefore handed in.
    """

    matching: tuple[Stage, ...] = ()
    layout: tuple[Stage, ...] = field(default=LAYOUT_STAGES)
    context: tuple[Stage, ...] = field(default=CONTEXT_STAGES)

    def read(self, document: Document, index: int = 0) -> Reading:
        """Return what the document says; ``index`` is its place in the record."""
        reading = Reading(document, index)
        for stage in (*self.layout, *self.matching, *self.context):
            reading = stage(reading)
        return reading
