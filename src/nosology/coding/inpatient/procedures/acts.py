"""The procedures that the record says were done, each with the text that is about it."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from nosology.coding.inpatient.procedures.catalog import Named, name_index, named
from nosology.coding.inpatient.procedures.conditions import (
    WOUND_REPAIR,
    is_planned,
    is_the_patients,
    kept_of,
)
from nosology.coding.inpatient.procedures.reports import Report, Voice, date_near
from nosology.language.matching import TermMatcher
from nosology.language.pipeline import CONTEXT_STAGES
from nosology.model.coding import Evidence
from nosology.model.reading import Mention, Reading

_NEIGHBORS = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one document."""

    reading: Reading
    start: int
    end: int

    @property
    def text(self) -> str:
        """Return what stands there, its lines run together."""
        return self.reading.text[self.start : self.end].replace("\n", " ")

    def evidence(self, start: int, end: int) -> Evidence:
        """Return the words between two places of the document as evidence."""
        return Evidence(self.reading.index, start, end, self.reading.text[start:end])


@dataclass(frozen=True, slots=True)
class Act:
    """A procedure that was done.

    Attributes:
        own: the sentence or list entry that names it.
        beside: the other titles of its report.
        rest: what else is about it: the description, or the sentences around it.
        is_alone: whether its report names no other procedure.
        shares_sentence: whether its sentence names another procedure as well.
        around: the diagnoses and indications of its report.
        is_repeated: whether its report names it of more than one place.
    """

    row: Named
    mention: Mention
    report: Report
    voice: Voice
    own: Piece
    beside: tuple[Piece, ...]
    rest: tuple[Piece, ...]
    date: dt.date | None
    is_alone: bool
    is_repeated: bool = False
    around: tuple[Piece, ...] = ()
    shares_sentence: bool = False

    @property
    def reading(self) -> Reading:
        """Return the document."""
        return self.report.reading

    def evidence(self) -> Evidence:
        """Return the words that name it."""
        return self.own.evidence(self.mention.start, self.mention.end)

    def pieces(self) -> tuple[tuple[Piece, ...], ...]:
        """Return the text about it, the nearest first."""
        return ((self.own,), self.beside, self.rest)

    def clause(self) -> Piece:
        """Return the part of its sentence that names it, between semicolons."""
        text = self.reading.text
        start = text.rfind(";", self.own.start, self.mention.start) + 1 or self.own.start
        end = text.find(";", self.mention.end, self.own.end)
        return Piece(self.reading, start, self.own.end if end < 0 else end)


def acts_of(reports: Sequence[Report], on: dt.date | None = None) -> tuple[Act, ...]:
    """Return the procedures that were done, in the order of the record.

    Args:
        reports: the text that may tell them.
        on: the day of discharge, which completes dates that are written without a year.
    """
    matcher = TermMatcher(name_index())
    found: list[Act] = []
    times: Counter[int] = Counter()
    for report in reports:
        read = _matched(report, matcher)
        told = [
            (named()[int(mention.concept)], mention)
            for mention in read.mentions
            if is_the_patients(mention) or is_planned(report, mention)
        ]
        kept = list(kept_of(report, told))
        if any("generic" not in row.how for row, _ in kept):
            kept = [
                (row, mention)
                for row, mention in kept
                if "generic" not in row.how
                or "scoped" in row.how
                or "told" in row.how
                or report.voices[mention.sentence] is Voice.TITLE
            ]
        found.extend(_acts(report, _still_told(kept, times), on))
    return tuple(found)


def _matched(report: Report, matcher: TermMatcher) -> Reading:
    """The reading with the names of procedures in the sentences of the report alone."""
    reading = report.reading
    numbers = report.sentences(*Voice)
    part = replace(
        reading,
        sentences=tuple(reading.sentences[number] for number in numbers),
        mentions=(),
        problems=(),
    )
    part = matcher(part)
    mentions = tuple(
        replace(mention, sentence=numbers[mention.sentence]) for mention in part.mentions
    )
    mentions += tuple(_labelled_wounds(reading, numbers))
    read = replace(reading, mentions=mentions, problems=())
    for stage in CONTEXT_STAGES:
        read = stage(read)
    return read


_WOUND = re.compile(
    r"\W*(?!surgical|operative|incision|the )(?:\w+\s){1,4}(?:laceration|wound)\b[^:;.]{0,20}:"
    r"[^.:]{0,60}\b(?:stapled|sutured|closed|repaired|approximated)\b",
    re.IGNORECASE,
)


def _labelled_wounds(reading: Reading, numbers: Sequence[int]) -> Iterator[Mention]:
    """Wounds that stand as labels before how they were closed (``Scalp laceration: stapled``)."""
    row = next(row for row in named() if WOUND_REPAIR in row.names)
    for number in numbers:
        sentence = reading.sentences[number]
        found = _WOUND.match(reading.text, sentence.start, sentence.end)
        if found:
            inside = tuple(
                token
                for token in range(sentence.first_token, sentence.last_token)
                if found.start() <= reading.tokens[token].start < found.end()
            )
            yield Mention(found.start(), found.end(), inside, number, str(row.number), WOUND_REPAIR)


def _acts(report: Report, kept: list[tuple[Named, Mention]], on: dt.date | None) -> Iterator[Act]:
    reading = report.reading
    titles = report.sentences(Voice.TITLE)
    around = tuple(_piece(reading, number) for number in report.sentences(Voice.AROUND))
    described = report.sentences(Voice.DESCRIPTION, Voice.AROUND, Voice.NARRATIVE)
    kept = _fewer(kept)
    sentences_of: dict[int, set[int]] = {}
    rows_in: dict[int, set[int]] = {}
    for row, mention in kept:
        sentences_of.setdefault(row.number, set()).add(mention.sentence)
        rows_in.setdefault(mention.sentence, set()).add(row.number)
    is_alone = len(sentences_of) == 1
    for row, mention in kept:
        voice = report.voices[mention.sentence]
        own = _piece(reading, mention.sentence)
        if voice is Voice.TITLE or report.is_operation:
            beside = tuple(
                _piece(reading, number) for number in titles if number != mention.sentence
            )
            rest = tuple(_piece(reading, number) for number in described)
        else:
            beside = ()
            rest = tuple(
                _piece(reading, number)
                for number in range(
                    mention.sentence - _NEIGHBORS, mention.sentence + _NEIGHBORS + 1
                )
                if number != mention.sentence
                and number in report.voices
                and reading.sentences[number].section == reading.sentences[mention.sentence].section
            )
        near = report.date or reading.document.date or on
        day = date_near(own.text, mention.start - own.start, near) or report.date
        is_repeated = len(sentences_of[row.number]) > 1
        shares = len(rows_in[mention.sentence]) > 1
        yield Act(
            row,
            mention,
            report,
            voice,
            own,
            beside,
            rest,
            day,
            is_alone,
            is_repeated,
            around,
            shares,
        )


_MOST_IN_A_RECORD = 40
"""Reports that name one procedure; more of them say nothing new of it."""


def _still_told(
    kept: list[tuple[Named, Mention]], times: Counter[int]
) -> list[tuple[Named, Mention]]:
    """The mentions of procedures that the record has not told of often enough, which it counts."""
    still = [(row, mention) for row, mention in kept if times[row.number] < _MOST_IN_A_RECORD]
    times.update({row.number for row, _ in kept})
    return still


_MOST_OF_A_NAME = 12
"""More often a name adds nothing to what a report tells; it bounds the work on long records."""


def _fewer(kept: list[tuple[Named, Mention]]) -> list[tuple[Named, Mention]]:
    seen: dict[int, int] = {}
    few = []
    for row, mention in kept:
        seen[row.number] = seen.get(row.number, 0) + 1
        if seen[row.number] <= _MOST_OF_A_NAME:
            few.append((row, mention))
    return few


def _piece(reading: Reading, number: int) -> Piece:
    sentence = reading.sentences[number]
    return Piece(reading, sentence.start, sentence.end)
