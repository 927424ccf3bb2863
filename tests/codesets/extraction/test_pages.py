"""Reading LMDB files: every entry of a whole file, and one error for a damaged one."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.codesets.extraction.pages import PagedFile
from nosology.model.errors import InputError
from tests.codesets.extraction.lmdb_file import PAGE, lmdb_file

MANY = {f"{number:05}".encode(): bytes([number % 256]) * (number % 40) for number in range(1000)}
LONG = {b"long": b"x" * 10_000, b"longer": b"y" * 20_000, b"short": b"z"}
WHOLE = lmdb_file({"empty": {}, "long": LONG, "many": MANY}, {b"plain": b"value"})


def everything(data: bytes | bytearray) -> dict[str | None, dict[bytes, bytes]]:
    file = PagedFile("file", data)
    names = (None, *file.databases())
    return {name: dict(file.items(name)) for name in names}


def test_every_entry_of_every_database_is_read() -> None:
    assert everything(WHOLE) == {
        None: {b"plain": b"value"},
        "empty": {},
        "long": LONG,
        "many": MANY,
    }


def test_entries_come_in_the_order_of_their_keys() -> None:
    assert [key for key, _ in PagedFile("file", WHOLE).items("many")] == sorted(MANY)


def test_a_database_that_is_not_there_is_an_error() -> None:
    with pytest.raises(InputError, match="file: holds no database other"):
        list(PagedFile("file", WHOLE).items("other"))


@pytest.mark.parametrize("data", [b"", b"junk" * 5000, bytes(20_000)])
def test_another_file_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match=r"ends too early|is not an LMDB file"):
        everything(data)


@given(st.integers(0, len(WHOLE)))
def test_a_file_that_is_cut_off_is_an_error(length: int) -> None:
    if length == len(WHOLE):
        assert everything(WHOLE)[None]
        return
    with pytest.raises(InputError):
        everything(WHOLE[:length])


@given(
    st.lists(
        st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=30
    )
)
def test_a_damaged_file_gives_an_error_or_other_entries_but_nothing_else(
    changes: list[tuple[int, int]],
) -> None:
    damaged = bytearray(WHOLE)
    for place, byte in changes:
        damaged[place] = byte
    # Any other error ends the test.
    with contextlib.suppress(InputError):
        everything(damaged)


# The heads of pages and nodes are few among the bytes; these are where damage matters most.
@given(st.integers(0, len(WHOLE) // PAGE - 1), st.integers(0, 60), st.binary(max_size=8))
def test_damaged_heads_are_errors_or_other_entries(page: int, place: int, junk: bytes) -> None:
    damaged = bytearray(WHOLE)
    start = page * PAGE + place
    damaged[start : start + len(junk)] = junk
    # Any other error ends the test.
    with contextlib.suppress(InputError):
        everything(damaged)


def test_a_page_that_leads_to_itself_is_an_error() -> None:
    data = bytearray(WHOLE)
    for page in range(2, len(data) // PAGE):
        start = page * PAGE
        if data[start + 10] == 1:  # a branch
            place = start + int.from_bytes(data[start + 16 : start + 18], "little")
            data[place : place + 2] = page.to_bytes(2, "little")
    with pytest.raises(InputError, match="twice or too deep"):
        everything(data)
