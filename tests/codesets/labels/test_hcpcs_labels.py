"""The tables of plain labels and short forms of HCPCS Level II, and their readers."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.codesets.labels.hcpcs import (
    HcpcsLabel,
    hcpcs_labels,
    hcpcs_short_forms,
    read_hcpcs_labels,
    read_short_forms,
    spelled_out,
)
from nosology.model.errors import MalformedRow

TABLE = (
    "# a comment",
    "E0601\tCPAP device\tcpap; cpap machine",
    "J1885\tKetorolac injection, 15 mg\ttoradol",
    "LT\tModifier: left side\t",
)
SHORT_FORMS = "short form\tcodes\twords\n"


def test_reads_rows_and_passes_over_comments() -> None:
    assert list(read_hcpcs_labels(TABLE)) == [
        HcpcsLabel("E0601", "CPAP device", ("cpap", "cpap machine")),
        HcpcsLabel("J1885", "Ketorolac injection, 15 mg", ("toradol",)),
        HcpcsLabel("LT", "Modifier: left side", ()),
    ]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("RT", "1"),
        ("RT\tModifier: right side", "2"),
        ("D0120\tDental examination\texam", "code"),
        ("99213\tOffice visit\tvisit", "code"),
        ("E060\tCPAP device again\tcpap", "code"),
        ("E0601\tCPAP device again\tcpap", "code"),
        ("RT\tR\tright", "label"),
        ("RT\tModifier: Left Side\tright", "label"),
        ("RT\tModifier:  right side\tright", "label"),
        ("RT\tModifier: right side\tright;", "search words"),
        ("RT\tModifier: right side\tright; right", "search words"),
    ],
)
def test_refuses_a_row_and_names_its_place(row: str, column: str) -> None:
    with pytest.raises(MalformedRow) as caught:
        list(read_hcpcs_labels((*TABLE, row), file="mine.tsv"))
    assert (caught.value.file, caught.value.line) == ("mine.tsv", 5)
    assert str(caught.value.column) == column


@given(st.lists(st.text(alphabet=st.characters(exclude_characters="\n\r"), max_size=40)))
def test_any_lines_are_read_whole_or_refused(lines: list[str]) -> None:
    try:
        read = list(read_hcpcs_labels(lines))
    except MalformedRow:
        return
    assert len(read) == sum(not line.startswith("#") for line in lines)


def test_the_installed_table_is_read_whole() -> None:
    labels = hcpcs_labels()
    assert len(labels) >= 3_900
    assert list(labels) == sorted(labels)
    assert all(code == row.code for code, row in labels.items())
    assert {code[0] for code in labels if len(code) == 5} == set("ABCEGHJKLMPQRSTUV")
    assert {"RT", "LT", "GT", "KX", "NU", "RR"} <= set(labels)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("J1885", "toradol"),
        ("J0696", "rocephin"),
        ("J3420", "b12 shot"),
        ("J9271", "keytruda"),
        ("E0601", "cpap"),
        ("K0001", "wheelchair"),
        ("A0429", "ambulance"),
        ("G0439", "medicare annual wellness visit"),
        ("L3908", "carpal tunnel brace"),
        ("P9016", "prbc"),
        ("A9552", "fdg"),
        ("V5266", "hearing aid battery"),
        ("QW", "clia waived"),
    ],
)
def test_common_items_are_found_by_their_words(code: str, words: str) -> None:
    assert words in hcpcs_labels()[code].words


def test_a_brand_belongs_to_one_drug() -> None:
    injections = [row for code, row in hcpcs_labels().items() if code.startswith(("J9", "Q51"))]
    assert len(injections) > 200
    brands = [words for row in injections for words in row.words]
    assert [brand for brand in brands if brands.count(brand) > 1] == []


def test_the_table_cannot_be_changed_by_a_caller() -> None:
    with pytest.raises(TypeError):
        hcpcs_labels()["E0601"] = HcpcsLabel("E0601", "other", ())  # type: ignore[index]


@pytest.mark.parametrize(
    ("code", "descriptor", "words"),
    [
        ("E0601", "Cont airway pressure device", "continuous airway pressure device"),
        ("J1885", "Ketorolac tromethamine inj", "ketorolac tromethamine injection"),
        ("K0004", "High strength ltwt whlchr", "high strength lightweight wheelchair"),
        ("A4223", "Infusion supplies w/o pump", "infusion supplies without pump"),
        ("Q4010", "Cast sup sht arm adult fbrgl", "cast supplies short arm adult fiberglass"),
        ("L2020", "Kafo dbl solid", "knee ankle foot orthosis double solid"),
    ],
)
def test_spells_a_descriptor_out(code: str, descriptor: str, words: str) -> None:
    assert spelled_out(code, descriptor) == words


def test_the_longest_beginning_of_a_code_decides_what_a_short_form_means() -> None:
    table = {("sup", ""): "supply", ("sup", "L"): "support", ("sup", "L39"): "supine"}
    assert spelled_out("A4565", "Sup", table) == "supply"
    assert spelled_out("L1906", "Sup", table) == "support"
    assert spelled_out("L3908", "Sup", table) == "supine"


def test_a_short_form_with_a_slash_is_read_whole_before_its_parts() -> None:
    table = {("w", ""): "with", ("w/o", ""): "without", ("pnl", ""): "panel"}
    assert spelled_out("L0626", "Pnl w/o pnl w/pnl", table) == "panel without panel with/panel"


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", "1"),
        ("short form\twords\n", "1"),
        (SHORT_FORMS, "1"),
        (SHORT_FORMS + "inj\tinjection\n", "2"),
        (SHORT_FORMS + "Inj\t\tinjection\n", "short form"),
        (SHORT_FORMS + "inj\tj\tinjection\n", "codes"),
        (SHORT_FORMS + "inj\t\t\n", "words"),
        (SHORT_FORMS + "mg\t\tmilligram\ninj\t\tinjection\n", "short form"),
        (SHORT_FORMS + "inj\t\tinjection\ninj\t\tinject\n", "short form"),
    ],
)
def test_refuses_a_table_of_short_forms_and_names_the_place(text: str, column: str) -> None:
    with pytest.raises(MalformedRow) as caught:
        read_short_forms(text, "mine.tsv")
    assert caught.value.file == "mine.tsv"
    assert str(caught.value.column) == column


def test_the_installed_short_forms_say_more_than_they_are() -> None:
    forms = hcpcs_short_forms()
    assert len(forms) > 1_500
    assert [short for (short, _), words in forms.items() if short == words] == []


@pytest.mark.shared
def test_every_labeled_code_is_published(shared_data: Path) -> None:
    path = shared_data / "codesets" / "hcpcs" / "hcpcs_level2_2026q2_combined.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        listed = {row["code"]: (row["long"], row["short"]) for row in csv.DictReader(lines)}
    labels = hcpcs_labels()
    assert labels.keys() - listed.keys() == set()
    # A name of three words can hardly be another; a longer one is ours.
    copied = [
        code
        for code, row in labels.items()
        if len(_words(row.label)) > 3
        and _words(row.label) in [_words(published) for published in listed[code]]
    ]
    assert copied == []


def _words(text: str) -> list[str]:
    return re.findall("[a-z0-9]+", text.casefold().removeprefix("modifier: "))
