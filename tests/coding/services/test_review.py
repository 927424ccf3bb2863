from __future__ import annotations

import pytest

from nosology.coding.rules import because
from nosology.coding.services.review import compare
from nosology.model.code import System
from nosology.model.coding import Coding, Evidence, Rationale, Service
from nosology.model.errors import InputError
from nosology.model.review import Review, Verdict, claim_lines

WORDS = (Evidence(0, 0, 4, "Knee"),)


def service(
    code: str, *modifiers: str, units: int = 1, rationale: tuple[Rationale, ...] = ()
) -> Service:
    return Service(code, System.CPT, "plain", 0.9, WORDS, rationale, modifiers, units)


ANSWER = Coding(
    "E1",
    (),
    "0",
    services=(
        service("99213", "25"),
        service("20611", "RT", rationale=(because("edit-included", "(76942 in 20611)"),)),
        service("J3301", units=4),
    ),
    suggestions=(service("12001"),),
)


def reviewed(*lines: object) -> Review:
    return compare(claim_lines({"id": "C1", "lines": list(lines)}), ANSWER)


def verdicts(review: Review) -> list[tuple[str, str]]:
    return [(item.verdict.value, item.code) for item in review.lines]


def test_what_is_billed_as_supported() -> None:
    review = reviewed(
        {"code": "99213", "modifiers": ["25"]},
        {"code": "20611", "modifiers": ["RT"], "units": 1, "charge": "100.00"},
        {"code": "J3301", "units": 4},
    )
    assert [item.verdict for item in review.lines] == [Verdict.SUPPORTED] * 3


def test_a_higher_level_other_modifiers_and_other_units_differ() -> None:
    review = reviewed(
        {"code": "99214", "modifiers": ["25"]}, {"code": "20611"}, {"code": "J3301", "units": 40}
    )
    assert verdicts(review) == [("differs", "99214"), ("differs", "20611"), ("differs", "J3301")]
    assert [item.text for item in review.lines] == [
        "The record supports 99213, not 99214.",
        "The record supports modifier RT, not none.",
        "The record supports 4 units, not 40.",
    ]
    assert all("review-differs" in {r.rule for r in item.rationale} for item in review.lines)


def test_what_the_record_does_not_support_says_why() -> None:
    review = reviewed({"code": "76942"}, {"code": "12001"}, {"code": "93000"})
    unsupported = review.of(Verdict.UNSUPPORTED)
    assert [item.text for item in unsupported] == [
        "It is part of 20611, which the record supports.",
        "The record tells of it, but not so that it may be billed.",
        "The record holds no words that support it.",
    ]
    assert [bool(item.evidence) for item in unsupported] == [True, True, False]
    assert [item.code for item in review.of(Verdict.MISSED)] == ["99213", "20611", "J3301"]


def test_a_line_stands_for_one_service_only() -> None:
    review = reviewed({"code": "99213", "modifiers": ["25"]}, {"code": "99214"})
    assert verdicts(review)[:2] == [("supported", "99213"), ("unsupported", "99214")]


def test_the_exact_line_is_taken_before_the_like() -> None:
    review = reviewed({"code": "99214"}, {"code": "99213", "modifiers": ["25"]})
    assert verdicts(review)[:2] == [("unsupported", "99214"), ("supported", "99213")]


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [
        ("review-differs", Verdict.DIFFERS),
        ("review-unsupported", Verdict.UNSUPPORTED),
        ("review-missed", Verdict.MISSED),
    ],
)
def test_a_rule_gives_its_own_verdict_and_no_other(rule: str, verdict: Verdict) -> None:
    review = reviewed({"code": "99214", "modifiers": ["25"]}, {"code": "93000"}, {"code": "J3301"})
    given = {line.verdict for line in review.lines if rule in {r.rule for r in line.rationale}}
    assert given == {verdict}


def test_json_fields() -> None:
    (line, *_, missed) = reviewed({"code": "20611"}).as_json()["review"]
    assert (line["verdict"], line["line"], line["units"]) == ("differs", 1, 1)
    assert line["service"]["modifiers"] == ["RT"]
    assert (missed["verdict"], missed["line"], missed["code"]) == ("missed", None, "J3301")


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ("text", "must be a claim with a list 'lines'"),
        ({"id": "C1"}, "must be a claim with a list 'lines'"),
        (["99213"], "line 1: must be an object"),
        ([{"code": "99213"}, {"code": 99213}], "line 2: field 'code'"),
        ([{"code": "992130"}], "field 'code'"),
        ([{"code": "99213", "modifiers": "25"}], "field 'modifiers'"),
        ([{"code": "99213", "units": 0}], "field 'units'"),
        ([{"code": "99213", "units": True}], "field 'units'"),
        ([{"code": "99213", "unit": 1}], "unknown field 'unit'"),
    ],
)
def test_what_is_wrong_with_a_claim_is_named(claim: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        claim_lines(claim)
