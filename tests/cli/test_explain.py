"""``nosology explain``: rules of the claim editor and of coding."""

from __future__ import annotations

import json

import pytest

from nosology.coding.rules import rules as coding_rules
from nosology.edits.catalogue import rules


def test_a_rule_of_the_editor(run):
    outcome = run("explain", "excludes1")
    told = json.loads(outcome.output)
    assert outcome.status == 0
    assert told["used_by"] == "check"
    assert told["category"] == "excludes1"
    assert told["why"]
    assert told["authority"][0]["cited"]
    assert told["denied"]
    assert told["accepted"]


def test_every_rule_of_the_editor_is_explained(run):
    for name in rules():
        told = json.loads(run("explain", name).output)
        assert told["rule"] == name
        assert told["text"], name
        assert told["why"], name
        assert told["remedy"], name
        assert told["authority"], name


def test_a_rule_of_coding(run):
    name = next(iter(coding_rules()))
    told = json.loads(run("explain", name).output)
    assert told["used_by"] == "code"
    assert told["text"] == coding_rules()[name].says


def test_case_and_space_do_not_matter(run):
    assert json.loads(run("explain", " Excludes1 ").output)["rule"] == "excludes1"


@pytest.mark.parametrize("name", ["excludes1", next(iter(coding_rules()))])
def test_the_table_is_for_people(run, name):
    outcome = run("explain", name, "--format", "table")
    assert outcome.status == 0
    assert outcome.output.decode().splitlines()[0] == name


def test_without_a_name_all_are_listed(run):
    told = json.loads(run("explain").output)
    assert [item["rule"] for item in told] == list(rules())
    assert len(run("explain", "--format", "table").output.splitlines()) >= len(rules())


@pytest.mark.parametrize(
    ("name", "says"),
    [("exclude1", "did you mean excludes1"), ("", "is no rule"), ("zzzz", "lists them")],
)
def test_an_unknown_rule(run, name, says):
    outcome = run("explain", name)
    assert outcome.status == 2
    assert says in outcome.error
    assert outcome.output == b""
