from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.language.abbreviations import AbbreviationStage
from nosology.language.matching import TermMatcher
from nosology.language.pipeline import LAYOUT_STAGES
from nosology.language.senses import LoneWordStage, SenseStage, table_words
from nosology.language.terms import Term, build_index
from nosology.language.tokens import words_of
from nosology.model.reading import Reading
from nosology.model.record import Document
from tests.language.cases import Case, read_cases

SENSES = read_cases("senses.yaml", "a", {"words": None})
LONE = read_cases("lone_words.yaml", "m", {"term": {"yes", "no"}})


def read(text: str, *, with_senses: bool = True) -> Reading:
    reading = Reading(Document(text))
    for stage in LAYOUT_STAGES:
        if with_senses or not isinstance(stage, SenseStage):
            reading = stage(reading)
    return reading


@pytest.mark.parametrize("case", SENSES, ids=lambda case: case.name)
def test_senses(case: Case) -> None:
    tokens = {(token.start, token.end): token.words for token in read(case.text).tokens}
    kept = {
        (token.start, token.end): token.words for token in read(case.text, with_senses=False).tokens
    }
    for mark in case.marks:
        written, sense = case.text[mark.start : mark.end], mark.attributes["words"]
        place = (mark.start, mark.end)
        if sense == "=":
            assert tokens[place] == kept[place], written
        elif sense == "-":
            assert len(tokens[place]) == 1, written
            assert tokens[place][0].endswith("-other"), written
        else:
            assert tokens[place] == words_of(sense), written


@pytest.mark.parametrize("case", LONE, ids=lambda case: case.name)
def test_lone_words(case: Case) -> None:
    reading = read(case.text)
    words = {(token.start, token.end): token.words for token in reading.tokens}
    terms = [words[mark.start, mark.end] for mark in case.marks]
    matcher = TermMatcher(
        build_index(Term(" ".join(term), "A00", "A00", "lexicon", term) for term in terms)
    )
    matched = matcher(reading)
    found = {(item.start, item.end) for item in LoneWordStage()(matched).mentions}
    for mark in case.marks:
        assert (mark.start, mark.end) in {(item.start, item.end) for item in matched.mentions}
        is_found = (mark.start, mark.end) in found
        assert is_found == (mark.attributes["term"] == "yes"), case.text[mark.start : mark.end]


def test_a_lone_word_within_a_longer_term_stays() -> None:
    matcher = TermMatcher(
        build_index(
            [
                Term("fit", "R569", "R569", "lexicon", ("fit",)),
                Term("hysterical fit", "F44", "F44", "lexicon", words_of("hysterical fit")),
            ]
        )
    )
    reading = LoneWordStage()(matcher(read("a hysterical fit, then mask fit checked")))
    assert [mention.concept for mention in reading.mentions] == ["F44"]


def test_every_word_of_the_table_stands_in_a_case() -> None:
    marked = {
        word
        for case in (*SENSES, *LONE)
        for mark in case.marks
        for word in words_of(case.text[mark.start : mark.end])
    }
    assert not table_words() - marked


@given(st.text(alphabet="MSR APEIVNHCD.:,%\n14mg", max_size=40))
def test_tokens_keep_their_place(text: str) -> None:
    with_senses = SenseStage()(_before_senses(text))
    without = _before_senses(text)
    assert [(t.start, t.end) for t in with_senses.tokens] == [
        (t.start, t.end) for t in without.tokens
    ]
    AbbreviationStage()(with_senses)


def _before_senses(text: str) -> Reading:
    reading = Reading(Document(text))
    for stage in LAYOUT_STAGES:
        if isinstance(stage, SenseStage):
            break
        reading = stage(reading)
    return reading
