"""Places of service, CPT modifiers, HCPCS letters and CPT sections: the tables, their reader."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.codesets.labels import (
    CptSection,
    cpt_modifiers,
    cpt_sections,
    cpt_sections_of,
    hcpcs_groups,
    place_of_service,
    read_letters,
    read_modifiers,
    read_places,
    read_sections,
)
from nosology.codesets.labels.cpt import cpt_labels
from nosology.model.errors import MalformedRow

PLACES = "code\tname\trate\tvalid from\n"
PAIRS = "code\tlabel\n"
LETTERS = "letter\tlabel\n"
SECTIONS = "first\tlast\tlabel\n"


def test_places_of_service() -> None:
    places = place_of_service()
    assert list(places) == sorted(places)
    assert (places["11"].name, places["11"].is_facility) == ("Office", False)
    assert (places["22"].is_facility, places["22"].valid_from) == (True, None)
    assert places["10"].valid_from == dt.date(2022, 1, 1)
    assert (places["02"].is_facility, places["10"].is_facility) == (True, False)


def test_modifiers_and_letters() -> None:
    modifiers = cpt_modifiers()
    assert {"22", "25", "26", "50", "59", "76", "91", "95", "P3", "8P"} <= set(modifiers)
    assert all(code == item.code for code, item in modifiers.items())
    labels = [item.label for item in modifiers.values()]
    assert len(set(labels)) == len(labels)
    letters = {group.letter: group.label for group in hcpcs_groups()}
    assert letters["A"].startswith("Ambulance")
    assert letters["L"].startswith("Braces")


def test_a_number_lies_in_ranges_from_the_narrowest_to_the_widest() -> None:
    assert [(item.first, item.last) for item in cpt_sections_of("45380")] == [
        ("45000", "45999"),
        ("40490", "49999"),
        ("10004", "69990"),
    ]
    assert [item.first for item in cpt_sections_of("99213")] == ["99202", "99202"]
    assert cpt_sections_of("G0439") == ()
    labels = [section.label for section in cpt_sections()]
    assert len(set(labels)) == len(labels)


def test_a_letter_at_the_end_makes_a_series_of_its_own() -> None:
    # In the order of characters 0152T would lie among the anesthetics.
    assert [item.first for item in cpt_sections_of("0152T")] == ["0001T"]
    assert not CptSection("00100", "01999", "").holds("0152T")
    assert not CptSection("0001T", "0999T", "").holds("00152")


def test_every_labeled_number_lies_in_a_section() -> None:
    assert [number for number in cpt_labels() if not cpt_sections_of(number)] == []


@pytest.mark.shared
def test_every_place_of_the_published_list_is_there(shared_data: Path) -> None:
    path = shared_data / "codesets" / "other" / "place_of_service_2024.csv"
    with path.open(encoding="utf-8") as lines:
        published = {
            row["pos_code"]: (row["pos_name"].replace("\u2019", "'"), row["pos_type"])
            for row in csv.DictReader(lines)
            if row["pos_type"] != "Unassigned"
        }
    # The list shortens the name of the rural health clinic, which the code set gives whole.
    published["72"] = ("Rural Health Clinic", published["72"][1])
    ours = {
        code: (place.name, "Facility" if place.is_facility else "Non-Facility")
        for code, place in place_of_service().items()
    }
    assert ours == published


@pytest.mark.shared
def test_every_letter_and_number_in_use_has_a_group(shared_data: Path) -> None:
    folder = shared_data / "codesets"
    with (folder / "hcpcs" / "hcpcs_level2_2026q2_combined.csv").open(encoding="utf-8") as lines:
        letters = {row["code"][0] for row in csv.DictReader(lines) if row["kind"] == "code"}
    assert letters <= {group.letter for group in hcpcs_groups()}
    units = (folder / "ncci" / "mue_practitioner_2026q2.csv").read_text(encoding="cp1252")
    numbers = set(re.findall(r'^"?([0-9]{4}[0-9FMTU])\b', units, re.MULTILINE))
    assert len(numbers) > 8000
    assert {number for number in numbers if not cpt_sections_of(number)} == set()


@pytest.mark.parametrize(
    ("read", "text", "column"),
    [
        (read_places, "", "1"),
        (read_places, PLACES, "1"),
        (read_places, "code\tname\n", "1"),
        (read_places, PLACES + "11\tOffice\tnon-facility\n", "3"),
        (read_places, PLACES + "1\tOffice\tnon-facility\t\n", "code"),
        (read_places, PLACES + "11\tOffice\toffice\t\n", "rate"),
        (read_places, PLACES + "11\t\tnon-facility\t\n", "name"),
        (read_places, PLACES + "11\tOffi\u0107e\tnon-facility\t\n", "name"),
        (read_places, PLACES + "11\tOffice\tnon-facility\t2026-02-30\n", "valid from"),
        (read_places, PLACES + "11\tOffice\tnon-facility\t20260201\n", "valid from"),
        (read_places, PLACES + "11\tOffice\tnon-facility\t\n11\tHome\tnon-facility\t\n", "code"),
        (read_places, PLACES + "12\tHome\tnon-facility\t\n11\tOffice\tnon-facility\t\n", "code"),
        (read_places, PLACES + "\n11\tOffice\tnon-facility\t\n", "1"),
        (read_modifiers, PAIRS + "LT\tLeft\n", "code"),
        (read_modifiers, PAIRS + "25\ta  label\n", "label"),
        (read_modifiers, PAIRS + "25\t" + "a" * 81 + "\n", "label"),
        (read_letters, LETTERS + "W\tNothing\n", "letter"),
        (read_letters, LETTERS + "AA\tNothing\n", "letter"),
        (read_sections, SECTIONS + "9921\t99215\tVisits\n", "first"),
        (read_sections, SECTIONS + "99202\tG0439\tVisits\n", "last"),
        (read_sections, SECTIONS + "99215\t99202\tVisits\n", "last"),
        (read_sections, SECTIONS + "0001T\t0999U\tVisits\n", "last"),
        (read_sections, SECTIONS + "10004\t20000\tA\n15000\t25000\tB\n", "last"),
        (read_sections, SECTIONS + "15000\t16000\tA\n10004\t20000\tB\n", "first"),
        (read_sections, SECTIONS + "10004\t15000\tA\n10004\t20000\tB\n", "first"),
        (read_sections, SECTIONS + "10004\t15000\tA\n10004\t15000\tB\n", "first"),
    ],
)
def test_refuses_a_row_and_names_its_place(
    read: Callable[[str, str], object], text: str, column: str
) -> None:
    with pytest.raises(MalformedRow) as caught:
        read(text, "mine.tsv")
    assert caught.value.file == "mine.tsv"
    assert str(caught.value.column) == column


@given(st.text(alphabet="01259AP\t\n #-abcT", max_size=60))
def test_whatever_stands_in_a_table_is_read_in_order_or_refused(text: str) -> None:
    headers = {read_modifiers: PAIRS, read_letters: LETTERS, read_sections: SECTIONS}
    for read, header in headers.items():
        try:
            rows = read(header + text)
        except MalformedRow:
            continue
        lines = [line for line in text.split("\n") if line and not line.startswith("#")]
        assert len(rows) == len(lines)


def test_ranges_within_ranges_are_read() -> None:
    written = "10004\t69990\tall\n10004\t19499\tskin\n20100\t29999\tbone\n0001T\t0999T\tnew\n"
    assert [row.label for row in read_sections(SECTIONS + written)] == [
        "all",
        "skin",
        "bone",
        "new",
    ]


def test_no_range_runs_across_the_end_of_another() -> None:
    assert all(
        before.last < after.first or before.holds(after.last) or not before.holds(after.first)
        for before, after in pairwise(cpt_sections())
    )
