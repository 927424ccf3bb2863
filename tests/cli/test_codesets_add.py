"""``codesets add`` and ``codesets remove`` as a user calls them."""

from __future__ import annotations

import contextlib
import json
import sqlite3

import pytest

from nosology.codesets.loaders.registry import what_is_read
from tests.codesets.loaders.layouts import HCPCS, cpt_file, order_file, zipped

NAME = "icd10cm_order_2018.txt"


@pytest.fixture
def own_home(home, tmp_path, monkeypatch):
    """A copy of the built store, so that no other test sees what is added."""
    own = tmp_path / "own"
    own.mkdir()
    (own / "codesets.sqlite3").write_bytes((home / "codesets.sqlite3").read_bytes())
    monkeypatch.setenv("NOSOLOGY_HOME", str(own))
    return own


def lines(outcome):
    return [json.loads(line) for line in outcome.output.splitlines()]


def test_add_answers_with_what_became_of_each_file(run, write, own_home):
    write(NAME, order_file())
    outcome = run("codesets", "add", NAME)
    assert (outcome.status, outcome.errors) == (0, [])
    assert lines(outcome) == [
        {
            "file": NAME,
            "data_set": "icd10cm",
            "release": "2017-10",
            "part": "",
            "valid_from": "2017-10-01",
            "valid_to": "2018-09-30",
            "rows": 9,
            "billable": 5,
            "anchors": [
                "A00 Bent sprocket",
                "A00.1XXD Bent sprocket of wheel, subsequent encounter",
                "U07.1 New sprocket of 2099",
            ],
            "already": False,
            "replaced": None,
        }
    ]
    [again] = lines(run("codesets", "add", NAME))
    assert again["already"]
    listed = [one for one in lines(run("codesets", "list")) if one["release"] == "2017-10"]
    assert [(one["completeness"], one["source"]) for one in listed] == [
        ("titles-only", f"added: {NAME}")
    ]
    assert json.loads(run("lookup", "A00.0", "--on", "2018-01-01").output)["display"] == (
        "Bent sprocket of crank"
    )


def test_add_for_people(run, write, own_home):
    write("order.zip", zipped({NAME: order_file(), "guide.pdf": b"%PDF"}))
    text = run("codesets", "add", "order.zip", "--format", "table").output.decode()
    assert f"order.zip {NAME}: icd10cm 2017-10, 2017-10-01 to 2018-09-30, 9 rows, 5 bill" in text
    assert "  A00 Bent sprocket\n" in text
    assert "Not read: guide.pdf (a PDF)" in text
    again = run("codesets", "add", "order.zip", "--format", "table").output.decode()
    assert "was already installed, nothing is changed" in again
    write(NAME, order_file().replace("wheel", "shaft"))
    replaced = run("codesets", "add", NAME, "--format", "table").output.decode()
    assert f"replaces what came from added: {NAME}" in replaced
    listed = run("codesets", "list", "--format", "table").output.decode()
    assert "2017-10-01 to 2018-09-30          5 billable  titles-only\n" in listed
    assert f"    added: {NAME}; titles without notes" in listed


def test_one_bad_file_does_not_stop_the_others(run, write, own_home):
    write("note.txt", "Mr. Miller has a cough.")
    write("HCPC2018_APR_ANWEB.txt", HCPCS)
    outcome = run("codesets", "add", "note.txt", "HCPC2018_APR_ANWEB.txt")
    assert outcome.status == 2
    assert outcome.error.startswith("nosology: note.txt: is not recognized by its content")
    assert b"Miller" not in outcome.output
    refused, added = lines(outcome)
    assert refused["file"] == refused["error"]["where"] == "note.txt"
    assert (added["release"], added["part"], added["billable"]) == ("2018Q2", "anweb", 2)


def test_the_help_lists_what_is_read(run):
    text = " ".join(run("codesets", "add", "--help").output.decode().split())
    assert "What is read, as published: ICD-10-CM Tabular List in XML ICD-10-CM Alphabetic" in text
    for title in what_is_read():
        assert title in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nothing.txt",), "nothing.txt: does not exist"),
        ((".",), "is a folder; name the files in it"),
        ((), "codesets add: missing argument 'FILE...'"),
        ((NAME, "--from", "soon"), "--from: is 'soon'; expected a date"),
        ((NAME, "--release", "FY18"), "--release: is 'FY18' for icd10cm; expected year and month"),
        ((NAME, "--to", "2017-01-01"), "--to: 2017-01-01 is before the first day, 2017-10-01"),
    ],
)
def test_what_cannot_be_added_is_told(run, write, own_home, arguments, message):
    write(NAME, order_file())
    outcome = run("codesets", "add", *arguments)
    assert outcome.status == 2
    assert message in outcome.error


def test_the_edition_that_the_user_names(run, write, own_home):
    write("LONGULT.txt", cpt_file())
    assert "--release 2026-10" in run("codesets", "add", "LONGULT.txt").error
    options = ("--release", "2018", "--from", "2018-02-01", "--to", "2018-12-30")
    [added] = lines(run("codesets", "add", "LONGULT.txt", *options))
    assert (added["release"], added["valid_from"], added["valid_to"]) == (
        "2018",
        "2018-02-01",
        "2018-12-30",
    )


def test_a_damaged_file_is_told_with_line_and_column(run, write, own_home):
    write(NAME, order_file().replace("00007 Z999    1", "00007 Z999    x"))
    assert f"{NAME}:7: column 15 must be 0 or 1, found 'x'" in run("codesets", "add", NAME).error


def test_home_that_cannot_be_written(run, write, tmp_path, monkeypatch):
    write(NAME, order_file())
    write("file", "")
    monkeypatch.setenv("NOSOLOGY_HOME", str(tmp_path / "file" / "home"))
    outcome = run("codesets", "add", NAME)
    assert (outcome.status, outcome.output) == (3, b"")
    assert "set NOSOLOGY_HOME" in outcome.error


def test_remove(run, write, own_home):
    write(NAME, order_file())
    run("codesets", "add", NAME)
    assert lines(run("codesets", "remove", "icd10cm", "2017-10")) == [
        {
            "data_set": "icd10cm",
            "release": "2017-10",
            "part": "",
            "source": NAME,
            "embedded_again": False,
        }
    ]
    run("codesets", "add", NAME)
    text = run("codesets", "remove", "icd10cm", "2017-10", "--format", "table").output.decode()
    assert text == f"icd10cm 2017-10 from {NAME} is removed\n"
    outcome = run("codesets", "remove", "icd10cm", "2017-10")
    assert outcome.status == 2
    assert "is not installed; added were: nothing" in outcome.error
    assert "comes with the product" in run("codesets", "remove", "icd10cm", "2026-04").error


def test_what_a_new_store_lacks_is_told(run, own_home):
    with contextlib.closing(sqlite3.connect(own_home / "codesets.sqlite3")) as store, store:
        missing = json.dumps({"icd10cm 2017-10": "order.txt: is damaged; add it again"})
        store.execute("INSERT OR REPLACE INTO store VALUES ('not-reloaded', ?)", (missing,))
    outcome = run("codesets", "list")
    assert outcome.status == 0
    assert outcome.error == (
        "nosology: icd10cm 2017-10: was added before but could not be loaded again: "
        "order.txt: is damaged; add it again"
    )
