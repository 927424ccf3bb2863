"""Strict reader of the gold cases of services: short records with what a careful coder bills.

A case file is a YAML list. Fields of a case: ``id``; ``title``; ``setting``; ``text``, or
``documents`` with ``type``, ``author``, ``date`` and ``text``; ``services``, all that must be
reported, each with ``code`` and optionally ``modifiers``, ``units`` and ``dx``, pointers that must
be among the service's; ``trap``; ``authority``; optionally ``date``, ``age``, ``sex``, ``payer``,
``status``; ``may``, codes that may be reported or not; ``never``, codes, or codes with a modifier
(``45378-53``), that must not be billed; ``suggestions``, codes that must
be suggested; ``queries``, topics that must be asked. An unknown field fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from nosology.model.encounter import Encounter
from tests.coding.gold_encounters import encounter_of

FOLDER = Path(__file__).parent / "gold_services"
REQUIRED = frozenset({"services"})
OPTIONAL = frozenset({"payer", "status", "may", "never", "suggestions", "queries"})
LINE_FIELDS = frozenset({"code", "modifiers", "units", "dx"})


@dataclass(frozen=True, slots=True)
class Line:
    """A service that must be billed."""

    code: str
    modifiers: frozenset[str]
    units: Decimal
    dx: tuple[str, ...]

    @property
    def billed(self) -> tuple[str, frozenset[str], Decimal]:
        """What must agree for a line to be right."""
        return (self.code, self.modifiers, self.units)


@dataclass(frozen=True, slots=True)
class ServiceCase:
    """A record and what must and must not be billed for it."""

    id: str
    encounter: Encounter
    services: tuple[Line, ...]
    may: frozenset[str]
    never: frozenset[str]
    suggestions: frozenset[str]
    queries: frozenset[str]
    trap: str
    authority: str

    def __str__(self) -> str:
        return self.id


def service_cases(name: str = "*") -> Iterator[ServiceCase]:
    """Yield the cases of the files of that name, file by file."""
    for path in sorted(FOLDER.glob(f"{name}.yaml")):
        for fields in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield case_of(fields)


def case_of(fields: dict[str, Any]) -> ServiceCase:
    """Return the case that the fields describe; an unknown or missing one fails."""
    encounter = encounter_of(fields, REQUIRED, OPTIONAL)
    return ServiceCase(
        id=encounter.id,
        encounter=encounter,
        services=tuple(_line(encounter.id, line) for line in fields["services"]),
        may=frozenset(map(str, fields.get("may", ()))),
        never=frozenset(map(str, fields.get("never", ()))),
        suggestions=frozenset(map(str, fields.get("suggestions", ()))),
        queries=frozenset(fields.get("queries", ())),
        trap=fields["trap"],
        authority=fields["authority"],
    )


def _line(name: str, fields: dict[str, Any]) -> Line:
    unknown = fields.keys() - LINE_FIELDS
    assert not unknown, f"{name}: unknown fields {sorted(unknown)} of a service"
    return Line(
        str(fields["code"]),
        frozenset(map(str, fields.get("modifiers", ()))),
        Decimal(str(fields.get("units", 1))),
        tuple(map(str, fields.get("dx", ()))),
    )
