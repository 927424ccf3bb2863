"""Titles composed of the values of a code."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from nosology.codesets.loaders.publication import Publication
from nosology.codesets.pcs import PcsTables, compose_title
from nosology.codesets.pcs.titles import pattern_of, patterns
from tests.codesets.loaders.icd10_files import store_of

ANCHORS = Path(__file__).with_name("anchors.tsv")


def labels(
    *last: str, operation: str = "Bypass", approach: str = "Approach"
) -> list[tuple[str, str]]:
    axes = ("Section", "Body System", "Operation", "Body Part", approach, "Device", "Qualifier")
    return list(zip(axes, ("Medical and Surgical", "Gearing", operation, *last), strict=True))


@pytest.mark.parametrize(
    ("code", "values", "title"),
    [
        (
            "0016070",
            ("Crank", "Open", "Oil", "Wheel"),
            "Bypass Crank to Wheel with Oil, Open Approach",
        ),
        (
            "001607Z",
            ("Crank", "Open", "No Device", "Wheel"),
            "Bypass Crank to Wheel, Open Approach",
        ),
        (
            "0018080",
            ("Hub, Upper, Left", "Via Natural or Artificial Opening", "No Device", "Rim, Right"),
            "Bypass Left Upper Hub to Right Rim, Via Natural or Artificial Opening",
        ),
    ],
)
def test_values_stand_in_the_order_of_speech(
    code: str, values: tuple[str, ...], title: str
) -> None:
    assert compose_title(code, labels(*values)) == title


def test_an_ending_that_keeps_its_place() -> None:
    values = ("Coronary Artery, Two Arteries", "Open", "Pump, Small, Two", "Bifurcation")
    assert compose_title("0270046", labels(*values, operation="Dilation")) == (
        "Dilation of Coronary Artery, Two Arteries, Bifurcation, with Two Small Pumps, Open "
        "Approach"
    )
    values = ("Hip Joint, Femoral Surface, Right", "Open", "Ring", "No Qualifier")
    assert compose_title("0SRA0JZ", labels(*values)) == (
        "Replacement of Right Hip Joint, Femoral Surface with Ring, Open Approach"
    )


def test_only_an_approach_is_called_one() -> None:
    values = ("Crank", "Single", "No Qualifier", "Oil")
    title = compose_title("6A550Z3", labels(*values, operation="Pheresis", approach="Duration"))
    assert title == "Pheresis of Oil, Single"


def test_every_code_has_a_pattern() -> None:
    for first in "0123456789BCDFGHXZ":
        assert pattern_of(f"{first}ZZZZZZ").words


def test_no_pattern_stands_behind_one_that_takes_all_its_codes() -> None:
    for pattern in patterns():
        example = re.sub(r"\[([^\]])[^\]]*\]", r"\1", pattern.codes).replace("?", "=")
        assert pattern_of(example) == pattern, pattern.codes


def test_patterns_are_whole() -> None:
    for pattern in patterns():
        assert len(re.findall(r"\[[^\]]*\]|.", pattern.codes)) == 7, pattern.codes
        left = re.sub(r"\{[3-7](?::as)?\}", "", pattern.words)
        assert not re.search(r"[{}]", left), pattern.words
        assert left.count("[") == left.count("]")
        assert re.search(r"\{[3-7]", pattern.words)


@pytest.mark.shared
def test_titles_of_every_section_and_root_operation_are_the_published_ones(
    shared_data: Path,
) -> None:
    path = shared_data / "codesets" / "icd10pcs" / "icd10pcs_tables_2025.xml"
    lines = [line for line in ANCHORS.read_text("utf-8").splitlines() if not line.startswith("#")]
    published = dict(line.split("\t") for line in lines[1:])
    assert len(published) == 47
    with store_of([Publication(path)]) as asked:
        tables = PcsTables(asked, dt.date(2025, 1, 1))
        assert {code: tables.compose_title(code) for code in published} == published
        made = set(tables.codes())
    assert published.keys() <= made
    assert len(made) == 78_948
