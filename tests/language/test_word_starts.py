from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.language.word_starts import Beginnings, WordPattern, WordStarts, beginnings_of, small
from nosology.model.reading import Reading
from nosology.model.record import Document

EXPRESSIONS = (
    r"follow[\s-]?up|f/u|fu",
    r"(?:annual|yearly) (?:\w+ )?exam\w*",
    r"(?:i |we )?(?:personally )?spent (?P<minutes>\d{1,3})\s*min",
    r"\d{1,2}[\s-](?:days?|wks?)",
    r"no(?! well)|(?<=we )fu",
    r"[a-c]\d|x\s?\d",
    r"wel{1,2}|d{2}|we?",
    r"\w+ up",
)
SAID = """
follow up f/u fu annual yearly exam exams i we personally spent 12 min 3 days wk a1 b x 4 x4 no
well wel we dd d é_fu _fu fué Follow-Up 3-days followup
"""
WORDS = st.sampled_from(SAID.split())


@pytest.mark.parametrize("expression", EXPRESSIONS)
@given(st.lists(st.tuples(WORDS, st.sampled_from([" ", "-", "\n", ", ", ""])), max_size=12))
def test_all_that_a_search_finds_is_found(expression: str, said: list[tuple[str, str]]) -> None:
    text = "".join(f"{word}{gap}" for word, gap in said)
    starts = WordStarts(small(text))
    pattern = WordPattern.of(expression)
    found = [match.span() for match in pattern.finditer(starts)]
    assert found == [match.span() for match in pattern.pattern.finditer(small(text))]


def test_a_pattern_may_look_at_the_text_as_it_is_written() -> None:
    text = "Left knee. LEFT"
    pattern = WordPattern.of("left", re.IGNORECASE)
    found = [match[0] for match in pattern.finditer(WordStarts(small(text)), text)]
    assert found == ["Left", "LEFT"]


@pytest.mark.parametrize(
    ("expression", "whole", "short"),
    [
        ("follow[\\s-]?up|f/u", {"fol", "f"}, ()),
        ("(?:the )?post", {"the", "pos"}, ()),
        ("q\\w+|qid", {"qid"}, ("q",)),
        ("(?!no)[ab]c", {"ac", "bc"}, ()),
    ],
)
def test_beginnings_are_read_off(expression: str, whole: set[str], short: tuple[str, ...]) -> None:
    assert beginnings_of(expression) == Beginnings(frozenset(whole), short)


@pytest.mark.parametrize("expression", [".*x", "\\s?fu", "(?i:fu)", "é", "(?:a|b", "[^a]b", "\\w+"])
def test_what_may_begin_with_anything_is_tried_everywhere(expression: str) -> None:
    assert beginnings_of(expression) is None


def test_words_are_found_once_for_a_document() -> None:
    reading = Reading(Document("Fu and fu"))
    starts = WordStarts.of(reading)
    assert starts.words == {"fu": [0, 7], "and": [3]}
    assert WordStarts.of(reading) is starts


def test_small_letters_keep_every_offset() -> None:
    assert small("İA") == "ia"


@pytest.mark.parametrize(
    "expression",
    [r"\bfu", r"(?<![\w.])(?:\d{1,2}|two)\s?days?\b", r"\b(?:we|i) spen", r"\bwe|up\b", "ollow"],
)
@given(st.lists(st.tuples(WORDS, st.sampled_from([" ", "-", ".", ""])), max_size=12))
def test_what_begins_with_an_edge_of_its_own_is_found_too(
    expression: str, said: list[tuple[str, str]]
) -> None:
    text = "".join(f"{word}{gap}" for word, gap in said)
    pattern = WordPattern.as_written(expression, re.IGNORECASE)
    found = [match.span() for match in pattern.finditer(WordStarts(small(text)), text)]
    assert found == [match.span() for match in re.finditer(expression, text, re.IGNORECASE)]


@pytest.mark.parametrize("expression", [r"\bwe|up\b", "ollow", "(?i:fu)"])
def test_what_may_begin_within_a_word_is_tried_everywhere(expression: str) -> None:
    pattern = WordPattern.as_written(expression)
    assert pattern.beginnings is None
    assert list(pattern.places(WordStarts("we fu"))) == [0, 1, 2, 3, 4]


def test_places_are_where_a_match_may_begin() -> None:
    pattern = WordPattern.of(r"views?|q\d")
    assert pattern.places(WordStarts("q1 view, viewing; qid")) == [0, 3, 9]
