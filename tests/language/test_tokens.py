from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.language.normalization import normalize
from nosology.language.tokens import tokenize, words_of


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("Parkinson's disease", ("parkinson", "disease")),
        ("Parkinson’s disease", ("parkinson", "disease")),
        ("C5-6 disc", ("c5", "6", "disc")),
        ("stage 3a CKD", ("stage", "stage-3a", "ckd")),
        ("40mg", ("40", "mg")),
        ("HbA1c 8.2%", ("hba1c", "8.2")),
        ("2nd metatarsal", ("metatarsal-2", "metatarsal")),
        ("renal calculi", ("kidney", "stone")),
        ("anaemia", ("anemia",)),
        ("ischaemic", ("ischemic",)),
        ("oesophageal", ("esophagus",)),
        ("diarrhoea", ("diarrhea",)),
        ("tumours", ("tumor",)),
        ("Ménière's", ("meniere",)),
        ("metastases", ("metastasis",)),
        ("biopsies", ("biopsy",)),
        ("abscesses", ("abscess",)),
        ("diabetes", ("diabetes",)),
        ("pancreatitis", ("pancreatitis",)),
        ("psoriasis", ("psoriasis",)),
        ("viruses", ("virus",)),
        ("type II diabetes", ("type", "type-2", "diabetes")),
        ("third trimester", ("trimester-3", "trimester")),
        ("hepatitis A", ("hepatitis", "kind-a")),
        ("a hepatitis", ("a", "hepatitis")),
        ("", ()),
        (" \n\t ", ()),
    ],
)
def test_words_are_levelled(phrase: str, words: tuple[str, ...]) -> None:
    assert words_of(phrase) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("fractured", "fractures"),
        ("hypertensive", "hypertension"),
        ("calculus", "stones"),
        ("haemorrhoids", "hemorrhoid"),
        ("tendonitis", "tendinitis"),
        ("broken", "fracture"),
        ("itchy", "pruritus"),
    ],
)
def test_forms_of_one_family_agree(one: str, other: str) -> None:
    assert normalize(one) == normalize(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("hypertension", "hypotension"), ("ureter", "urethra"), ("ileum", "ilium")],
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert normalize(one) != normalize(other)


@given(st.text(max_size=300))
def test_tokens_are_ordered_apart_and_hold_no_space(text: str) -> None:
    end = 0
    for token in tokenize(text):
        assert end <= token.start < token.end <= len(text)
        assert not any(char.isspace() for char in text[token.start : token.end])
        assert token.words
        assert all(token.words)
        end = token.end


@given(st.text(max_size=300))
def test_every_visible_character_is_in_a_token(text: str) -> None:
    covered = {place for token in tokenize(text) for place in range(token.start, token.end)}
    for place, char in enumerate(text):
        if not char.isspace():
            assert place in covered


def test_what_only_relates_is_no_adjective():
    assert tokenize("Prior to surgery")[0].words == ("before",)
    assert tokenize("prior surgery")[0].words == ("prior",)
    assert tokenize("secondary to diabetes")[0].words == ("due",)
    assert tokenize("secondary diabetes")[0].words == ("secondary",)
