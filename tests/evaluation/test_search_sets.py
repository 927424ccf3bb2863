"""The two sets of everyday queries hold what they are said to hold."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import re
from collections import Counter
from fnmatch import filter as matching
from pathlib import Path

import pytest

from nosology.codesets.book import SqliteCodeBook
from nosology.evaluation.search_questions import Accepted, Question, read_questions
from nosology.model.code import System

FOLDER = Path(__file__).parent / "search"
SETS = {name: read_questions(FOLDER / f"{name}.tsv") for name in ("dev", "test")}
ON = dt.date(2026, 4, 14)
KINDS = {
    "abbreviation",
    "bare-term",
    "code",
    "lay",
    "prefix",
    "specific",
    "synonym",
    "typing-error",
    "word-form",
}


def half(question: Question) -> str:
    digest = hashlib.sha256(question.query.lower().encode()).digest()
    return "test" if digest[0] % 2 else "dev"


def accepted(system: System) -> set[Accepted]:
    listed = (
        item for questions in SETS.values() for question in questions for item in question.accepted
    )
    return {item for item in listed if item.system is system}


@pytest.mark.parametrize("name", SETS)
def test_a_hash_of_the_query_says_in_which_half_it_stands(name: str) -> None:
    assert [item.query for item in SETS[name] if half(item) != name] == []


@pytest.mark.parametrize("name", SETS)
def test_each_half_has_every_kind_and_system(name: str) -> None:
    kinds = Counter(item.kind for item in SETS[name])
    assert set(kinds) == KINDS
    assert min(kinds.values()) >= 20
    systems = Counter(item.system for item in SETS[name])
    assert set(systems) == set(System)
    assert min(systems.values()) >= 30


@pytest.mark.parametrize("name", SETS)
def test_each_question_has_an_answer_in_its_own_system(name: str) -> None:
    without = [
        item.query
        for item in SETS[name]
        if not any(found.system is item.system for found in item.accepted)
    ]
    assert without == []


def test_every_chapter_of_diagnoses_is_asked_for(code_book: SqliteCodeBook) -> None:
    chapters = Counter(
        above[-1]
        for item in accepted(System.ICD10CM)
        if (above := code_book.ancestors(item.pattern, ON))
    )
    assert sorted(chapters, key=int) == [str(number) for number in range(1, 23)]


def test_every_diagnosis_stands_in_the_release(code_book: SqliteCodeBook) -> None:
    for item in accepted(System.ICD10CM):
        printed = re.split(r"[?*]", item.pattern)[0]
        found = code_book.lookup(printed, ON)
        # Of a pattern the codes before its first open character must lead on.
        assert printed == item.pattern or not found.billable, item.pattern


@pytest.fixture(scope="module")
def live_services(shared_data: Path) -> dict[System, set[str]]:
    """Codes of the other systems that are valid on the date, from the published lists."""
    folder = shared_data / "codesets"
    with (folder / "hcpcs" / "hcpcs_level2_2026q2_combined.csv").open(encoding="utf-8") as lines:
        hcpcs = {
            row["code"]
            for row in csv.DictReader(lines)
            if row["kind"] == "code" and not "" < row["term"] <= "20260414"
        }
    with (folder / "other" / "mce_i10sg_master.csv").open(encoding="utf-8") as lines:
        procedures = {
            row["code"] for row in csv.DictReader(lines) if row["start"] <= "20260414" <= row["end"]
        }
    units = (folder / "ncci" / "mue_practitioner_2026q2.csv").read_text(encoding="cp1252")
    cpt = set(re.findall(r'^"?([0-9]{4}[0-9A-Z])\b', units, re.MULTILINE))
    return {System.HCPCS: hcpcs, System.ICD10PCS: procedures, System.CPT: cpt}


@pytest.mark.shared
@pytest.mark.parametrize("system", [System.HCPCS, System.ICD10PCS, System.CPT])
def test_every_service_is_live(live_services: dict[System, set[str]], system: System) -> None:
    live = live_services[system]
    assert len(live) > 5000
    missing = {item.pattern for item in accepted(system) if not matching(live, item.pattern)}
    assert missing == set()
