"""The random claims by which editors are compared: the same for a seed, and readable."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pytest
from benchmarks.editors.claims import age_on, inpatient_claims, outpatient_claims
from benchmarks.editors.office import office_claims
from benchmarks.editors.pools import InpatientPools, OutpatientPools

from nosology.codesets.book import SqliteCodeBook
from nosology.codesets.store import connect_read_only
from nosology.model.claim import ClaimKind
from nosology.model.claim_fields import claim_from_mapping

HOW_MANY = 300


@pytest.fixture(scope="module")
def inpatient(code_book: SqliteCodeBook) -> InpatientPools:
    connection = connect_read_only(code_book.path)
    try:
        return InpatientPools.read(connection)
    finally:
        connection.close()


@pytest.fixture(scope="module")
def outpatient(code_book: SqliteCodeBook) -> OutpatientPools:
    connection = connect_read_only(code_book.path)
    try:
        return OutpatientPools.read(connection)
    finally:
        connection.close()


def test_stays_are_the_same_for_a_seed_and_others_for_another(inpatient: InpatientPools) -> None:
    stays = list(inpatient_claims(inpatient, HOW_MANY))
    assert stays == list(inpatient_claims(inpatient, HOW_MANY))
    assert stays[:10] == list(inpatient_claims(inpatient, 10))
    assert stays != list(inpatient_claims(inpatient, HOW_MANY, seed=1))


def test_visits_are_the_same_for_a_seed_and_others_for_another(outpatient: OutpatientPools) -> None:
    visits = list(outpatient_claims(outpatient, HOW_MANY))
    assert visits == list(outpatient_claims(outpatient, HOW_MANY))
    assert visits[:10] == list(outpatient_claims(outpatient, 10))
    assert visits != list(outpatient_claims(outpatient, HOW_MANY, seed=1))


def test_every_stay_is_a_readable_claim_of_an_inpatient(inpatient: InpatientPools) -> None:
    for fields in inpatient_claims(inpatient, HOW_MANY):
        claim = claim_from_mapping(fields)
        assert claim.kind is ClaimKind.INPATIENT
        assert not claim.flaws
        assert claim.admission_date is not None
        assert claim.discharge_date is not None
        assert claim.admission_date <= claim.discharge_date
        assert claim.diagnoses


def test_every_visit_is_a_readable_claim_of_an_outpatient(outpatient: OutpatientPools) -> None:
    for fields in outpatient_claims(outpatient, HOW_MANY):
        claim = claim_from_mapping(fields)
        assert claim.kind is ClaimKind.OUTPATIENT
        assert not claim.flaws
        assert claim.lines
        assert claim.diagnoses
        assert all(
            claim.statement_from <= line.date <= claim.statement_to
            for line in claim.lines
            if line.date and claim.statement_from and claim.statement_to
        )


def test_stays_hold_what_the_edits_are_about(inpatient: InpatientPools) -> None:
    pool, seen = inpatient.diagnoses, Counter[str]()
    for claim in inpatient_claims(inpatient, HOW_MANY):
        day = int(claim["discharge_date"].replace("-", ""))
        codes = [item["code"] for item in claim["diagnoses"]]
        seen["valid"] += all(pool.is_valid(code, day) for code in codes)
        seen["of another year"] += any(
            code in pool.spans and not pool.is_valid(code, day) for code in codes
        )
        seen["heading"] += any(code in inpatient.headings for code in codes)
        seen["again"] += codes[0] in codes[1:]
        seen["unknown sex"] += claim["patient"]["sex"] == "U"
        seen[f"present on admission {claim['diagnoses'][0]['poa']}"] += 1
        age = age_on(claim["patient"]["birth_date"], dt.date.fromisoformat(claim["admission_date"]))
        seen["child"] += age < 18
        seen["very old"] += age > 100
        assert 0 <= age <= 124
    for kind in (
        "valid",
        "of another year",
        "heading",
        "again",
        "unknown sex",
        "child",
        "very old",
    ):
        assert 0 < seen[kind] < HOW_MANY, kind
    assert {f"present on admission {sign}" for sign in ("Y", "N", "U", "W", "1", "")} <= set(seen)


def test_visits_hold_what_the_edits_are_about(outpatient: OutpatientPools) -> None:
    services, seen = outpatient.services, Counter[str]()
    for claim in outpatient_claims(outpatient, HOW_MANY):
        lines = claim["lines"]
        day = int(lines[0]["date"].replace("-", ""))
        codes = [line["code"] for line in lines if "code" in line]
        seen[claim["bill_type"]] += 1
        seen["without a code"] += any("code" not in line for line in lines)
        seen["valid"] += all(services.is_valid(code, day) for code in codes)
        seen["unknown"] += any(code not in services.spans for code in codes)
        seen["with a modifier"] += any(line["modifiers"] for line in lines)
        seen["pair"] += any(_pairs_of(outpatient, codes, day))
    assert {"0131", "0141", "0851"} <= set(seen)
    for kind in ("without a code", "valid", "unknown", "with a modifier"):
        assert 0 < seen[kind] < HOW_MANY, kind
    # Pairs that come up by chance stand beside those that are drawn.
    assert 0.25 < seen["pair"] / HOW_MANY < 0.5


def _pairs_of(pools: OutpatientPools, codes: list[str], day: int) -> Iterator[bool]:
    pairs = pools.pairs
    for code in codes:
        if code in pairs.columns:
            seconds = pairs.seconds[pairs.columns.index(code)]
            yield any(
                other in codes and other != code and pairs.terms[terms].in_force(day)
                for other, terms in seconds
            )


def test_claims_of_practices_have_five_lines_that_point_to_diagnoses(
    outpatient: OutpatientPools,
) -> None:
    claims = list(office_claims(outpatient, HOW_MANY))
    assert claims == list(office_claims(outpatient, HOW_MANY))
    for fields in claims:
        claim = claim_from_mapping(fields)
        assert claim.kind is ClaimKind.PROFESSIONAL
        assert not claim.flaws
        assert len(claim.lines) == 5
        assert len({line.code for line in claim.lines}) == 5
        for line in claim.lines:
            assert line.diagnoses
            assert all(1 <= pointer <= len(claim.diagnoses) for pointer in line.diagnoses)


def test_claims_of_practices_have_valid_codes(
    inpatient: InpatientPools, outpatient: OutpatientPools
) -> None:
    for claim in office_claims(outpatient, HOW_MANY):
        day = int(claim["lines"][0]["date"].replace("-", ""))
        assert all(inpatient.diagnoses.is_valid(item["code"], day) for item in claim["diagnoses"])
        assert all(outpatient.services.is_valid(line["code"], day) for line in claim["lines"])
