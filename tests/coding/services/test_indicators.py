"""The fee schedule's facts: every number that it pays has them, as it publishes them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from nosology.coding.services.catalogue import catalogue
from nosology.coding.services.catalogue.indicators import NONE, _indicators, indicators_of

DOES_NOT_APPLY = "9"
PAID = frozenset("ACRTNBJ")


@pytest.fixture(scope="module")
def published(shared_data: Path) -> dict[str, dict[str, str]]:
    folder = shared_data / "codesets" / "mpfs_2024"
    found: dict[str, dict[str, str]] = {}
    for name in ("rvu_indicators_2024c.csv", "rvu_amounts_2024c.csv"):
        for row in _rows(folder / name):
            found.setdefault(row["hcpcs_code"], {}).update(row)
    return found


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        yield from (row for row in csv.DictReader(lines) if not row["mod"])


@pytest.mark.shared
def test_the_facts_are_those_of_the_schedule(published: dict[str, dict[str, str]]) -> None:
    differing = []
    for code, held in _indicators().items():
        row = published.get(code)
        if row is None:
            continue
        weight = Decimal(row["rvu_fac_sum"]).quantize(Decimal("0.1"))
        wanted = (
            row["glob"],
            *map(_figure, (row["pctc"], row["bilat_surg"], row["mult_proc"])),
            *map(_figure, (row["asst_surg"], row["co_surg"])),
            weight,
        )
        given = (
            *(held.days, held.component, held.bilateral, held.multiple),
            *(held.assistant, held.cosurgeons, held.weight),
        )
        if given != wanted:
            differing.append((code, given, wanted))
    assert differing == []


@pytest.mark.shared
def test_every_number_of_the_catalogue_that_it_pays_has_them(
    published: dict[str, dict[str, str]],
) -> None:
    missing = [
        code
        for code in sorted(catalogue().by_code)
        if code in published and published[code]["status"] in PAID and indicators_of(code) is NONE
    ]
    assert missing == []


@pytest.mark.shared
def test_days_of_the_catalogue_agree(published: dict[str, dict[str, str]]) -> None:
    assert [
        (entry.code, entry.stated_days, entry.days)
        for entry in catalogue().by_code.values()
        if entry.stated_days not in ("", entry.days)
    ] == []


def _figure(text: str) -> str:
    figure = text.partition(".")[0]
    return "" if figure == DOES_NOT_APPLY else figure


@pytest.mark.parametrize(
    ("code", "takes_50", "is_minor", "is_major"),
    [
        ("20610", True, True, False),
        ("69210", False, True, False),
        ("27447", True, False, True),
        ("99213", False, False, False),
        ("A4253", False, False, False),
    ],
)
def test_what_they_decide(code: str, takes_50: bool, is_minor: bool, is_major: bool) -> None:
    held = indicators_of(code)
    assert (held.takes_50, held.is_minor, held.is_major) == (takes_50, is_minor, is_major)
