"""Medicines that the documents name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from nosology.coding.diagnoses.knowledge import Drug, Knowledge
from nosology.model.reading import Reading, Sentence
from nosology.model.record import Span


def named_drugs(
    readings: Iterable[Reading],
    known: Knowledge,
    is_meant: Callable[[Reading, Sentence], bool],
) -> Iterator[tuple[Drug, Span]]:
    """Yield each drug named in a sentence that is meant, and where, in the order of the text."""
    for reading in readings:
        for sentence in reading.sentences:
            named = [
                (drug, Span(token.start, token.end, reading.index))
                for token in reading.tokens[sentence.first_token : sentence.last_token]
                if (drug := known.drugs.get(reading.text[token.start : token.end].lower()))
            ]
            if named and is_meant(reading, sentence):
                yield from named
