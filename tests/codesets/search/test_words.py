"""Words as search compares them, and wordings taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.codesets.search.spelling import distance, keys, sound
from nosology.codesets.search.wordings import parse
from nosology.codesets.search.words import families, parts, root, split


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kidney", "renal"),
        ("arthritis", "arthritic"),
        ("sclerosis", "sclerotic"),
        ("diabetes", "diabetic"),
        ("fractures", "broken"),
        ("anaemia", "anemia"),
        ("haemorrhage", "bleeding"),
        ("diverticula", "diverticulum"),
        ("neuropathy", "neuropathies"),
        ("occlusion", "occluded"),
        ("vertebrae", "vertebral"),
        ("leukaemic", "leukemia"),
        ("excess", "excessive"),
        ("first", "1st"),
    ],
)
def test_words_of_a_family_have_one_root(one: str, other: str) -> None:
    assert root(one) == root(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pneumonia", "pneumothorax"),
        ("eye", "ear"),
        ("hypertension", "hypotension"),
        ("ureter", "urethra"),
        ("ileum", "ilium"),
        ("thyroid", "parathyroid"),
        ("gastric", "gastritis"),
    ],
)
def test_words_that_differ_in_meaning_have_two(one: str, other: str) -> None:
    assert root(one) != root(other)


def test_a_family_stands_for_itself() -> None:
    known = families()
    assert all(known.get(family, family) == family for family in known.values())


def test_words_are_folded() -> None:
    assert split("Ménière’s disease [Crohn's] non-displaced w/o") == [
        *("meniere", "disease", "crohn", "nondisplaced", "without")
    ]


@given(word=st.text(max_size=40))
def test_any_word_has_a_root(word: str) -> None:
    assert isinstance(root(word), str)
    assert all(part.islower() or part.isdigit() or not part.isalpha() for part in split(word))


def test_words_are_read_by_their_parts() -> None:
    assert parts("esophagomalacia") == ["esophagus", "softening"]
    assert parts("laryngotracheitis") == ["larynx", "trachea", "inflammation"]
    assert parts("zebra") == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Pneumonia, unspecified organism", ["pneumonia"]),
        ("Unspecified asthma, uncomplicated", ["asthma"]),
        ("Essential (primary) hypertension", ["essential", "hypertension"]),
        ("Type 2 diabetes mellitus without complications", ["type", "2", "diabetes"]),
    ],
)
def test_what_says_nothing_more_counts_little(text: str, says: list[str]) -> None:
    counted = [root(word) for word, _, factor in parse(text).words if factor > 0.1]
    assert counted == [root(word) for word in says]


def test_what_is_absent_is_marked() -> None:
    stems = {stem for _, stem, _ in parse("Migraine without aura, not intractable").words}
    assert "-" + root("aura") in stems
    assert root("aura") not in stems


@pytest.mark.parametrize(
    ("word", "other", "errors"),
    [
        ("pnuemonia", "pneumonia", 1),
        ("diarhea", "diarrhea", 1),
        ("asthma", "asthma", 0),
        ("caratact", "cataract", 2),
        ("eye", "pneumonia", 3),
    ],
)
def test_errors_are_counted(word: str, other: str, errors: int) -> None:
    assert distance(word, other, 2) == errors


@pytest.mark.parametrize(
    ("typed", "word"),
    [("pnuemonia", "pneumonia"), ("diarhea", "diarrhea"), ("rumatoid", "rheumatoid")],
)
def test_a_misspelled_word_shares_a_key(typed: str, word: str) -> None:
    assert keys(typed) & keys(word)


def test_words_that_sound_alike() -> None:
    assert sound("neumonia") == sound("pneumonia")
    assert sound("fisical") == sound("physical")
