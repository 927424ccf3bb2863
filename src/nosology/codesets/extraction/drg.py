"""Converter of drg: titles of ICD-10-PCS codes."""

from __future__ import annotations

from nosology.codesets.extraction.conversion import Contents
from nosology.codesets.extraction.delimited import read_rows
from nosology.codesets.extraction.writer import ExtractWriter

MEMBER = "drg/data/tuva/icd_10_pcs.csv"
PROCEDURE_TITLES = ("code", "title")


def convert(contents: Contents, writer: ExtractWriter) -> None:
    """Write the list of procedure codes with their titles."""
    rows = ((code, title) for code, title in read_rows(contents, MEMBER, 2))
    writer.table("procedure_titles", PROCEDURE_TITLES, rows)
