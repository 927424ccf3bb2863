"""Reasons for the encounter that a service alone shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nosology.codesets.book import SqliteCodeBook
from nosology.coding.services.catalogue import system_of_code
from nosology.coding.services.needs import _needs, reasons
from tests.coding.services.drafting import ON, case, draft


def told(
    book: SqliteCodeBook, codes: list[str], diagnoses: tuple[str, ...] = (), **facts: object
) -> list[str]:
    text = "Seen and done."
    given = case(text, diagnoses=[(code, code, "Seen") for code in diagnoses], **facts)
    given = replace(given, book=book)
    lines = [draft(given, code, "done", "visits") for code in codes]
    found = reasons(lines, given).shown
    assert all(item.evidence and item.rationale[0].rule == "service-shows-reason" for item in found)
    return [item.code for item in found]


@pytest.mark.parametrize(
    ("codes", "age", "wanted"),
    [
        (["99394"], 14, ["Z00129"]),
        (["99396"], 50, ["Z0000"]),
        (["99396"], None, []),
        (["G0439"], 70, ["Z0000"]),
        (["96413", "J9171"], 60, ["Z5111"]),
        (["96413", "J9271"], 60, ["Z5112"]),
        (["96413", "J9171", "J9271"], 60, ["Z5111", "Z5112"]),
        (["96413"], 60, []),
        (["96402", "J9217"], 74, []),
        (["55250"], 40, ["Z302"]),
        (["99213"], 40, []),
    ],
)
def test_what_a_service_shows(
    code_book: SqliteCodeBook, codes: list[str], age: int | None, wanted: list[str]
) -> None:
    facts = {} if age is None else {"patient_age": age}
    assert told(code_book, codes, **facts) == wanted


def test_what_the_record_tells_goes_before(code_book: SqliteCodeBook) -> None:
    assert told(code_book, ["99396"], ("Z0001",), patient_age=50) == []
    assert told(code_book, ["54150"], ("N471",), patient_age=0) == []


def test_every_reason_is_a_billable_code(code_book: SqliteCodeBook) -> None:
    assert [
        need.diagnosis for need in _needs() if not code_book.is_billable(need.diagnosis, ON)
    ] == []
    singles = {first for need in _needs() for first, last in need.services.ranges if first == last}
    assert [
        code for code in singles if not code_book.is_billable(code, ON, system_of_code(code))
    ] == []
