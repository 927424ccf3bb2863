from __future__ import annotations

import json
from pathlib import Path

import pytest

from nosology.evaluation.search_questions import Accepted, Question, read_questions
from nosology.model.code import System
from nosology.model.errors import InputError, MalformedRow
from tests.evaluation.search_books import hit

HEADER = "query\tsystem\taccepted\tkind\tnote\n"
CM, HCPCS = System.ICD10CM, System.HCPCS


def written(folder: Path, text: str, name: str = "queries.tsv") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def test_a_table_is_read_in_its_order(tmp_path: Path) -> None:
    text = (
        HEADER
        + "# a remark\n\n"
        + "dm2 w ckd 3b\ticd10cm\tE11.22;N18.32\tabbreviation\tthe diabetic one first\r\n"
        + 'the "sugar"\ticd10cm\te11.9\tlay\n'
        + "psa screening\thcpcs\tG0103;icd10cm:Z12.5\tabbreviation\n"
    )
    assert read_questions(written(tmp_path, "\ufeff" + text)) == [
        Question(
            "dm2 w ckd 3b",
            CM,
            (Accepted(CM, "E1122"), Accepted(CM, "N1832")),
            "abbreviation",
            "the diabetic one first",
        ),
        Question('the "sugar"', CM, (Accepted(CM, "E119"),), "lay"),
        Question(
            "psa screening",
            HCPCS,
            (Accepted(HCPCS, "G0103"), Accepted(CM, "Z125")),
            "abbreviation",
        ),
    ]


def test_json_lines_hold_the_same(tmp_path: Path) -> None:
    fields = {"query": "walker", "system": "hcpcs", "accepted": ["E0130", "E0135"], "kind": "lay"}
    path = written(tmp_path, json.dumps(fields) + "\n\n", "queries.jsonl")
    accepted = (Accepted(HCPCS, "E0130"), Accepted(HCPCS, "E0135"))
    assert read_questions(path) == [Question("walker", HCPCS, accepted, "lay")]


@pytest.mark.parametrize(
    ("pattern", "code", "system", "matches"),
    [
        ("E1122", "E1122", CM, True),
        ("E1122", "E11.22", CM, True),
        ("E1122", "E112", CM, False),
        ("E112", "E1122", CM, False),
        ("S6210?A", "S62102A", CM, True),
        ("S6210?A", "S62102D", CM, False),
        ("S525*", "S525", CM, True),
        ("S525*", "S52501A", CM, True),
        ("G8918", "G8918", HCPCS, False),
        ("E08-E13", "E08-E13", CM, True),
    ],
)
def test_what_an_accepted_code_stands_for(
    pattern: str, code: str, system: System, matches: bool
) -> None:
    assert Accepted(CM, pattern).matches(hit(code, system)) is matches


@pytest.mark.parametrize(
    ("row", "where", "message"),
    [
        ("a\ticd10cm\tI10", ":2", "4 or 5 cells, found 3"),
        ("a\ticd10cm\tI10\tlay\tnote\tmore", ":2", "4 or 5 cells, found 6"),
        ("\ticd10cm\tI10\tlay", ":2", "column query must not be empty"),
        ("a\tsnomed\tI10\tlay", ":2", "column system must be one of icd10cm"),
        ("a\ticd10cm\t\tlay", ":2", "column accepted must be codes"),
        ("a\ticd10cm\tI10;\tlay", ":2", "column accepted must be codes"),
        ("a\ticd10cm\t*\tlay", ":2", "column accepted must be codes"),
        ("a\ticd10cm\tsnomed:1\tlay", ":2", "column accepted must be one of icd10cm"),
        ("a\ticd10cm\tI10\tLay words", ":2", "column kind must be a word"),
        ("a\ticd10cm\tI10\tlay\na\ticd10cm\tI11\tlay", ":3", "line 2 asks it already"),
    ],
)
def test_a_row_that_is_wrong_is_named(tmp_path: Path, row: str, where: str, message: str) -> None:
    with pytest.raises(MalformedRow) as caught:
        read_questions(written(tmp_path, HEADER + row + "\n"))
    assert caught.value.where == f"queries.tsv{where}"
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("", "queries.tsv", "holds no query"),
        (HEADER, "queries.tsv", "holds no query"),
        ("query\tcode\n", "queries.tsv", "header must be query | system"),
        ("{", "queries.jsonl", "is not JSON"),
        ("[]", "queries.jsonl", "must be an object with the fields"),
        ('{"text": "a"}', "queries.jsonl", "must be an object with the fields"),
        ('{"query": 1}', "queries.jsonl", "column query must be a text"),
        (
            '{"query": "a", "system": "cpt", "accepted": "99213", "kind": "lay"}',
            "queries.jsonl",
            "must list at least one code",
        ),
        (
            '{"query": "a", "system": "cpt", "accepted": [99213], "kind": "lay"}',
            "queries.jsonl",
            "must be codes written as text",
        ),
    ],
)
def test_a_file_that_is_wrong_is_named(tmp_path: Path, text: str, name: str, message: str) -> None:
    with pytest.raises(InputError, match=name) as caught:
        read_questions(written(tmp_path, text, name))
    assert message in caught.value.message


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_questions(tmp_path / "none.tsv")
    (tmp_path / "latin.tsv").write_bytes(HEADER.encode() + b"\xe9")
    with pytest.raises(InputError, match="is not UTF-8"):
        read_questions(tmp_path / "latin.tsv")
