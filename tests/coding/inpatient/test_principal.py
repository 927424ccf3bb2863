"""The principal diagnosis: which code may stand first, and which does."""

from __future__ import annotations

import pytest

from nosology.model.code import dotted
from nosology.model.coding import Role
from nosology.model.encounter import encounter_from_mapping
from nosology.workflow.code import Coder


def answered(coder: Coder, text: str) -> list[tuple[str, Role, str | None]]:
    coding = coder.code(
        encounter_from_mapping(
            {
                "id": "stay",
                "setting": "inpatient-facility",
                "date_of_service": "2026-04-14",
                "text": text,
            }
        )
    )
    return [(dotted(item.code), item.role, item.poa) for item in coding.icd10cm]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DISCHARGE DIAGNOSES\n1. Acute pancreatitis\n2. Gout", "K85.90"),
        ("Secondary diagnosis: Gout\nPrincipal diagnosis: Acute pancreatitis", "K85.90"),
        (
            "DISCHARGE DIAGNOSES\n"
            "1. Acute pancreatitis, developed on hospital day 4\n2. Acute cystitis",
            "N30.00",
        ),
        (
            "Admitted with acute pancreatitis.\nDISCHARGE DIAGNOSES\n"
            "1. Hypothyroidism\n2. Acute pancreatitis",
            "K85.90",
        ),
        (
            "Admitted with acute pancreatitis.\n"
            "Principal diagnosis: Hypothyroidism\nSecondary diagnosis: Acute pancreatitis",
            "E03.9",
        ),
        ("DISCHARGE DIAGNOSES\n1. Do not resuscitate\n2. Acute cystitis", "N30.00"),
    ],
)
def test_first(coder: Coder, text: str, expected: str) -> None:
    code, role, _ = answered(coder, text)[0]
    assert (code, role) == (expected, Role.PRINCIPAL)


def test_a_principal_diagnosis_leaves_no_question_whether_it_was_there(coder: Coder) -> None:
    text = "DISCHARGE DIAGNOSES\n1. Hypokalemia\n2. {}"
    alone = answered(coder, text.format("Gout"))
    second = answered(coder, "DISCHARGE DIAGNOSES\n1. Gout\n2. Hypokalemia")
    assert ("E87.6", Role.PRINCIPAL, "Y") in alone
    assert ("E87.6", Role.SECONDARY, "U") in second


def test_causes_stay_before_what_they_cause(coder: Coder) -> None:
    """The label of a code that the Tabular List puts second does not put it first."""
    text = (
        "Principal diagnosis: Acute systolic heart failure\n"
        "Secondary diagnosis: Hypertensive heart disease"
    )
    assert [code for code, _, _ in answered(coder, text)] == ["I11.0", "I50.21"]
