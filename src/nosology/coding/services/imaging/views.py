"""Views of a plain film: counted where they are listed; films named by region and views alone."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache

from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.attributes.facts import Facts
from nosology.coding.services.attributes.told import Told
from nosology.coding.services.draft import ServiceCase
from nosology.coding.services.imaging.regions import regions_in
from nosology.coding.services.imaging.studies import is_taken_here
from nosology.language.word_starts import WordPattern, WordStarts
from nosology.model.encounter import Setting
from nosology.model.reading import Mention, Reading, SectionKind, Sentence
from nosology.model.tables import settings

_PACKAGE = "nosology.coding.services.imaging"
_MODALITY = "xray"
_FILMS = "-xray"
_READERS = frozenset(
    {
        *(Setting.IMAGING_PROFESSIONAL_HOSPITAL, Setting.IMAGING_CENTER_GLOBAL),
        Setting.HOPD_FACILITY,
    }
)
_SILENT = frozenset(
    {
        *(SectionKind.IMPRESSION, SectionKind.COMPARISON, SectionKind.INDICATION),
        *(SectionKind.DIAGNOSIS, SectionKind.PLAN, SectionKind.HISTORY_OF_PRESENT_ILLNESS),
        *(SectionKind.ORDERS, SectionKind.CHIEF_COMPLAINT),
    }
)
_PAIRED = re.compile(r"\b(?:both|bilateral|right and left)\s+\Z", re.IGNORECASE)
_DIGIT = re.compile(r"\d")


def unnamed(acts: Sequence[Act], case: ServiceCase) -> Iterator[Act]:
    """Yield the films that a report or note names by region and views, without a word for a film.

    A visit's note must say that they were taken there.
    """
    known = {(act.reading.index, act.mention.sentence) for act in acts}
    is_reader = case.encounter.setting in _READERS
    if not is_reader and case.encounter.setting is not Setting.OFFICE:
        return
    for reading in case.readings:
        if is_reader and _has_other(acts, reading):
            continue
        if is_reader:
            yield from _in_headings(reading)
        places = _names().places(WordStarts.of(reading))
        for number, sentence in enumerate(reading.sentences):
            # Few sentences hold a word with which a view may be named.
            first = bisect_left(places, sentence.start)
            if first == len(places) or places[first] >= sentence.end:
                continue
            if (reading.index, number) in known:
                continue
            if reading.sections[sentence.section].kind in _SILENT:
                continue
            for act in _in_sentence(reading, sentence, number):
                if is_reader or is_taken_here(act):
                    yield act
                if is_reader:
                    break


def _has_other(acts: Iterable[Act], reading: Reading) -> bool:
    """Whether the report is of another kind of image, of which views are no films."""
    return any(
        act.reading.index == reading.index
        and act.standing is Standing.DONE
        and not act.concept.name.endswith(_FILMS)
        and act.concept.name != _MODALITY
        for act in acts
    )


def _in_headings(reading: Reading) -> Iterator[Act]:
    """Yield the films that headings name, each told of by what stands under its heading."""
    first: dict[int, int] = {}
    for number, sentence in enumerate(reading.sentences):
        first.setdefault(sentence.section, number)
    for number, section in enumerate(reading.sections):
        if number not in first or not _named_views(reading.text, section.start, section.body):
            continue
        found = next(regions_in(_MODALITY, reading.text, section.start, section.body), None)
        if found is not None:
            concept, start, end = found
            mention = Mention(start, end, (), first[number], concept.name, concept.name)
            yield Act(concept, reading, mention, Standing.DONE)


def _in_sentence(reading: Reading, sentence: Sentence, number: int) -> Iterator[Act]:
    text = reading.text
    if not _named_views(text, sentence.start, sentence.end):
        return
    for concept, start, end in regions_in(_MODALITY, text, sentence.start, sentence.end):
        mention = Mention(start, end, (), number, concept.name, concept.name)
        yield Act(concept, reading, mention, Standing.DONE)


def tell_views(acts: Iterable[Act], facts: Facts) -> None:
    """Keep the number of views that a list of them gives where no number is written."""
    for act in acts:
        if not act.concept.name.endswith(_FILMS):
            continue
        text, end = act.reading.text, min(act.section.end, act.sentence.end)
        counted, start, stop = _count(text, act.sentence.start, end)
        told = facts.told(act, "views")
        if told is not None and (_DIGIT.search(text[told.start : told.end]) or not counted):
            continue
        if told is not None and (isinstance(told.value, str) or told.value >= counted):
            continue
        if counted:
            facts.derive(act, "views", Told(Decimal(counted), start, stop))


def _count(text: str, start: int, end: int) -> tuple[int, int, int]:
    """Return how many views are listed, and where."""
    views = _named_views(text, start, end)
    if not views:
        return 0, start, start
    seen: set[str] = set()
    for match in views:
        name = match.group().lower()
        seen.add(name)
        if name.endswith("obliques") or _PAIRED.search(text, start, match.start()):
            seen.add(f"{name} of the other side")
    return len(seen), views[0].start(), views[-1].end()


def _named_views(text: str, start: int, end: int) -> list[re.Match[str]]:
    return list(_names().pattern.finditer(text, start, end))


@cache
def _names() -> WordPattern:
    listed: list[str] = settings(_PACKAGE, "words.toml")["views"]
    return WordPattern.of("|".join(listed), re.IGNORECASE)
