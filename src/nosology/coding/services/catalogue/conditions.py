"""Conditions of the catalogue: what must be told of an act for a number to be the right one.

``side=left; cm<=2.5; class=simple~`` reads: the side is left, the length is at most 2.5, and the
class is simple, also where the record does not tell a class.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum

from nosology.model.tables import parts

TOLD = "*"
"""The value of a condition that asks only whether something is told."""
_SHAPE = re.compile(r"([a-z][a-z0-9_-]*)(!=|<=|>=|=|<|>)([^~]+)(~?)")
_NUMERIC = frozenset({"<", "<=", ">", ">="})

type Value = str | Decimal


class Truth(Enum):
    """What the record makes of a condition."""

    YES = "yes"
    NO = "no"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition.

    Attributes:
        name: of the attribute that it asks for.
        values: any of which it accepts, or which it bars for ``!=``.
        is_default: whether it holds where nothing is told.
    """

    name: str
    sign: str
    values: tuple[str, ...]
    is_default: bool = False

    def of(self, told: Collection[Value]) -> Truth:
        """Return what the told values make of it; ``told`` holds a value with all it is part of."""
        if not told:
            return Truth.UNTOLD
        if self.values == (TOLD,):
            return Truth.YES if self.sign == "=" else Truth.NO
        if self.sign in _NUMERIC:
            limit = Decimal(self.values[0])
            numbers = [value for value in told if isinstance(value, Decimal)]
            if not numbers:
                return Truth.UNTOLD
            return Truth.YES if _compares(numbers[0], self.sign, limit) else Truth.NO
        is_among = any(_equals(value, wanted) for value in told for wanted in self.values)
        return Truth.YES if is_among == (self.sign == "=") else Truth.NO


def conditions(text: str) -> tuple[Condition, ...]:
    """Return the conditions of a cell of the catalogue.

    Raises:
        ValueError: naming the part that is not a condition.
    """
    return tuple(_condition(part) for part in parts(text))


def _condition(text: str) -> Condition:
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise ValueError(f"{text!r} is not a condition such as side=left, cm<=2.5 or class=simple~")
    name, sign, values, default = shape.groups()
    if sign in _NUMERIC:
        try:
            Decimal(values)
        except InvalidOperation:
            raise ValueError(f"{text!r} must compare with a number") from None
    listed = tuple(value.strip() for value in values.split("|"))
    return Condition(name, sign, listed, bool(default))


def _equals(value: Value, wanted: str) -> bool:
    if isinstance(value, str):
        return value == wanted
    try:
        return value == Decimal(wanted)
    except InvalidOperation:
        return False


def _compares(number: Decimal, sign: str, limit: Decimal) -> bool:
    if sign == "<":
        return number < limit
    if sign == "<=":
        return number <= limit
    return number > limit if sign == ">" else number >= limit
