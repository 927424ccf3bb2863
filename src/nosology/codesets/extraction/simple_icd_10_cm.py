"""Converter of simple-icd-10-cm: the Tabular List, taken as it was published."""

from __future__ import annotations

from nosology.codesets.extraction.conversion import Contents
from nosology.codesets.extraction.writer import ExtractWriter

FILES = {"icd10cm-tabular-April-2025.xml": "simple_icd_10_cm/data/icd10cm-tabular-April-2025.xml"}
"""Name in the extract and in the archive."""


def convert(contents: Contents, writer: ExtractWriter) -> None:
    """Write the file; it is read later by the loader of Tabular Lists."""
    for name, member in FILES.items():
        writer.file(name, contents.read(member))
