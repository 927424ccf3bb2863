import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.language.abbreviations import expand
from nosology.language.pipeline import LAYOUT_STAGES
from nosology.language.tokens import tokenize, words_of
from nosology.model.reading import Reading
from nosology.model.record import Document
from tests.language.cases import read_cases


def read(text: str) -> Reading:
    reading = Reading(Document(text))
    for stage in LAYOUT_STAGES:
        reading = stage(reading)
    return reading


@pytest.mark.parametrize(
    "case", read_cases("abbreviations.yaml", "a", {"words": None}), ids=lambda c: c.name
)
def test_meanings(case):
    tokens = {(t.start, t.end): t.words for t in read(case.text).tokens}
    for mark in case.marks:
        written = case.text[mark.start : mark.end]
        words = mark.attributes["words"]
        expected = tuple(w for t in tokenize(written) for w in t.words)
        if words != "-":
            expected = words_of(words)
        assert tokens.get((mark.start, mark.end)) == expected, written


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("copd", words_of("chronic obstructive pulmonary disease")),
        ("htn", ("hypertension",)),
        ("ms", None),  # several meanings
        ("as", None),  # a word
        ("knee", None),
    ],
)
def test_only_what_is_never_ambiguous_is_always_expanded(word, words):
    assert expand(word) == words


@given(st.text(alphabet="sS/pP wWoO.Rr>Ll kne\n-DMm2", max_size=40))
def test_merged_tokens_keep_their_place(text):
    reading = read(text)
    original = tokenize(text)
    assert {t.start for t in reading.tokens} <= {t.start for t in original}
    assert {t.end for t in reading.tokens} <= {t.end for t in original}
    for token, following in zip(reading.tokens, reading.tokens[1:], strict=False):
        assert token.end <= following.start
    for sentence in reading.sentences:
        tokens = reading.tokens[sentence.first_token : sentence.last_token]
        assert tokens[0].start >= sentence.start
        assert tokens[-1].end <= sentence.end
