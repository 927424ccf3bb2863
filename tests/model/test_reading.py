"""A reading answers where in it an offset stands."""

from __future__ import annotations

import pytest

from nosology.model.reading import Reading, Sentence
from nosology.model.record import Document

READING = Reading(
    Document("  No fever. \nCough.", "note"),
    sentences=(Sentence(2, 11, 0, 0, 3), Sentence(13, 19, 0, 3, 5)),
)


@pytest.mark.parametrize(
    ("offset", "sentence"),
    [(0, -1), (2, 0), (10, 0), (12, 0), (13, 1), (40, 1)],
)
def test_an_offset_stands_in_the_last_sentence_that_begins_before_it(
    offset: int, sentence: int
) -> None:
    assert READING.sentence_at(offset) == sentence


def test_nothing_stands_before_the_first_sentence() -> None:
    assert Reading(Document("", "note")).sentence_at(0) == -1
