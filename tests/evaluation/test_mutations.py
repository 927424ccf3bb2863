"""Claims that are right raise nothing; with one defect planted, the claim editor finds it."""

from __future__ import annotations

import random

import pytest

from nosology.edits.rule import listed_rules
from nosology.evaluation.mutations.claims import clean_claim, scenarios
from nosology.evaluation.mutations.defects import defects
from nosology.evaluation.mutations.planting import plantings
from nosology.evaluation.mutations.provider_numbers import provider_number
from nosology.evaluation.mutations.report import as_json, as_table
from nosology.evaluation.mutations.run import MutationRun, mutation_run, published_engine
from nosology.model.finding import Severity
from nosology.workflow.check import load_engine

CLAIMS, EACH = 700, 8
LEAST_KINDS = 60
LEAST_FOUND = 0.95


@pytest.fixture(scope="module")
def run() -> MutationRun:
    return mutation_run(published_engine(load_engine().book), CLAIMS, EACH)


def test_claims_that_are_right_raise_no_error(run: MutationRun) -> None:
    assert run.claims == CLAIMS
    assert dict(run.false_findings) == {}


def test_nearly_every_defect_is_found(run: MutationRun) -> None:
    assert len(run.tallies) >= LEAST_KINDS
    assert run.found / run.planted >= LEAST_FOUND


def test_every_kind_of_defect_has_a_place_and_is_mostly_found(run: MutationRun) -> None:
    assert [item.defect.name for item in run.tallies if not item.planted] == []
    assert [item.defect.name for item in run.tallies if item.found * 2 < item.planted] == []


def test_the_report_tells_what_was_counted(run: MutationRun) -> None:
    told = as_json(run)
    assert told["planted"] == run.planted == sum(item["planted"] for item in told["kinds"])
    assert told["findings_on_clean_claims"] == {"error": 0, "warning": 0}
    assert f"defects found: {run.found:,} of {run.planted:,} planted" in as_table(run)
    missed = [item for item in run.tallies if item.found < item.planted]
    assert len(as_table(run, lists_kinds=False).splitlines()) <= len(missed) + 3


def test_a_rule_that_is_silent_is_noticed() -> None:
    engine = published_engine(load_engine().book)
    engine.chosen = tuple(rule for rule in listed_rules().values() if rule.id != "npi-invalid")
    silenced = {item.defect.name: item for item in mutation_run(engine, 140, 4).tallies}
    assert silenced["npi-digit-changed"].found == 0
    assert silenced["npi-digit-changed"].planted == 4
    assert silenced["total-wrong"].found == 4


def test_a_claim_is_the_same_for_its_number_and_seed() -> None:
    assert clean_claim(17, 1) == clean_claim(17, 1)
    assert clean_claim(17, 1) != clean_claim(17, 2)


def test_claims_of_every_kind_are_drawn() -> None:
    kinds = {clean_claim(number, 1).kind for number in range(len(scenarios()))}
    assert kinds == {"professional", "outpatient", "inpatient"}


def test_planting_leaves_the_clean_claim_as_it_is(run: MutationRun) -> None:
    fresh = mutation_run(published_engine(load_engine().book), 140, 2)
    again = mutation_run(published_engine(load_engine().book), 140, 2)
    assert as_json(fresh) == as_json(again)


def test_every_way_of_planting_is_used() -> None:
    used = {defect.plant for defect in defects()}
    assert {name for name, plant in plantings().items() if plant not in used} == set()


def test_provider_numbers_have_their_check_digit() -> None:
    draw = random.Random(1)
    for _ in range(100):
        digits = [int(digit) for digit in "80840" + provider_number(draw)]
        doubled = [
            digit if place % 2 else digit * 2 - 9 * (digit > 4)
            for place, digit in enumerate(reversed(digits), start=1)
        ]
        assert sum(doubled) % 10 == 0


def test_gravities_are_told_apart(run: MutationRun) -> None:
    strict = next(item.defect for item in run.tallies if item.defect.severity is Severity.WARNING)
    category = next(iter(strict.categories))
    assert strict.is_found_by(category, Severity.ERROR)
    assert not strict.is_found_by(category, Severity.ADVISORY)
    assert not strict.is_found_by(category, Severity.NOT_EVALUATED)
