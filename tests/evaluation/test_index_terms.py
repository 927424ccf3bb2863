from __future__ import annotations

import contextlib
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.codesets.book import SqliteCodeBook
from nosology.evaluation.index_terms import IndexTerm, draw_questions, read_index, unambiguous
from nosology.model.errors import InputError, MalformedRow
from tests.evaluation.search_books import ScriptedSearch

HEADER = "RowID,Letter,Level,Term,See,SeeAlso,NonEssModif,Code\n"
ON = dt.date(2026, 4, 14)
ROWS = """\
1,D,0,"Disease, diseased",,,,
2,D,1,lung,,,(acute),J18.9
3,D,2,with cough,,,,R05.9
4,D,1,kidney,"Disorder, kidney",,,
5,D,1,hand,,,,S60.9-
6,H,0,Hypertension [HTN],,"Elevated",(arterial),I10
"""


def written(folder: Path, rows: str, header: str = HEADER) -> Path:
    path = folder / "index.csv"
    path.write_bytes(("\ufeff" + header + rows).encode())
    return path


def term(path: str, code: str, is_see: bool = False) -> IndexTerm:
    return IndexTerm(tuple(path.split(" > ")), code, is_see)


def test_the_order_and_the_levels_give_the_path(tmp_path: Path) -> None:
    assert list(read_index(written(tmp_path, ROWS))) == [
        term("Disease, diseased > lung", "J18.9"),
        term("Disease, diseased > lung > with cough", "R05.9"),
        term("Disease, diseased > hand", "S60.9-"),
        term("Hypertension [HTN]", "I10"),
    ]


def test_the_query_is_the_words_of_the_path() -> None:
    assert term("Disease, diseased > lung", "J18.9").typed == "Disease diseased lung"
    assert term("Hypertension [HTN]", "I10").typed == "Hypertension HTN"
    assert term("Crohn's > with: > fistula", "K50.913").typed == "Crohn's with fistula"


def test_only_terms_that_lead_to_one_complete_code_are_asked() -> None:
    kept = unambiguous(
        [
            term("Cough", "R05.9"),
            term("Cough", "R05.9"),
            term("Fever", "R50.9"),
            term("FEVER", "A68.9"),
            term("Fracture", "S42.9-"),
            term("Sprain", "S93.409", is_see=True),
            term("Disorder > ", "F45.41"),
            term("Rash", "R21"),
            term("Rash", "L22-"),
        ]
    )
    assert {query: found.code for query, found in kept.items()} == {"Cough": "R05.9"}


def test_only_billable_codes_are_drawn_and_each_query_once() -> None:
    terms = [term("Pressure", "I10"), term("Sugar", "E11.9"), term("Headache", "R51")]
    drawn = draw_questions(terms, ScriptedSearch(), ON)
    assert {item.query for item in drawn} == {"Pressure", "Sugar"}
    assert draw_questions(terms, ScriptedSearch(), dt.date(2019, 1, 1)) == []
    (sugar,) = (item for item in drawn if item.query == "Sugar")
    assert [accepted.pattern for accepted in sugar.accepted] == ["E119"]
    assert sugar.depth == 1


@given(st.permutations(range(30)), st.integers(1, 40))
def test_the_seed_alone_decides_what_is_drawn(order: list[int], count: int) -> None:
    terms = [term(f"Term > {number}", "I10") for number in order]
    drawn = draw_questions(terms, ScriptedSearch(), ON, count, seed=5)
    assert len(drawn) == min(count, 30)
    again = draw_questions(sorted(terms, key=lambda item: item.path), ScriptedSearch(), ON, 30, 5)
    assert drawn == again[:count]
    other = draw_questions(terms, ScriptedSearch(), ON, 30, seed=6)
    assert other != again
    assert {item.query for item in other} == {item.query for item in again}


@pytest.mark.parametrize(
    ("rows", "line", "message"),
    [
        ("1,A,1,Abasia,,,,R26.0\n", 2, "column Level must be 0 to 0"),
        ("1,A,0,Abasia,,,,R26.0\n2,A,2,x,,,,\n", 3, "column Level must be 0 to 1"),
        ("1,A,x,Abasia,,,,R26.0\n", 2, "column Level must be"),
        ("1,A,0,Abasia,,,,26\n", 2, "column Code must be an ICD-10-CM code"),
        ("1,A,0,Abasia,,,R26.0\n", 2, "found 7"),
        ('1,A,0,"Abasia,,,,R26.0\n', 2, "must be CSV"),
    ],
)
def test_a_row_that_is_wrong_is_named(tmp_path: Path, rows: str, line: int, message: str) -> None:
    with pytest.raises(MalformedRow) as caught:
        list(read_index(written(tmp_path, rows)))
    assert caught.value.line == line
    assert message in caught.value.message


@given(st.data())
def test_a_corrupted_table_is_refused_or_read_whole(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = (HEADER + ROWS).encode()
    start = data.draw(st.integers(0, len(content) - 1))
    end = data.draw(st.integers(start, len(content)))
    junk = data.draw(st.binary(max_size=8))
    path = tmp_path_factory.getbasetemp() / "corrupted.csv"
    path.write_bytes(content[:start] + junk + content[end:])
    terms = []
    with contextlib.suppress(InputError):
        terms = list(read_index(path))
    assert all(found.path and found.code[0].isupper() for found in terms)


def test_what_is_no_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MalformedRow, match="header must be RowID,Letter"):
        list(read_index(written(tmp_path, "", "code,title\n")))
    with pytest.raises(InputError, match="cannot be read"):
        list(read_index(tmp_path / "none.csv"))
    (tmp_path / "latin.csv").write_bytes(b"\xe9")
    with pytest.raises(InputError, match="is not UTF-8"):
        list(read_index(tmp_path / "latin.csv"))


@pytest.mark.shared
def test_the_published_index_gives_a_thousand_questions(
    shared_data: Path, code_book: SqliteCodeBook
) -> None:
    folder = shared_data / "codesets" / "icd10cm_index_2025"
    terms = list(read_index(folder / "ICD10CM_2025_Index.csv"))
    assert len(terms) == 62721
    drawn = draw_questions(terms, code_book, ON)
    assert len(drawn) == 1000
    assert drawn == draw_questions(terms, code_book, ON)
    assert all(code_book.is_billable(item.accepted[0].pattern, ON) for item in drawn)
