import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.language.pipeline import LAYOUT_STAGES
from nosology.model.reading import LineKind, Reading
from nosology.model.record import Document
from tests.language.cases import read_cases

KNOWN = {
    "kind": {str(kind) for kind in LineKind},
    "marker": None,
    "label": None,
    "indent": None,
}
PIECES = st.sampled_from(
    ["No fever. ", "1. Gout\n", "- Rest\n", "PLAN:\n", "Skin: rash\n", "Dr. ", "q.d. ", "? ",
     "s/p MI ", "| a | b |\n", "\n", "\r\n", "\t", "\x00", "• ", "e.g", "2. ", "...", "\u200f"]
)  # fmt: skip


def read(text: str) -> Reading:
    reading = Reading(Document(text))
    for stage in LAYOUT_STAGES:
        reading = stage(reading)
    return reading


@pytest.mark.parametrize("case", read_cases("sentences.yaml", "s", KNOWN), ids=lambda c: c.name)
def test_sentences(case):
    reading = read("REVIEW OF SYSTEMS\n" + case.text)
    text = reading.text
    shift = len(text) - len(case.text)
    found = {(s.start - shift, s.end - shift): s for s in reading.sentences}
    assert list(found) == [(m.start, m.end) for m in case.marks], [
        text[s.start : s.end] for s in reading.sentences
    ]
    for mark in case.marks:
        sentence = found[mark.start, mark.end]
        for name, value in mark.attributes.items():
            if name == "label":
                assert text[sentence.start : sentence.label] == value
            else:
                assert str(getattr(sentence, name)) == value


def test_headings_are_no_sentences():
    reading = read("ASSESSMENT\nGout.\n\nPLAN: rest")
    assert [reading.text[s.start : s.end] for s in reading.sentences] == ["Gout.", "rest"]


def test_a_sentence_knows_whether_it_begins_its_line():
    assert [s.is_line_start for s in read("Gout. Rest.\nIce.").sentences] == [True, False, True]


@pytest.mark.parametrize("text", ["", "   ", "\n\n\n", "\t\r\n", "---\n***", "\x00\x00", "\u200f"])
def test_text_without_words_has_no_sentence(text):
    assert read(text).sentences == ()


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        " " * 1_000_000,
        "a. " * 50_000,
        "Skin: " * 25_000,
        "1. A " * 30_000,
        "-\n" * 60_000,
        "no, " * 40_000,
        ". " * 50_000,
        "PLAN: x. " * 20_000,
        "a" * 50 + "\n" + "b c " * 40_000,
        "((((" * 30_000,
        "X" * 60 + ":" * 100_000,
    ],
    ids=range(12),
)
def test_a_long_line_takes_linear_time(text):
    begun = time.process_time()
    reading = read(text)
    assert time.process_time() - begun < 10
    assert_ordered(reading)


@given(st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=25).map("".join))
def test_sentences_are_ordered_and_inside_their_sections(text):
    assert_ordered(read(text))


def assert_ordered(reading: Reading) -> None:
    end = 0
    last_token = 0
    for sentence in reading.sentences:
        section = reading.sections[sentence.section]
        assert section.body <= sentence.start < sentence.end <= section.end
        assert sentence.start >= end
        assert sentence.start <= sentence.label <= sentence.end
        assert last_token <= sentence.first_token < sentence.last_token <= len(reading.tokens)
        tokens = reading.tokens[sentence.first_token : sentence.last_token]
        assert tokens[0].start >= sentence.start
        assert tokens[-1].end <= sentence.end
        end, last_token = sentence.end, sentence.last_token


def test_a_run_of_words_without_a_stop_is_cut_at_a_word():
    reading = read("chest pain and knee swelling " * 400)
    assert len(reading.sentences) > 1
    assert all(item.last_token - item.first_token <= 240 for item in reading.sentences)
    tokens = [n for item in reading.sentences for n in range(item.first_token, item.last_token)]
    assert tokens == list(range(len(reading.tokens)))
    assert [item.is_line_start for item in reading.sentences[:2]] == [True, False]
