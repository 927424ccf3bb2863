"""Navigation: from the words of a term to its codes, references followed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nosology.codesets.index import IndexBook, IndexTerm, Table
from nosology.codesets.release import Rows
from nosology.model.code import System
from nosology.model.errors import InputError, MissingCodeSet
from tests.codesets.index.books import TinyCodeBook
from tests.codesets.loaders.icd10_files import BOOKS, store_of, written

TYPED = ("crank", "see", "of", "Neoplasm", ",", "()", "-", "pain", "wheel", "ii", "benign")


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rows]:
    folder = tmp_path_factory.mktemp("indexes")
    with store_of(written(folder, name) for name in BOOKS) as asked:
        yield asked


@pytest.fixture(scope="module")
def book(rows: Rows) -> IndexBook:
    return IndexBook(rows, TinyCodeBook())


def codes(term: IndexTerm) -> list[str]:
    return [code.code for code in term.codes]


@pytest.mark.parametrize(
    "query",
    [
        "Fracture, sudden, crank, lower end",
        "fracture,sudden,CRANK,lower end",
        "Fracture, crank, lower end",
        "sudden fracture crank lower end",
        "lower end crank fracture",
        "fractures of the lower end of cranks",
        "fx crank lower end",
    ],
)
def test_a_term_is_found_however_it_is_typed(book: IndexBook, query: str) -> None:
    found = book.find(query)
    assert found.path == ("Fracture, sudden", "crank", "lower end")
    assert found.term == "lower end"
    assert (found.table, found.release, found.code) == (Table.DISEASES, "2024-10", "S101-")


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("Pain", ("Pain, pains, painful NEC",)),
        ("painful", ("Pain, pains, painful NEC",)),
        ("acute pain", ("Pain, pains, painful NEC",)),
        ("Pain, rust", ("Pain, pains, painful NEC", "due to", "rust")),
        ("pain due to rust", ("Pain, pains, painful NEC", "due to", "rust")),
        ("somatic pain", ("Pain, pains, painful NEC", "(somatic)")),
        ("Fracture, sprocket", ("Fracture, sudden", "wheels or sprockets")),
        ("Fracture, wheel", ("Fracture, sudden", "wheels or sprockets")),
        ("wheel fractured", ("Fracture, sudden", "wheels or sprockets")),
    ],
)
def test_forms_modifiers_and_joining_levels(
    book: IndexBook, query: str, path: tuple[str, ...]
) -> None:
    assert book.find(query).path == path


def test_of_two_main_terms_the_larger_answers_and_the_other_is_named(book: IndexBook) -> None:
    found = book.find("crank fracture")
    assert found.path == ("Fracture, sudden", "crank")
    assert found.alternatives == (("Fracture, chronic", "crank"),)
    assert book.find("chronic crank fracture").alternatives == ()


def test_children_are_listed_with_what_stands_below_them(book: IndexBook) -> None:
    below = book.find("Fracture, sudden").children
    assert [(child.name, child.code, child.children) for child in below] == [
        ("crank", "S100", 2),
        ("wheels or sprockets", "S119", 0),
    ]


def test_see_is_followed_from_term_to_term(book: IndexBook) -> None:
    found = book.find("Ache")
    [hop] = found.hops
    assert (hop.via, hop.reference) == ("see", "Pain")
    assert hop.term is not None
    assert hop.term.path == ("Pain, pains, painful NEC",)
    assert codes(found) == ["R52"]


def test_a_reference_may_leave_out_the_second_word_of_its_main_term(book: IndexBook) -> None:
    [hop] = book.find("Fracture, sudden, crank, bottom end").hops
    assert hop.term is not None
    assert hop.term.path == ("Fracture, sudden", "crank", "lower end")


def test_a_circle_of_references_ends(book: IndexBook) -> None:
    hops = book.find("Circle").hops
    assert [(hop.reference, hop.term and hop.term.path) for hop in hops] == [
        ("Round", ("Round",)),
        ("Circle", None),
    ]
    assert "already seen" in hops[1].reason


def test_a_reference_to_the_condition_says_so(book: IndexBook) -> None:
    [hop] = book.find("Crank").hops
    assert hop.term is None
    assert hop.reason.startswith("look up the condition")


def test_a_reference_to_nothing_says_so(book: IndexBook) -> None:
    [hop] = book.find("Aching").hops
    assert hop.reason == "the index has no term of that name"


def test_a_category_is_named(book: IndexBook) -> None:
    found = book.find("Pain, in")
    assert found.category == "R101"
    assert [(hop.via, hop.reference) for hop in found.hops] == [("see category", "R101")]


def test_a_general_reference_leads_to_the_table(book: IndexBook) -> None:
    [hop] = book.find("Cancer").hops
    assert hop.via == "see also"
    assert hop.term is not None
    assert (hop.term.table, hop.term.column) == (Table.NEOPLASM, "primary")
    [hop] = book.find("Pain, substance").hops
    assert hop.reason.startswith("look up the substance in the Table of Drugs")


@pytest.mark.parametrize("query", ["Neoplasm, wheel", "wheel neoplasm", "neoplasms of the rim"])
def test_a_row_of_the_table_shows_its_columns(book: IndexBook, query: str) -> None:
    found = book.find(query)
    assert found.path == ("Neoplasm, neoplastic", "wheel")
    assert dict(found.columns) == {
        "primary": "C509-",
        "secondary": "C7981",
        "benign": "D24-",
        "uncertain": "D486-",
        "unspecified": "D493",
    }
    assert len(found.codes) == 5


@pytest.mark.parametrize(
    ("query", "column", "code"),
    [
        ("Neoplasm, wheel, benign", "benign", "D24-"),
        ("benign neoplasm of wheel", "benign", "D24-"),
        ("metastatic neoplasm wheel", "secondary", "C7981"),
        ("wheel cancer", "primary", "C509-"),
        ("cancer of the hub", "primary", "C500-"),
        ("oil poisoning", "accidental", "T513X1"),
        ("adverse effect of oil", "adverse_effect", "T513X5"),
        ("chain oil suicide attempt", "self_harm", "T514X2"),
    ],
)
def test_a_column_may_be_asked_for(book: IndexBook, query: str, column: str, code: str) -> None:
    found = book.find(query)
    assert found.column == column
    assert codes(found) == [code]


def test_a_note_of_the_table_is_shown(book: IndexBook) -> None:
    assert book.find("Neoplasm, wheel, hub").note == "middle of the wheel"


def test_one_table_may_be_chosen(book: IndexBook) -> None:
    found = book.find("oil", table=Table.DRUG)
    assert (found.table, found.nonessential) == (Table.DRUG, ("machine",))
    with pytest.raises(InputError, match="has no term 'oil'"):
        book.find("oil", table=Table.DISEASES)


def test_external_causes_are_found(book: IndexBook) -> None:
    assert book.find("falling from a crane").path == ("Fall, falling", "from, off", "crane")


def test_codes_are_verified_in_the_release_of_the_date(book: IndexBook) -> None:
    [found] = book.find("Fracture, sudden, crank").codes
    assert (found.display, found.billable, found.completed_by) == ("Bent crank", True, ())
    [found] = book.find("Fracture, sudden, crank, lower end").codes
    assert (found.display, found.billable) == ("Broken crank", False)
    assert (found.completed_by, found.more) == (("S1011", "S1012"), 0)
    [found] = book.find("Fracture, sudden, wheel").codes
    assert (found.display, found.billable) == ("", False), "the release does not have S11.9"


def test_of_a_pair_the_second_is_marked(book: IndexBook) -> None:
    first, second = book.find("Pain, due to, rust").codes
    assert (first.code, first.is_manifestation) == ("R521", False)
    assert (second.code, second.is_manifestation, second.completed_by) == (
        "M498-",
        True,
        ("M4981",),
    )


def test_without_a_code_book_codes_are_not_verified(rows: Rows) -> None:
    [found] = IndexBook(rows).find("Fracture, sudden, crank").codes
    assert (found.code, found.display, found.billable) == ("S100", "", None)


def test_procedures_lead_to_tables_terms_and_values(book: IndexBook) -> None:
    found = book.find("Crankectomy", system=System.ICD10PCS)
    assert [(hop.reference, hop.term and hop.term.path, hop.reason) for hop in found.hops] == [
        ("Resection, Crank", ("Resection", "Crank"), ""),
        ("Bypass, Gearing", None, "leads to 0D1-"),
    ]
    first, second = found.codes
    assert (first.code, first.display, first.completed_by) == (
        "0DT6-",
        "Resection / Crank",
        ("0DT60ZZ",),
    )
    assert (second.display, len(second.completed_by)) == ("Bypass / Gearing", 7)
    assert book.find("cranky crank", system=System.ICD10PCS).use_value == "Crank"
    assert codes(book.find("resection left wheel", system=System.ICD10PCS)) == ["0DTU0ZZ"]


def test_a_miss_names_the_nearest_terms(book: IndexBook) -> None:
    with pytest.raises(InputError, match="the nearest are: Fracture, sudden, crank") as caught:
        book.find("fractrue, crank, upper end")
    assert caught.value.exit_status == 2
    with pytest.raises(InputError, match="has no term 'zzz' and none like it"):
        book.find("zzz")


def test_a_miss_does_not_repeat_what_may_be_a_patients(book: IndexBook) -> None:
    with pytest.raises(InputError) as caught:
        book.find("Jane Doe of Springfield has the zzz of her zzz")
    assert "Doe" not in str(caught.value)


@pytest.mark.parametrize("query", ["", "  ", ",,,", "with, in", "a" * 401])
def test_a_query_without_words_is_refused(book: IndexBook, query: str) -> None:
    with pytest.raises(InputError, match="needs the words of a term"):
        book.find(query)


@settings(max_examples=80, deadline=None)
@given(query=st.text(max_size=60) | st.lists(st.sampled_from(TYPED), max_size=8).map(" ".join))
def test_any_query_is_answered_or_refused(book: IndexBook, query: str) -> None:
    try:
        found = book.find(query)
    except InputError:
        return
    assert found.path
    assert found == book.find(query)


def test_an_empty_store_names_the_files_to_load(tmp_path: Path) -> None:
    with store_of([]) as asked:
        empty = IndexBook(asked)
        assert empty.installed() == ()
        with pytest.raises(MissingCodeSet, match="nosology codesets add FILE") as caught:
            empty.find("Pain")
        assert caught.value.exit_status == 3
        with pytest.raises(MissingCodeSet, match="icd10pcs_index_YYYY"):
            empty.find("Crankectomy", system=System.ICD10PCS)
    with (
        store_of([written(tmp_path, "icd-10-cm-index-2025.xml")]) as asked,
        pytest.raises(MissingCodeSet, match="Neoplasm Table"),
    ):
        IndexBook(asked).find("wheel", table=Table.NEOPLASM)


def test_a_reference_into_a_table_that_is_not_there_says_so(tmp_path: Path) -> None:
    with store_of([written(tmp_path, "icd-10-cm-index-2025.xml")]) as asked:
        [hop] = IndexBook(asked).find("Cancer").hops
    assert hop.reason.endswith("is not installed")


def test_the_edition_of_the_date_answers(tmp_path: Path) -> None:
    name = "icd-10-cm-index-2025.xml"
    text = written(tmp_path, name).path.read_text()
    older = written(
        tmp_path,
        "icd10pcs_index_2025.xml",
        text.replace("2025", "2024", 1).replace("S10.0", "S10.9"),
    )
    with store_of([written(tmp_path, name), older]) as asked:
        book = IndexBook(asked)
        for on, release, code, covered in (
            (None, "2024-10", "S100", True),
            (dt.date(2025, 1, 1), "2024-10", "S100", True),
            (dt.date(2023, 10, 1), "2023-10", "S109", True),
            (dt.date(2020, 1, 1), "2023-10", "S109", False),
        ):
            found = book.find("Fracture, sudden, crank", on)
            assert (found.release, found.code) == (release, code)
            if on is not None:
                assert book.covers(Table.DISEASES, on) is covered
