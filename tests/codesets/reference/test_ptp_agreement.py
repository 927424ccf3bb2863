"""The embedded hospital pairs beside the practitioner pairs, on one day and pair by pair.

The figures and what explains them stand in docs/reference-data.md.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from nosology.codesets.book import SqliteCodeBook
from nosology.codesets.loaders.ptp import read_ptp
from nosology.codesets.loaders.publication import Publication
from nosology.codesets.reference.pairs import PtpTerms, unpack
from nosology.codesets.store import open_store

DAY = 20240701

Held = dict[tuple[str, str], list[PtpTerms]]


def hospital_pairs(home: Path) -> Held:
    connection = open_store(home)
    found: Held = {}
    for (release,) in connection.execute(
        "SELECT release FROM release WHERE system = 'ncci-ptp-hospital'"
    ).fetchall():
        terms = {
            number: PtpTerms(*rest)
            for number, *rest in connection.execute(
                "SELECT terms, effective, deletion, modifier, rationale FROM ptp_terms"
                " WHERE release = ?",
                (release,),
            )
        }
        for code, packed in connection.execute(
            "SELECT code, pairs FROM ptp_pairs WHERE release = ? AND place = 1", (release,)
        ):
            for other, number in unpack(packed):
                found.setdefault((code, other), []).append(terms[number])
    connection.close()
    return found


def in_force(terms: list[PtpTerms]) -> PtpTerms | None:
    return next((held for held in terms if held.in_force(DAY)), None)


def reason(column1: str, column2: str) -> str:
    """Return what kind of service the pair is about, by the numbers of its codes."""
    if "00100" <= column1 <= "01999" and column1.isdigit():
        return "column 1 is anesthesia"
    ranges = (
        ("nerve block or epidural", (("62320", "62327"), ("64400", "64530"))),
        ("moderate sedation", (("99151", "99157"),)),
        ("neurophysiology", (("92650", "92653"), ("95700", "95999"))),
        ("transitional care", (("99495", "99496"),)),
        ("visit or other of 99091-99499", (("99091", "99499"),)),
    )
    single = {
        "0213T": "nerve block or epidural",
        "0216T": "nerve block or epidural",
        "G0500": "moderate sedation",
        "0333T": "neurophysiology",
        "0464T": "neurophysiology",
        "G0453": "neurophysiology",
    }
    if column2 in single:
        return single[column2]
    if column2.isdigit():
        for name, parts in ranges:
            if any(first <= column2 <= last for first, last in parts):
                return name
    return "other"


@dataclass
class Comparison:
    """What both lists say of each pair that both hold.

    Attributes:
        in_force: hospital, practitioner.
        indicators: hospital, practitioner, where both are in force.
        reasons: of pairs that a modifier allows in a hospital only.
        visits: of pairs in force for practitioners only, whether a clinic visit is one of the two.
    """

    in_force: Counter[tuple[bool, bool]] = field(default_factory=Counter)
    indicators: Counter[tuple[int, int]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    visits: Counter[bool] = field(default_factory=Counter)


@pytest.fixture(scope="module")
def compared(nosology_home: Path, code_book: SqliteCodeBook, shared_data: Path) -> Comparison:
    hospital = hospital_pairs(nosology_home)
    if not hospital:
        pytest.skip("the hospital pairs are not embedded in this store")
    practitioner: Held = {}
    path = shared_data / "codesets" / "ncci" / "ncci_ptp_prac_2024q3.csv.gz"
    for column1, column2, terms in read_ptp(Publication(path)):
        if (column1, column2) in hospital:
            practitioner.setdefault((column1, column2), []).append(terms)
    found = Comparison()
    for pair, held in practitioner.items():
        one, other = in_force(hospital[pair]), in_force(held)
        found.in_force[one is not None, other is not None] += 1
        if one is None and other is not None:
            found.visits["G0463" in pair] += 1
        if one is not None and other is not None:
            found.indicators[one.modifier, other.modifier] += 1
            if (one.modifier, other.modifier) == (1, 0):
                found.reasons[reason(*pair)] += 1
    return found


@pytest.mark.shared
def test_pairs_in_force_on_one_day(compared: Comparison) -> None:
    # Of 1,436,515 pairs that both hold, 1,432,233 agree; 4,282 do not.
    assert compared.in_force == {
        (True, True): 1_329_975,
        (False, False): 102_258,
        (False, True): 3_770,
        (True, False): 512,
    }
    # A clinic visit of a hospital, which its own list took in a year later, is nearly all of it.
    assert compared.visits == {True: 3_689, False: 81}


@pytest.mark.shared
def test_modifier_indicators_on_one_day(compared: Comparison) -> None:
    assert compared.indicators == {
        (1, 1): 904_031,
        (0, 0): 46_384,
        (1, 0): 379_530,
        (0, 1): 30,
    }
    assert compared.reasons == {
        "nerve block or epidural": 286_281,
        "column 1 is anesthesia": 34_040,
        "neurophysiology": 21_163,
        "moderate sedation": 17_691,
        "transitional care": 8_664,
        "visit or other of 99091-99499": 3_874,
        "other": 7_817,
    }
