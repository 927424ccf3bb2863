"""Random hospital claims, the same for the same seed, in the JSON that `nosology check` reads.

Every claim is drawn from a generator of its own, so that the first thousand of twenty thousand are
the thousand of a shorter run. About half of the codes are valid and unremarkable; the rest is drawn
so that each edit of the editors that are compared comes up often enough to be counted.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from typing import TypedDict

from benchmarks.editors.pools import (
    FIRST_DAY,
    LAST_DAY,
    LAST_OUTPATIENT_DAY,
    Dated,
    InpatientPools,
    Kinds,
    OutpatientPools,
    one_of,
)

SEED = 20261122
NPI = "1234567893"
PAIR_SHARE = 1 / 3
"""Share of outpatient claims that are given a pair of codes which bundle."""
FIRM_SHARE = 0.3
"""Share of those pairs that no modifier opens."""

POA = ("Y", "N", "U", "W", "1", "")
LEVEL_MODIFIERS = ("25", "59", "XE", "XP", "XS", "XU", "LT", "RT", "91", "76", "50")


class Diagnosis(TypedDict, total=False):
    """A diagnosis of a claim."""

    code: str
    poa: str


class Procedure(TypedDict):
    """An ICD-10-PCS procedure with its day."""

    code: str
    date: str


class Line(TypedDict, total=False):
    """A line of service."""

    code: str
    modifiers: list[str]
    units: int
    date: str
    revenue_code: str
    place_of_service: str
    diagnoses: list[int]
    charge: str


class Patient(TypedDict):
    """Who was treated."""

    birth_date: str
    sex: str


class Claim(TypedDict, total=False):
    """A claim as the product reads it."""

    id: str
    type: str
    payer: str
    bill_type: str
    patient: Patient
    billing_provider: dict[str, str]
    admission_date: str
    discharge_date: str
    discharge_status: str
    statement_from: str
    statement_to: str
    diagnoses: list[Diagnosis]
    procedures: list[Procedure]
    lines: list[Line]


def inpatient_claims(pools: InpatientPools, count: int, seed: int = SEED) -> Iterator[Claim]:
    """Yield stays in a hospital, numbered from 1."""
    for number in range(1, count + 1):
        yield inpatient_claim(pools, number, seed)


def outpatient_claims(pools: OutpatientPools, count: int, seed: int = SEED) -> Iterator[Claim]:
    """Yield visits to a hospital, numbered from 1."""
    for number in range(1, count + 1):
        yield outpatient_claim(pools, number, seed)


def inpatient_claim(pools: InpatientPools, number: int, seed: int = SEED) -> Claim:
    """Return the stay of the number."""
    draw = random.Random(f"inpatient {seed} {number}")
    discharged = _day(draw, FIRST_DAY, LAST_DAY)
    stay = one_of(draw, [(70, draw.randint(0, 7)), (25, draw.randint(8, 30)), (5, 90)])
    admitted = discharged - dt.timedelta(days=stay)
    day = _number(discharged)
    diagnoses = [_principal(draw, pools, day)]
    diagnoses += [_secondary(draw, pools, day) for _ in range(draw.randint(0, 6))]
    if len(diagnoses) > 1 and draw.random() < 0.12:
        again = draw.randrange(1, len(diagnoses))
        diagnoses[again] = diagnoses[0 if draw.random() < 0.7 else draw.randrange(again)]
    procedures = [_procedure(draw, pools, day) for _ in range(one_of(draw, _HOW_MANY))]
    if procedures and draw.random() < 0.1:
        procedures += _companions(draw, pools, day)
    return {
        "id": f"I{number:06d}",
        "type": "institutional",
        "payer": "medicare",
        "bill_type": "0111",
        "patient": _patient(draw, admitted),
        "billing_provider": {"npi": NPI},
        "admission_date": admitted.isoformat(),
        "discharge_date": discharged.isoformat(),
        "discharge_status": _discharge_status(draw),
        "statement_from": admitted.isoformat(),
        "statement_to": discharged.isoformat(),
        "diagnoses": [
            {"code": code, "poa": one_of(draw, [(60, "Y"), (40, draw.choice(POA))])}
            for code in diagnoses
        ],
        "procedures": [
            {
                "code": code,
                "date": (admitted + dt.timedelta(days=draw.randint(0, stay))).isoformat(),
            }
            for code in procedures
        ],
        "lines": [],
    }


_HOW_MANY = [(35, 0), (35, 1), (20, 2), (10, 4)]


def _principal(draw: random.Random, pools: InpatientPools, day: int) -> str:
    kinds = pools.diagnosis_kinds
    return _drawn(
        draw,
        [
            (45, lambda: pools.diagnoses.valid(draw, day)),
            (35, lambda: kinds.pick(draw, draw.choice(kinds.names), day)),
            (5, lambda: "Z5189"),
            (15, lambda: _wrong(draw, pools.diagnoses, pools.headings, day)),
        ],
    ) or pools.diagnoses.valid(draw, day)


def _secondary(draw: random.Random, pools: InpatientPools, day: int) -> str:
    kinds = pools.diagnosis_kinds
    return _drawn(
        draw,
        [
            (60, lambda: pools.diagnoses.valid(draw, day)),
            (30, lambda: kinds.pick(draw, draw.choice(kinds.names), day)),
            (10, lambda: _wrong(draw, pools.diagnoses, pools.headings, day)),
        ],
    ) or pools.diagnoses.valid(draw, day)


def _procedure(draw: random.Random, pools: InpatientPools, day: int) -> str:
    kinds = pools.procedure_kinds
    return _drawn(
        draw,
        [
            (45, lambda: pools.procedures.valid(draw, day)),
            (45, lambda: kinds.pick(draw, draw.choice(kinds.names), day)),
            (5, lambda: pools.procedures.of_other_years(draw, day)),
            (5, lambda: "".join(draw.choices("0123456789BCDFGHJKLMNPQRSTVWXYZ", k=7))),
        ],
    ) or pools.procedures.valid(draw, day)


def _companions(draw: random.Random, pools: InpatientPools, day: int) -> list[str]:
    """Return a transplant of the pancreas and perhaps of the kidney, which decides on coverage."""
    kinds = pools.procedure_kinds
    found = [kinds.pick(draw, "noncovered-conditional", day)]
    if draw.random() < 0.5:
        found.append(kinds.pick(draw, "kidney-transplant", day))
    return [code for code in found if code]


def _wrong(draw: random.Random, dated: Dated, headings: tuple[str, ...], day: int) -> str:
    """Return a diagnosis that is not to be reported on the day."""
    return _drawn(
        draw,
        [
            (40, lambda: draw.choice(headings)),
            (40, lambda: dated.of_other_years(draw, day)),
            (20, lambda: f"{draw.choice('AEIMRSTZ')}{draw.randint(0, 9999):04d}Q"),
        ],
    )


def _drawn[T](draw: random.Random, choices: Sequence[tuple[float, Callable[[], T]]]) -> T:
    """Return what one of the choices answers, by their weights."""
    return one_of(draw, choices)()


def _discharge_status(draw: random.Random) -> str:
    listed = ("01", "02", "03", "04", "05", "06", "07", "20", "21", "30", "43", "50", "51", "61",
              "62", "63", "64", "65", "66", "69", "70", "81", "86", "95")  # fmt: skip
    return one_of(draw, [(92, draw.choice(listed)), (8, f"{draw.randint(0, 99):02d}")])


def outpatient_claim(pools: OutpatientPools, number: int, seed: int = SEED) -> Claim:
    """Return the visit of the number."""
    draw = random.Random(f"outpatient {seed} {number}")
    began = _day(draw, FIRST_DAY, LAST_OUTPATIENT_DAY)
    lines: list[Line] = []
    if draw.random() < 0.05:
        code, began = _at_bound(draw, pools)
        lines.append(_service(draw, pools, code, _number(began)))
    day = _number(began)
    if draw.random() < PAIR_SHARE:
        lines += _pair(draw, pools, day)
    if draw.random() < 0.15:
        lines += _add_on(draw, pools, day)
    lines += [_line(draw, pools, day) for _ in range(one_of(draw, _HOW_MANY_LINES))]
    if not lines:
        lines = [_line(draw, pools, day)]
    draw.shuffle(lines)
    for line in lines:
        line["date"] = began.isoformat()
    # A second day, on which nothing meets what stands on the first.
    if len(lines) > 1 and draw.random() < 0.15 and day % 100 < 28 and day < LAST_OUTPATIENT_DAY:
        lines[-1]["date"] = (began + dt.timedelta(days=1)).isoformat()
    return {
        "id": f"O{number:06d}",
        "type": "institutional",
        "payer": "medicare",
        "bill_type": one_of(draw, [(70, "0131"), (15, "0141"), (15, "0851")]),
        "patient": _patient(draw, began),
        "billing_provider": {"npi": NPI},
        "statement_from": began.isoformat(),
        "statement_to": max(line["date"] for line in lines),
        "diagnoses": [{"code": code} for code in _visit_diagnoses(draw, pools, day)],
        "lines": lines,
    }


_HOW_MANY_LINES = [(20, 0), (35, 1), (25, 2), (15, 3), (5, 5)]


def _visit_diagnoses(draw: random.Random, pools: OutpatientPools, day: int) -> list[str]:
    kinds = pools.diagnosis_kinds
    return [
        _drawn(
            draw,
            [
                (70, lambda: pools.diagnoses.valid(draw, day)),
                (22, lambda: kinds.pick(draw, draw.choice(kinds.names), day)),
                (8, lambda: _wrong(draw, pools.diagnoses, pools.headings, day)),
            ],
        )
        or pools.diagnoses.valid(draw, day)
        for _ in range(draw.randint(1, 4))
    ]


def _pair(draw: random.Random, pools: OutpatientPools, day: int) -> list[Line]:
    """Return two lines whose codes bundle, with no modifier or some on either."""
    pair = pools.pairs.in_force(draw, day, is_firm=draw.random() < FIRM_SHARE)
    lines = [_service(draw, pools, code, day) for code in pair]
    where, modifiers = one_of(
        draw,
        [
            (45, (0, [])),
            (20, (1, [draw.choice(LEVEL_MODIFIERS)])),
            (15, (0, [draw.choice(LEVEL_MODIFIERS)])),
            (12, (1, ["59"])),
            (4, (1, ["XS"])),
            (4, (0, ["25"])),
        ],
    )
    lines[where]["modifiers"] = modifiers
    return lines


def _add_on(draw: random.Random, pools: OutpatientPools, day: int) -> list[Line]:
    """Return an add-on code, half of the time with a code that it may accompany."""
    code, primary = draw.choice(pools.add_ons)
    codes = [code, primary] if draw.random() < 0.5 else [code]
    return [_service(draw, pools, each, day) for each in codes]


def _line(draw: random.Random, pools: OutpatientPools, day: int) -> Line:
    kinds, statuses = pools.service_kinds, pools.statuses
    code = _drawn(
        draw,
        [
            (34, lambda: pools.services.valid(draw, day)),
            (20, lambda: _of_any_kind(draw, kinds, day)),
            (20, lambda: _of_any_kind(draw, statuses, day)),
            (6, lambda: pools.aged.pick(draw, "aged", day)),
            (6, lambda: pools.services.of_other_years(draw, day)),
            (3, lambda: f"{draw.choice('0123456789ABCEGHJKLQV')}{draw.randint(0, 9999):04d}"),
            (5, lambda: draw.choice(pools.bounded)[0]),
            (6, lambda: ""),
        ],
    )
    if code is None:
        code = pools.services.valid(draw, day)
    line = _service(draw, pools, code, day)
    if code and draw.random() < 0.3:
        line["modifiers"] = _modifiers(draw, pools, day)
    return line


def _service(draw: random.Random, pools: OutpatientPools, code: str, day: int) -> Line:
    line: Line = {
        "modifiers": [],
        "units": one_of(draw, [(80, 1), (15, 2), (5, draw.randint(3, 40))]),
        "revenue_code": _revenue_code(draw, pools, day),
        "charge": f"{draw.randint(200, 90000)}.00",
    }
    if code:
        line["code"] = code
    return line


def _revenue_code(draw: random.Random, pools: OutpatientPools, day: int) -> str:
    return (
        _drawn(
            draw,
            [
                (70, lambda: draw.choice(("0300", "0320", "0360", "0450", "0510", "0636", "0981"))),
                (20, lambda: pools.revenue_codes.valid(draw, day)),
                (6, lambda: _of_any_kind(draw, pools.revenue_kinds, day)),
                (4, lambda: f"{draw.randint(0, 999):04d}"),
            ],
        )
        or "0510"
    )


def _modifiers(draw: random.Random, pools: OutpatientPools, day: int) -> list[str]:
    modifiers = _drawn(
        draw,
        [
            (40, lambda: draw.choice(LEVEL_MODIFIERS)),
            (15, lambda: pools.modifiers.valid(draw, day)),
            (10, lambda: _of_any_kind(draw, pools.modifier_kinds, day)),
            (10, lambda: " ".join(draw.choice(pools.conflicts))),
            (10, lambda: draw.choice(("52", "73", "74", "PT", "CA", "50"))),
            (8, lambda: "".join(draw.choices("BHQWZ378", k=2))),
            (7, lambda: "50 52"),
        ],
    )
    return (modifiers or "59").split()


def _of_any_kind(draw: random.Random, kinds: Kinds, day: int) -> str | None:
    return kinds.pick(draw, draw.choice(kinds.names), day)


def _at_bound(draw: random.Random, pools: OutpatientPools) -> tuple[str, dt.date]:
    """Return a service, and a day about the one on which it became payable or ceased to be."""
    code, bound = draw.choice(pools.bounded)
    day = _date(bound) + dt.timedelta(days=draw.randint(-2, 1))
    return code, min(max(day, _date(FIRST_DAY)), _date(LAST_OUTPATIENT_DAY))


def _patient(draw: random.Random, on: dt.date) -> Patient:
    years = one_of(
        draw, [(50, draw.randint(18, 95)), (35, draw.randint(0, 124)), (15, draw.randint(0, 17))]
    )
    born = on - dt.timedelta(days=int(years * 365.25) + draw.randint(1, 360))
    return {
        "birth_date": born.isoformat(),
        "sex": one_of(draw, [(48, "F"), (48, "M"), (4, "U")]),
    }


def age_on(birth_date: str, day: dt.date) -> int:
    """Return the patient's whole years on the day."""
    born = dt.date.fromisoformat(birth_date)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _day(draw: random.Random, first: int, last: int) -> dt.date:
    start = _date(first)
    return start + dt.timedelta(days=draw.randrange((_date(last) - start).days + 1))


def _date(number: int) -> dt.date:
    return dt.date(number // 10000, number // 100 % 100, number % 100)


def _number(day: dt.date) -> int:
    return day.year * 10000 + day.month * 100 + day.day
