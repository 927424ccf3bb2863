"""Strict reader of the gold cases: short records with the codes that a careful coder reports.

A case file is a YAML list. Fields of a case: ``id``; ``title``; ``setting``; ``text``, or
``documents`` with ``type``, ``author``, ``date`` and ``text``; ``codes``, all that must be reported
in reporting order; ``trap``, what tempts to code otherwise; ``authority``; optionally ``date``,
``age``, ``sex``; ``may``, what may be reported or not; ``never``, codes or categories that must not
be reported; ``poa``, indicators by code; ``queries``, topics that must be asked. An unknown field
fails.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from nosology.model.encounter import Encounter
from tests.coding.gold_encounters import encounter_of

FOLDER = Path(__file__).parent / "gold"
REQUIRED = frozenset({"codes"})
OPTIONAL = frozenset({"may", "never", "poa", "queries"})


@dataclass(frozen=True, slots=True)
class GoldCase:
    """A record and what must and must not follow; codes with their dots."""

    id: str
    encounter: Encounter
    codes: tuple[str, ...]
    may: frozenset[str] = frozenset()
    never: tuple[str, ...] = ()
    poa: dict[str, str] = field(default_factory=dict)
    queries: frozenset[str] = frozenset()
    trap: str = ""
    authority: str = ""

    def __str__(self) -> str:
        return self.id


def gold_cases(name: str = "*") -> list[GoldCase]:
    """Return the cases of the files of that name, file by file."""
    return [
        _case(fields)
        for path in sorted(FOLDER.glob(f"{name}.yaml"))
        for fields in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def _case(fields: dict[str, Any]) -> GoldCase:
    encounter = encounter_of(fields, REQUIRED, OPTIONAL)
    return GoldCase(
        id=encounter.id,
        encounter=encounter,
        codes=tuple(map(str, fields["codes"])),
        may=frozenset(map(str, fields.get("may", ()))),
        never=tuple(map(str, fields.get("never", ()))),
        poa={str(code): str(value) for code, value in fields.get("poa", {}).items()},
        queries=frozenset(fields.get("queries", ())),
        trap=fields["trap"],
        authority=fields["authority"],
    )
