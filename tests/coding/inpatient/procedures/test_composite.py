"""Operations that one name tells: what the report adds decides the codes."""

from __future__ import annotations

import pytest

from nosology.codesets.book import SqliteCodeBook
from tests.coding.inpatient.procedures.test_coder import answer, codes

WHIPPLE = {"0FBG0ZZ", "0DT90ZZ"}

OPERATIONS = [
    ("Whipple procedure", "The head of the pancreas was resected.", WHIPPLE),
    (
        "Pylorus-preserving pancreaticoduodenectomy",
        "The gallbladder was removed. The stomach was preserved and the duodenum divided.",
        {*WHIPPLE, "0FT40ZZ"},
    ),
    (
        "Whipple procedure",
        "The gallbladder was surgically absent. The antrum of the stomach was divided.",
        {*WHIPPLE, "0DB60ZZ"},
    ),
    (
        "Revision of right total knee arthroplasty, femoral component, cemented",
        "The femoral component was removed and replaced.",
        {"0SPT0JZ", "0SRT0J9"},
    ),
    (
        "Revision left total knee arthroplasty, all components, cemented",
        "Everything was removed and replaced.",
        {"0SPD0JZ", "0SRD0J9"},
    ),
    (
        "Revision right total knee arthroplasty, polyethylene insert exchange",
        "A new insert was locked.",
        {"0SPC09Z", "0SUV09Z"},
    ),
    (
        "Revision left total hip arthroplasty, acetabular component, uncemented",
        "The cup was removed and a new one impacted.",
        {"0SPE0JZ", "0SRE0JA"},
    ),
    (
        "Revision left total hip arthroplasty, acetabular and femoral stem exchange, uncemented",
        "The cup and the stem were exchanged.",
        {"0SPS0JZ", "0SRS0JA"},
    ),
]


@pytest.mark.parametrize(("title", "description", "expected"), OPERATIONS)
def test_components_and_organs_are_coded_as_told(
    code_book: SqliteCodeBook, title: str, description: str, expected: set[str]
) -> None:
    found = answer(
        code_book, f"OPERATIVE REPORT\nPROCEDURE PERFORMED: {title}\nDESCRIPTION: {description}\n"
    )
    assert codes(found) == expected


def test_a_revision_without_a_side_is_asked(code_book: SqliteCodeBook) -> None:
    found = answer(code_book, "OPERATIVE REPORT\nPROCEDURE: Revision total hip arthroplasty\n")
    assert codes(found) == set()
    assert [query.topic for query in found.queries] == ["laterality"]
