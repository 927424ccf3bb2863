"""What the tables, index and definitions of ICD-10-PCS are read as."""

from __future__ import annotations

from pathlib import Path

import pytest

from nosology.codesets.loaders.icd10pcs_definitions import PcsDevice, PcsMeaning, read_definitions
from nosology.codesets.loaders.icd10pcs_index import read_pcs_index
from nosology.codesets.loaders.icd10pcs_tables import read_tables
from nosology.model.errors import MalformedRow
from tests.codesets.loaders.icd10_files import FILES, empty_store, loader_of, silent, written

TABLES = "icd10pcs_tables_2025.xml"
INDEX = "icd10pcs_index_2025.xml"
DEFINITIONS = "icd10pcs_definitions_2025.xml"


def test_tables_are_read_with_their_rows(tmp_path: Path) -> None:
    bypass, resection = read_tables(written(tmp_path, TABLES))
    assert (bypass.prefix, bypass.count, len(bypass.rows)) == ("0D1", 7, 2)
    assert bypass.head[2].definition == "Altering the route of a chain"
    assert bypass.rows[0][1].values[0] == ("0", "Open")
    assert (resection.prefix, resection.count, resection.head[2].definition) == ("0DT", 2, "")


def test_the_codes_that_the_tables_make_are_counted(tmp_path: Path) -> None:
    with empty_store() as connection:
        loaded = loader_of(TABLES).load(connection, 1, written(tmp_path, TABLES), silent)
    assert (loaded.rows, loaded.billable) == (3, 9)


@pytest.mark.parametrize(
    ("written_so", "instead", "message"),
    [
        ('<pcsRow codes="6">', '<pcsRow codes="7">', "codes states '7', but .* make 6"),
        (
            '<axis pos="5" values="3">',
            '<axis pos="5" values="2">',
            "states '2', but the axis has 3",
        ),
        (
            '<axis pos="5" values="3">',
            '<axis pos="4" values="3">',
            "of the axes must be 4, 5, 6, 7",
        ),
        ('<label code="4">', '<label code="0">', "column code gives 0 twice"),
        ('<label code="4">', '<label code="I">', "must be a digit or letter of a code"),
        ('<label code="4">', '<label code="44">', "must be a digit or letter of a code"),
        (">Percutaneous<", "> <", "column label is empty"),
        ("<title>Approach</title>", "", "column title is missing"),
        ("<title>Approach</title>", "<title>A</title><title>B</title>", "title stands twice"),
        (
            '<label code="D">Gearing</label>',
            '<label code="D">Gearing</label><label code="E">Frame</label>',
            "states '1', but the axis has 2",
        ),
        ('<label code="T">Resection', '<label code="1">Resection', "repeats 0D1, which line 5"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(
    tmp_path: Path, written_so: str, instead: str, message: str
) -> None:
    text = FILES[TABLES][0].replace(written_so, instead, 1)
    with pytest.raises(MalformedRow, match=message):
        list(read_tables(written(tmp_path, TABLES, text)))


def test_index_terms_lead_to_codes_tables_terms_and_values(tmp_path: Path) -> None:
    rows = list(read_pcs_index(written(tmp_path, INDEX)))
    assert [(row.level, row.title, row.code, row.see, row.use_value) for row in rows] == [
        (0, "Crankectomy", "", "", ""),
        (1, "", "0DT6-", "Resection, Crank", ""),
        (1, "", "0D1-", "Bypass, Gearing", ""),
        (0, "Cranky crank", "", "", "Crank"),
        (0, "Resection", "", "", ""),
        (1, "Crank", "0DT6-", "", ""),
        (1, "Wheel", "", "", ""),
        (2, "Left", "0DTU0ZZ", "", ""),
        (1, "Gearing", "0DT-", "", ""),
    ]


@pytest.mark.parametrize(
    ("written_so", "instead", "message"),
    [
        ("<code>0DTU0ZZ</code>", "<code>0DTU0Z</code>", "column code must be the characters"),
        ("<code>0DTU0ZZ</code>", "<code>0DTU0ZO</code>", "column code must be the characters"),
        ("<tab>0DT</tab>", "<tab>0DT6</tab>", "column tab must be the characters"),
        ("<codes>0DT6</codes></see>", "<codes>0DTU0ZZ</codes></see>", "column codes must be"),
        ("<use>Crank</use>", "<use></use>", "column use is empty"),
        ("<use>Crank</use>", "<use>Crank</use><see>Wheel</see>", "is a second lead"),
        ("<tab>0D1</tab></see>", "<tab>0D1</tab><tab>0D1</tab></see>", "is the second in see"),
        ("<title>Cranky crank</title>", "", "column title is missing"),
        ("<title>Wheel</title>", "", "column title is missing"),
    ],
)
def test_an_index_term_that_does_not_follow_the_layout_is_refused(
    tmp_path: Path, written_so: str, instead: str, message: str
) -> None:
    text = FILES[INDEX][0].replace(written_so, instead, 1)
    with pytest.raises(MalformedRow, match=message):
        list(read_pcs_index(written(tmp_path, INDEX, text)))


def test_each_label_has_every_line_of_its_meaning(tmp_path: Path) -> None:
    rows = list(read_definitions(written(tmp_path, DEFINITIONS)))
    assert rows[0] == PcsMeaning("0", 3, "Resection", "definition", "Taking the whole part out")
    assert [row.text for row in rows if isinstance(row, PcsMeaning) and row.position == 4] == [
        *("Left rim", "Right rim", "Left rim", "Right rim"),
    ]
    assert rows[-1] == PcsDevice(
        "Spring, Coiled, Two", "All applicable", ("Gearing", "Frame"), "7", "Spring"
    )


@pytest.mark.parametrize(
    ("written_so", "instead", "message"),
    [
        ('<section code="0">', '<section code="00">', "must be a section's character"),
        ('<axis pos="4">', '<axis pos="2">', "must be from 3 to 7"),
        ("<title>Resection</title>", "", "at least one title and one line of meaning"),
        ("<includes>Left rim</includes>", "<includes></includes>", "includes is empty"),
        ('<parent value="7">', "<parent>", "value must be one character, found ''"),
        ("<bodySys>Frame</bodySys>", "<bodySys></bodySys>", "bodySys is empty"),
        ("<device>Spring, Coiled, Two</device>", "", "device must stand once in aggregate"),
    ],
)
def test_a_definition_that_does_not_follow_the_layout_is_refused(
    tmp_path: Path, written_so: str, instead: str, message: str
) -> None:
    text = FILES[DEFINITIONS][0].replace(written_so, instead, 1)
    with pytest.raises(MalformedRow, match=message):
        list(read_definitions(written(tmp_path, DEFINITIONS, text)))


def test_a_section_that_stands_twice_is_refused(tmp_path: Path) -> None:
    text = FILES[DEFINITIONS][0]
    start, end = text.index("<section"), text.index("</section>") + len("</section>")
    with pytest.raises(MalformedRow, match="repeats section 0"):
        list(read_definitions(written(tmp_path, DEFINITIONS, text[:end] + text[start:])))
