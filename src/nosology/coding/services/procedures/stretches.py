"""Stretches of text that speak of an act: its own procedure note, or the sentences around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from nosology.coding.services.acts import Act
from nosology.coding.services.attributes.told import Told
from nosology.coding.services.draft import ServiceCase
from nosology.model.reading import Reading, SectionKind, Sentence

_NOTES = frozenset({SectionKind.PROCEDURE, SectionKind.TECHNIQUE})
_BEFORE = 1
_AFTER = 8
_LONGEST_NOTE = 6000


type Stretch = tuple[Reading, int, int]


def stretch_of(act: Act) -> Stretch:
    """Return the text that speaks of the act: the procedure note, else the sentences around it."""
    section = act.section
    if section.kind in _NOTES and section.end - section.start <= _LONGEST_NOTE:
        return act.reading, section.start, section.end
    sentences = act.reading.sentences
    number = act.mention.sentence
    first = last = number
    while first > max(0, number - _BEFORE) and _is_same_section(sentences, first - 1, number):
        first -= 1
    while last < min(len(sentences) - 1, number + _AFTER) and _is_same_section(
        sentences, last + 1, number
    ):
        last += 1
    return act.reading, sentences[first].start, sentences[last].end


def _is_same_section(sentences: Sequence[Sentence], one: int, other: int) -> bool:
    return sentences[one].section == sentences[other].section


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the stretches in the order of the text, those that touch as one."""
    found: list[Stretch] = []
    for reading, start, end in sorted(stretches, key=lambda item: (item[0].index, item[1])):
        if found and found[-1][0] is reading and start <= found[-1][2]:
            found[-1] = (reading, found[-1][1], max(end, found[-1][2]))
        else:
            found.append((reading, start, end))
    return found


def told_in(stretch: Stretch, name: str, case: ServiceCase) -> list[Told]:
    """Return the values of an attribute that stand in the stretch, in the order of the text."""
    reading, start, end = stretch
    return [told for told in case.facts.in_document(reading, name) if start <= told.start < end]


def text_of(stretch: Stretch) -> str:
    """Return the characters of the stretch."""
    reading, start, end = stretch
    return reading.text[start:end]


def sentence_at(reading: Reading, place: int) -> tuple[int, int]:
    """Return where the sentence that holds the character begins and ends."""
    number = reading.sentence_at(place)
    if number >= 0 and place < reading.sentences[number].end:
        return reading.sentences[number].start, reading.sentences[number].end
    return place, place


def nearest(told: Iterable[Told], place: int) -> Told | None:
    """Return the value that stands nearest to the character; None for no value."""
    return min(
        told,
        key=lambda item: (min(abs(item.start - place), abs(item.end - place)), item.start),
        default=None,
    )


def is_said(pattern: re.Pattern[str], stretch: Stretch) -> bool:
    """Return whether the pattern is found in the stretch."""
    reading, start, end = stretch
    return pattern.search(reading.text, start, end) is not None
