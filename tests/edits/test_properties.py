"""What holds of the claim editor for every claim: drawn ones, spoiled ones, and nonsense."""

from __future__ import annotations

import copy
import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nosology.edits.catalogue import rules
from nosology.edits.engine import Engine
from nosology.edits.history import History, Past
from nosology.edits.rule import Rule
from nosology.evaluation.mutations.claims import clean_claim
from nosology.evaluation.mutations.defects import defects
from nosology.evaluation.mutations.planting.site import Site
from nosology.evaluation.mutations.run import published_engine
from nosology.model.claim import Claim
from nosology.model.claim_fields import CLAIM_FIELDS, LINE_FIELDS, claim_as_mapping
from nosology.model.claim_fields import claim_from_mapping as read
from nosology.model.errors import InputError
from nosology.model.finding import Category, Finding, Severity
from nosology.workflow.check import load_engine

OF_THE_ENGINE = {"data-not-installed", "data-stands-in", "no-date-of-service"}
ABOUT_ORDER = {
    # What these say of two lines names one as the first and the other as the second.
    *("line-twice", "service-twice-on-a-day", "hospital-both-sided-service-twice"),
    *("observation-hours-on-two-lines", "death-modifier-more-than-once"),
    # A limit of a day is told at the last line of the code.
    *("units-over-day-limit", "units-over-clinical-limit", "hospital-units-over-day-limit"),
    *("hospital-units-over-clinical-limit", "supplier-units-over-day-limit"),
    "supplier-units-over-clinical-limit",
    # The place of the line in a form that holds so many.
    "too-many-lines",
}

quick = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@cache
def engine() -> Engine:
    return published_engine(load_engine().book)


def spoiled(number: int, defect: int) -> tuple[Claim, Past]:
    """Return a drawn claim with a defect, where it has a place for it, and its history."""
    clean = clean_claim(number, 7)
    chosen = defects()[defect % len(defects())]
    site = Site.of(clean, random.Random(f"{number} {defect}"), chosen.has, chosen.what)
    is_of_kind = not chosen.kinds or clean.kind in chosen.kinds
    if is_of_kind and site.is_fit():
        chosen.plant(site)
    history = History()
    for past in site.earlier:
        history.add(read(past))
    claim = read(site.claim)
    return claim, history.of(claim)


drawn = st.builds(spoiled, st.integers(0, 5000), st.integers(0, 500))


def without_line(item: Finding) -> tuple[Any, ...]:
    """What a finding says but for the numbers of lines, which its message may name too."""
    return (item.rule, item.category, item.severity, item.codes, item.carc, item.override)


@quick
@given(drawn, st.randoms(use_true_random=False))
def test_findings_do_not_depend_on_the_order_of_rules(
    case: tuple[Claim, Past], draw: random.Random
) -> None:
    claim, history = case
    chosen = list(rules().values())
    draw.shuffle(chosen)
    shuffled = Engine(engine().book, chosen=tuple(chosen))
    assert shuffled.check(claim, history) == engine().check(claim, history)


@quick
@given(drawn, st.randoms(use_true_random=False))
def test_findings_do_not_depend_on_the_order_of_lines(
    case: tuple[Claim, Past], draw: random.Random
) -> None:
    claim, history = case
    order = list(range(len(claim.lines)))
    draw.shuffle(order)
    lines = tuple(replace(claim.lines[old], number=new) for new, old in enumerate(order, start=1))
    former = {new: old + 1 for new, old in enumerate(order, start=1)}
    flaws = tuple(
        replace(flaw, line=order.index(flaw.line - 1) + 1) if flaw.line else flaw
        for flaw in claim.flaws
    )
    moved = engine().check(replace(claim, lines=lines, flaws=flaws), history).findings
    stayed = engine().check(claim, history).findings

    def told(findings: tuple[Finding, ...], number: dict[int, int]) -> Counter[tuple[Any, ...]]:
        return Counter(
            (None if item.rule in ABOUT_ORDER else number.get(item.line or 0), *without_line(item))
            for item in findings
        )

    one, two = told(moved, former), told(stayed, {place: place for place in former})
    if len({line.code for line in claim.lines}) == len(claim.lines):
        assert one == two
    else:
        # Of several lines of one code, another may be the one that a finding names.
        assert {said[1:] for said in one} == {said[1:] for said in two}


@quick
@given(drawn)
def test_checking_changes_nothing_in_its_input(case: tuple[Claim, Past]) -> None:
    claim, history = case
    claim_before, history_before = copy.deepcopy(claim), copy.deepcopy(history)
    first = engine().check(claim, history)
    assert engine().check(claim, history) == first
    engine().mend(claim, history)
    assert claim == claim_before
    assert history == history_before


def fails(_: object) -> Any:
    raise ZeroDivisionError("a message that may hold text of the patient")
    yield


def fails_late(rule: Rule) -> Any:
    def check(view: Any) -> Any:
        yield from rule.check(view)
        raise KeyError("late")

    return check


@quick
@given(drawn, st.sampled_from(sorted(rules())))
def test_a_rule_that_crashes_costs_one_finding(case: tuple[Claim, Past], broken: str) -> None:
    claim, history = case
    sound = engine().check(claim, history).findings
    chosen = tuple(
        replace(rule, check=fails) if rule.id == broken else rule for rule in rules().values()
    )
    found = Engine(engine().book, chosen=chosen).check(claim, history).findings
    crashed = [item for item in found if "the rule failed" in item.message]
    assert [item for item in found if item not in crashed] == [
        item for item in sound if item.rule != broken
    ]
    assert len(crashed) <= 1
    for item in crashed:
        assert item.rule == broken
        assert item.category is Category.NOT_EVALUATED
        assert item.severity is Severity.NOT_EVALUATED
        assert "a message that" not in item.message


def test_a_rule_that_crashes_is_told_where_it_is_asked() -> None:
    claim, _ = spoiled(0, 0)
    chosen = tuple(
        replace(rule, check=fails) if rule.id == "npi-invalid" else rule
        for rule in rules().values()
    )
    found = Engine(engine().book, chosen=chosen).check(claim).findings
    assert [item.message for item in found if item.rule == "npi-invalid"] == [
        "npi-invalid could not be evaluated: the rule failed (ZeroDivisionError)."
    ]


def test_what_a_rule_found_before_it_crashed_stays() -> None:
    claim, _ = spoiled(0, 0)
    sound = rules()["npi-invalid"]
    late = Engine(engine().book, chosen=(replace(sound, check=fails_late(sound)),))
    severities = [item.severity for item in late.check(claim).findings]
    assert severities == [Severity.ERROR, Severity.NOT_EVALUATED]


@quick
@given(drawn)
def test_mending_twice_changes_no_more_and_never_adds_revenue(
    case: tuple[Claim, Past],
) -> None:
    claim, history = case
    once = engine().mend(claim, history)
    assert once.claim is not None
    again = engine().mend(once.claim, history)
    assert again.claim == once.claim
    assert again.fixes == ()
    assert again.findings == once.findings
    assert _charged(once.claim) <= _charged(claim)
    assert sum(line.units for line in once.claim.lines) <= sum(line.units for line in claim.lines)
    assert len(once.claim.lines) <= len(claim.lines)
    before = Counter(name for line in claim.lines for name in line.modifiers)
    after = Counter(name for line in once.claim.lines for name in line.modifiers)
    assert not after - before
    if not once.fixes:
        assert once.claim == claim
    assert len(once.fixes) < 100


def _charged(claim: Claim) -> Decimal:
    return sum((line.charge or Decimal(0) for line in claim.lines), Decimal(0))


@pytest.mark.parametrize(
    ("defect", "rule"),
    [
        ("line-twice", "line-twice"),
        ("diagnosis-twice", "diagnosis-repeated"),
        ("cause-after-effect", "cause-after-effect"),
    ],
)
def test_the_only_possible_remedy_is_applied(defect: str, rule: str) -> None:
    place = next(at for at, known in enumerate(defects()) if known.name == defect)
    mended = [engine().mend(*spoiled(number, place)) for number in range(70)]
    fixed = [item for item in mended if any(fix.rule == rule for fix in item.fixes)]
    assert fixed
    for item in fixed:
        assert all(finding.rule != rule for finding in item.findings)


@quick
@given(drawn)
def test_findings_are_complete(case: tuple[Claim, Past]) -> None:
    claim, history = case
    for item in engine().check(claim, history).findings:
        assert isinstance(item.category, Category)
        assert isinstance(item.severity, Severity)
        assert item.message
        assert "{" not in item.message
        assert item.remedy
        assert "{" not in item.remedy
        assert item.authority or item.rule in OF_THE_ENGINE
        assert item.line is None or 1 <= item.line <= len(claim.lines)
        assert item.rule in OF_THE_ENGINE or item.rule in rules()
        assert "the rule failed" not in item.message


@quick
@given(drawn)
def test_a_claim_is_read_back_as_it_was_written(case: tuple[Claim, Past]) -> None:
    claim, _ = case
    if not claim.flaws:
        assert read(claim_as_mapping(claim)) == claim


texts = st.one_of(
    st.sampled_from(["", " ", "\0", "E11.9", "9921", "2026-04-14", "0001-01-01", "9999-12-31"]),
    st.sampled_from(["1e30", "-5", "NaN", "Infinity", "ß", "🦴", "99213", "25", "11", "A0425"]),
    st.text(max_size=6),
)
junk = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**20), 10**20),
        st.floats(),
        texts,
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(texts, st.sampled_from(LINE_FIELDS)), inner, max_size=4),
    ),
    max_leaves=8,
)
diagnosis = st.one_of(
    texts, st.fixed_dictionaries({"code": texts}, optional={"poa": texts, "role": texts}), junk
)
line = st.one_of(
    junk, st.fixed_dictionaries({}, optional={name: st.one_of(texts, junk) for name in LINE_FIELDS})
)
nonsense = st.fixed_dictionaries(
    {"id": st.one_of(texts, junk)},
    optional={
        **{name: st.one_of(texts, junk) for name in CLAIM_FIELDS if name != "id"},
        "type": st.sampled_from(["professional", "institutional", "other"]),
        "payer": st.sampled_from(["medicare", "medicaid", "commercial", "other"]),
        "diagnoses": st.lists(diagnosis, max_size=4),
        "lines": st.lists(line, max_size=3),
        "patient": st.one_of(
            junk, st.fixed_dictionaries({}, optional={"birth_date": texts, "sex": texts})
        ),
    },
)


@settings(quick, max_examples=400)
@given(nonsense)
def test_nonsense_is_a_claim_or_an_input_error(fields: dict[str, Any]) -> None:
    try:
        claim = read(fields)
    except InputError as error:
        assert error.message  # noqa: PT017 - most claims of nonsense are read
        return
    for item in engine().check(claim).findings:
        assert "the rule failed" not in item.message, item.message


strange_texts = st.sampled_from(
    ["", "E11.9", "I10", "S72.141A", "W18.30XA", "Z38.00", "O80", "0", "É10", "\0", "E" * 40,
     "99213", "99214", "11042", "J9271", "A0425", "97110", "90662", "27447", "E0601", "00790",
     "80053"]
)  # fmt: skip
strange_days = st.sampled_from(
    [
        "0001-01-01",
        "9999-12-31",
        "2015-09-30",
        "2026-04-14",
        "2026-04-15",
        "2026-02-30",
        "2031-01-01",
    ]
)
strange_numbers = st.sampled_from(["0", "1", "-1", "1e30", "1e-30", "0.5", "2", "1" * 40, "x"])
strange_line = st.fixed_dictionaries(
    {"code": strange_texts},
    optional={
        "units": strange_numbers,
        "charge": strange_numbers,
        "date": strange_days,
        "end_date": strange_days,
        "modifiers": st.lists(
            st.sampled_from(["25", "RT", "LT", "50", "26", "TC", "", "É", "GP", "JW", "\0", "80"]),
            max_size=5,
        ),
        "place_of_service": st.sampled_from(["11", "21", "41", "", "99", "É"]),
        "revenue_code": st.sampled_from(["0450", "0300", "450", "", "9", "É"]),
        "diagnoses": st.lists(st.integers(-2, 30), max_size=5),
        "ndc": strange_texts,
        "ndc_quantity": strange_numbers,
    },
)
DAYS = (
    *("admission_date", "discharge_date", "statement_from", "statement_to"),
    *("received_date", "accident_date"),
)
FORM_CODES = (
    *("admission_type", "admission_source", "discharge_status", "frequency", "original_claim"),
)
strange = st.fixed_dictionaries(
    {
        "id": st.just("C1"),
        "type": st.sampled_from(["professional", "institutional"]),
        "lines": st.lists(strange_line, max_size=4),
        "diagnoses": st.lists(strange_texts, max_size=4),
    },
    optional={
        "payer": st.sampled_from(["medicare", "medicaid", "commercial"]),
        "bill_type": st.sampled_from(["0131", "0111", "0117", "013", "", "0851", "0211", "XXXX"]),
        "patient": st.fixed_dictionaries(
            {}, optional={"birth_date": strange_days, "sex": st.sampled_from(["F", "M", "U", "?"])}
        ),
        "procedures": st.lists(
            st.fixed_dictionaries(
                {"code": st.sampled_from(["0BH17EZ", "0BH17E", "É", "", "5A1955Z", "10E0XZZ"])},
                optional={"date": strange_days},
            ),
            max_size=3,
        ),
        **dict.fromkeys(DAYS, strange_days),
        **dict.fromkeys(FORM_CODES, st.sampled_from(["", "1", "01", "30", "É", "7", "8"])),
        "total_charge": strange_numbers,
        "condition_codes": st.lists(st.sampled_from(["44", "", "É", "G0"]), max_size=2),
    },
)


@settings(quick, max_examples=600)
@given(strange, st.booleans())
def test_claims_that_contradict_themselves_are_answered(
    fields: dict[str, Any], is_mended: bool
) -> None:
    claim = read(fields)
    answer = engine().mend(claim) if is_mended else engine().check(claim)
    assert all("the rule failed" not in item.message for item in answer.findings), [
        item.message for item in answer.findings if "failed" in item.message
    ]
