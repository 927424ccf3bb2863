"""The ICD-10-PCS tables read back: what may follow what, and which codes they make."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from nosology.codesets.pcs import GeneralDevice, Meaning, PcsTables
from nosology.codesets.release import Rows
from nosology.model.errors import InputError, MissingCodeSet
from tests.codesets.loaders.icd10_files import BOOKS, FILES, PCS_CODES, store_of, written

TABLES = "icd10pcs_tables_2025.xml"


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rows]:
    folder = tmp_path_factory.mktemp("procedures")
    with store_of(written(folder, name) for name in BOOKS) as asked:
        yield asked


@pytest.fixture(scope="module")
def tables(rows: Rows) -> PcsTables:
    return PcsTables(rows)


def test_every_code_is_made_once(tables: PcsTables) -> None:
    assert list(tables.codes()) == PCS_CODES
    assert tables.tables() == ("0D1", "0DT")
    assert [len(tables.rows(table)) for table in tables.tables()] == [2, 1]


@pytest.mark.parametrize(
    ("prefix", "count"), [("", 9), ("0", 9), ("0DT", 2), ("0D16", 6), ("0D1U0ZA", 1), ("1", 0)]
)
def test_codes_that_begin_so(tables: PcsTables, prefix: str, count: int) -> None:
    found = list(tables.codes(prefix))
    assert found == [code for code in PCS_CODES if code.startswith(prefix)]
    assert len(found) == count


@pytest.mark.parametrize(
    ("prefix", "values"),
    [
        ("", ["0 Medical and Surgical"]),
        ("0", ["D Gearing"]),
        ("0d", ["1 Bypass", "T Resection"]),
        ("0D1", ["6 Crank", "U Wheel, Left"]),
        ("0D16", ["0 Open", "4 Percutaneous", "8 Via Natural or Artificial Opening"]),
        ("0D1U", ["0 Open"]),
        ("0D160", ["7 Spring, Coiled, Two", "Z No Device"]),
        ("0D1U0Z", ["A Sprocket"]),
        ("0D1607A", []),
        ("9", []),
        ("0D19", []),
    ],
)
def test_what_may_follow(tables: PcsTables, prefix: str, values: list[str]) -> None:
    found = tables.values(prefix)
    assert [f"{value.value} {value.label}" for value in found] == values
    assert tables.sections() == tables.values("")


def test_a_value_of_two_meanings_stands_once_for_each(tables: PcsTables) -> None:
    wheel = tables.find("0D160ZA")
    sprocket = tables.find("0D1U0ZA")
    assert wheel is not None
    assert sprocket is not None
    assert (wheel[6].label, sprocket[6].label) == ("Wheel", "Sprocket")


def test_values_carry_the_definitions_of_both_files(tables: PcsTables) -> None:
    bypass, resection = tables.values("0D")
    assert bypass.definition == "Altering the route of a chain"
    assert resection.definition == "Taking the whole part out"
    assert tables.meaning("0", 4, "Wheel, Left") == Meaning("", "", ("Left rim", "Right rim"))
    assert tables.meaning("0", 4, "Crank") is None


def test_the_values_of_a_code(tables: PcsTables) -> None:
    assert [(value.axis, value.label) for value in tables.axes("0dtu0zz")] == [
        ("Section", "Medical and Surgical"),
        ("Body System", "Gearing"),
        ("Operation", "Resection"),
        ("Body Part", "Wheel, Left"),
        ("Approach", "Open"),
        ("Device", "No Device"),
        ("Qualifier", "No Qualifier"),
    ]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("0D2", "character 3 must be one of 1 Bypass, T Resection"),
        ("0D1U4ZA", "character 5 must be one of 0 Open"),
        ("0DT60Z", "character 7 must be one of Z No Qualifier"),
        ("0DT60ZZZ", "has more than 7 characters"),
        ("", "character 1 must be one of 0 Medical and Surgical"),
    ],
)
def test_what_is_no_code_is_told_where_it_goes_wrong(
    tables: PcsTables, code: str, message: str
) -> None:
    assert not tables.is_code(code)
    for call in (tables.axes, tables.compose_title):
        with pytest.raises(InputError, match=message):
            call(code)


def test_titles_are_composed(tables: PcsTables) -> None:
    assert tables.compose_title("0D168ZA") == (
        "Bypass Crank to Wheel, Via Natural or Artificial Opening"
    )
    assert tables.compose_title("0D1607A") == (
        "Bypass Crank to Wheel with Two Coiled Springs, Open Approach"
    )
    assert tables.compose_title("0dtu0zz") == "Resection of Left Wheel, Open Approach"


def test_general_devices(tables: PcsTables) -> None:
    assert tables.general_devices() == (
        GeneralDevice("Spring, Coiled, Two", "All applicable", ("Gearing", "Frame"), "7", "Spring"),
    )


def test_tables_alone_do_without_definitions(tmp_path: Path) -> None:
    with store_of([written(tmp_path, TABLES)]) as asked:
        tables = PcsTables(asked)
        assert tables.general_devices() == ()
        assert tables.meaning("0", 3, "Resection") is None
        assert [value.definition for value in tables.values("0D")] == [
            "Altering the route of a chain",
            "",
        ]


def test_without_tables_the_file_to_load_is_named(tmp_path: Path) -> None:
    with store_of([]) as asked, pytest.raises(MissingCodeSet, match="icd10pcs_tables_YYYY") as told:
        PcsTables(asked)
    assert told.value.exit_status == 3


def test_the_edition_of_the_date_answers(tmp_path: Path) -> None:
    newer = FILES[TABLES][0].replace("2025", "2026").replace("Crank", "Pedal")
    path = tmp_path / "icd10pcs_index_2025.xml"
    with store_of([written(tmp_path, TABLES), written(tmp_path, path.name, newer)]) as asked:
        for on, release, label in (
            (None, "2025-10", "Pedal"),
            (dt.date(2025, 9, 30), "2024-10", "Crank"),
            (dt.date(2025, 10, 1), "2025-10", "Pedal"),
        ):
            tables = PcsTables(asked, on)
            assert (tables.release, tables.values("0D1")[0].label) == (release, label)
