"""Words of titles and queries, made comparable."""

from __future__ import annotations

from importlib.resources import files

import pytest

from nosology.codesets.index.words import forms, key, root, spelled_out, split, stem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("fractures", "Fracture"),
        ("arteries", "artery"),
        ("abscesses", "abscess"),
        ("type II", "type 2"),
        ("Crohn's disease", "crohn disease"),
        ("post-traumatic", "posttraumatic"),
        ("Ménière", "meniere"),
        ("in the crank", "crank"),
    ],
)
def test_two_writings_of_one_title_have_one_key(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize("word", ["pus", "stasis", "bursitis", "aids", "loss", "ms", "gas"])
def test_a_word_that_only_looks_like_a_plural_keeps_its_end_or_its_sense(word: str) -> None:
    assert root(root(word)) == root(word)
    assert root("bursitis") == "bursitis"


def test_endings_do_not_part_words_of_one_stem() -> None:
    assert stem("diabetic") == stem("diabetes")
    assert stem("arterial") == stem("artery")
    assert stem("rust") == "rust"


def test_a_title_of_joining_words_keeps_them() -> None:
    assert key("due to") == ("due", "to")


def test_only_forms_of_one_word_are_forms() -> None:
    assert forms("Pain, pains, painful") == (
        ("pain", "pain", "painful"),
        ("pain",),
        ("pain",),
        ("painful",),
    )
    assert forms("Fracture, traumatic") == (("fracture", "traumatic"),)
    assert forms("Aberrant") == (("aberrant",),)


def test_short_forms_are_spelled_out_wherever_they_stand() -> None:
    assert spelled_out("DM2 with CKD") == "diabetes, type 2 with disease, kidney, chronic"
    assert spelled_out("admission") == "admission"


def test_the_table_of_short_forms_is_in_order() -> None:
    text = files("nosology.codesets.index").joinpath("short_forms.tsv").read_text("utf-8")
    lines = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    assert lines[0] == ["typed", "means"]
    typed = [line[0] for line in lines[1:]]
    assert typed == sorted(set(typed))
    assert all(len(line) == 2 and split(line[1]) for line in lines)
