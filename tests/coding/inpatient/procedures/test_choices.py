"""Choices of values: which words of a report choose which, and what chooses none."""

from __future__ import annotations

import re

import pytest

from nosology.coding.inpatient.procedures.choices import (
    all_chosen,
    chosen,
    found_in,
    tells,
)
from nosology.model.tables import rows, settings, table

PACKAGE = "nosology.coding.inpatient.procedures"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("catheter-tip", "the tip ends at the cavo-atrial junction", "02HV"),
        ("catheter-tip", "the catheter was flushed", ""),
        ("hernia", "Lichtenstein repair", "0Y 5/6/A"),
        ("hernia", "umbilical hernia repair", "0W F"),
        ("patch", "closed with a bovine patch", "K"),
        ("patch", "closed with a running suture", ""),
        ("decompression", "L4 laminectomy", "Y B"),
        ("decompression", "laminectomy", ""),
        ("detachment", "below the knee amputation", "0Y6 H/J level"),
        ("detachment", "amputation", ""),
        ("limb-level", "through the mid-calf", "2"),
        ("limb-level", "through the calf", ""),
        ("digit-level", "at the PIP joint", "2"),
        ("digit-level", "of the toe", ""),
        ("radiation-site", "whole brain", "D0 0"),
        ("radiation-site", "after spinal anesthesia", ""),
        ("isotope", "I-125 seeds", "9"),
        ("isotope", "seeds", ""),
        ("particles", "proton beam", "4"),
        ("particles", "6 MV photons", ""),
        ("dose-rate", "LDR implant", "B"),
        ("dose-rate", "HDR implant", ""),
        ("bone-graft", "cadaveric bone", "K"),
        ("bone-graft", "a graft", ""),
        ("osteopathic-method", "muscle energy technique", "7"),
        ("osteopathic-method", "technique", ""),
    ],
)
def test_words_choose_a_value(name: str, text: str, value: str) -> None:
    assert chosen(name, text) == value


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("toe", "the second and the fifth toe", ["R/S", "X/Y"]),
        ("toe", "both feet", []),
        ("finger", "the ring finger and the thumb", ["L/M", "S/T"]),
        ("jaw", "upper and lower teeth", ["W", "X"]),
        ("osteopathic-region", "neck and low back", ["1", "3"]),
        ("spine-region", "lumbosacral", ["lumbosacral"]),
        ("layer", "down to the fascia and muscle", ["K", "J"]),
    ],
)
def test_every_value_that_is_said_is_chosen(name: str, text: str, values: list[str]) -> None:
    assert all_chosen(name, text) == values


def test_values_are_found_in_the_order_of_the_text() -> None:
    text = "SVG to OM2, LIMA to LAD"
    assert [value for value, _ in found_in("coronary-graft", text)] == ["9W", "Z9"]
    assert [(value, match[0]) for value, match in found_in("coronary-artery", text)] == [
        ("OM2", "OM2"),
        ("LAD", "LAD"),
    ]


def test_a_stent_is_eluting_bare_or_unnamed() -> None:
    said = "a drug-eluting stent, a bare metal stent and a stent"
    assert [value for value, _ in found_in("coronary-treatment", said)] == ["DES", "BMS", "STENT"]


def code() -> str:
    """Return the code that asks for choices and words."""
    return "".join(
        source.read_text(encoding="utf-8")
        for source in table(PACKAGE).iterdir()
        if source.name.endswith(".py")
    )


def test_every_choice_is_asked_for() -> None:
    listed = rows(table(PACKAGE, "choices.tsv"), ("choice", "value", "words"))
    asking = code()
    assert [row["choice"] for row in listed if f'"{row["choice"]}"' not in asking] == []


def test_every_list_of_words_is_asked_for() -> None:
    asked = set(re.findall(r'(?:words|tells)\(\s*"(\w+)", "(\w+)"[,)\s]', code()))
    listed = settings(PACKAGE, "words.toml")
    assert {(group, name) for group, lists in listed.items() for name in lists} == asked


@pytest.mark.parametrize(
    ("group", "name", "text", "is_told"),
    [
        ("debridement", "excisional", "sharp excisional debridement", True),
        ("debridement", "excisional", "nonexcisional debridement", False),
        ("hernia", "no_mesh", "without a mesh", True),
        ("hernia", "no_mesh", "with mesh", False),
        ("line", "tunneled", "a tunneled catheter", True),
        ("line", "tunneled", "a non-tunneled catheter", False),
        ("vein", "peripheral", "a 20G antecubital", True),
        ("vein", "peripheral", "peripheral blood smear", False),
    ],
)
def test_words_tell(group: str, name: str, text: str, is_told: bool) -> None:
    assert tells(group, name, text) == is_told
