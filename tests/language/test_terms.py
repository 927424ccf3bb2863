from __future__ import annotations

import pytest

from nosology.language.matching import TermMatcher
from nosology.language.sections import SectionStage
from nosology.language.sentences import SentenceStage
from nosology.language.terms import Term, TermIndex, build_index
from nosology.language.tokens import tokenize, words_of
from nosology.model.reading import Reading
from nosology.model.record import Document

TERMS = {
    "osteoarthritis": "M1990",
    "osteoarthritis knee": "M179",
    "knee pain": "M25569",
    "knee swelling": "M2546",
    "hypertension": "I10",
    "heart disease": "I519",
    "hypertensive heart disease": "I119",
    "type 2 diabetes": "E119",
    "diabetes neuropathy": "E1140",
    "neuropathy": "G629",
    "hand contusion": "S6022",
    "index finger contusion": "S6002",
    "chest pain": "R079",
}


def index() -> TermIndex:
    return build_index(
        Term(text, concept, concept, "lexicon", words_of(text)) for text, concept in TERMS.items()
    )


def found(text: str, terms: TermIndex | None = None) -> list[tuple[str, str]]:
    reading = Reading(Document(text), tokens=tokenize(text))
    reading = SentenceStage()(SectionStage()(reading))
    mentions = TermMatcher(terms or index())(reading).mentions
    return [(item.term, text[item.start : item.end]) for item in mentions]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Osteoarthritis of the right knee.", ["osteoarthritis knee"]),
        ("Right knee osteoarthritis.", ["osteoarthritis knee"]),
        ("Osteoarthritis, right knee", ["osteoarthritis knee"]),
        ("Hypertension, heart disease", ["hypertension", "heart disease"]),
        ("Hypertension and heart disease.", ["hypertension", "heart disease"]),
        ("Hypertensive heart disease.", ["hypertensive heart disease"]),
        ("Knee pain and swelling", ["knee pain", "knee swelling"]),
        ("Type 2 diabetes with neuropathy", ["type 2 diabetes", "diabetes neuropathy"]),
        ("Right hand index finger contusion", ["index finger contusion"]),
        ("Knee surgery three years ago with good function and no more complaints of pain", []),
        ("blood pressure and chest tightness", []),
        ("Chest\nPain", []),
        ("Diabetes without neuropathy", ["neuropathy"]),
    ],
)
def test_terms_are_found(text: str, terms: list[str]) -> None:
    assert sorted(term for term, _ in found(text)) == sorted(terms)


def test_quote_covers_the_words_of_the_term() -> None:
    assert found("She has osteoarthritis of her left knee today.") == [
        ("osteoarthritis knee", "osteoarthritis of her left knee")
    ]


def test_index_comes_back_from_its_bytes() -> None:
    before = index()
    after = TermIndex.from_bytes(before.to_bytes())
    assert len(after) == len(before) == len(TERMS)
    assert [after.term(entry) for entry in range(len(after))] == [
        before.term(entry) for entry in range(len(before))
    ]
    assert found("knee pain", after) == [("knee pain", "knee pain")]


@pytest.mark.parametrize("cut", [0, 7, 20, 400, -1, -4])
def test_index_that_is_cut_off_is_refused(cut: int) -> None:
    with pytest.raises(ValueError, match=r"term index|delimiter|value|byte|array"):
        TermIndex.from_bytes(index().to_bytes()[:cut])


def test_of_two_terms_with_the_same_words_the_first_stays() -> None:
    terms = build_index(
        [
            Term("knee pain", "A", "A", "lexicon", ("knee", "pain")),
            Term("pain in knee", "B", "B", "title", ("pain", "knee")),
        ]
    )
    assert terms.concepts == ["A"]


def test_a_term_without_words_is_no_entry() -> None:
    assert len(build_index([Term("of the", "A", "A", "title", ())])) == 0


def test_entries_are_parted_by_their_next_rarest_word() -> None:
    terms = index()
    for word in range(len(terms.vocabulary)):
        parted = terms.led_with(word)
        assert sorted(item for held in parted.values() for item in held) == sorted(
            terms.led_by(word)
        )
        for next_rarest, held in parted.items():
            assert all(next_rarest in bag and word in bag for _, bag in held)
            assert all((next_rarest == word) == (len(bag) == 1) for _, bag in held)
