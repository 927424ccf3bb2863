"""Search over titles and inclusion terms, and by the beginning of a code."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nosology.codesets.book import SqliteCodeBook
from nosology.model.code import System


def codes(code_book: SqliteCodeBook, query: str, limit: int = 10) -> list[str]:
    return [hit.code for hit in code_book.search(query, limit=limit)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("type 2 diabetes", "E119"),
        ("diabetes", "E119"),
        ("hypertension", "I10"),
        ("Hypertension", "I10"),
        ("asthma", "J45909"),
        ("depression", "F32A"),
        ("low back pain", "M5450"),
        ("back pain", "M549"),
        ("chest pain", "R079"),
        ("pneumonia", "J189"),
        ("heart failure", "I509"),
        ("urinary tract infection", "N390"),
        ("anemia", "D649"),
        ("migraine", "G43909"),
        ("obesity", "E669"),
        ("abdominal pain", "R109"),
        ("hyperlipidemia", "E785"),
        ("hyperlip", "E785"),
        ("crohns disease", "K5090"),
        ("Crohn’s disease", "K5090"),
        ("meniere disease", "H8109"),
        ("acute upper respiratory infection", "J069"),
        ("disease kidney chronic", "N189"),
        ("vitamin B12 deficiency", "E538"),
        ("fall from stool", "W08XXXA"),
    ],
)
def test_a_bare_term_finds_its_plain_code_first(
    code_book: SqliteCodeBook, query: str, first: str
) -> None:
    assert codes(code_book, query)[0] == first


def test_the_wording_that_matched_is_given(code_book: SqliteCodeBook) -> None:
    hit = code_book.search("asthma nos")[0]
    assert (hit.system, hit.code, hit.matched) == (System.ICD10CM, "J45909", "Asthma NOS")
    assert hit.display == "Unspecified asthma, uncomplicated"


def test_a_query_that_no_wording_covers_is_answered_with_the_best_part(
    code_book: SqliteCodeBook,
) -> None:
    hits = code_book.search("pain in the left knee since zebra riding")
    assert hits[0].code == "M25562"
    assert hits[0].score < 0.7


@pytest.mark.parametrize("query", ["E11", "e11", "E11.", "e11.-", " E11 "])
def test_a_category_is_answered_with_its_codes_in_tabular_order(
    code_book: SqliteCodeBook, query: str
) -> None:
    hits = code_book.search(query, limit=4)
    assert [hit.code for hit in hits] == ["E11", "E110", "E1100", "E1101"]
    assert [hit.score for hit in hits] == [1.0, 0.9, 0.9, 0.9]


def test_the_beginning_of_a_code(code_book: SqliteCodeBook) -> None:
    assert codes(code_book, "e11.2") == ["E112", "E1121", "E1122", "E1129"]
    assert codes(code_book, "S52.021B") == ["S52021B"]
    assert codes(code_book, "S06.1X7") == ["S061X7", "S061X7A"]
    assert codes(code_book, "M1A", limit=1) == ["M1A"]


def test_what_looks_like_a_code_but_is_none_is_searched_as_words(
    code_book: SqliteCodeBook,
) -> None:
    assert code_book.search("B12", system=System.ICD10CM)[0].code == "E538"


@pytest.mark.parametrize(
    "query",
    [
        *("", " ", "...", '"', "''", "*", "(", "NEAR(", "a AND", "NOT", "text:pain", "^pain", "-"),
        *("pain OR", "{pain", "pain*", "'; DROP TABLE node; --", "\x00", "\ud800", "ß", "😷"),
        *("x" * 100_000, "pain " * 20_000, " ".join(f"w{number}" for number in range(5000))),
    ],
)
def test_a_hostile_query_is_answered(code_book: SqliteCodeBook, query: str) -> None:
    assert len(code_book.search(query)) <= 10


@settings(max_examples=60, deadline=None)
@given(query=st.text(max_size=60))
def test_any_query_gives_scores_in_order(code_book: SqliteCodeBook, query: str) -> None:
    hits = code_book.search(query, limit=5)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert len({hit.code for hit in hits}) == len(hits)


def test_the_same_query_has_the_same_answer(code_book: SqliteCodeBook) -> None:
    assert code_book.search("fracture of wrist") == code_book.search("fracture of wrist")


@pytest.mark.parametrize("limit", [0, -1])
def test_no_answers_are_given_where_none_are_wanted(code_book: SqliteCodeBook, limit: int) -> None:
    assert code_book.search("asthma", limit=limit) == []
    assert code_book.search("E11", limit=limit) == []
