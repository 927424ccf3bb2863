"""The converter of pyoce: what is taken, and that texts of CPT and dental codes never are."""

from __future__ import annotations

import lzma
import marshal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.codesets.extraction import pyoce
from nosology.codesets.extraction.writer import ExtractWriter
from nosology.model.errors import InputError
from tests.codesets.extraction.conftest import ConvertMembers, ReadBack, contents_of
from tests.codesets.extraction.lmdb_file import lmdb_file

Fields = dict[str, object]

PROCEDURE: Fields = {
    "apc": "00000",
    "lo_age": False,
    "hi_age": 124,
    "sex": False,
    "status_indicator": "A",
    "payment_indicator": 2,
    "mid_quarter_date_edit": False,
    "date_approved": False,
    "date_terminated": False,
    "ph_duration": False,
    "iop_duration": False,
    "vaccine": False,
    "bilateral_inherent": False,
}
DIAGNOSIS: Fields = {"lo_age": False, "hi_age": 124, "sex": False, "manifestation": False}
SECRET = "words of another owner"


def row(first: int, last: int, fields: Fields) -> bytes:
    return marshal.dumps(fields | {"lo_version": first, "hi_version": last})


def pair(code: str, modifier: bool, first: int, last: int) -> tuple[bytes, bytes]:
    return code.encode(), row(first, last, {"code2": code, "mod_indicator": modifier})


def databases() -> dict[str, dict[bytes, bytes]]:
    """Return an editor of three quarters, the newest open to 2036 as the real one is."""
    described: Fields = PROCEDURE | {"description": SECRET}
    quarters = {
        1: (20190701, 20190930),
        2: (20191001, 20191231),
        3: (20200101, 20291231),
    }
    return {
        "version_range": {
            str(version).encode(): marshal.dumps(
                {"version": version, "date_started": start, "date_ended": end, "version_id": "x"}
            )
            for version, (start, end) in quarters.items()
        },
        "data_hcpcs": {
            b"00100|1|3": row(1, 3, described),
            b"0001A|1|2": row(1, 2, described | {"vaccine": True, "lo_age": 12}),
            b"0002M|1|3": row(1, 3, described),
            b"0071T|1|3": row(1, 3, described | {"apc": "05114"}),
            b"0001U|1|3": row(1, 3, described),
            b"1111F|1|3": row(1, 3, described),
            b"99213|2|3": row(2, 3, described),
            b"D0120|1|3": row(1, 3, described),
            b"A0001|1|1": row(1, 1, PROCEDURE | {"description": "Invented supply "}),
            b"V9999|2|3": row(
                2,
                3,
                PROCEDURE
                | {
                    "description": "Invented lens",
                    "hi_age": 17,
                    "ph_duration": 2,
                    "iop_duration": True,
                    "bilateral_inherent": True,
                    "vaccine": True,
                    "date_approved": 20191101,
                    "date_terminated": 20200214,
                    "mid_quarter_date_edit": 67,
                },
            ),
        },
        "data_dx10": {
            b"A000|1|3": row(1, 3, DIAGNOSIS | {"description": "Invented disease"}),
            b"P000|2|2": row(
                2,
                2,
                DIAGNOSIS | {"description": "Of babies", "hi_age": False, "manifestation": True},
            ),
        },
        "data_modifier": {
            b"#0|1|3": row(1, 3, {"date_activated": False, "ncci": False}),
            b"25|1|3": row(1, 3, {"date_activated": False, "ncci": True}),
        },
        "map_modifier_conflict": {b"CT|FX|1|3": row(1, 3, {})},
        "data_revenue": {b"450|1|3": row(1, 3, {"status_indicator": "N", "therapy": True})},
        "map_addon_type1": {b"0071U|0070U|1|3": row(1, 3, {"addon_primary": "0070U"})},
        "map_addon_type2": {b"0054T": row(2, 3, {})},
        "map_addon_type3": {b"0984T|36221|1|2": row(1, 2, {"addon_primary": "36221"})},
        "map_ncci": {
            b"00100": marshal.dumps([pair("99213", True, 1, 3), pair("A0001", False, 1, 2)])
        },
        "data_status_indicator": {b"A|1|3": row(1, 3, {"description": "Paid elsewhere"})},
        "data_payment_indicator": {b"2|1|3": row(1, 3, {"description": "Fee schedule"})},
    }


def packed(content: dict[str, dict[bytes, bytes]]) -> dict[str, bytes]:
    return {pyoce.MEMBER: lzma.compress(lmdb_file(content))}


@pytest.fixture
def read(convert_members: ConvertMembers) -> ReadBack:
    return convert_members(pyoce.convert, packed(databases()))


def test_versions_become_quarters(read: ReadBack) -> None:
    assert read("editions", pyoce.EDITIONS) == [
        ["2019Q3", "20190701", "20190930"],
        ["2019Q4", "20191001", "20191231"],
        ["2020Q1", "20200101", "20200331"],
    ]


def test_procedures_carry_dates_facts_and_flags(read: ReadBack) -> None:
    rows = {line[0]: line[1:] for line in read("procedures", pyoce.PROCEDURES)}
    nothing = ["", "", "", "", "", ""]
    assert rows["00100"] == ["cpt", "20190701", "", "", "A", "2", "", *nothing]
    assert rows["0001A"][:3] == ["cpt", "20190701", "20191231"]
    assert rows["0001A"][7:] == ["12", "", "", "", "", "vaccine"]
    assert rows["0071T"][6] == "05114"
    assert rows["A0001"][:4] == ["hcpcs", "20190701", "20190930", "Invented supply"]
    assert rows["V9999"] == [
        *("hcpcs", "20191001", "", "Invented lens", "A", "2", "", "", "17"),
        *("20191101", "20200214", "67"),
        "bilateral_inherent,vaccine,ph_duration=2,iop_duration=1",
    ]


def test_the_other_tables(read: ReadBack) -> None:
    assert read("diagnoses", pyoce.DIAGNOSES) == [
        ["A000", "20190701", "", "Invented disease", "", "", ""],
        ["P000", "20191001", "20191231", "Of babies", "", "0", "manifestation"],
    ]
    assert read("modifiers", pyoce.MODIFIERS) == [["25", "20190701", "", "ncci"]]
    assert read("modifier_conflicts", pyoce.MODIFIER_CONFLICTS) == [["CT", "FX", "20190701", ""]]
    assert read("revenue_codes", pyoce.REVENUE_CODES) == [["0450", "20190701", "", "N", "therapy"]]
    assert read("add_on", pyoce.ADD_ON) == [
        ["0071U", "0070U", "1", "20190701", ""],
        ["0054T", "", "2", "20191001", ""],
        ["0984T", "36221", "3", "20190701", "20191231"],
    ]
    assert read("ptp", pyoce.PTP) == [
        ["00100", "99213", "1", "20190701", ""],
        ["00100", "A0001", "0", "20190701", "20191231"],
    ]
    assert read("status_indicators", pyoce.LABELS) == [["A", "20190701", "", "Paid elsewhere"]]
    assert read("payment_indicators", pyoce.LABELS) == [["2", "20190701", "", "Fee schedule"]]


def test_no_text_of_cpt_or_dental_codes_leaves_the_archive(read: ReadBack) -> None:
    rows = read("procedures", pyoce.PROCEDURES)
    assert {line[0] for line in rows if line[4]} == {"A0001", "V9999"}
    assert {line[0]: line[1] for line in rows if not line[4]} == {
        "00100": "cpt",
        "0001A": "cpt",
        "0002M": "cpt",
        "0071T": "cpt",
        "0001U": "cpt",
        "1111F": "cpt",
        "99213": "cpt",
        "D0120": "dental",
    }


def test_the_secret_is_in_no_file(tmp_path: Path) -> None:
    import gzip

    members = packed(databases())
    assert SECRET.encode() in lzma.decompress(members[pyoce.MEMBER])
    writer = ExtractWriter(tmp_path)
    pyoce.convert(contents_of(members), writer)
    assert len(writer.written) == len(list(tmp_path.iterdir())) == 10
    for file in tmp_path.iterdir():
        assert SECRET not in gzip.decompress(file.read_bytes()).decode()


@given(st.from_regex(r"[0-9A-Z][0-9]{3}[0-9A-Z]", fullmatch=True))
def test_only_codes_with_a_letter_other_than_d_in_front_have_a_text(code: str) -> None:
    takes_text = pyoce.kind_of(code) == pyoce.HCPCS
    assert takes_text is (code[0] in "ABCEFGHIJKLMNOPQRSTUVWXYZ")


def broken(database: str, key: bytes, value: bytes | None) -> dict[str, bytes]:
    content = databases()
    if value is None:
        content[database].pop(key)
    else:
        content[database][key] = value
    return packed(content)


@pytest.mark.parametrize(
    ("database", "key", "value", "message"),
    [
        ("data_hcpcs", b"A0001|1|1", b"junk", "cannot be read"),
        ("data_hcpcs", b"A0001|1|1", b"", "cannot be read"),
        ("data_hcpcs", b"A0001|1|1", marshal.dumps([1]), "not plain fields"),
        ("data_hcpcs", b"A0001|1|1", marshal.dumps({"a": 1.5}), "not plain fields"),
        ("data_hcpcs", b"A0001|1|1", marshal.dumps((lambda: 0).__code__), "not plain fields"),
        ("data_hcpcs", b"A0001|1|1", marshal.dumps({"lo_version": 1}), "has no number"),
        ("data_hcpcs", b"A0001|1|1", row(1, 9, PROCEDURE), "names version 9"),
        ("data_hcpcs", b"A0001|1|1", row(1, 1, PROCEDURE), "has no text description"),
        ("data_hcpcs", b"A001|1|1", row(1, 1, PROCEDURE), "procedure code that is not five"),
        ("map_ncci", b"00100", marshal.dumps([1]), "pairs that cannot be read"),
        ("map_ncci", b"00100", marshal.dumps([(b"x", b"junk")]), "pairs that cannot be read"),
        ("map_ncci", b"0010", marshal.dumps([]), "procedure code that is not five"),
    ],
)
def test_what_is_not_as_expected_is_refused(
    tmp_path: Path, database: str, key: bytes, value: bytes, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        pyoce.convert(contents_of(broken(database, key, value)), ExtractWriter(tmp_path))


def test_a_version_that_begins_within_a_quarter_is_refused(tmp_path: Path) -> None:
    content = databases()
    content["version_range"] = {
        b"1": marshal.dumps({"version": 1, "date_started": 20200215, "date_ended": 20200331})
    }
    with pytest.raises(InputError, match="begins within a quarter"):
        pyoce.convert(contents_of(packed(content)), ExtractWriter(tmp_path))


def test_an_editor_without_versions_is_refused(tmp_path: Path) -> None:
    content = databases() | {"version_range": {}}
    with pytest.raises(InputError, match="names no version"):
        pyoce.convert(contents_of(packed(content)), ExtractWriter(tmp_path))


@pytest.mark.parametrize("data", [b"", b"junk", lzma.compress(b"x" * 9000)[:-20]])
def test_a_file_that_cannot_be_unpacked_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError, match=r"cannot be unpacked|cut off"):
        pyoce.convert(contents_of({pyoce.MEMBER: data}), ExtractWriter(tmp_path))


def test_a_file_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pyoce, "_LARGEST", 1000)
    with pytest.raises(InputError, match="larger than expected"):
        pyoce.convert(contents_of(packed(databases())), ExtractWriter(tmp_path))
