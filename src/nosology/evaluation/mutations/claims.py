"""Draws claims that are right: variants of those of ``clean_claims.toml``, the same for a seed."""

from __future__ import annotations

import datetime as dt
import random
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from nosology.edits.cases import written_out
from nosology.evaluation.mutations.provider_numbers import provider_number
from nosology.model.errors import InputError
from nosology.model.tables import table

Fields = dict[str, Any]
PLACE = "nosology.evaluation.mutations"
CLAIMS = "clean_claims.toml"
_NAMES = frozenset(
    {
        *("name", "kind", "ages", "sexes", "payers", "providers", "place", "clia", "specialty"),
        *("variants", "diagnoses", "lines", "procedures", "earlier", "stay", "fields", "package"),
    }
)
_CHOICE = re.compile(r"\(([^)]*\|[^)]*)\)")
_LATER = re.compile(r"on\+(\d+)")
_FIRST_DAY, _DAYS = dt.date(2025, 10, 6), 255
_ADMISSION_LINES = (("0120", 1), ("0250", 4), ("0300", 6))


@dataclass(frozen=True, slots=True)
class CleanClaim:
    """A claim that is right, as the fields of its JSON form.

    Attributes:
        scenario: what it is a variant of.
        kind: professional, outpatient or inpatient.
        earlier: claims of the patient that came before.
    """

    scenario: str
    kind: str
    fields: Fields
    earlier: tuple[Fields, ...]


@cache
def scenarios() -> tuple[Mapping[str, Any], ...]:
    """Return what claims are drawn from, in the order of the file.

    Raises:
        InputError: naming a scenario with a field that there is not.
    """
    told = tomllib.loads(table(PLACE, CLAIMS).read_text(encoding="utf-8"))
    for item in told["scenario"]:
        if unknown := item.keys() - _NAMES:
            raise InputError(CLAIMS, f"{item['name']!r} has unknown fields {sorted(unknown)}")
    return tuple(told["scenario"])


def clean_claim(number: int, seed: int) -> CleanClaim:
    """Return the claim of a number, which does not depend on how many are drawn."""
    known = scenarios()
    return drawn(known[number % len(known)], random.Random(f"claim {seed} {number}"), number)


def drawn(scenario: Mapping[str, Any], draw: random.Random, number: int) -> CleanClaim:
    """Return a variant of a scenario."""
    kind = scenario.get("kind", "professional")
    variant = draw.choice(scenario.get("variants", [[]]))
    day = _FIRST_DAY + dt.timedelta(days=draw.randrange(_DAYS))
    short: Fields = {
        "id": f"C{number}",
        "kind": kind,
        "date": day.isoformat(),
        "payer": draw.choice(scenario.get("payers", ["medicare"])),
        "patient": _patient(scenario, draw, day, number),
        "billing_provider": {"npi": provider_number(draw)},
        "diagnoses": _several(scenario["diagnoses"], variant, draw, day),
        "lines": _several(scenario.get("lines", ()), variant, draw, day),
        **scenario.get("fields", {}),
    }
    for name in ("clia", "specialty"):
        if name in scenario:
            short["billing_provider"][name] = scenario[name]
    for name in scenario.get("providers", ()):
        short[name] = {"npi": provider_number(draw)}
    if kind == "inpatient":
        _stay(short, scenario, variant, draw, day)
    fields = written_out(short, scenario["name"])
    place = scenario.get("place", "11")
    _priced(fields, draw, _chosen(place, draw), kind)
    for line in fields["lines"]:
        if "ndc" in line:
            line.update(scenario.get("package", {}))
    if kind == "inpatient":
        fields["discharge_date"] = fields["statement_to"] = short["discharge_date"]
    if draw.random() < 0.3:
        last = max(line["date"] for line in fields["lines"])
        received = dt.date.fromisoformat(last) + dt.timedelta(days=draw.randint(12, 60))
        fields["received_date"] = received.isoformat()
    return CleanClaim(
        scenario["name"], kind, fields, _earlier(scenario, variant, draw, day, fields)
    )


def _several(
    items: Iterable[str], variant: Sequence[str], draw: random.Random, day: dt.date
) -> list[str]:
    """Return lines, diagnoses or procedures with what is drawn put in."""
    found = []
    for item in items:
        if item.startswith("?") and draw.random() < 0.5:
            continue
        text = _chosen(item.removeprefix("?").format(*variant), draw)
        found.append(_LATER.sub(lambda later: f"on{_after(day, int(later.group(1)))}", text))
    return found


def _chosen(text: str, draw: random.Random) -> str:
    return _CHOICE.sub(lambda choice: draw.choice(choice.group(1).split("|")), text)


def _after(day: dt.date, days: int) -> str:
    return (day + dt.timedelta(days=days)).isoformat()


def _patient(
    scenario: Mapping[str, Any], draw: random.Random, day: dt.date, number: int
) -> dict[str, str]:
    lowest, highest = scenario["ages"]
    years = draw.randint(lowest, highest)
    born = day if years == 0 else day - dt.timedelta(days=years * 365 + years // 4 + 30)
    return {
        "id": f"P{number}",
        "birth_date": born.isoformat(),
        "sex": draw.choice(scenario.get("sexes", "FM")),
    }


def _stay(
    short: Fields,
    scenario: Mapping[str, Any],
    variant: Sequence[str],
    draw: random.Random,
    day: dt.date,
) -> None:
    nights = draw.randint(*scenario["stay"])
    short["discharge_date"] = _after(day, nights)
    short["admitting_diagnosis"] = short["diagnoses"][0].partition(" ")[0]
    short["procedures"] = [
        {"code": code, "date": _after(day, draw.randint(0, 1))}
        for code in _several(scenario.get("procedures", ()), variant, draw, day)
    ]
    short["lines"] = [
        {
            "revenue_code": code,
            "units": nights if code == "0120" else count,
            "date": day.isoformat(),
            "charge": "0",
        }
        for code, count in _ADMISSION_LINES
    ]


def _priced(fields: Fields, draw: random.Random, place: str, kind: str) -> None:
    """Give lines their place and charges, and half of the claims the total."""
    cents = 0
    for line in fields["lines"]:
        charge = draw.randint(1500, 90000)
        cents += charge
        line["charge"] = f"{charge // 100}.{charge % 100:02d}"
        if kind == "professional":
            line["place_of_service"] = place
    if draw.random() < 0.5:
        fields["total_charge"] = f"{cents // 100}.{cents % 100:02d}"


def _earlier(
    scenario: Mapping[str, Any],
    variant: Sequence[str],
    draw: random.Random,
    day: dt.date,
    fields: Fields,
) -> tuple[Fields, ...]:
    told = scenario.get("earlier")
    if told is None:
        return ()
    before = day - dt.timedelta(days=told["days"])
    return (
        written_out(
            {
                "id": "E1",
                "date": before.isoformat(),
                "payer": fields["payer"],
                "patient": fields["patient"],
                "billing_provider": fields["billing_provider"],
                "diagnoses": _several(told["diagnoses"], variant, draw, before),
                "lines": _several(told["lines"], variant, draw, before),
            },
            scenario["name"],
        ),
    )
