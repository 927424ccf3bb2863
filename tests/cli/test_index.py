"""``nosology index`` on small indexes of invented terms."""

import json
import shutil

import pytest

from nosology.codesets.index import IndexBook
from tests.codesets.index.books import TinyCodeBook
from tests.codesets.loaders.icd10_files import BOOKS, store_of, written

FIELDS = [
    "term",
    "path",
    "nonessential",
    "code",
    "manifestation",
    "see",
    "see_also",
    "category",
    "use",
    "note",
    "columns",
    "column",
    "children",
    "hops",
    "alternatives",
    "codes",
    "table",
    "release",
]


@pytest.fixture
def indexes(home, tmp_path, monkeypatch):
    """Let the small indexes answer in place of the installed ones."""
    with store_of(written(tmp_path, name) for name in BOOKS) as rows:
        monkeypatch.setattr(
            "nosology.codesets.index.open_index_book",
            lambda home=None, code_book=None: IndexBook(rows, TinyCodeBook()),
        )
        yield


def answer(outcome):
    assert outcome.errors == []
    assert outcome.status == 0
    return json.loads(outcome.output)


@pytest.mark.parametrize(
    "words",
    [("Fracture, sudden, crank, lower end",), ("fracture", "of", "crank,", "lower", "end")],
)
@pytest.mark.usefixtures("indexes")
def test_a_term_with_its_code_verified(run, words):
    found = answer(run("index", *words))
    assert list(found) == FIELDS
    assert found["path"] == ["Fracture, sudden", "crank", "lower end"]
    assert (found["term"], found["code"], found["table"]) == ("lower end", "S10.1-", "diseases")
    assert found["release"] == "2024-10"
    assert found["see"] is None
    assert found["codes"] == [
        {
            "code": "S10.1-",
            "display": "Broken crank",
            "billable": False,
            "column": None,
            "manifestation": False,
            "completed_by": ["S10.11", "S10.12"],
            "more": 0,
        }
    ]


@pytest.mark.usefixtures("indexes")
def test_hops_children_and_columns(run):
    found = answer(run("index", "Ache", "--on", "2025-01-01"))
    assert found["nonessential"] == ["dull", "of unknown origin, sharp"]
    assert found["hops"] == [
        {
            "via": "see",
            "reference": "Pain",
            "path": ["Pain, pains, painful NEC"],
            "code": "R52",
            "manifestation": None,
            "columns": {},
            "column": None,
            "table": "diseases",
            "reason": None,
        }
    ]
    found = answer(run("index", "Neoplasm, wheel", "--table", "neoplasm"))
    assert found["columns"] == {
        "primary": "C50.9-",
        "secondary": "C79.81",
        "benign": "D24.-",
        "uncertain": "D48.6-",
        "unspecified": "D49.3",
    }
    [hub] = found["children"]
    assert (hub["term"], hub["columns"], hub["children"]) == ("hub", {"primary": "C50.0-"}, 0)


@pytest.mark.usefixtures("indexes")
def test_procedures(run):
    found = answer(run("index", "--system", "icd10pcs", "Crankectomy"))
    assert [child["see"] for child in found["children"]] == ["Resection, Crank", "Bypass, Gearing"]
    assert [(code["code"], code["display"]) for code in found["codes"]] == [
        ("0DT6-", "Resection / Crank"),
        ("0D1-", "Bypass / Gearing"),
    ]


@pytest.mark.usefixtures("indexes")
def test_a_date_that_no_edition_covers_is_told(run):
    outcome = run("index", "Pain", "--on", "2026-04-14")
    assert outcome.status == 0
    assert outcome.error.endswith("no installed index covers 2026-04-14; edition 2024-10 answers")


@pytest.mark.usefixtures("indexes")
def test_a_miss_names_the_nearest(run):
    outcome = run("index", "fractrue crank")
    assert outcome.status == 2
    assert "the nearest are: Fracture, sudden, crank" in outcome.error


@pytest.mark.usefixtures("indexes")
@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("Fracture, sudden, crank, lower end",), ["S10.1-", "complete it: S10.11, S10.12"]),
        (("crank fracture",), ["Fracture, sudden › crank", "Or", "Fracture, chronic › crank"]),
        (("Aching",), ["See", "Ache, wheel", "no term of that name"]),
        (("Fracture, sprocket",), ["S11.9", "not in the release of that date"]),
        (("pain", "rust"), ["R52.1", "M49.8-", "manifestation"]),
        (("oil", "suicide"), ["drug", "self harm", "T51.3X2"]),
        (("wheel", "neoplasm"), ["D24.-", "benign", "(rim)", "hub"]),
        (("cranky", "crank", "--system", "icd10pcs"), ["Use", "Crank"]),
        (("resection", "--system", "icd10pcs"), ["Below", "Crank  0DT6-", "Wheel  +1"]),
    ],
)
def test_as_a_table(run, monkeypatch, words, shown):
    monkeypatch.setenv("COLUMNS", "100")
    outcome = run("index", *words, "--format", "table")
    assert outcome.status == 0
    text = outcome.output.decode()
    assert all(one in text for one in shown), text
    assert all(len(line) <= 100 for line in text.splitlines())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "missing argument"),
        (("x", "--table", "codes"), "'codes' is not one of 'diseases'"),
        (("x", "--system", "hcpcs"), "'hcpcs' is not one of"),
        (("x", "--on", "2025-02-30"), "2025-02-30"),
    ],
)
def test_bad_usage(run, arguments, message):
    outcome = run("index", *arguments)
    assert outcome.status == 2
    assert message in outcome.error


@pytest.mark.usefixtures("home")
def test_without_an_index_the_file_to_load_is_named(run):
    outcome = run("index", "Pain")
    assert outcome.status == 3
    assert "icd-10-cm-index-YYYY.xml" in outcome.error
    assert "nosology codesets add FILE" in outcome.error


def test_an_added_index_answers(run, home, tmp_path, monkeypatch):
    own = tmp_path / "own"
    own.mkdir()
    shutil.copy(home / "codesets.sqlite3", own)
    monkeypatch.setenv("NOSOLOGY_HOME", str(own))
    name = "icd-10-cm-index-2025.xml"
    assert run("codesets", "add", written(tmp_path, name).path).status == 0
    found = answer(run("index", "Pain, rust"))
    assert [code["code"] for code in found["codes"]] == ["R52.1", "M49.8-"]
    assert found["codes"][0]["billable"] is False, "the embedded release has no R52.1"
