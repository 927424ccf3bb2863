"""Headings that name a test: ``EKG:`` opens a section, and what stands under it is its result."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.coding.lexicon.bags import bag_of
from nosology.coding.services.catalogue import Concept
from nosology.language.terms import TermIndex
from nosology.model.reading import Mention, Reading

_TESTS = frozenset({"point-of-care", "laboratory", "imaging", "tracing"})


def headed(reading: Reading, index: TermIndex, concepts: dict[str, Concept]) -> Iterator[Mention]:
    """Yield the tests that name a section, each in the first sentence under its heading."""
    first: dict[int, int] = {}
    for number, sentence in enumerate(reading.sentences):
        first.setdefault(sentence.section, number)
    for number, section in enumerate(reading.sections):
        if not section.title or number not in first:
            continue
        entries = [
            entry
            for entry in index.within(frozenset(bag_of(section.title)))
            if concepts[index.concepts[entry]].kind in _TESTS
        ]
        if entries:
            entry = max(entries, key=lambda item: (len(index.bag(item)), -item))
            end = section.start + len(reading.text[section.start : section.body].rstrip(" \t\n:-"))
            yield Mention(
                start=section.start,
                end=max(end, section.start + 1),
                tokens=(),
                sentence=first[number],
                concept=index.concepts[entry],
                term=index.texts[entry],
                entry=entry,
            )
