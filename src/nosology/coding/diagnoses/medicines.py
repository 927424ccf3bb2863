"""Medicines that the documents name."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from functools import cached_property

from nosology.coding.diagnoses.knowledge import Drug, Knowledge
from nosology.model.reading import Reading, Sentence
from nosology.model.record import Span

type IsMeant = Callable[[Reading, Sentence], bool]
"""Whether a sentence that names a medicine is meant."""


@dataclass(frozen=True)
class Medicines:
    """The medicines that the documents of an encounter name, looked for once."""

    readings: tuple[Reading, ...]
    known: Knowledge

    def named(
        self, is_meant: IsMeant, within: Container[int] | None = None
    ) -> Iterator[tuple[Drug, Span]]:
        """Yield each medicine named in a sentence that is meant, in the order of the text.

        Args:
            is_meant: asked of a sentence that names one.
            within: the places of the documents in the record that count; None for all.
        """
        for reading, sentence, named in self._by_sentence:
            if (within is None or reading.index in within) and is_meant(reading, sentence):
                yield from named

    @cached_property
    def _by_sentence(self) -> list[tuple[Reading, Sentence, list[tuple[Drug, Span]]]]:
        found = []
        drugs = self.known.drugs
        for reading in self.readings:
            text = reading.text.lower()
            # A few letters grow when they are made small, and would shift what follows.
            is_true = len(text) == len(reading.text)
            for sentence in reading.sentences:
                named = [
                    (drug, Span(token.start, token.end, reading.index))
                    for token in reading.tokens[sentence.first_token : sentence.last_token]
                    if (
                        drug := drugs.get(
                            text[token.start : token.end]
                            if is_true
                            else reading.text[token.start : token.end].lower()
                        )
                        or (
                            # A short form (NPH) that stands for a medicine here.
                            drugs.get(token.words[0])
                            if len(token.words) == 1
                            and reading.text[token.start : token.end].isupper()
                            else None
                        )
                    )
                ]
                if named:
                    found.append((reading, sentence, named))
        return found
