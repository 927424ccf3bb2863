"""Misspelled words are read as the lexicon's, real words as they stand."""

import csv
from pathlib import Path

import pytest

from nosology.language.pipeline import Reader
from nosology.language.spelling import SpellingStage
from nosology.language.tokens import tokenize
from nosology.model.record import Document

VOCABULARY = {
    word: number
    for number, word in enumerate(
        (
            *("diarrhea", "pneumonia", "hypertension", "arrhythmia", "bronchitis", "cellulitis"),
            *("hemorrhoid", "neuropathy", "osteoarthritis", "fibrillation", "dysphagia", "anemia"),
            *("addiction", "irritation", "hemothorax", "thorax", "microcytic", "cystic", "ureter"),
            *("hyperlipidemia", "micrognathia", "periurethral", "dysphoria", "dysphonia"),
        )
    )
}
LINES = (Path(__file__).parent / "cases" / "spelling.tsv").read_text(encoding="utf-8").splitlines()
ROWS = list(csv.reader((line for line in LINES if not line.startswith("#")), delimiter="\t"))[1:]


@pytest.mark.parametrize(("written", "read"), ROWS, ids=[row[0] for row in ROWS])
def test_word(written: str, read: str) -> None:
    assert SpellingStage(VOCABULARY).corrected(written) == read


def test_places_in_the_text_stay() -> None:
    text = "Here for PNUEMONIA and diarrhea; pnuemonia since May."
    reading = Reader((SpellingStage(VOCABULARY),)).read(Document(text))
    as_written = tokenize(text)
    assert [(token.start, token.end) for token in reading.tokens] == [
        (token.start, token.end) for token in as_written
    ]
    assert [token.words for token in reading.tokens].count(("pneumonia",)) == 2
    assert reading.sentences


def test_a_reading_without_misspelled_words_comes_back_as_it_is() -> None:
    plain = Reader().read(Document("Diarrhea for two days."))
    assert SpellingStage(VOCABULARY)(plain) is plain
