"""Which diagnoses need no present-on-admission indicator, for whoever codes or checks a stay."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from nosology.model.code_ranges import CodeRange
from nosology.model.tables import rows, table

_INJURY_LATER = re.compile(r"[ST].{5}[DEFGHJKMNPQRS]")
"""Injuries at a later episode of care and sequelae: seventh characters D and on but A, B and C."""


@lru_cache(maxsize=16384)
def is_exempt(code: str) -> bool:
    """Return whether no indicator is reported for the code, given without a dot.

    Source: the list of exempt codes that CMS publishes with each release.
    """
    if _INJURY_LATER.fullmatch(code):
        return True
    answer = False
    for is_listed, named in _exemptions():
        if named.holds(code):
            answer = is_listed
    return answer


@cache
def _exemptions() -> tuple[tuple[bool, CodeRange], ...]:
    return tuple(
        (row["exempt"] == "yes", CodeRange.parse(row["codes"]))
        for row in rows(table("nosology.model", "poa_exempt.tsv"), ("exempt", "codes", "source"))
    )
