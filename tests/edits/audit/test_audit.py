"""Claims as billers send them: the clean ones are let pass, and the planted defects are found.

Both sets were written from the published rules before the editor was asked. A record of
``defective.jsonl`` names the categories of which one must be found, as gravely as ``severity``
says; it has none where the claim only goes before another of the same patient. ``data`` is what a
list says that users add.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from nosology.edits.case_data import CaseFacts
from nosology.edits.engine import Engine
from nosology.model.claim import Claim
from nosology.model.claim_fields import claim_from_mapping
from nosology.model.facts import FactBook
from nosology.model.finding import Category, Finding, Severity

FOLDER = Path(__file__).parent
_GRAVE = frozenset({Severity.ERROR, Severity.WARNING})
_ORDER = (Severity.ERROR, Severity.WARNING, Severity.ADVISORY, Severity.NOT_EVALUATED)
_FEWEST = 160
_FEWEST_OF_CATEGORY = 4


@cache
def _records(name: str) -> tuple[dict[str, Any], ...]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


def _named(name: str) -> list[Any]:
    return [pytest.param(record, id=record["claim"]["id"]) for record in _records(name)]


def _claims(record: dict[str, Any], name: str) -> list[Claim]:
    """Return the claim behind the patient's earlier ones."""
    claim = record["claim"]
    patient = claim["patient"].get("id")
    if patient is None:
        return [claim_from_mapping(claim)]
    of_patient = [
        other["claim"] for other in _records(name) if other["claim"]["patient"].get("id") == patient
    ]
    return [claim_from_mapping(item) for item in of_patient[: of_patient.index(claim) + 1]]


def _findings(record: dict[str, Any], name: str, facts: FactBook) -> tuple[Finding, ...]:
    book = CaseFacts(facts, record["data"]) if "data" in record else facts
    *_, last = Engine(book=book).check_all(_claims(record, name))
    return last.findings


@pytest.mark.parametrize("record", _named("clean.jsonl"))
def test_a_clean_claim_is_let_pass(record: dict[str, Any], facts: FactBook) -> None:
    found = _findings(record, "clean.jsonl", facts)
    grave = [(item.rule, item.message) for item in found if item.severity in _GRAVE]
    assert grave == [], record["why"]


@pytest.mark.parametrize("record", _named("defective.jsonl"))
def test_a_planted_defect_is_found(record: dict[str, Any], facts: FactBook) -> None:
    found = _findings(record, "defective.jsonl", facts)
    if record["categories"]:
        graves = [item.severity for item in found if item.category.value in record["categories"]]
        assert graves, record["why"]
        assert min(map(_ORDER.index, graves)) <= _ORDER.index(Severity(record["severity"]))
    else:
        grave = [(item.rule, item.message) for item in found if item.severity in _GRAVE]
        assert grave == [], record["why"]


def test_every_category_has_its_defects() -> None:
    told = [category for record in _records("defective.jsonl") for category in record["categories"]]
    assert {item.value for item in Category} == set(told)
    assert min(told.count(item) for item in set(told)) >= _FEWEST_OF_CATEGORY
    assert min(len(_records("clean.jsonl")), len(_records("defective.jsonl"))) >= _FEWEST
