"""What people type: begun, short, misspelled and everyday words, codes, patterns and ranges."""

from __future__ import annotations

import datetime as dt

import pytest

from nosology.codesets.book import SqliteCodeBook
from nosology.model.code import System

ON = dt.date(2026, 4, 14)


def codes(code_book: SqliteCodeBook, query: str, limit: int = 10) -> list[str]:
    return [hit.code for hit in code_book.search(query, ON, System.ICD10CM, limit)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("diab neur typ 2", "E1140"),
        ("neuropathy type 2 diab", "E1140"),
        ("afib", "I4891"),
        ("dm2 w ckd 3b", "E1122"),
        ("lbp", "M5450"),
        ("uti preg", "O2340"),
        ("broken wrist", "S62109A"),
        ("pnuemonia", "J189"),
        ("diarhea", "R197"),
        ("migrane", "G43909"),
        ("miagraine with aura", "G43109"),
        ("haemorrhoids", "K649"),
        ("anaemia", "D649"),
        ("oesophageal stricture", "K222"),
        ("renal stone", "N200"),
        ("high blood pressure", "I10"),
        ("lateral epicondylitis right", "M7711"),
        ("torus fracture lower end right radius", "S52521A"),
        ("puerperal breast abscess", "O9112"),
        ("migraine without aura", "G43009"),
        ("hepatitis c", "B1920"),
    ],
)
def test_the_code_that_is_meant_stands_first(
    code_book: SqliteCodeBook, query: str, first: str
) -> None:
    assert codes(code_book, query)[0] == first


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("torus fracture lower end right radius sequela", "S52521S"),
        ("torus fracture lower end right radius subsequent nonunion", "S52521K"),
        ("olecranon fracture left displaced open initial", "S52022B"),
        ("dvt left leg", "I82402"),
        ("leukoplakia larynx", "J387"),
    ],
)
def test_words_choose_sides_encounters_and_what_is_left_over(
    code_book: SqliteCodeBook, query: str, expected: str
) -> None:
    assert expected in codes(code_book, query)


def test_a_specific_query_finds_no_unspecified_code_first(code_book: SqliteCodeBook) -> None:
    found = codes(code_book, "type 2 diabetes with diabetic polyneuropathy")
    assert found[0] == "E1142"
    assert found.index("E1142") < (found.index("E1140") if "E1140" in found else 99)


@pytest.mark.parametrize("query", ["e112", "E11.2", "e11.2?", "E11.2*", "E11 2", "E11,2"])
def test_a_code_is_known_in_every_writing(code_book: SqliteCodeBook, query: str) -> None:
    found = codes(code_book, query)
    assert "E1122" in found
    assert all(code.startswith("E112") for code in found)


@pytest.mark.parametrize("query", ["E08-E13", "e08 - e13", "E08 to E13", "E08–E13"])
def test_a_range_is_answered_with_its_codes(code_book: SqliteCodeBook, query: str) -> None:
    found = codes(code_book, query, 1000)
    assert found[0] == "E08"
    assert {"E089", "E119", "E139"} <= set(found)
    assert not {"E07", "E15"} & set(found)


def test_a_pattern_reaches_codes_with_a_seventh_character(code_book: SqliteCodeBook) -> None:
    assert codes(code_book, "S52.521?")[0] == "S52521A"
    assert codes(code_book, "S52.52?A") == ["S52521A", "S52522A", "S52529A"]


def test_filters(code_book: SqliteCodeBook) -> None:
    hits = code_book.search("diabetes", ON, System.ICD10CM, 10, billable=True)
    assert hits
    assert all(hit.billable and code_book.is_billable(hit.code, ON) for hit in hits)
    inside = code_book.search("diabetes", ON, None, 10, chapter="15")
    assert inside
    assert all(hit.code.startswith("O") for hit in inside)
    assert code_book.search("diabetes", ON, None, 10, chapter="99") == []


def test_every_answer_is_valid_on_the_date(code_book: SqliteCodeBook) -> None:
    for query in ("asthma", "fracture of femur", "covid"):
        for hit in code_book.search(query, ON, System.ICD10CM, 20):
            assert code_book.lookup(hit.code, ON).billable == hit.billable


def test_what_matched_is_a_wording_of_the_code(code_book: SqliteCodeBook) -> None:
    hit = code_book.search("asthma nos", ON, System.ICD10CM)[0]
    assert (hit.code, hit.matched) == ("J45909", "Asthma NOS")
    assert code_book.search("pnuemonia", ON, System.ICD10CM)[0].matched.startswith("Pneumonia")


def test_typing_on_never_loses_the_answer(code_book: SqliteCodeBook) -> None:
    query = "rheumatoid arthritis"
    for length in range(8, len(query) + 1):
        assert any(code.startswith(("M05", "M06")) for code in codes(code_book, query[:length]))
