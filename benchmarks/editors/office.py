"""Claims of practices with five lines each, as speed is measured on."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from functools import cache

from benchmarks.editors.claims import NPI, SEED, Claim, Line
from benchmarks.editors.pools import OutpatientPools

_EVERYDAY = (
    "99213", "99214", "99203", "99204", "G0439", "36415", "80053", "85025", "80061", "83036",
    "84443", "81003", "87880", "93000", "71046", "73030", "73562", "76700", "20610", "17000",
    "11102", "69210", "90471", "96372", "J3420", "J1100", "J3301", "94010", "97110", "97140",
)  # fmt: skip
_EVERYDAY_SHARE = 0.8
_DIAGNOSES = (
    "I10", "E119", "E785", "Z0000", "M5450", "J069", "R0789", "K219", "N390", "M25561", "F411",
    "E039", "J45909", "L570", "H6121", "R5383", "Z23", "D649", "G4733", "I2510",
)  # fmt: skip
_LINES = 5
_OWN_NUMBERS = 400
_FIRST, _DAYS = dt.date(2025, 7, 1), 350
_VISITS = ("992", "G04")


def office_claims(pools: OutpatientPools, count: int, seed: int = SEED) -> Iterator[Claim]:
    """Yield claims of five lines, most of them of everyday services.

    The rest are of the few hundred further numbers that a practice bills, drawn once for the seed.
    """
    for number in range(1, count + 1):
        yield office_claim(pools, number, seed)


def office_claim(pools: OutpatientPools, number: int, seed: int = SEED) -> Claim:
    """Return the claim of the number."""
    draw = random.Random(f"office {seed} {number}")
    on = _FIRST + dt.timedelta(days=draw.randrange(_DAYS))
    day = on.year * 10000 + on.month * 100 + on.day
    diagnoses = draw.sample(_DIAGNOSES, draw.randint(1, 4))
    codes = dict.fromkeys(
        draw.choice(_EVERYDAY)
        if draw.random() < _EVERYDAY_SHARE
        else _of_practice(pools, draw, seed, day)
        for _ in range(4 * _LINES)
    )
    lines = [_line(draw, code, on, len(diagnoses)) for code in list(codes)[:_LINES]]
    return {
        "id": f"P{number:07d}",
        "type": "professional",
        "payer": "medicare",
        "patient": {
            "birth_date": dt.date(draw.randint(1930, 1958), draw.randint(1, 12), 5).isoformat(),
            "sex": draw.choice("FM"),
        },
        "billing_provider": {"npi": NPI},
        "diagnoses": [{"code": code} for code in diagnoses],
        "lines": lines,
    }


def _of_practice(pools: OutpatientPools, draw: random.Random, seed: int, day: int) -> str:
    """Return one of the practice's own numbers that is valid on the day."""
    while True:
        code = draw.choice(_own_numbers(pools.services.codes, seed))
        if pools.services.is_valid(code, day):
            return code


@cache
def _own_numbers(codes: tuple[str, ...], seed: int) -> tuple[str, ...]:
    return tuple(random.Random(f"practice {seed}").sample(codes, _OWN_NUMBERS))


def _line(draw: random.Random, code: str, on: dt.date, diagnoses: int) -> Line:
    return {
        "code": code,
        "modifiers": ["25"] if code.startswith(_VISITS) else [],
        "units": 1,
        "date": on.isoformat(),
        "place_of_service": "11",
        "diagnoses": sorted(draw.sample(range(1, diagnoses + 1), min(diagnoses, 2))),
        "charge": f"{draw.randint(20, 400)}.00",
    }
