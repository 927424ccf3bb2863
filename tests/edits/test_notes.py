from __future__ import annotations

import pytest

from nosology.edits.notes import code_first, excluded, intent
from nosology.model.code import Note
from nosology.model.facts import DiagnosisNotes


def _excluded(text: str) -> list[str]:
    naming = excluded(DiagnosisNotes(excludes1=(Note(text, "X00"),)))
    known = ("E1139", "E119", "I69391", "I69351", "T393X1A", "T393X5A", "J09X2", "J22", "U071")
    return [code for code in known if any(naming.naming(code))]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("diabetes mellitus (E08-E13)", ["E1139", "E119"]),
        ("iritis in diabetes mellitus (E08-E13 with .39)", ["E1139"]),
        ("dysphagia following stroke (I69. with final characters -91)", ["I69391"]),
        ("poisoning (T36-T65 with fifth or sixth character 1-4)", ["T393X1A"]),
        ("drug psychosis (E11 with fifth to sixth characters 51)", []),
        ("acute infections (J00-J22)", ["J09X2", "J22"]),
        ("COVID-19 (U07.1)", ["U071"]),
        ("current injury - see Injury, by body region", []),
    ],
)
def test_codes_that_a_note_names(text: str, codes: list[str]) -> None:
    assert _excluded(text) == codes


@pytest.mark.parametrize(
    ("lines", "demands", "is_open"),
    [
        (["COVID-19 (U07.1)"], True, False),
        (["underlying neoplasm (C00-D49)"], True, False),
        (["underlying disease, such as:", "amyloidosis (E85.-)"], True, True),
        (["underlying disease"], True, True),
        (["any associated:", "hypertension (I12.-)"], False, False),
        (["underlying cause, if known, such as:", "sepsis (A41.9)"], False, False),
        ([", if applicable, associated influenza (J10.0-)"], False, False),
        (["heart failure complicating abortion (O00-O07)"], False, False),
        ([], False, False),
    ],
)
def test_what_a_note_demands(lines: list[str], demands: bool, is_open: bool) -> None:
    told = code_first(DiagnosisNotes(code_first=tuple(Note(line, "X00") for line in lines)))
    assert bool(told.demands) is demands
    assert told.is_open is is_open


@pytest.mark.parametrize(
    ("code", "character"),
    [("T39395A", "5"), ("T3691XA", "1"), ("T50905A", "5"), ("T465X6A", "6"), ("T3691", "1")],
)
def test_the_intent_that_a_code_of_a_drug_tells(code: str, character: str) -> None:
    assert intent(code) == character
