"""The text that tells what was done: titles and descriptions of reports, and what else narrates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from nosology.coding.inpatient.procedures.catalog import cues
from nosology.model.reading import LineKind, Reading, Section, SectionKind, Sentence
from nosology.model.record import Author

_K = SectionKind
_NARRATING = frozenset(
    {
        _K.BODY,
        _K.OTHER,
        _K.HOSPITAL_COURSE,
        _K.INTERVAL_HISTORY,
        _K.ASSESSMENT,
        _K.ASSESSMENT_AND_PLAN,
        _K.MEDICAL_DECISION_MAKING,
        _K.IMPRESSION,
        _K.RESULTS,
        _K.FINDINGS,
        _K.TECHNIQUE,
        _K.PROCEDURE,
    }
)
_BESIDE_A_REPORT = frozenset({_K.FINDINGS, _K.TECHNIQUE, _K.PROCEDURE, _K.IMPRESSION})
_AROUND_A_REPORT = frozenset(
    {_K.PREOPERATIVE_DIAGNOSIS, _K.POSTOPERATIVE_DIAGNOSIS, _K.INDICATION, _K.DIAGNOSIS}
)
_LONGEST_TITLE = 45
_DATE = re.compile(
    r"\b(?P<year>\d{4})-(?P<m1>\d{2})-(?P<d1>\d{2})\b"
    r"|\b(?P<m2>\d{1,2})/(?P<d2>\d{1,2})(?:/(?P<y2>\d{4}|\d{2}))?\b"
)
_DATE_LINE = re.compile(
    r"date of (?:procedure|operation|surgery|service|delivery|birth)s?\W{1,4}", re.IGNORECASE
)
_CENTURY = 2000


class Voice(StrEnum):
    """How a sentence speaks of procedures."""

    TITLE = "title"
    DESCRIPTION = "description"
    NARRATIVE = "narrative"
    AROUND = "around"
    """Beside a report: diagnoses, findings, implants; it completes what the title leaves open."""


@dataclass(slots=True)
class Report:
    """One report of an operation, or a document that narrates.

    Attributes:
        voices: how each sentence speaks, by its number.
        is_operation: whether it reports an operation or another procedure.
        date: the day of the procedure, where the report tells.
    """

    reading: Reading
    number: int
    voices: dict[int, Voice]
    is_operation: bool
    date: dt.date | None

    def sentences(self, *voices: Voice) -> list[int]:
        """Return the numbers of the sentences that speak so, ascending."""
        return [number for number, voice in self.voices.items() if voice in voices]


def reports_of(readings: tuple[Reading, ...]) -> tuple[Report, ...]:
    """Return the reports of the record, in the order of its documents."""
    found: list[Report] = []
    for reading in readings:
        for voices in _blocks(reading):
            found.append(_report(reading, len(found), voices))
    return tuple(found)


def _report(reading: Reading, number: int, voices: dict[int, Voice]) -> Report:
    kind = reading.document.type
    is_titled = Voice.TITLE in voices.values()
    is_described = Voice.DESCRIPTION in voices.values()
    is_summary = "discharge" in kind or "summary" in kind
    is_operation = not is_summary and (
        (is_titled and is_described) or bool(cues().operation_document.search(kind))
    )
    if not is_titled:
        for sentence, voice in voices.items():
            if voice is Voice.DESCRIPTION:
                voices[sentence] = Voice.NARRATIVE
    if is_operation and is_titled:
        for sentence, voice in voices.items():
            if voice is Voice.NARRATIVE:
                voices[sentence] = Voice.DESCRIPTION
    return Report(reading, number, voices, is_operation, _date(reading, voices))


def _blocks(reading: Reading) -> Iterator[dict[int, Voice]]:
    """Yield how the sentences speak, report by report: a title behind a description begins one."""
    by_section: dict[int, list[int]] = {}
    for number, sentence in enumerate(reading.sentences):
        by_section.setdefault(sentence.section, []).append(number)
    voices: dict[int, Voice] = {}
    is_described = False
    for index, section in enumerate(reading.sections):
        numbers = by_section.get(index, [])
        told = list(_voices(reading, section, numbers))
        if is_described and any(voice is Voice.TITLE for _, voice in told):
            yield voices
            voices, is_described = {}, False
        voices.update(told)
        is_described = is_described or any(voice is Voice.DESCRIPTION for _, voice in told)
    if voices:
        yield voices


_LABEL = re.compile(r"\W*(?P<label>[A-Za-z][A-Za-z /()&,'-]{2,60}):")


def _voices(reading: Reading, section: Section, numbers: list[int]) -> Iterator[tuple[int, Voice]]:
    ruling = _voice_of(section)
    title_goes_on = True
    for place, number in enumerate(numbers):
        sentence = reading.sentences[number]
        labelled = _LABEL.match(reading.text, sentence.start, sentence.end)
        voice = ruling
        if labelled and section.kind in _LABELLED:
            label = labelled["label"].strip().lower()
            if cues().listing.search(label):
                voice = Voice.TITLE
                if ruling is not Voice.TITLE:
                    yield number, voice
                    continue
            elif section.kind is _K.PROCEDURE and cues().describing.search(label):
                ruling = voice = Voice.DESCRIPTION
            elif section.kind is _K.PROCEDURE and cues().detailing.search(label):
                voice = Voice.AROUND
                title_goes_on = False
        if voice is None:
            continue
        if voice is Voice.TITLE:
            title_goes_on = title_goes_on and _may_be_title(sentence, place)
            voice = Voice.TITLE if title_goes_on else Voice.DESCRIPTION
        yield number, voice


_LABELLED = frozenset({_K.PROCEDURE, _K.BODY, _K.OTHER, _K.HOSPITAL_COURSE})


def _voice_of(section: Section) -> Voice | None:
    """How the sentences of the section speak; None where they do not tell what was done."""
    title = section.title.strip(" :")
    kind = section.kind
    if kind is _K.PROCEDURE and cues().listing.search(title):
        return Voice.TITLE
    if kind in _AROUND_A_REPORT:
        return Voice.AROUND
    if kind is _K.PROCEDURE and not cues().describing.search(title):
        return Voice.AROUND if cues().detailing.search(title) else Voice.DESCRIPTION
    if kind in _BESIDE_A_REPORT:
        return Voice.DESCRIPTION
    return Voice.NARRATIVE if kind in _NARRATING else None


def _may_be_title(sentence: Sentence, place: int) -> bool:
    length = sentence.last_token - sentence.first_token
    if place == 0 or sentence.kind is LineKind.ITEM or sentence.marker:
        return length <= 2 * _LONGEST_TITLE
    return length <= _LONGEST_TITLE


def _date(reading: Reading, voices: dict[int, Voice]) -> dt.date | None:
    text = reading.text
    spans = [reading.sentences[number] for number in voices]
    if spans:
        start = min(span.start for span in spans)
        end = max(span.end for span in spans)
        for line in _DATE_LINE.finditer(text, max(0, start - 400), end):
            found = _DATE.match(text, line.end())
            if found:
                return date_of(found, reading.document.date)
    return reading.document.date


def date_of(found: re.Match[str], near: dt.date | None) -> dt.date | None:
    """Return the day that the match writes; without a year that of ``near``, else None."""
    if found["year"]:
        year, month, day = int(found["year"]), int(found["m1"]), int(found["d1"])
    else:
        month, day = int(found["m2"]), int(found["d2"])
        if found["y2"]:
            year = int(found["y2"]) + (_CENTURY if len(found["y2"]) == 2 else 0)
        elif near is not None:
            year = near.year
        else:
            return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def date_in(text: str, near: dt.date | None) -> dt.date | None:
    """Return the first day that the text writes, or None."""
    found = _DATE.search(text)
    return date_of(found, near) if found else None


def is_provider(report: Report) -> bool:
    """Return whether a provider wrote the document."""
    return report.reading.document.author is Author.PROVIDER
