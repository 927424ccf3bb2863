"""The table of plain labels of CPT numbers, and its reader."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.codesets.labels.cpt import CptLabel, cpt_labels, read_cpt_labels
from nosology.model.errors import MalformedRow

NUMBERS = Path(__file__).parents[4] / "shared/data/codesets/mpfs_2024/rvu_indicators_2024c.csv"

# Numbers in use since January 2025, which the list of July 2024 cannot hold.
NEWER = frozenset(f"980{number:02}" for number in range(17)) | {"90684", "92137"}

TABLE = (
    "# a comment",
    "36415\tBlood draw from a vein\tvenipuncture; phlebotomy",
    "93000\t12-lead heart tracing\tecg; ekg",
)


def test_reads_rows_and_passes_over_comments() -> None:
    assert list(read_cpt_labels(TABLE)) == [
        CptLabel("36415", "Blood draw from a vein", ("venipuncture", "phlebotomy")),
        CptLabel("93000", "12-lead heart tracing", ("ecg", "ekg")),
    ]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("93005", "1"),
        ("", "1"),
        ("93005\tHeart tracing", "2"),
        ("93005\tHeart tracing\tecg\tmore", "4"),
        ("9300\tHeart tracing\tecg", "number"),
        ("93005 \tHeart tracing\tecg", "number"),
        ("G0103\tProstate test\tpsa", "number"),
        ("93000\tHeart tracing\tecg", "number"),
        ("36416\tHeart tracing\tecg", "number"),
        ("93005\tHe\tecg", "label"),
        ("93005\t" + "a" * 81 + "\tecg", "label"),
        ("93005\tHeart  tracing\tecg", "label"),
        ("93005\tHeart trac\u00edng\tecg", "label"),
        ("93005\t12-Lead heart tracing\tecg", "label"),
        ("93005\tHeart tracing\t", "search words"),
        ("93005\tHeart tracing\tecg;ekg", "search words"),
        ("93005\tHeart tracing\tecg; ", "search words"),
        ("93005\tHeart tracing\tecg; ecg", "search words"),
    ],
)
def test_refuses_a_row_and_names_its_place(row: str, column: str) -> None:
    with pytest.raises(MalformedRow) as caught:
        list(read_cpt_labels((*TABLE, row), file="mine.tsv"))
    assert (caught.value.file, caught.value.line) == ("mine.tsv", 4)
    assert str(caught.value.column) == column


@given(st.lists(st.text(alphabet=st.characters(exclude_characters="\n\r"), max_size=40)))
def test_any_lines_are_read_whole_or_refused(lines: list[str]) -> None:
    try:
        read = list(read_cpt_labels(lines))
    except MalformedRow:
        return
    assert len(read) == sum(not line.startswith("#") for line in lines)


@given(st.integers(min_value=0, max_value=len(TABLE[1]) - 1))
def test_a_row_cut_short_is_refused_or_keeps_its_number(length: int) -> None:
    try:
        (read,) = read_cpt_labels([TABLE[1][:length]])
    except MalformedRow:
        return
    # What is left of the search words is the only loss that a row cannot show.
    assert (read.code, read.label) == ("36415", "Blood draw from a vein")


def test_the_installed_table_is_read_whole() -> None:
    labels = cpt_labels()
    assert len(labels) >= 5_000
    assert list(labels) == sorted(labels)
    assert all(code == row.code for code, row in labels.items())
    assert len({row.label.casefold() for row in labels.values()}) == len(labels)
    assert all(3 <= len(row.label) <= 80 for row in labels.values())
    assert all(f"{row.label}{row.words}".isascii() for row in labels.values())


def test_common_services_are_found_by_their_words() -> None:
    labels = cpt_labels()
    assert "level 3 of 5" in labels["99213"].label
    assert {"ecg", "ekg", "electrocardiogram"} <= set(labels["93000"].words)
    assert "established" in labels["99396"].words


def test_labels_are_short() -> None:
    words = [len(row.label.split()) for row in cpt_labels().values()]
    assert max(words) <= 14
    assert sum(count <= 10 for count in words) >= 0.9 * len(words)


def test_the_table_cannot_be_changed_by_a_caller() -> None:
    with pytest.raises(TypeError):
        cpt_labels()["99213"] = CptLabel("99213", "something else", ("x",))  # type: ignore[index]


@pytest.mark.shared
@pytest.mark.skipif(not NUMBERS.exists(), reason="the list of numbers is not beside the project")
def test_every_number_is_listed_or_noted_as_newer() -> None:
    with NUMBERS.open(encoding="utf-8", newline="") as stream:
        listed = {row["hcpcs_code"] for row in csv.DictReader(stream)}
    assert cpt_labels().keys() - listed == NEWER
