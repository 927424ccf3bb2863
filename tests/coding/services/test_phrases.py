from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.coding.services.attributes.phrases import Phrases

GIVEN = ["knee", "knee joint", "re:(?:lower|upper) lid", "Lid", "ex-fix", "glass", "lens"]


def found(text: str) -> list[tuple[str, str]]:
    return [(GIVEN[number], match[0]) for number, match in Phrases.of(GIVEN).find(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Both KNEES", [("knee", "KNEES")]),
        ("knee-joint and knee", [("knee joint", "knee-joint"), ("knee", "knee")]),
        ("kneeling", []),
        ("the lower lid, the lid", [("re:(?:lower|upper) lid", "lower lid"), ("Lid", "lid")]),
        ("ex fix, ex/fix", [("ex-fix", "ex fix"), ("ex-fix", "ex/fix")]),
        ("glasses, glass, lenses", [("glass", "glasses"), ("glass", "glass"), ("lens", "lenses")]),
        ("\u212anee, gla\u017f\u017f", [("knee", "\u212anee"), ("glass", "gla\u017f\u017f")]),
        ("", []),
    ],
)
def test_finds(text: str, wanted: list[tuple[str, str]]) -> None:
    assert found(text) == wanted


def test_of_two_spelled_alike_the_first_counts() -> None:
    assert [number for number, _ in Phrases.of(["ex-fix", "ex fix"]).find("ex fix")] == [0]
    assert list(Phrases.of([]).find("knee")) == []


SYLLABLES = ["a", "ab", "abs", "b", "ba", "c"]
WORDS = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=3).map(" ".join)


@given(st.lists(WORDS, min_size=1, max_size=8), st.text("abcs -", max_size=30))
def test_finds_what_trying_each_phrase_finds(phrases: list[str], text: str) -> None:
    starts = {match.start() for _, match in Phrases.of(phrases).find(text)}
    for _, match in Phrases.of(phrases).find(text):
        assert any(_matches(phrase, match[0]) for phrase in phrases)
    first = min(
        (
            place
            for place in range(len(text))
            for phrase in phrases
            if re.compile(_pattern(phrase)).match(text, place)
        ),
        default=None,
    )
    assert min(starts, default=None) == first


def _pattern(phrase: str) -> str:
    return r"(?<!\w)" + r"[\s-]+".join(map(re.escape, phrase.split())) + r"(?:e?s)?(?!\w)"


def _matches(phrase: str, text: str) -> bool:
    return re.fullmatch(_pattern(phrase), text) is not None
