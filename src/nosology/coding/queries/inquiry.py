"""What a question may look at: the answer, the record behind it, and what the record holds."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from nosology.coding.diagnoses.knowledge import Knowledge
from nosology.coding.diagnoses.medicines import Medicines
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.diagnoses.values import sex_of
from nosology.language.analytes import Direction, Judgment, judge
from nosology.model.code import CodeBook
from nosology.model.code_ranges import CodeRange
from nosology.model.coding import Diagnosis, Evidence
from nosology.model.encounter import Encounter
from nosology.model.reading import Measurement, Reading
from nosology.model.record import Author, Span

_MEANT = frozenset({Sense.PRESENT, Sense.UNCERTAIN})
_DENIES = re.compile(
    r"\b(?:no|not|denies|denied|without|negative|never|ruled out|declin\w+|if|consider\w*|risks?"
    r"|allerg\w+)\b",
    re.IGNORECASE,
)
_LONGEST_QUOTE = 160
_LONG_TERM = "Z79"


@dataclass(frozen=True)
class Inquiry:
    """One coded encounter about which questions are put.

    Attributes:
        diagnoses: what is reported.
        statements: what those say whose diagnoses are coded; ``beside`` what others say.
        facts: words that hold for the patient, such as ``female``.
    """

    encounter: Encounter
    readings: tuple[Reading, ...]
    diagnoses: tuple[Diagnosis, ...]
    statements: tuple[Statement, ...]
    beside: tuple[Statement, ...]
    knowledge: Knowledge
    medicines: Medicines
    book: CodeBook
    on: dt.date | None
    facts: frozenset[str] = field(default=frozenset())

    @property
    def sex(self) -> str:
        """``M``, ``F``, or empty where it is not known."""
        return sex_of(self.facts)

    @cached_property
    def measurements(self) -> tuple[tuple[Reading, Measurement], ...]:
        """Every result of the record, whoever wrote it down."""
        return tuple((reading, item) for reading in self.readings for item in reading.measurements)

    @cached_property
    def provided(self) -> tuple[Reading, ...]:
        """The documents whose author's diagnoses are coded."""
        return tuple(
            reading for reading in self.readings if reading.document.author is Author.PROVIDER
        )

    @cached_property
    def lowered(self) -> str:
        """The provider's documents in small letters, for a quick look whether a word occurs."""
        return "\n".join(reading.text for reading in self.provided).lower()

    @cached_property
    def concepts(self) -> frozenset[str]:
        """The codes that are reported or stated of the patient in any sense."""
        stated = {item.concept for item in self.statements if item.sense is not Sense.FAMILY}
        return frozenset(stated | {diagnosis.code for diagnosis in self.diagnoses})

    @cached_property
    def long_term_medicines(self) -> frozenset[str]:
        """The codes of long-term use of the medicines that the record names."""
        named = self.medicines.named(lambda *_: True)
        return frozenset(drug.long_term_code for drug, _ in named if drug.long_term_code)

    def is_accounted_for(self, codes: Iterable[CodeRange]) -> bool:
        """Return whether a code in one of the ranges is reported or stated in any sense.

        Codes of long-term use are those of the medicines that the record names.
        """
        return any(
            within.holds(code)
            for within in codes
            for code in (
                self.long_term_medicines if within.first.startswith(_LONG_TERM) else self.concepts
            )
        )

    def judged(self, item: Measurement) -> Judgment | None:
        """Return whether a result is abnormal for this patient, or None where nothing tells."""
        return judge(item, self.sex, self.encounter.patient_age)

    def held(self, condition: str) -> list[Span]:
        """Return where the record holds what the condition says; empty where it does not.

        A condition is ``code``, ``value``, ``low``, ``high``, ``abnormal`` or ``word`` with what
        it is about, as the head of ``queries.toml`` says.
        """
        kind, _, rest = condition.partition(" ")
        if kind == "code":
            within = _range(rest)
            stated = [
                item.span
                for item in self.statements
                if item.sense in _MEANT and within.holds(item.concept)
            ]
            return stated or [
                Span(words.start, words.end, words.document)
                for diagnosis in self.diagnoses
                if within.holds(diagnosis.code)
                for words in diagnosis.evidence[:1]
            ]
        if kind == "word":
            return list(self.said(_pattern(rest)))
        return [
            span_of(reading, item)
            for reading, item in self.measurements
            if item.analyte == rest and self._is_so(kind, item)
        ]

    def _is_so(self, kind: str, item: Measurement) -> bool:
        if kind == "value":
            return True
        judged = self.judged(item)
        if judged is None or judged.direction is Direction.NORMAL:
            return False
        return kind in ("abnormal", judged.direction.value)

    def said(self, pattern: re.Pattern[str]) -> Iterator[Span]:
        """Yield where the provider's documents say this, in sentences that do not deny it."""
        for reading in self.provided:
            if not pattern.search(reading.text):
                continue
            for sentence in reading.sentences:
                for found in pattern.finditer(reading.text, sentence.start, sentence.end):
                    if not _DENIES.search(reading.text, sentence.start, found.start()):
                        yield Span(found.start(), found.end(), reading.index)

    def evidence(self, spans: Iterable[Span]) -> tuple[Evidence, ...]:
        """Return the spans with the words that they cover, each once."""
        texts = {reading.index: reading.text for reading in self.readings}
        return tuple(
            Evidence(span.document, span.start, span.end, span.quote(texts[span.document]))
            for span in dict.fromkeys(spans)
        )

    def quoted(self, spans: Sequence[Span]) -> str:
        """Return the words of the spans in quotation marks, on one line."""
        quotes = [" ".join(item.quote.split()) for item in self.evidence(spans)]
        return ", ".join(f'"{quote[:_LONGEST_QUOTE]}"' for quote in dict.fromkeys(quotes))


def span_of(reading: Reading, item: Measurement) -> Span:
    """Return where a result stands."""
    return Span(item.start, item.end, reading.index)


@lru_cache(maxsize=512)
def _range(text: str) -> CodeRange:
    return CodeRange.parse(text)


@lru_cache(maxsize=512)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{text})", re.IGNORECASE)
