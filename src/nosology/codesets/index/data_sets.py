"""The indexes there are, and the columns of those that are tables."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from nosology.model.code import System


class Table(StrEnum):
    """An index or table, as the command line names it."""

    DISEASES = "diseases"
    NEOPLASM = "neoplasm"
    EXTERNAL_CAUSE = "external-cause"
    DRUG = "drug"
    PROCEDURES = "procedures"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        name: as an answer calls it.
        words: as a table's heading, a reference or a query has it; the first is the fullest.
    """

    name: str
    words: tuple[str, ...]


DATA_SETS: dict[Table, str] = {
    Table.DISEASES: "icd10cm-index",
    Table.NEOPLASM: "icd10cm-neoplasm-table",
    Table.EXTERNAL_CAUSE: "icd10cm-external-cause-index",
    Table.DRUG: "icd10cm-drug-table",
    Table.PROCEDURES: "icd10pcs-index",
}

TABLES: dict[System, tuple[Table, ...]] = {
    # In the order in which they are asked: of two that answer equally well, the first answers.
    System.ICD10CM: (Table.DISEASES, Table.NEOPLASM, Table.EXTERNAL_CAUSE, Table.DRUG),
    System.ICD10PCS: (Table.PROCEDURES,),
}

FILES: dict[Table, str] = {
    Table.DISEASES: "the Alphabetic Index (icd-10-cm-index-YYYY.xml)",
    Table.NEOPLASM: "the Neoplasm Table (icd-10-cm-neoplasm-YYYY.xml)",
    Table.EXTERNAL_CAUSE: "the External Cause Index (icd-10-cm-eindex-YYYY.xml)",
    Table.DRUG: "the Table of Drugs and Chemicals (icd-10-cm-drug-YYYY.xml)",
    Table.PROCEDURES: "the ICD-10-PCS Index (icd10pcs_index_YYYY.xml)",
}
"""What is to be loaded where a table is not there."""

COLUMNS: dict[Table, dict[int, Column]] = {
    Table.NEOPLASM: {
        2: Column("primary", ("malignant primary", "malignant", "primary")),
        3: Column(
            "secondary", ("malignant secondary", "secondary", "metastatic", "metastasis", "mets")
        ),
        4: Column("in_situ", ("in situ", "carcinoma in situ", "ca in situ")),
        5: Column("benign", ("benign",)),
        6: Column("uncertain", ("uncertain behavior", "uncertain")),
        7: Column("unspecified", ("unspecified behavior",)),
    },
    Table.DRUG: {
        2: Column(
            "accidental",
            ("poisoning accidental", "poisoning unintentional", "accidental", "poisoning"),
        ),
        3: Column(
            "self_harm",
            (
                *("poisoning intentional self-harm", "intentional self-harm", "self-harm"),
                *("suicide", "suicide attempt"),
            ),
        ),
        4: Column("assault", ("poisoning assault", "assault")),
        5: Column("undetermined", ("poisoning undetermined", "undetermined")),
        6: Column("adverse_effect", ("adverse effect", "adverse effects", "with 6th character 5")),
        7: Column("underdosing", ("underdosing",)),
    },
}
