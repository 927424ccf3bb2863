"""What the words of a reference mean."""

from __future__ import annotations

import pytest

from nosology.codesets.index.data_sets import Table
from nosology.codesets.index.references import Reference, read_reference


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Pain, abdominal", Reference(None, ("Pain", "abdominal"))),
        ("- Disorder, hemorrhagic", Reference(None, ("Disorder", "hemorrhagic"))),
        ("condition", Reference(is_general=True)),
        ("category M01", Reference(category="M01")),
        ("subcategory M14.8-", Reference(category="M148")),
        ("Burn, by site", Reference(None, ("Burn",), is_general=True)),
        ("by site", Reference(is_general=True)),
        ("", Reference(is_general=True)),
        ("Neoplasm, bone, benign", Reference(Table.NEOPLASM, ("Neoplasm", "bone"), 5)),
        (
            "Neoplasm, by site, malignant",
            Reference(Table.NEOPLASM, ("Neoplasm",), 2, is_general=True),
        ),
        (
            "Neoplasm, uncertain behavior, by site",
            Reference(Table.NEOPLASM, ("Neoplasm",), 6, is_general=True),
        ),
        ("Table of Neoplasms, ileum", Reference(Table.NEOPLASM, ("Neoplasm", "ileum"))),
        ("Table of Drugs and Chemicals", Reference(Table.DRUG)),
        (
            "Table of Drugs and Chemicals, by drug, adverse effect",
            Reference(Table.DRUG, (), 6, is_general=True),
        ),
        (
            "Table of Drugs and Chemicals, categories T36-T50, with 6th character 5",
            Reference(Table.DRUG, (), 6),
        ),
        (
            "Table of Drugs and Chemicals, alcohol, poisoning",
            Reference(Table.DRUG, ("alcohol",), 2),
        ),
    ],
)
def test_a_reference_is_taken_apart(text: str, meaning: Reference) -> None:
    assert read_reference(text) == meaning
