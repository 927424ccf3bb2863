"""``nosology rules test`` and ``check --rules``: the user's own rules and what is wrong in them."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.usefixtures("installed")

RULE = """
[[rule]]
id = "acme-therapy-modifier"
effect = "require"
message = "Acme wants a therapy modifier on {code}."
remedy = "Add GP, GO or GN."
match = { payer_id = "ACME", "line.code" = "97010-97799" }
require = { "line.modifiers" = ["GP", "GO", "GN"] }
"""
CASES = """
[[case]]
rule = "acme-therapy-modifier"
expect = "hit"
why = "No therapy modifier."
claim = { payer_id = "ACME", payer = "commercial", lines = ["97110"] }

[[case]]
rule = "acme-therapy-modifier"
expect = "pass"
why = "The plan of physical therapy."
claim = { payer_id = "ACME", payer = "commercial", lines = ["97110-GP"] }
"""
CLAIM = {
    "id": "C1",
    "payer": "commercial",
    "payer_id": "acme",
    "patient": {"birth_date": "1970-03-02", "sex": "F"},
    "billing_provider": {"npi": "1234567893"},
    "diagnoses": ["M54.50"],
    "lines": [
        {
            "code": "97110",
            "units": 2,
            "date": "2026-04-14",
            "place_of_service": "11",
            "diagnoses": [1],
            "charge": "80.00",
        }
    ],
}


@pytest.fixture
def installed(home):
    """Check with the code sets of the tests."""


def found(outcome):
    return [(item["rule"], item["severity"]) for item in json.loads(outcome.output)["findings"]]


def test_rules_that_answer_their_cases(run, write):
    outcome = run("rules", "test", write("own.toml", RULE + CASES))
    assert outcome.status == 0
    assert json.loads(outcome.output) == {"rules": 1, "cases": 2, "problems": []}


def test_the_table_counts(run, write):
    outcome = run("rules", "test", write("own.toml", RULE + CASES), "--format", "table")
    assert outcome.output.decode().strip() == "1 rules, 2 cases, 0 problems"


def test_a_case_that_its_rule_answers_otherwise(run, write):
    wrong = CASES.replace('lines = ["97110"]', 'lines = ["99213"]')
    outcome = run("rules", "test", write("own.toml", RULE + wrong))
    [problem] = json.loads(outcome.output)["problems"]
    assert outcome.status == 1
    assert problem["rule"] == "acme-therapy-modifier"
    assert "No therapy modifier." in problem["text"]


def test_a_rule_without_cases(run, write):
    outcome = run("rules", "test", write("own.toml", RULE))
    assert outcome.status == 1
    assert len(json.loads(outcome.output)["problems"]) == 2


def test_check_asks_them(run, write):
    claims = write("a.jsonl", json.dumps(CLAIM))
    outcome = run("check", claims, "--rules", write("own.toml", RULE))
    assert outcome.status == 1
    assert ("acme-therapy-modifier", "error") in found(outcome)
    [item] = [
        item
        for item in json.loads(outcome.output)["findings"]
        if item["rule"] == "acme-therapy-modifier"
    ]
    assert item["message"] == "Acme wants a therapy modifier on 97110."
    assert item["line"] == 1


def test_a_rule_of_the_product_is_switched_off_raised_or_lowered(run, write):
    claims = write("a.jsonl", json.dumps({**CLAIM, "diagnoses": ["E11.9", "E10.9"]}))
    for chosen, expected in (("warning", ["warning"]), ("advisory", ["advisory"]), ("off", [])):
        for choice in (
            f'[severity]\nexcludes1 = "{chosen}"\n',
            f'[payer.acme.severity]\nexcludes1 = "{chosen}"\n',
            f'[payer.commercial.severity]\nexcludes1 = "{chosen}"\n',
        ):
            outcome = run("check", claims, "--rules", write("own.toml", choice))
            assert [told for rule, told in found(outcome) if rule == "excludes1"] == expected
    other = write("own.toml", '[payer.other.severity]\nexcludes1 = "off"\n')
    assert ("excludes1", "error") in found(run("check", claims, "--rules", other))


def test_of_two_files_the_later_decides(run, write):
    claims = write("a.jsonl", json.dumps({**CLAIM, "diagnoses": ["E11.9", "E10.9"]}))
    one = write("one.toml", '[severity]\nexcludes1 = "off"\n')
    two = write("two.toml", '[severity]\nexcludes1 = "warning"\n')
    assert ("excludes1", "warning") in found(run("check", claims, "--rules", one, "--rules", two))
    assert "excludes1" not in dict(found(run("check", claims, "--rules", two, "--rules", one)))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[[rule]", "is not TOML"),
        ("colour = 1", "unknown"),
        ('[severity]\nexcludes9 = "off"', "is no rule and no category"),
        ('[severity]\nexcludes1 = "grave"', "'grave'"),
        ('[severity]\nexcludes1 = "not-evaluated"', "'not-evaluated'"),
        ("severity = 5", "severity"),
        ("payer = 5", "payer"),
        ("rule = 5", "rule"),
        (RULE.replace('"line.code"', '"line.colour"'), "unknown field 'line.colour'"),
        (RULE.replace("97010-97799", "97799-97010"), "'line.code'"),
        (RULE.replace("97010-97799", "@nowhere"), "nowhere"),
        (RULE.replace("97010-97799", ""), "'line.code'"),
        (RULE.replace('"require"', '"deny"'), "'effect' must be one of hold, warn"),
        (RULE.replace("{code}", "{patient}"), "patient"),
        (RULE.replace("{code}", "{code"), "message"),
        (RULE.replace("acme-therapy-modifier", "Acme Rule"), "Acme Rule"),
        (RULE.replace("acme-therapy-modifier", "excludes1"), "excludes1"),
        (RULE + RULE, "twice"),
        (RULE + 'colour = "red"', "unknown field 'colour'"),
        (RULE + 'severity = "fatal"', "'fatal'"),
        (RULE + 'category = "odd"', "'odd'"),
        (RULE + "from = 5", "from"),
        (RULE.replace('require = { "line.modifiers" = ["GP", "GO", "GN"] }', ""), "require"),
        (RULE.replace('match = { payer_id = "ACME", "line.code" = "97010-97799" }', ""), "match"),
        (RULE.replace('payer_id = "ACME"', '"patient.age" = "old"'), "'patient.age'"),
        (RULE.replace('payer_id = "ACME"', '"line.date" = "> soon"'), "'line.date'"),
        (RULE + CASES.replace("acme-therapy-modifier", "acme-other"), "acme-other"),
        (RULE + CASES.replace('expect = "hit"', 'expect = "maybe"'), "expect"),
        (RULE + CASES.replace('why = "No therapy modifier."', ""), "why"),
        (RULE + CASES.replace('["97110"]', '["97110 ???"]'), "short form"),
        (b"\xff\xfe", "UTF-8"),
        ("a = " + "[" * 5000, "TOML"),
    ],
)
@pytest.mark.parametrize("command", ["test", "check"])
def test_what_is_wrong_in_a_file_is_told(run, write, command, content, says):
    own = write("own.toml", content)
    if command == "test":
        outcome = run("rules", "test", own)
    else:
        outcome = run("check", write("a.jsonl", json.dumps(CLAIM)), "--rules", own)
    assert outcome.status == 2
    assert says in outcome.error
    assert outcome.output == b""


def test_a_file_that_is_not_there(run, write):
    write("own.toml", "")
    outcome = run("rules", "test", "missing.toml")
    assert outcome.status == 2
    assert "missing.toml" in outcome.error


def test_a_replacement_is_applied_on_demand(run, write):
    own = write(
        "own.toml",
        '[[rule]]\nid = "acme-video"\neffect = "replace"\nmessage = "Acme takes 95 for GT."\n'
        'match = { payer_id = "ACME", "line.modifiers" = "GT" }\n'
        'replace = { "line.modifiers" = { GT = "95" } }\n',
    )
    told = {**CLAIM, "lines": [{**CLAIM["lines"][0], "code": "99213", "modifiers": ["GT"]}]}
    outcome = run("check", write("a.jsonl", json.dumps(told)), "--rules", own, "--fix")
    answer = json.loads(outcome.output)
    assert answer["claim"]["lines"][0]["modifiers"] == ["95"]
    assert "acme-video" in [item["rule"] for item in answer["fixes"]]
