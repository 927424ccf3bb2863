"""Every loader there is, and the one that recognizes a file."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from nosology.codesets.loaders.contract import Loader
from nosology.codesets.loaders.publication import Publication

# Asked in this order, those first whose files have a mark that no other file has. Each module has a
# tuple LOADERS.
MODULES = (
    "icd10cm_tabular",
    "icd10cm_index",
    "icd10cm_table",
    "icd10pcs_tables",
    "icd10pcs_index",
    "icd10pcs_definitions",
    "icd10_order",
    "hcpcs",
    "ptp",
    "mue",
    "add_on",
    "mpfs",
    "gpci",
    "localities",
    "anesthesia",
    "asp",
    "ndc",
    "coverage",
    "ccsr",
    "gems",
    "hcc",
    "cpt",
)

# A file that tells less of an edition never replaces one that tells more: loader -> those whose
# editions it leaves alone.
TELLS_LESS_THAN: dict[str, frozenset[str]] = {
    "icd10-codes": frozenset({"icd10-order", "icd10cm-tabular", "tabular-xml"}),
    "icd10-order": frozenset({"icd10cm-tabular", "tabular-xml"}),
}


@cache
def loaders() -> tuple[Loader, ...]:
    """Return every loader, in the order in which they are asked."""
    return tuple(
        loader for module in MODULES for loader in import_module(f"{__package__}.{module}").LOADERS
    )


def recognize(publication: Publication) -> Loader | None:
    """Return the first loader that recognizes the file; None where none does."""
    return next((loader for loader in loaders() if loader.recognizes(publication)), None)


def loader_named(name: str) -> Loader | None:
    """Return the loader of that name."""
    return next((loader for loader in loaders() if loader.name == name), None)


def what_is_read() -> tuple[str, ...]:
    """Return the titles of the files that are read, each once."""
    return tuple(dict.fromkeys(loader.title for loader in loaders()))
