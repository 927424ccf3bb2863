"""What HCPCS Level II is found by besides its publisher's titles."""

from __future__ import annotations

import pytest

from nosology.codesets.book import SqliteCodeBook
from nosology.codesets.search.item_words import item_words
from nosology.model.code import System


def test_a_descriptor_is_spelled_out_where_that_adds_words() -> None:
    assert list(item_words([("E9999", "Cath kit"), ("E9998", "Plain words")])) == [
        ("E9999", "catheter kit")
    ]


def test_the_name_of_a_drug_stands_with_its_label() -> None:
    found = [text for _, text in item_words([("J1885", "Ketorolac tromethamine inj")])]
    assert found[0] == "ketorolac tromethamine injection"
    assert found[1] == "Ketorolac injection, 15 mg"
    assert "toradol (Ketorolac injection, 15 mg)" in found


def test_what_an_item_is_called_stands_alone() -> None:
    found = [text for _, text in item_words([("E0601", "Cont airway pressure device")])]
    assert "cpap machine" in found


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("continuous airway pressure", "E0601"),
        ("toradol injection", "J1885"),
        ("depo provera", "J1050"),
        ("hoyer lift", "E0630"),
        ("semi electric hospital bed", "E0260"),
        ("diabetic shoes", "A5500"),
        ("ambulance mileage", "A0425"),
        ("drug wastage modifier", "JW"),
    ],
)
def test_everyday_words_find_the_code(code_book: SqliteCodeBook, query: str, code: str) -> None:
    hits = code_book.search(query, system=System.HCPCS, limit=3)
    assert hits[0].code == code
