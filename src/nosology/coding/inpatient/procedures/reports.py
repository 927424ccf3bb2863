"""The text that tells what was done: titles and descriptions of reports, and what else narrates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from nosology.coding.inpatient.procedures.catalog import cues
from nosology.model.reading import LineKind, Reading, Section, SectionKind, Sentence

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
_LONGEST_LINE = 120
_NOTE = re.compile(r"procedure note|operative (?:note|report)", re.IGNORECASE)
_SUMMARY = re.compile(r"summar|course|progress|consult|discharge", re.IGNORECASE)


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
    for document in readings:
        reading = _with_heading(document)
        for voices in _blocks(reading):
            found.append(_report(reading, len(found), voices))
    return tuple(found)


def _report(reading: Reading, number: int, voices: dict[int, Voice]) -> Report:
    kind = reading.document.type
    is_titled = Voice.TITLE in voices.values()
    is_described = Voice.DESCRIPTION in voices.values()
    line = reading.text.lstrip()[:_LONGEST_LINE].partition("\n")[0]
    is_summary = bool(_SUMMARY.search(kind)) or (
        bool(_SUMMARY.search(line)) and not _NOTE.search(line)
    )
    is_operation = not is_summary and (
        (is_titled and is_described)
        or bool(cues().operation_document.search(kind))
        or bool(cues().operation_document.search(line))
    )
    if not is_titled:
        for sentence, voice in voices.items():
            if voice is Voice.DESCRIPTION:
                voices[sentence] = Voice.NARRATIVE
    if is_operation and is_titled:
        for sentence, voice in voices.items():
            if voice is Voice.NARRATIVE:
                voices[sentence] = Voice.DESCRIPTION
    if is_operation and not is_titled:
        for sentence in voices:
            if not reading.text[: reading.sentences[sentence].start].strip():
                voices[sentence] = Voice.TITLE
    return Report(reading, number, voices, is_operation, _date(reading, voices))


def _with_heading(reading: Reading) -> Reading:
    """The reading with its first line as a last sentence, where that line is a heading."""
    first = reading.sections[0] if reading.sections else None
    if first is None or not first.title or not reading.sentences:
        return reading
    tokens = [
        number
        for number, token in enumerate(reading.tokens)
        if first.start <= token.start and token.end <= first.body
    ]
    if not tokens:
        return reading
    heading = Sentence(
        reading.tokens[tokens[0]].start,
        reading.tokens[tokens[-1]].end,
        0,
        tokens[0],
        tokens[-1] + 1,
    )
    return replace(reading, sentences=(*reading.sentences, heading))


def _blocks(reading: Reading) -> Iterator[dict[int, Voice]]:
    """Yield how the sentences speak, report by report: a title behind a description begins one."""
    by_section: dict[int, list[int]] = {}
    held = len(reading.sentences)
    if held > 1 and reading.sentences[-1].start < reading.sentences[-2].start:
        held -= 1
    for number, sentence in enumerate(reading.sentences[:held]):
        by_section.setdefault(sentence.section, []).append(number)
    voices: dict[int, Voice] = {}
    if held < len(reading.sentences):
        voices[held] = Voice.NARRATIVE
    is_described = False
    for index, section in enumerate(reading.sections):
        numbers = by_section.get(index, [])
        is_titled = Voice.TITLE in voices.values()
        told = list(_voices(reading, section, numbers, is_titled=is_titled, is_first=not index))
        if is_described and any(voice is Voice.TITLE for _, voice in told):
            yield voices
            voices, is_described = {}, False
        voices.update(told)
        is_described = is_described or any(voice is Voice.DESCRIPTION for _, voice in told)
    if voices:
        yield voices


_LABEL = re.compile(r"\W*(?P<label>[A-Za-z][A-Za-z0-9 /()&,'.#-]{1,60}?)\s?(?::|\s[-–]\s)")


def _voices(
    reading: Reading, section: Section, numbers: list[int], *, is_titled: bool, is_first: bool
) -> Iterator[tuple[int, Voice]]:
    ruling = _voice_of(section)
    if ruling is None and is_first and section.kind in _OPENING_KINDS:
        ruling = Voice.NARRATIVE
    if ruling is Voice.TITLE and is_titled and _is_prose(reading, numbers):
        ruling = Voice.DESCRIPTION
    follows = ruling
    """How the sentence before on the same line speaks."""
    is_listed = True
    for place, number in enumerate(numbers):
        sentence = reading.sentences[number]
        voice = follows if not sentence.is_line_start else ruling
        if sentence.is_line_start or not place:
            label = _label(reading, sentence) if section.kind in _LABELLED else ""
            if label and cues().listing.search(label):
                voice, is_listed = Voice.TITLE, True
            elif label and cues().aside.search(label):
                voice = Voice.AROUND
            elif label and section.kind is _K.PROCEDURE and cues().describing.search(label):
                ruling = voice = Voice.DESCRIPTION
            elif label and section.kind is _K.PROCEDURE and cues().detailing.search(label):
                voice = Voice.AROUND
                ruling = Voice.DESCRIPTION if ruling is Voice.TITLE else ruling
            elif (
                ruling is None
                and place
                and section.kind in _RUNNING_ON
                and (label or sentence.kind is LineKind.PROSE)
            ) or (ruling is Voice.AROUND and place and _ends_aside(section, sentence, label)):
                ruling = voice = Voice.NARRATIVE
            elif ruling is Voice.TITLE and not (
                is_listed and _may_be_title(reading, sentence, place)
            ):
                ruling = voice = Voice.DESCRIPTION
        elif voice is Voice.TITLE and not _may_be_title(reading, sentence, place):
            voice, is_listed = Voice.DESCRIPTION, False
        follows = voice
        if voice is not None:
            yield number, voice


_LONGEST_DASHED = 14


def _label(reading: Reading, sentence: Sentence) -> str:
    found = _LABEL.match(reading.text, sentence.start, sentence.end)
    if found is None:
        return ""
    label = found["label"].strip().lower()
    is_dashed = not found.group().endswith(":")
    return "" if is_dashed and len(label) > _LONGEST_DASHED else label


def _ends_aside(section: Section, sentence: Sentence, label: str) -> bool:
    """Whether the line begins something else than the diagnoses or the indication above it."""
    if section.kind not in _AROUND_A_REPORT and section.kind is not _K.PROCEDURE:
        return False
    return bool(label) or sentence.kind is LineKind.PROSE


_FEWEST_PROSE = 3


def _is_prose(reading: Reading, numbers: list[int]) -> bool:
    prose = [number for number in numbers if reading.sentences[number].kind is LineKind.PROSE]
    return len(prose) >= _FEWEST_PROSE and not any(
        reading.sentences[number].marker for number in numbers
    )


def _may_be_title(reading: Reading, sentence: Sentence, place: int) -> bool:
    length = sentence.last_token - sentence.first_token
    if place == 0 or sentence.marker:
        return length <= 2 * _LONGEST_TITLE
    if sentence.kind is LineKind.ITEM or not sentence.is_line_start:
        return length <= _LONGEST_TITLE
    said = reading.said(sentence).strip()
    is_entry = _DATE.match(said) is not None or not said.endswith(".")
    return is_entry and length <= _LONGEST_TITLE


_OPENING_KINDS = frozenset({_K.INSTRUCTIONS, _K.ORDERS, _K.DISPOSITION, _K.PHYSICAL_EXAM})
"""What a heading may be taken for that is the title of a whole short note."""
_RUNNING_ON = frozenset({_K.PHYSICAL_EXAM, _K.VITAL_SIGNS, _K.SIGNATURE, _K.COMPARISON})
"""Sections that a short note does not close before it goes on to what was done."""
_LABELLED = frozenset(
    {
        *(_K.PHYSICAL_EXAM, _K.VITAL_SIGNS, _K.SIGNATURE, _K.COMPARISON),
        *(_K.PROCEDURE, _K.BODY, _K.OTHER, _K.HOSPITAL_COURSE, _K.DIAGNOSIS, _K.INDICATION),
        *(_K.PREOPERATIVE_DIAGNOSIS, _K.POSTOPERATIVE_DIAGNOSIS, _K.FINDINGS, _K.TECHNIQUE),
    }
)


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
            year = near.year - (month > near.month + 1)
        else:
            return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def date_near(text: str, place: int, near: dt.date | None) -> dt.date | None:
    """Return the day written nearest to the place in the text, or None."""
    found = [match for match in _DATE.finditer(text) if date_of(match, near) is not None]
    if not found:
        return None
    return date_of(min(found, key=lambda match: abs(match.start() - place)), near)
