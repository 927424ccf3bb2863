"""What every term may be typed as, for search."""

from __future__ import annotations

from pathlib import Path

from nosology.codesets.index import index_wordings
from tests.codesets.loaders.icd10_files import BOOKS, store_of, written


def test_every_term_that_leads_to_a_code_has_its_wordings(tmp_path: Path) -> None:
    with store_of(written(tmp_path, name) for name in BOOKS) as rows:
        found = list(index_wordings(rows))
    wordings = dict(found)
    assert len(found) == len(wordings), "no wording leads to two codes here"
    assert wordings["fracture sudden crank lower end"] == "S101-"
    assert wordings["fracture sudden forced"] == "S109"
    # Every form of a title, and the first alone.
    assert wordings["pain due to rust"] == "R521"
    assert wordings["pain pains painful nec due to rust"] == "R521"
    # References.
    assert wordings["ache dull"] == "R52"
    assert wordings["fracture sudden crank bottom end"] == "S101-"
    assert wordings["ointment poisoning assault"] == "T513X3"
    assert not any(
        wording.startswith(("circle", "crank", "cancer", "aching")) for wording in wordings
    )
    # Rows of tables, a column each.
    assert wordings["neoplasm wheel benign"] == "D24-"
    assert wordings["neoplasm wheel rim malignant secondary"] == "C7981"
    assert wordings["oil nec adverse effect"] == "T513X5"
    assert "neoplasm wheel in situ" not in wordings
    assert wordings["fall from off crane"] == "W11"


def test_procedures_are_left_to_their_titles(tmp_path: Path) -> None:
    with store_of([written(tmp_path, "icd10pcs_index_2025.xml")]) as rows:
        assert list(index_wordings(rows)) == []
