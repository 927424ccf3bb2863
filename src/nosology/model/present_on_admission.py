"""Which diagnoses need no present-on-admission indicator, for whoever codes or checks a stay."""

from __future__ import annotations

from functools import cache, lru_cache

from nosology.model.code_ranges import CodeRange
from nosology.model.tables import parts, rows, table

COLUMNS = ("exempt", "codes", "seventh", "source")
_SEVENTH = 6


@lru_cache(maxsize=16384)
def is_exempt(code: str) -> bool:
    """Return whether no indicator is reported for the code, given without a dot.

    Source: the list of exempt codes that CMS publishes with each release.
    """
    answer = False
    for is_listed, named, sevenths in _exemptions():
        if named.holds(code) and (not sevenths or code[_SEVENTH:] in sevenths):
            answer = is_listed
    return answer


@cache
def _exemptions() -> tuple[tuple[bool, CodeRange, frozenset[str]], ...]:
    return tuple(
        (row["exempt"] == "yes", CodeRange.parse(row["codes"]), frozenset(parts(row["seventh"])))
        for row in rows(table("nosology.model", "poa_exempt.tsv"), COLUMNS)
    )
