"""The principal procedure: definitive before diagnostic, related to the diagnosis first."""

from __future__ import annotations

import pytest

from nosology.codesets.book import SqliteCodeBook
from nosology.coding.inpatient.procedures.coder import ProcedureCoder
from nosology.language.pipeline import Reader
from nosology.model.coding import Procedure
from nosology.model.encounter import encounter_from_mapping


def procedures(
    code_book: SqliteCodeBook, titles: list[str], principal: str
) -> tuple[Procedure, ...]:
    listed = "\n".join(f"{number}. {title}" for number, title in enumerate(titles, 1))
    encounter = encounter_from_mapping(
        {
            "id": "stay",
            "setting": "inpatient-facility",
            "date_of_service": "2026-04-14",
            "text": f"DISCHARGE SUMMARY\nPROCEDURES PERFORMED:\n{listed}\n",
        }
    )
    reading = Reader().read(encounter.record.documents[0], 0)
    coder = ProcedureCoder(code_book, encounter.date_of_service)
    return coder.code(encounter, (reading,), principal).procedures


FILTER = "IVC filter placement"
CHOLECYSTECTOMY = "Laparoscopic cholecystectomy"
LIVER_BIOPSY = "Percutaneous needle biopsy of the left lobe of the liver"
ENDOSCOPY = "EGD"
CENTRAL_LINE = "Right internal jugular central venous catheter placement, tip in SVC"
TRACHEOSTOMY = "Percutaneous tracheostomy"

FIRST = [
    ([FILTER, CHOLECYSTECTOMY], "I82401", "06H03DZ"),
    ([FILTER, CHOLECYSTECTOMY], "K8000", "0FT44ZZ"),
    ([LIVER_BIOPSY, CHOLECYSTECTOMY], "K8000", "0FT44ZZ"),
    ([TRACHEOSTOMY, LIVER_BIOPSY], "K7460", "0FB23ZX"),
    ([CENTRAL_LINE, ENDOSCOPY], "A419", "0DJ08ZZ"),
    ([CENTRAL_LINE, CHOLECYSTECTOMY], "", "0FT44ZZ"),
    ([LIVER_BIOPSY, CHOLECYSTECTOMY], "", "0FT44ZZ"),
]


@pytest.mark.parametrize(("titles", "principal", "first"), FIRST)
def test_the_principal_procedure_is_first(
    code_book: SqliteCodeBook, titles: list[str], principal: str, first: str
) -> None:
    found = procedures(code_book, titles, principal)
    assert found[0].code == first
    assert len(found) > 1


def test_the_reason_is_given_only_where_a_diagnosis_decides(code_book: SqliteCodeBook) -> None:
    titles = [FILTER, CHOLECYSTECTOMY]
    decided = procedures(code_book, titles, "K8000")[0]
    assert "pcs-principal" in {reason.rule for reason in decided.rationale}
    undecided = procedures(code_book, titles, "")[0]
    assert "pcs-principal" not in {reason.rule for reason in undecided.rationale}
    alone = procedures(code_book, [CHOLECYSTECTOMY], "K8000")[0]
    assert "pcs-principal" not in {reason.rule for reason in alone.rationale}
