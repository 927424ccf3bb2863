"""Runs the cases of the five questions of context through the whole reader."""

from dataclasses import replace

import pytest

from nosology.language.pipeline import CONTEXT_STAGES, LAYOUT_STAGES, Reader
from nosology.model.reading import (
    Certainty,
    Experiencer,
    Mention,
    Polarity,
    Reading,
    Reporter,
    Time,
)
from nosology.model.record import Document
from tests.language.cases import Case, read_cases

QUESTIONS = {
    "polarity": Polarity,
    "certainty": Certainty,
    "time": Time,
    "experiencer": Experiencer,
    "reporter": Reporter,
}
KNOWN = {
    **{name: {str(value).replace(" ", "-") for value in kind} for name, kind in QUESTIONS.items()},
    "cue": None,
}
FILES = ("negation", "certainty", "time", "experiencer", "reporter", "notes")
CASES = [case for file in FILES for case in read_cases(f"{file}.yaml", "m", KNOWN)]


def read(case: Case) -> Reading:
    def mentioned(reading: Reading) -> Reading:
        mentions = []
        for mark in case.marks:
            tokens = tuple(
                index
                for index, token in enumerate(reading.tokens)
                if token.start < mark.end and token.end > mark.start
            )
            sentence = next(
                (
                    number
                    for number, sentence in enumerate(reading.sentences)
                    if sentence.first_token <= tokens[0] < sentence.last_token
                ),
                None,
            )
            assert sentence is not None, f"{case.name}: a mark stands in no sentence"
            mentions.append(
                Mention(
                    mark.start, mark.end, tokens, sentence, "R69", case.text[mark.start : mark.end]
                )
            )
        return replace(reading, mentions=tuple(mentions))

    return Reader(matching=(mentioned,), context=CONTEXT_STAGES[-1:]).read(Document(case.text))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_context(case):
    reading = read(case)
    is_reporter_stated = any("reporter" in mark.attributes for mark in case.marks)
    for mark, mention in zip(case.marks, reading.mentions, strict=True):
        words = case.text[mark.start : mark.end]
        for name, kind in QUESTIONS.items():
            if name == "reporter" and not is_reporter_stated:
                continue
            default = next(iter(kind))
            expected = mark.attributes.get(name, str(default).replace(" ", "-"))
            found = str(getattr(mention.context, name)).replace(" ", "-")
            assert found == expected, f"{words!r} in {case.text!r}: {name} {mention.context.cues}"
        if "cue" in mark.attributes:
            rules = {cue.rule for cue in mention.context.cues}
            assert mark.attributes["cue"] in rules, f"{words!r}: {rules}"
        for cue in mention.context.cues:
            assert 0 <= cue.start <= cue.end <= len(case.text)


def test_stages_only_add_to_the_context():
    reading = read(CASES[0])
    for stage in CONTEXT_STAGES:
        again = stage(reading)
        assert again.tokens == reading.tokens
        assert again.sentences == reading.sentences
        assert [m.tokens for m in again.mentions] == [m.tokens for m in reading.mentions]


def test_the_reader_gives_the_document_its_place():
    reading = Reader(layout=LAYOUT_STAGES).read(Document("Cough."), index=3)
    assert reading.index == 3
    assert len(reading.sentences) == 1


@pytest.mark.parametrize(
    ("file", "question", "value", "cases"),
    [("negation", "polarity", "negated", 120), ("experiencer", "experiencer", "family", 80)],
)
def test_what_is_found_and_what_is_right(file: str, question: str, value: str, cases: int) -> None:
    """Over all marked mentions of a file; a case that fails elsewhere does not hide the rest."""
    read_from = read_cases(f"{file}.yaml", "m", KNOWN)
    assert len(read_from) >= cases
    right = wrong = missed = 0
    for case in read_from:
        for mark, mention in zip(case.marks, read(case).mentions, strict=True):
            is_found = str(getattr(mention.context, question)) == value
            is_so = mark.attributes.get(question) == value
            right += is_found and is_so
            wrong += is_found and not is_so
            missed += is_so and not is_found
    assert 2 * right / (2 * right + wrong + missed) >= 0.97
