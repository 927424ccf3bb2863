"""The packed form of pairs: what goes in comes out, found by bisection."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.codesets.reference.pairs import Packing, PtpRow, PtpTerms, terms_of, unpack
from nosology.model.errors import InputError

CODES = st.text("0123456789AGTUZ", min_size=5, max_size=5)
TERMS = st.builds(
    PtpTerms,
    st.none() | st.integers(19960101, 20261231),
    st.none() | st.integers(19960101, 20261231),
    st.sampled_from([0, 1, 9]),
    st.sampled_from(["", "one reason", "another"]),
)


@given(st.lists(st.builds(PtpRow, CODES, CODES, TERMS), max_size=60))
def test_every_pair_is_found_under_both_of_its_codes(rows: list[PtpRow]) -> None:
    packing = Packing()
    packing.add(rows)
    assert packing.rows == len(rows)
    numbered = {number: terms for terms, number in packing.terms.items()}
    unpacked: dict[int, list[PtpRow]] = {1: [], 2: []}
    for place, code, packed in packing.packed():
        assert len(packed) % 8 == 0
        others = list(unpack(packed))
        assert others == sorted(others)
        for other, number in others:
            pair = (code, other) if place == 1 else (other, code)
            unpacked[place].append(PtpRow(*pair, numbered[number]))
            assert number in terms_of(packed, other)
        assert terms_of(packed, "99999") == []
        assert terms_of(packed, "") == []
        assert terms_of(packed, "é0000") == []

    def in_order(pairs: list[PtpRow]) -> list[str]:
        return sorted(map(repr, pairs))

    assert in_order(unpacked[1]) == in_order(unpacked[2]) == in_order(rows)


@pytest.mark.parametrize("code", ["", "1234", "123456", "1234é"])
def test_what_is_no_procedure_code_is_refused(code: str) -> None:
    with pytest.raises(InputError, match="not a procedure code"):
        Packing().add([PtpRow("10001", code, PtpTerms(None, None, 0, ""))])


@pytest.mark.parametrize(
    ("effective", "deletion", "day", "expected"),
    [
        (20240101, None, 20231231, False),
        (20240101, None, 20240101, True),
        (20240101, 20240331, 20240331, True),
        (20240101, 20240331, 20240401, False),
        (None, 20240331, 20240331, True),
        (None, 20240331, 20240401, False),
        (None, None, 20240401, True),
        # Withdrawn as if it had never been.
        (20240101, 20240101, 20240101, False),
    ],
)
def test_both_dates_of_a_pair_are_included(
    effective: int | None, deletion: int | None, day: int, *, expected: bool
) -> None:
    assert PtpTerms(effective, deletion, 1, "").in_force(day) is expected
