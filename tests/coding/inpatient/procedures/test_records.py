"""Records as they come: empty, long, contradictory, or of another time."""

from __future__ import annotations

import time

import pytest

from nosology.codesets.book import SqliteCodeBook
from tests.coding.inpatient.procedures.test_coder import answer, codes

REPORT = (
    "OPERATIVE REPORT\nPREOPERATIVE DIAGNOSIS: Acute cholecystitis.\n"
    "PROCEDURE: Laparoscopic cholecystectomy.\n"
    "DESCRIPTION: Four ports. The cystic duct and artery were clipped and divided. The gallbladder "
    "was dissected off the liver bed, put into a bag and removed. The fascia was closed.\n\n"
)
LONGEST_SECONDS = 20


@pytest.mark.parametrize("text", [" ", "\n\n", "PROCEDURE:", "PROCEDURES:\n1.\n2.\n", "?", "OR"])
def test_a_record_that_tells_nothing_has_no_codes(code_book: SqliteCodeBook, text: str) -> None:
    found = answer(code_book, text)
    assert (found.procedures, found.queries) == ((), ())


def test_a_long_record_is_read_in_time_that_grows_with_it(code_book: SqliteCodeBook) -> None:
    spent = []
    for times in (200, 800):
        start = time.process_time()
        found = answer(code_book, REPORT * times)
        spent.append(time.process_time() - start)
        assert codes(found) == {"0FT44ZZ"}
    assert spent[1] < max(LONGEST_SECONDS, 10 * spent[0])


def test_two_sides_are_not_decided_between(code_book: SqliteCodeBook) -> None:
    found = answer(
        code_book,
        "OPERATIVE REPORT\nPROCEDURE: Total hip arthroplasty\n"
        "DESCRIPTION: The right hip was exposed. The left hip was reamed.\n",
    )
    assert codes(found) == set()
    assert "laterality" in {query.topic for query in found.queries}
