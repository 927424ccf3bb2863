"""Every rule's cases, and that each rule has those that it must have."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import pytest

from nosology.edits.authorities import authorities
from nosology.edits.cases import Case, difference, own_cases
from nosology.edits.catalogue import rules
from nosology.edits.groups import groups
from nosology.edits.rule import Rule
from nosology.model.facts import FactBook

RULES = rules()
CASES = own_cases()
BY_RULE: dict[str, list[Case]] = defaultdict(list)
for case in CASES:
    BY_RULE[case.rule].append(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.where}")
def test_case(facts: FactBook, case: Case) -> None:
    assert case.rule in RULES, f"{case.where} names a rule that there is not"
    assert difference(case, RULES[case.rule], facts) == ""


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_rule_has_a_hit_a_pass_and_a_boundary(rule: Rule) -> None:
    cases = BY_RULE[rule.id]
    assert any(case.expects_hit for case in cases), "no case that it objects to"
    passing = [case for case in cases if not case.expects_hit]
    assert any(_day(case) >= rule.since for case in passing), "no case that it lets pass"
    # On the other side of the day on which the rule began or ended, or its data turned.
    denied = {_day(case) for case in cases if case.expects_hit}
    assert {_day(case) for case in passing} - denied, "no case that passes on another day"


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_rule_cites_what_is_listed(rule: Rule) -> None:
    assert rule.authority
    assert set(rule.authority) <= authorities().keys()
    assert rule.when <= groups().keys()
    assert rule.message.endswith(".")
    assert rule.remedy.endswith(".") or "nosology" in rule.remedy
    assert len(rule.message) <= 220
    assert rule.kinds
    assert rule.since >= dt.date(2003, 10, 16)


def test_every_authority_is_cited() -> None:
    cited = {name for rule in RULES.values() for name in rule.authority}
    assert authorities().keys() == cited


def _day(case: Case) -> dt.date:
    day = case.claim.code_day
    assert day is not None, f"{case.where} has no day"
    return day
