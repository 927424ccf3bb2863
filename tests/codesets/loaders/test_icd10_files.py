"""Every index, table and definition file: recognized, dated, read whole, refused where damaged."""

from __future__ import annotations

import contextlib
import datetime as dt
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nosology.codesets.loaders.contract import Edition
from nosology.codesets.loaders.publication import Publication
from nosology.model.errors import InputError, MalformedRow
from tests.codesets.loaders.icd10_files import (
    FILES,
    LOADERS,
    empty_store,
    loader_of,
    silent,
    written,
)

ALL = pytest.mark.parametrize("name", FILES)
XML = pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".xml")])
BOMB = """<?xml version="1.0"?>
<!DOCTYPE bomb [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
"""
OUTSIDE = """<?xml version="1.0"?>
<!DOCTYPE stolen [<!ENTITY file SYSTEM "file:///etc/hostname">]>
"""

DATA_SETS = {
    "icd-10-cm-index-2025.xml": "icd10cm-index",
    "icd-10-cm-eindex-2025.xml": "icd10cm-external-cause-index",
    "icd-10-cm-drug-2025.xml": "icd10cm-drug-table",
    "icd-10-cm-neoplasm-2025.xml": "icd10cm-neoplasm-table",
    "ICD10CM_2025_Index.csv": "icd10cm-index",
    "icd10pcs_tables_2025.xml": "icd10pcs-tables",
    "icd10pcs_index_2025.xml": "icd10pcs-index",
    "icd10pcs_definitions_2025.xml": "icd10pcs-definitions",
}


def load(publication: Publication) -> int:
    with empty_store() as connection:
        name = publication.path.name
        return loader_of(name).load(connection, 1, publication, silent).rows


@ALL
def test_each_is_recognized_by_its_own_loader_alone(name: str, tmp_path: Path) -> None:
    publication = written(tmp_path, name)
    assert [one.name for one in LOADERS if one.recognizes(publication)] == [FILES[name][1]]


@ALL
def test_the_edition_is_the_fiscal_year(name: str, tmp_path: Path) -> None:
    editions = loader_of(name).editions(written(tmp_path, name))
    day = dt.date.fromisoformat
    assert editions == (Edition(DATA_SETS[name], "2024-10", day("2024-10-01"), day("2025-09-30")),)


def test_a_file_of_april_begins_on_its_first(tmp_path: Path) -> None:
    path = tmp_path / "icd10pcs_tables_April_2025.xml"
    path.write_text(FILES["icd10pcs_tables_2025.xml"][0])
    [edition] = loader_of("icd10pcs_tables_2025.xml").editions(Publication(path))
    assert (edition.label, edition.valid_from) == ("2025-04", dt.date(2025, 4, 1))
    assert edition.valid_to == dt.date(2025, 9, 30)


@ALL
def test_a_file_of_an_april_archive_is_of_april(name: str, tmp_path: Path) -> None:
    path = tmp_path / "april-1-2025-code-tables.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, FILES[name][0])
    [edition] = loader_of(name).editions(Publication(path, name))
    assert edition.label == "2025-04"


@XML
def test_a_file_without_a_version_has_no_edition(name: str, tmp_path: Path) -> None:
    text = FILES[name][0].replace("<version>2025</version>", "")
    assert loader_of(name).editions(written(tmp_path, name, text)) == ()


@pytest.mark.parametrize("other", ["index.csv", "index-2024-2025.csv"])
def test_a_spreadsheet_without_one_year_in_its_name_has_no_edition(
    tmp_path: Path, other: str
) -> None:
    path = tmp_path / other
    path.write_text(FILES["ICD10CM_2025_Index.csv"][0])
    loader = loader_of("ICD10CM_2025_Index.csv")
    assert loader.recognizes(Publication(path))
    assert loader.editions(Publication(path)) == ()


@ALL
def test_every_row_is_written_and_progress_ends(name: str, tmp_path: Path) -> None:
    stages: list[tuple[int, int]] = []
    with empty_store() as connection:
        loaded = loader_of(name).load(
            connection,
            1,
            written(tmp_path, name),
            lambda _, done, total: stages.append((done, total)),
        )
    assert loaded.rows == FILES[name][2]
    assert loaded.anchors
    assert stages[-1][0] == stages[-1][1] > 0


@ALL
def test_a_member_of_an_archive_is_read_the_same(name: str, tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"folder/{name}", FILES[name][0])
    publication = Publication(path, f"folder/{name}")
    loader = loader_of(name)
    assert loader.recognizes(publication)
    with empty_store() as connection:
        assert loader.load(connection, 1, publication, silent).rows == FILES[name][2]


@ALL
def test_two_editions_stand_side_by_side(name: str, tmp_path: Path) -> None:
    with empty_store() as connection:
        for release in (1, 2):
            loader_of(name).load(connection, release, written(tmp_path, name), silent)


@XML
def test_the_root_of_another_file_is_refused(name: str, tmp_path: Path) -> None:
    text = "<?xml version='1.0'?>\n<ICD10CM.tabular><version>2025</version></ICD10CM.tabular>"
    with pytest.raises(MalformedRow, match=r":2: column ICD10CM\.tabular is the root, expected"):
        load(written(tmp_path, name, text))


@XML
def test_the_addenda_is_refused(name: str, tmp_path: Path) -> None:
    head, root, rest = FILES[name][0].partition("<ICD10")
    tag, close, body = rest.partition(">")
    text = f'{head}{root}{tag} isAddenda="true"{close}{body}'
    with pytest.raises(MalformedRow, match="is the addenda"):
        load(written(tmp_path, name, text))


@XML
def test_a_file_without_its_rows_is_refused(name: str, tmp_path: Path) -> None:
    root = FILES[name][0].split("<")[2].split(">")[0]
    text = f"<?xml version='1.0'?><{root}><version>2025</version></{root}>"
    with pytest.raises(MalformedRow, match="is missing; expected"):
        load(written(tmp_path, name, text))


@XML
@pytest.mark.parametrize("head", [BOMB, OUTSIDE])
def test_no_entity_is_ever_expanded(name: str, head: str, tmp_path: Path) -> None:
    text = head + FILES[name][0].partition("\n")[2]
    with pytest.raises(MalformedRow, match="column DOCTYPE is not part of the layout"):
        load(written(tmp_path, name, text))


@XML
def test_an_unknown_element_is_named_with_its_line(name: str, tmp_path: Path) -> None:
    text = FILES[name][0].replace("</version>", "</version>\n<novelty>x</novelty>", 1)
    with pytest.raises(MalformedRow, match=r"\.xml:4: column novelty stands in ICD10"):
        load(written(tmp_path, name, text))


@XML
def test_an_unknown_attribute_is_named(name: str, tmp_path: Path) -> None:
    text = FILES[name][0].replace("<title>", '<title colour="red">', 1)
    with pytest.raises(MalformedRow, match="column title has the unknown attribute colour"):
        load(written(tmp_path, name, text))


@pytest.mark.parametrize(
    "name", ["icd-10-cm-index-2025.xml", "icd-10-cm-drug-2025.xml", "icd10pcs_index_2025.xml"]
)
@pytest.mark.parametrize("level", ["0", "2", "10", "one", ""])
def test_a_level_that_does_not_fit_its_place_is_refused(
    name: str, level: str, tmp_path: Path
) -> None:
    text = FILES[name][0].replace('level="1"', f'level="{level}"', 1)
    with pytest.raises(MalformedRow, match=r"column level is .*, expected 1"):
        load(written(tmp_path, name, text))


def test_terms_nested_without_end_are_refused_before_they_are_walked(tmp_path: Path) -> None:
    deep = "".join(f'<term level="{level}"><title>t</title>' for level in range(1, 3000))
    text = FILES["icd-10-cm-index-2025.xml"][0].replace(
        "<see>condition</see>", deep + "</term>" * 2999
    )
    with pytest.raises(MalformedRow, match="column level is '10'"):
        load(written(tmp_path, "icd-10-cm-index-2025.xml", text))


@ALL
def test_a_file_that_is_cut_off_is_refused(name: str, tmp_path: Path) -> None:
    text = FILES[name][0]
    for part in (0.3, 0.6, 0.9):
        cut = text[: int(len(text) * part)]
        if name.endswith(".csv"):
            cut = cut.rpartition("\n")[0] + '\n6,Z,0,"Zinc'
        with pytest.raises(MalformedRow):
            load(written(tmp_path, name, cut))


@ALL
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(at=0, length=0, junk=b"\xff\xfe")
@example(at=300, length=1, junk=b"\x00")
@given(
    at=st.integers(min_value=0, max_value=6000),
    length=st.integers(min_value=0, max_value=40),
    junk=st.binary(max_size=12),
)
def test_damage_is_refused_or_changes_a_value_and_never_drops_a_row(
    name: str, tmp_path: Path, at: int, length: int, junk: bytes
) -> None:
    whole = FILES[name][0].encode()
    at %= len(whole)
    path = tmp_path / name
    path.write_bytes(whole[:at] + junk + whole[at + length :])
    with contextlib.suppress(InputError):
        rows = load(Publication(path))
        # What is still well-formed may have lost or gained no more than what the damage held.
        lost = sum(whole[at : at + length].count(mark) for mark in (b"<", b"\n"))
        gained = sum(junk.count(mark) for mark in (b"<", b"\n", b"\r"))
        assert FILES[name][2] - lost <= rows <= FILES[name][2] + gained
