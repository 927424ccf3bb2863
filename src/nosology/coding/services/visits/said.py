"""What a record says of a visit: cues looked for in the text, each with its sentence and section.

Every cue names words of which one must stand in the record, so that a pattern is tried only where
it can be found. Patterns are matched against the text in small letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from nosology.language.word_starts import WordPattern, WordStarts
from nosology.model.reading import Reading, SectionKind, Sentence
from nosology.model.record import Span
from nosology.model.tables import settings

_PACKAGE = "nosology.coding.services.visits"
_BREAK = re.compile(r"[;\n]|[.:]\s|,\s+(?:but|then)\s|,\s+(?=[\w ]{1,40}\bif\b)")
_FAR = 400
"""Characters to either side of a cue that are looked at, however long its sentence is."""
_HISTORY = frozenset(
    {
        *(SectionKind.PAST_MEDICAL_HISTORY, SectionKind.PAST_SURGICAL_HISTORY),
        *(SectionKind.FAMILY_HISTORY, SectionKind.ALLERGIES, SectionKind.OBSTETRIC_HISTORY),
        SectionKind.REVIEW_OF_SYSTEMS,
    }
)
ASSESSING = frozenset(
    {
        *(SectionKind.ASSESSMENT, SectionKind.ASSESSMENT_AND_PLAN, SectionKind.PLAN),
        *(SectionKind.IMPRESSION, SectionKind.DIAGNOSIS, SectionKind.MEDICAL_DECISION_MAKING),
        *(SectionKind.ORDERS, SectionKind.DISPOSITION, SectionKind.DISCHARGE_DIAGNOSIS),
        *(SectionKind.HOSPITAL_COURSE, SectionKind.INSTRUCTIONS),
    }
)
"""Sections in which problems are weighed and their management is told."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Words looked for: a pattern, and words of which at least one must stand in the record."""

    name: str
    needs: frozenset[str]
    sought: WordPattern

    @property
    def pattern(self) -> re.Pattern[str]:
        """The pattern alone, for what is not a whole document."""
        return self.sought.pattern


@cache
def cues() -> dict[str, Cue]:
    """Return the cues of ``cues.toml`` by name."""
    read = settings(_PACKAGE, "cues.toml")
    return {
        name: Cue(name, frozenset(row.get("needs", ())), compiled(row["patterns"]))
        for name, row in read.items()
    }


def compiled(patterns: Sequence[str]) -> WordPattern:
    """Return the pattern that finds any of these in a text of small letters."""
    return WordPattern.of("|".join(f"(?:{item})" for item in patterns))


@dataclass(frozen=True, slots=True)
class Said:
    """Words that a cue found.

    Attributes:
        groups: what the named groups of the pattern hold.
    """

    reading: Reading
    start: int
    end: int
    groups: dict[str, str]

    @property
    def span(self) -> Span:
        """Where they stand."""
        return Span(self.start, self.end, self.reading.index)

    @property
    def sentence(self) -> Sentence:
        """The sentence in which they begin."""
        return sentence_at(self.reading, self.start)

    @property
    def kind(self) -> SectionKind:
        """What the section is for in which they stand."""
        return self.reading.sections[self.sentence.section].kind

    @property
    def part(self) -> str:
        """The part of the sentence in which they stand, in small letters."""
        sentence = self.sentence
        before = max(sentence.start, self.start - _FAR)
        for match in _BREAK.finditer(self.reading.text, before, self.start):
            before = match.end()
        last = min(max(sentence.end, self.end), self.end + _FAR)
        after = _BREAK.search(self.reading.text, self.end, last)
        return self.reading.text[before : after.start() if after else last].lower()


def sentence_at(reading: Reading, offset: int) -> Sentence:
    """Return the sentence that holds the offset, or the last before it."""
    return reading.sentences[max(reading.sentence_at(offset), 0)]


@dataclass(frozen=True)
class Words:
    """The words of the record that tell of visits; each cue is looked for once."""

    readings: tuple[Reading, ...]
    _starts: tuple[WordStarts, ...] = field(init=False)
    _present: frozenset[str] = field(init=False)
    _found: dict[str, tuple[Said, ...]] = field(default_factory=dict)
    _first: dict[str, Said | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        starts = tuple(WordStarts.of(reading) for reading in self.readings)
        object.__setattr__(self, "_starts", starts)
        present = frozenset(word for of_document in starts for word in of_document.words)
        object.__setattr__(self, "_present", present)

    def lower(self, reading: Reading) -> str:
        """Return the text of the document in small letters, of the same length."""
        return self._starts[reading.index].text

    def starts(self, reading: Reading) -> WordStarts:
        """Return where the words of the document begin."""
        return self._starts[reading.index]

    @property
    def present(self) -> frozenset[str]:
        """Every word of the record, in small letters."""
        return self._present

    def has(self, *words: str) -> bool:
        """Return whether any of the words stands in the record."""
        return not self._present.isdisjoint(words)

    def all(self, name: str) -> tuple[Said, ...]:
        """Return everything that the cue finds, outside the histories, in the order of the text."""
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = tuple(self._matches(cues()[name]))
        return found

    def first(self, name: str) -> Said | None:
        """Return the first that the cue finds and the record means; None for nothing."""
        if name in self._found:
            return next((said for said in self._found[name] if self.is_meant(said)), None)
        if name not in self._first:
            # Looked for only as far as the first: most cues are asked no more than that.
            matches = self._matches(cues()[name])
            self._first[name] = next((said for said in matches if self.is_meant(said)), None)
        return self._first[name]

    def meant(self, name: str) -> list[Said]:
        """Return what the cue finds and the record means: not denied, not only if."""
        return [said for said in self.all(name) if self.is_meant(said)]

    def is_meant(self, said: Said) -> bool:
        """Return whether the words are said of this encounter, neither denied nor conditional."""
        sentence = said.sentence
        first = max(sentence.start, said.start - _FAR)
        lead = self._starts[said.reading.index].text[first : said.start]
        lead = _BREAK.split(lead)[-1]
        return not _unmeant().search(lead)

    def within(self, name: str, reading: Reading, start: int, end: int) -> Said | None:
        """Return the first that the cue finds and means between two offsets."""
        return next(
            (
                said
                for said in self.all(name)
                if said.reading is reading and start <= said.start < end and self.is_meant(said)
            ),
            None,
        )

    def _matches(self, cue: Cue) -> Iterator[Said]:
        if cue.needs and self._present.isdisjoint(cue.needs):
            return
        for reading, starts in zip(self.readings, self._starts, strict=True):
            if not reading.sentences:
                continue
            for match in cue.sought.finditer(starts):
                said = Said(
                    reading,
                    match.start(),
                    match.end(),
                    {name: held for name, held in match.groupdict().items() if held},
                )
                if said.kind not in _HISTORY:
                    yield said


@cache
def _unmeant() -> re.Pattern[str]:
    return cues()["unmeant"].pattern
