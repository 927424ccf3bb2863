"""The order of reporting: the principal procedure first, then what else was done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from nosology.coding.inpatient.procedures.completing import Built
from nosology.coding.rules import because
from nosology.model.tables import rows, table

_PACKAGE = "nosology.coding.inpatient.procedures"
_DEFINITIVE, _ANCILLARY = "definitive", "ancillary"
_LAST = 99
_CATEGORY = 3


@dataclass(frozen=True, slots=True)
class _Weight:
    codes: re.Pattern[str]
    kind: str
    weight: int


def ordered(coded: Sequence[Built], principal: str) -> list[Built]:
    """Return the procedures in reporting order.

    What was done for definitive treatment of the principal diagnosis is first, then what was done
    to find out about it, then the treatment and the study of other conditions, and last what
    serves other procedures.

    Args:
        coded: the procedures that are reported.
        principal: the principal diagnosis without a dot; empty where it is not known.
    """
    related = _related_to(principal)
    result = sorted(coded, key=lambda item: _rank(item, related))
    if len(result) > 1 and related and result[0].code.startswith(related):
        first = result[0]
        why = (*first.rationale, because("pcs-principal", f"{principal}."))
        result[0] = replace(first, rationale=why)
    return result


def _rank(item: Built, related: tuple[str, ...]) -> tuple[int, int, str]:
    kind, weight = _weighed(item.code)
    is_related = bool(related) and item.code.startswith(related)
    if kind == _ANCILLARY:
        place = 1 if is_related else 5
    elif is_related:
        place = 0 if kind == _DEFINITIVE else 2
    else:
        place = 3 if kind == _DEFINITIVE else 4
    date = item.act.date.isoformat() if item.act.date else "9999"
    return place, weight, date


def _weighed(code: str) -> tuple[str, int]:
    found = next((line for line in _weights() if line.codes.match(code)), None)
    return (found.kind, found.weight) if found else (_DEFINITIVE, _LAST)


@cache
def _weights() -> tuple[_Weight, ...]:
    return tuple(
        _Weight(re.compile(row["codes"].replace("?", ".")), row["kind"], int(row["weight"]))
        for row in rows(table(_PACKAGE, "weights.tsv"), ("codes", "kind", "weight"))
    )


def _related_to(diagnosis: str) -> tuple[str, ...]:
    """The beginnings of the codes that treat the diagnosis, or look into it."""
    if not diagnosis:
        return ()
    for spans, procedures in _related():
        first, _, last = spans.partition("-")
        if diagnosis.startswith(first) or (last and first <= diagnosis[:_CATEGORY] <= last):
            return procedures
    return ()


@cache
def _related() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (row["diagnoses"], tuple(row["procedures"].split()))
        for row in rows(table(_PACKAGE, "related.tsv"), ("diagnoses", "procedures"))
    )
