"""Short records of what was given, with the lines of one area that they support, as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nosology.coding.services.catalogue import catalogue
from nosology.coding.services.drugs.doses import former_codes
from nosology.model.coding import Coding
from nosology.model.encounter import Encounter, encounter_from_mapping

ON = "2026-04-14"
FIELDS = frozenset(
    {
        *("id", "text", "setting", "payer", "age", "sex", "date"),
        *("lines", "suggested", "asked", "rules", "ndc"),
    }
)


@dataclass(frozen=True, slots=True)
class Supplied:
    """A record and the lines of the area, each written ``J1885-JZ x4``.

    Attributes:
        rules: ids that the rationale of some line must cite.
    """

    id: str
    encounter: Encounter
    lines: tuple[str, ...]
    suggested: tuple[str, ...]
    asked: tuple[str, ...]
    rules: frozenset[str]
    ndc: str

    def __str__(self) -> str:
        return self.id


def supplied_cases(path: Path) -> Iterator[Supplied]:
    """Yield the cases of a file; an unknown field fails."""
    for fields in yaml.safe_load(path.read_text(encoding="utf-8")):
        unknown = fields.keys() - FIELDS
        assert not unknown, f"{fields.get('id')}: unknown fields {sorted(unknown)}"
        yield _case(fields)


def _case(fields: dict[str, Any]) -> Supplied:
    told: dict[str, Any] = {
        "id": fields["id"],
        "text": fields["text"],
        "setting": fields.get("setting", "office"),
        "date_of_service": str(fields.get("date", ON)),
        "payer": fields.get("payer", "commercial"),
        "patient_age": fields.get("age", 50),
    }
    if "sex" in fields:
        told["patient_sex"] = fields["sex"]
    return Supplied(
        fields["id"],
        encounter_from_mapping(told),
        tuple(fields.get("lines", ())),
        tuple(map(str, fields.get("suggested", ()))),
        tuple(fields.get("asked", ())),
        frozenset(fields.get("rules", ())),
        str(fields.get("ndc", "")),
    )


def lines_of(answer: Coding, area: str) -> list[str]:
    """Return the answered lines of the area as the cases write them, sorted."""
    known = {entry.code for entry in _entries() if entry.area == area}
    if area == "drugs":
        known |= {former.code for former in former_codes()}
    return sorted(
        f"{'-'.join((item.code, *item.modifiers))} x{item.units}"
        for item in answer.services
        if item.code in known
    )


def assert_supports(answer: Coding, case: Supplied, area: str) -> None:
    """Assert that the answer holds the lines of the case, and of the area no others."""
    assert lines_of(answer, area) == sorted(case.lines)
    assert set(case.suggested) <= {item.code for item in answer.suggestions}
    assert set(case.asked) <= {query.topic for query in answer.queries}
    cited = Counter(reason.rule for item in answer.services for reason in item.rationale)
    cited += Counter(reason.rule for item in answer.suggestions for reason in item.rationale)
    assert case.rules <= cited.keys()
    if case.ndc:
        assert case.ndc in {item.ndc for item in answer.services}


def _entries() -> Iterator[Any]:
    for held in catalogue().by_concept.values():
        yield from held
