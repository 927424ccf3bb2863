"""What the documents say: tokens, sections, sentences, problems and mentions in their context."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from nosology.model.record import Document


class SectionKind(StrEnum):
    """What a part of a note is for, whatever its heading is called."""

    CHIEF_COMPLAINT = "chief complaint"
    HISTORY_OF_PRESENT_ILLNESS = "history of present illness"
    INTERVAL_HISTORY = "interval history"
    PAST_MEDICAL_HISTORY = "past medical history"
    PAST_SURGICAL_HISTORY = "past surgical history"
    OBSTETRIC_HISTORY = "obstetric history"
    FAMILY_HISTORY = "family history"
    SOCIAL_HISTORY = "social history"
    PROBLEM_LIST = "problem list"
    MEDICATIONS = "medications"
    ALLERGIES = "allergies"
    IMMUNIZATIONS = "immunizations"
    REVIEW_OF_SYSTEMS = "review of systems"
    VITAL_SIGNS = "vital signs"
    PHYSICAL_EXAM = "physical exam"
    RESULTS = "results"
    INDICATION = "indication"
    COMPARISON = "comparison"
    TECHNIQUE = "technique"
    FINDINGS = "findings"
    IMPRESSION = "impression"
    PROCEDURE = "procedure"
    HOSPITAL_COURSE = "hospital course"
    ADMISSION_DIAGNOSIS = "admission diagnosis"
    DISCHARGE_DIAGNOSIS = "discharge diagnosis"
    DIAGNOSIS = "diagnosis"
    PREOPERATIVE_DIAGNOSIS = "preoperative diagnosis"
    POSTOPERATIVE_DIAGNOSIS = "postoperative diagnosis"
    ASSESSMENT = "assessment"
    ASSESSMENT_AND_PLAN = "assessment and plan"
    PLAN = "plan"
    MEDICAL_DECISION_MAKING = "medical decision making"
    ORDERS = "orders"
    INSTRUCTIONS = "instructions"
    DISPOSITION = "disposition"
    SIGNATURE = "signature"
    OTHER = "other"
    BODY = "body"
    """Text under no heading."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or sign of the text.

    Attributes:
        words: what the token stands for once normalised; several for an abbreviation
            (``CHF`` → congestive, heart, failure).
    """

    start: int
    end: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it; sections cover the document without gap or overlap.

    Attributes:
        start: where the heading begins, or the body where there is none.
        body: where the text under the heading begins.
        title: the heading's words as normalised for reading, lower case; empty for none.
        level: 0 for a heading of the note, 1 for one inside another section.
    """

    kind: SectionKind
    start: int
    body: int
    end: int
    title: str = ""
    level: int = 0


class LineKind(StrEnum):
    """How a sentence stands on the page."""

    PROSE = "prose"
    ITEM = "item"
    """An entry of a bulleted or numbered list, or a short line that stands by itself."""
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or list entry; never crosses a section or a list entry.

    Attributes:
        section: index into the reading's sections.
        first_token: index of its first token; ``last_token`` is one past its last.
        label: end of a leading label such as ``Cardiovascular:``, or ``start`` for none.
        marker: the bullet or number before it (``1.``, ``-``, ``•``); empty if none.
        indent: columns before the marker or text.
        is_line_start: whether the sentence begins its line.
    """

    start: int
    end: int
    section: int
    first_token: int
    last_token: int
    kind: LineKind = LineKind.PROSE
    label: int = 0
    marker: str = ""
    indent: int = 0
    is_line_start: bool = True


class Polarity(StrEnum):
    """Whether the record states or denies it."""

    AFFIRMED = "affirmed"
    NEGATED = "negated"


class Certainty(StrEnum):
    """How sure the author is."""

    CONFIRMED = "confirmed"
    UNCERTAIN = "uncertain"
    RULE_OUT = "rule out"
    """Only to be looked for: ordered, screened for or to be excluded."""


class Time(StrEnum):
    """When it holds."""

    CURRENT = "current"
    HISTORICAL = "historical"
    RESOLVED = "resolved"
    CONDITIONAL = "conditional"
    """If, in case of, return for, risk of: it has not happened."""
    FUTURE = "future"


class Experiencer(StrEnum):
    """Whose it is."""

    PATIENT = "patient"
    FAMILY = "family"
    OTHER = "other"


class Reporter(StrEnum):
    """Who says so."""

    PROVIDER = "provider"
    PATIENT = "patient"


@dataclass(frozen=True, slots=True)
class Cue:
    """The words that decided one fact of a context.

    Attributes:
        kind: the context value that it sets, such as ``negated`` or ``family``.
        rule: name of the cue in its cue file.
    """

    kind: str
    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class Context:
    """In what sense a mention stands in the text."""

    polarity: Polarity = Polarity.AFFIRMED
    certainty: Certainty = Certainty.CONFIRMED
    time: Time = Time.CURRENT
    experiencer: Experiencer = Experiencer.PATIENT
    reporter: Reporter = Reporter.PROVIDER
    cues: tuple[Cue, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A term of the lexicon found in the text.

    Attributes:
        start: first character of the words that cover the term, gaps included.
        end: one past the last.
        tokens: indices of the tokens that matched, ascending; they need not be adjacent.
        sentence: index into the reading's sentences.
        concept: the code or category that the term leads to, without a dot.
        term: the lexicon's term.
        entry: the lexicon's number for the entry, or -1 where none stands behind it.
    """

    start: int
    end: int
    tokens: tuple[int, ...]
    sentence: int
    concept: str
    term: str
    entry: int = -1
    context: Context = Context()


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem that the assessment lists, with what is said under it.

    Attributes:
        title: index of the sentence that names it.
        title_end: where the words that name it end and what is said of it begins.
        sentences: indices of the sentences that discuss it, title included, ascending.
        rank: 0-based order in the assessment.
    """

    title: int
    title_end: int
    sentences: tuple[int, ...]
    rank: int


class Flag(StrEnum):
    """What the record itself says of a measured value."""

    HIGH = "high"
    LOW = "low"
    ABNORMAL = "abnormal"
    NORMAL = "normal"
    POSITIVE = "positive"
    NEGATIVE = "negative"


@dataclass(frozen=True, slots=True)
class Measurement:
    """A vital sign or laboratory result.

    Attributes:
        start: first character of the analyte's name.
        end: one past the last character of the value, its unit, range or flag.
        sentence: index into the reading's sentences.
        analyte: what was measured, by its name in ``measurements.tsv``.
        value: the number as written; the first of a range, the systolic of a blood pressure, the
            denominator of a titer. None where the record gives a flag alone.
        second: the end of a range, or the diastolic pressure.
        comparator: ``<``, ``>``, ``<=``, ``>=``, ``1:`` for a titer, or empty.
        unit: as written; empty for none.
        amount: the value in the analyte's own unit; None for a titer or a flag alone.
        reference: the laboratory's own range, in the unit of the value; an open end is None.
        flag: what the record says of the value; ``is_critical`` where it says so.
        date: the day written beside it.
        is_earlier: whether the record sets it against a later value.
    """

    start: int
    end: int
    sentence: int
    analyte: str
    value: Decimal | None = None
    second: Decimal | None = None
    comparator: str = ""
    unit: str = ""
    amount: Decimal | None = None
    reference: tuple[Decimal | None, Decimal | None] | None = None
    flag: Flag | None = None
    is_critical: bool = False
    date: dt.date | None = None
    is_earlier: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """One document as read so far; each stage returns a new one with one kind of fact more.

    Attributes:
        kept: what was worked out of the text alone, by the type that holds it, for whoever asks
            next; it is handed on from stage to stage and tells nothing that the text does not.
    """

    document: Document
    index: int = 0
    tokens: tuple[Token, ...] = ()
    sections: tuple[Section, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    problems: tuple[Problem, ...] = ()
    mentions: tuple[Mention, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    kept: dict[type, object] = field(default_factory=dict, compare=False, repr=False)

    @property
    def text(self) -> str:
        """The document's text, to which every offset refers."""
        return self.document.text

    def said(self, sentence: Sentence) -> str:
        """Return the sentence's text."""
        return self.text[sentence.start : sentence.end]

    def section_of(self, mention: Mention) -> Section:
        """Return the section that holds the mention."""
        return self.sections[self.sentences[mention.sentence].section]

    def sentence_at(self, offset: int) -> int:
        """Return the index of the last sentence that begins at or before the offset; -1 for none.

        The offset may stand behind its end, between it and the next.
        """
        return bisect_right(self.sentences, offset, key=lambda sentence: sentence.start) - 1
