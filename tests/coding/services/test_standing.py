"""What a record says of a procedure: done here and now, planned, past, refused or spoken of."""

from __future__ import annotations

from functools import cache

import pytest

from nosology.coding.services.acts import Standing
from nosology.coding.services.finding import ActFinder, service_terms
from nosology.language.pipeline import Reader
from nosology.model.encounter import encounter_from_mapping


@cache
def finder() -> ActFinder:
    return ActFinder(service_terms())


def standings(text: str, concept: str, setting: str = "office") -> set[Standing]:
    encounter = encounter_from_mapping({"id": "E", "setting": setting, "text": text})
    readings = [Reader().read(document) for document in encounter.record.documents]
    acts = finder()(encounter, readings)
    return {act.standing for act in acts if act.concept.name == concept}


@pytest.mark.parametrize(
    "text",
    [
        "Procedure: Left knee injection with 40 mg of Kenalog. Tolerated well.",
        "PLAN:\n1. Knee osteoarthritis: knee injection, consent, lido, 40 mg in, tolerated.",
        "Assessment and plan: After discussion, knee injection performed today.",
        "Knee injection today as planned at last week's visit.",
        "Knee injection number 2 of 3 per plan.",
    ],
)
def test_done(text: str) -> None:
    assert standings(text, "joint-injection") == {Standing.DONE}


@pytest.mark.parametrize(
    "text",
    [
        "Plan: knee injection next visit.",
        "Knee injection scheduled for next week.",
        "Plan: will proceed with knee injection once authorized.",
    ],
)
def test_ordered(text: str) -> None:
    assert standings(text, "joint-injection") == {Standing.ORDERED}


@pytest.mark.parametrize(
    "text",
    [
        "Left knee injection done by ortho last week.",
        "Had a knee injection 3 months ago with relief.",
        "Hx knee injection 2023.",
        "s/p knee injection, doing well.",
    ],
)
def test_past(text: str) -> None:
    assert standings(text, "joint-injection") == {Standing.PAST}


@pytest.mark.parametrize(
    "text",
    [
        "Consent form printed for knee injection but he declined.",
        "Offered knee injection, refused.",
        "Knee injection deferred today.",
    ],
)
def test_not_done(text: str) -> None:
    assert standings(text, "joint-injection") == {Standing.NOT_DONE}


@pytest.mark.parametrize(
    "text",
    [
        "Risks and benefits of knee injection were discussed.",
        "Would consider knee injection if no better.",
    ],
)
def test_named(text: str) -> None:
    assert standings(text, "joint-injection") == {Standing.NAMED}


def test_what_drains_by_itself_was_not_drained() -> None:
    text = "Abscess right axilla, spontaneously drained."
    assert Standing.DONE not in standings(text, "abscess-drainage")


def test_a_specimen_sent_to_pathology_does_not_order_the_excision() -> None:
    text = "Cyst excised in one piece, sent to pathology."
    assert standings(text, "lesion-excision") == {Standing.DONE}


def test_technique_tells_of_procedures_alone() -> None:
    text = "Plan: 1% lidocaine, 4-0 nylon; CBC and BMP after lidocaine."
    assert Standing.DONE not in standings(text, "complete-blood-count")


@pytest.mark.parametrize(
    ("text", "concept", "standing"),
    [
        ("Plan: We will administer the knee injection today.", "joint-injection", "ordered"),
        ("Plan: We will administer the knee injection. It was given today.", "joint-injection", ""),
        ("Plan: I am going to repeat an EKG today.", "electrocardiogram", "ordered"),
        ("Plan: We will repeat an EKG today, obtained and normal.", "electrocardiogram", "done"),
        ("Plan: We will perform a rapid strep test today.", "rapid-strep", "ordered"),
        ("Rapid strep test performed today is negative.", "rapid-strep", "done"),
        ("Plan: An EKG will also be ordered today.", "electrocardiogram", "ordered"),
        ("Plan: An EKG was ordered and done today.", "electrocardiogram", "done"),
        ("Plan: Given her lack of symptoms, the EGD can wait.", "upper-endoscopy", ""),
        ("Plan: I am comfortable foregoing the EGD for now.", "upper-endoscopy", "not done"),
        ("Her lumpectomy was followed by adjuvant radiation.", "lumpectomy", "past"),
        ("His EKG from the emergency room was normal.", "electrocardiogram", "past"),
    ],
)
def test_what_dictation_says_of_today(text: str, concept: str, standing: str) -> None:
    found = standings(text, concept)
    if standing:
        assert found == {Standing(standing)}
    else:
        assert found
        assert Standing.DONE not in found
