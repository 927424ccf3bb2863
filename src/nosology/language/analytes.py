"""What can be measured: names, units, possible and usual values, as the measurement tables say."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files

from nosology.language.tokens import words_of
from nosology.model.errors import MalformedRow
from nosology.model.reading import Flag, Measurement
from nosology.model.tables import parts

_PACKAGE = "nosology.language"
_FAHRENHEIT = frozenset({"f", "°f", "ºf", "fahrenheit"})
_COLDEST_FAHRENHEIT = Decimal(86)
_ADULT = 30
"""The age for which a result is judged where the patient's is not known."""


@dataclass(frozen=True, slots=True)
class Analyte:
    """One row of ``measurements.tsv`` with its other units.

    Attributes:
        possible: the widest interval of a result in ``unit``; None for what has no number.
        factors: what one of another unit is in ``unit``, in the order in which they are tried.
    """

    name: str
    loinc: str
    unit: str
    possible: tuple[Decimal, Decimal] | None
    factors: dict[str, Decimal]

    def knows(self, unit: str) -> bool:
        """Return whether results are given in the unit, as ``leveled_unit`` writes it."""
        return (
            unit == leveled_unit(self.unit)
            or unit in self.factors
            or (self.name == "temperature" and unit in _FAHRENHEIT)
        )

    def amount(self, value: Decimal, unit: str) -> Decimal | None:
        """Return the value in the analyte's own unit, or None where it can be no result."""
        if self.possible is None:
            return None
        low, high = self.possible
        if self.name == "temperature" and (
            unit in _FAHRENHEIT or (not unit and value > _COLDEST_FAHRENHEIT)
        ):
            value, unit = ((value - 32) * 5 / 9).quantize(Decimal("0.1")), ""
        if unit and unit in self.factors:
            amount = value * self.factors[unit]
            return amount if low <= amount <= high else None
        if low <= value <= high:
            return value
        if unit:
            return None
        return next((value * by for by in self.factors.values() if low <= value * by <= high), None)


@dataclass(frozen=True, slots=True)
class Name:
    """One name of an analyte.

    Attributes:
        words: its leveled words after the first.
        written: how it must be written, for a short name with other meanings; else empty.
    """

    analyte: Analyte
    words: tuple[str, ...]
    written: str = ""


@dataclass(frozen=True, slots=True)
class _Interval:
    sex: str
    youngest: int
    oldest: int
    low: Decimal | None
    high: Decimal | None
    source: str


class Direction(StrEnum):
    """On which side of what is usual a value lies."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    ABNORMAL = "abnormal"
    """Abnormal, without a word on the side."""


@dataclass(frozen=True, slots=True)
class Judgment:
    """Whether a measurement is abnormal, and by what that was judged.

    Attributes:
        basis: ``flag``, ``range given`` or ``usual range``.
        source: where the usual range is from; empty for the others.
    """

    direction: Direction
    basis: str
    source: str = ""


_OF_FLAG = {
    Flag.HIGH: Direction.HIGH,
    Flag.LOW: Direction.LOW,
    Flag.ABNORMAL: Direction.ABNORMAL,
    Flag.POSITIVE: Direction.ABNORMAL,
    Flag.NORMAL: Direction.NORMAL,
    Flag.NEGATIVE: Direction.NORMAL,
}


def judge(measurement: Measurement, sex: str = "", age: int | None = None) -> Judgment | None:
    """Return whether the value is abnormal, or None where nothing tells.

    The record's flag decides, else the range that the laboratory gives, else the usual range for
    the patient's sex and age.

    Args:
        measurement: the value.
        sex: ``M``, ``F`` or empty for unknown.
        age: in years; None is read as an adult.
    """
    if measurement.flag is not None:
        return Judgment(_OF_FLAG[measurement.flag], "flag")
    if measurement.value is None:
        return None
    if measurement.reference is not None:
        low, high = measurement.reference
        return Judgment(_against(measurement.value, low, high), "range given")
    if measurement.amount is None:
        return None
    if measurement.analyte == "blood pressure":
        return _judge_pressure(measurement, sex, age)
    interval = _interval(measurement.analyte, sex, _ADULT if age is None else age)
    if interval is None:
        return None
    side = _against(measurement.amount, interval.low, interval.high)
    return Judgment(side, "usual range", interval.source)


def _judge_pressure(measurement: Measurement, sex: str, age: int | None) -> Judgment | None:
    years = _ADULT if age is None else age
    systolic = _interval("systolic pressure", sex, years)
    diastolic = _interval("diastolic pressure", sex, years)
    if systolic is None or diastolic is None or measurement.amount is None:
        return None
    sides = [_against(measurement.amount, systolic.low, systolic.high)]
    if measurement.second is not None:
        sides.append(_against(measurement.second, diastolic.low, diastolic.high))
    side = Direction.HIGH if Direction.HIGH in sides else sides[0]
    return Judgment(side, "usual range", systolic.source)


def _against(value: Decimal, low: Decimal | None, high: Decimal | None) -> Direction:
    if low is not None and value < low:
        return Direction.LOW
    if high is not None and value > high:
        return Direction.HIGH
    return Direction.NORMAL


def _interval(analyte: str, sex: str, age: int) -> _Interval | None:
    fitting = [
        row
        for row in _intervals().get(analyte, ())
        if row.sex in (sex, "any") and row.youngest <= age <= row.oldest
    ]
    own = [row for row in fitting if row.sex != "any"]
    chosen = own or fitting
    if not chosen:
        return None
    lows = [row.low for row in chosen if row.low is not None]
    highs = [row.high for row in chosen if row.high is not None]
    return _Interval(
        sex, 0, age, lows[0] if lows else None, highs[0] if highs else None, chosen[0].source
    )


def leveled_unit(unit: str) -> str:
    """Return the unit in small letters without space or the sign of a power."""
    small = unit.lower().replace("µ", "u").replace("μ", "u")
    return "".join(char for char in small if char not in " ^*.×²³").replace("m2", "m")


@cache
def analytes() -> dict[str, Analyte]:
    """Return the analytes by name, in the order of the table.

    Raises:
        MalformedRow: naming the table and line that does not follow its format.
    """
    return {row.name: row for row, _, _ in _listed()}


@cache
def names() -> dict[str, tuple[Name, ...]]:
    """Return every name by its first leveled word, the longest first."""
    found: dict[str, list[Name]] = {}
    for analyte, spelled, short in _listed():
        for name in spelled:
            first, *others = words_of(name)
            found.setdefault(first, []).append(Name(analyte, tuple(others)))
        for name in short:
            first, *others = words_of(name)
            found.setdefault(first, []).append(Name(analyte, tuple(others), name))
    return {
        first: tuple(sorted(same, key=lambda name: (-len(name.words), bool(name.written))))
        for first, same in found.items()
    }


@cache
def _listed() -> tuple[tuple[Analyte, tuple[str, ...], tuple[str, ...]], ...]:
    factors: dict[str, dict[str, Decimal]] = {}
    for analyte, unit, factor in _rows("measurement_units.tsv", ("analyte", "unit", "factor")):
        factors.setdefault(analyte, {})[leveled_unit(unit)] = Decimal(factor)
    columns = ("analyte", "loinc", "unit", "possible", "names", "short")
    return tuple(
        (
            Analyte(name, loinc, unit, _bounds(possible), factors.get(name, {})),
            parts(spelled),
            parts(short),
        )
        for name, loinc, unit, possible, spelled, short in _rows("measurements.tsv", columns)
    )


def _bounds(cell: str) -> tuple[Decimal, Decimal] | None:
    if not cell:
        return None
    at = cell.index("-", 1)
    return Decimal(cell[:at]), Decimal(cell[at + 1 :])


@cache
def _intervals() -> dict[str, tuple[_Interval, ...]]:
    columns = ("analyte", "sex", "ages", "low", "high", "source")
    found: dict[str, list[_Interval]] = {}
    for analyte, sex, ages, low, high, source in _rows("measurement_ranges.tsv", columns):
        youngest, _, oldest = ages.partition("-")
        found.setdefault(analyte, []).append(
            _Interval(
                sex,
                int(youngest),
                int(oldest or 200),
                Decimal(low) if low else None,
                Decimal(high) if high else None,
                source,
            )
        )
    return {analyte: tuple(same) for analyte, same in found.items()}


def _rows(name: str, columns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each row below the header, stripped."""
    text = files(_PACKAGE).joinpath(name).read_text(encoding="utf-8")
    reader = csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    for line, row in enumerate(reader, start=1):
        if not row or row[0].startswith("#") or tuple(row) == columns:
            continue
        if len(row) != len(columns):
            raise MalformedRow(name, line, len(row), f"ends the row; expected {len(columns)} cells")
        yield tuple(cell.strip() for cell in row)
