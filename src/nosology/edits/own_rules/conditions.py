"""Conditions on the fields of a claim: codes and ranges, numbers, dates, or whether it is filled.

"line.code" = ["99202-99215", "@visit", "J33*"]
"line.units" = "> 4"
"patient.age" = "5 to 17"
"line.date" = ">= 2026-01-01"
"prior_authorization" = false
"""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from nosology.edits.groups import groups, groups_of
from nosology.edits.own_rules.fields import FIELDS, Field, Form, Value
from nosology.edits.view import ClaimView, LineView
from nosology.model.code import plain
from nosology.model.errors import InputError, shown

type Holds = Callable[[Value], bool]

_COMPARED = re.compile(r"(<=|>=|<|>|=)?\s*([^\s<>=]+)")
_BETWEEN = re.compile(r"(\S+)\s+to\s+(\S+)")
_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}
_FORMS = {
    Form.CODES: 'a code, a range such as "99202-99215", "J33*", "@group", a list of them, '
    "or true or false for filled or not",
    Form.NUMBER: 'a number, "> 4", "5 to 17", or true or false for filled or not',
    Form.DATE: 'a date, ">= 2026-01-01", "2026-01-01 to 2026-06-30", or true or false for filled '
    "or not",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on one field; it holds where one of the field's values fulfills it."""

    field: Field
    holds: Holds | None
    wants_filled: bool = True

    def is_met(self, claim: ClaimView, line: LineView | None) -> bool:
        """Return whether the claim, or the line of it, meets the condition."""
        values = self.field.read(claim, line)
        if self.holds is None:
            return bool(values) is self.wants_filled
        return any(self.holds(value) for value in values)


@dataclass(frozen=True, slots=True)
class Conditions:
    """Conditions that must all be met, those on lines by one and the same line."""

    of_claim: tuple[Condition, ...]
    of_line: tuple[Condition, ...]

    def claim_meets(self, claim: ClaimView) -> bool:
        """Return whether the claim as a whole meets those that are not on lines."""
        return all(item.is_met(claim, None) for item in self.of_claim)

    def line_meets(self, claim: ClaimView, line: LineView) -> bool:
        """Return whether a line meets those on lines."""
        return all(item.is_met(claim, line) for item in self.of_line)

    def are_met(self, claim: ClaimView, line: LineView | None) -> bool:
        """Return whether all are met; those on lines by the line, or by any where it is None."""
        if not self.claim_meets(claim):
            return False
        if not self.of_line:
            return True
        if line is not None:
            return self.line_meets(claim, line)
        return any(self.line_meets(claim, one) for one in claim.lines)


def read_conditions(told: object, where: str) -> Conditions:
    """Return the conditions that a table of a rule writes.

    Raises:
        InputError: naming the field or value that is not as expected.
    """
    if not isinstance(told, Mapping) or not told:
        raise InputError(where, 'must be a table of fields, such as "line.code" = ["99211"]')
    found = [_condition(name, value, where) for name, value in _flat(told)]
    return Conditions(
        tuple(item for item in found if not item.field.is_of_line),
        tuple(item for item in found if item.field.is_of_line),
    )


def _flat(told: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    """Return names and values; ``line.code = ...`` without quotes is a table within the table."""
    found: list[tuple[str, Any]] = []
    for name, value in told.items():
        whole = f"{before}{name}"
        found += _flat(value, f"{whole}.") if isinstance(value, Mapping) else [(whole, value)]
    return found


def _condition(name: str, value: object, where: str) -> Condition:
    field = FIELDS.get(name)
    if field is None:
        raise InputError(where, f"unknown field {shown(name)}; {_near(name)}")
    if isinstance(value, bool):
        return Condition(field, None, value)
    try:
        if field.form is Form.CODES:
            return Condition(field, _codes(value))
        read = _number if field.form is Form.NUMBER else _date
        return Condition(field, _compared(value, read))
    except (ValueError, InvalidOperation, KeyError) as error:
        detail = f" ({error})" if isinstance(error, KeyError) else ""
        raise InputError(
            where, f"field {name!r} is {shown(value)}{detail}; expected {_FORMS[field.form]}"
        ) from None


def _near(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, FIELDS, n=3, cutoff=0.5)
    return f"did you mean {', '.join(near)}?" if near else f"there are {', '.join(FIELDS)}"


def _codes(value: object) -> Holds:
    items = value if isinstance(value, list) else [value]
    texts = [item.strip().upper() for item in items if isinstance(item, str) and item.strip()]
    if not texts or len(texts) != len(items):
        raise ValueError
    single: set[str] = set()
    beginnings: list[str] = []
    spans: list[tuple[str, str]] = []
    named: set[str] = set()
    for item in texts:
        first, dash, last = item.partition("-")
        if item.startswith("@"):
            name = item[1:].lower()
            if name not in groups():
                raise KeyError(f"no group {name!r}; there are {', '.join(groups())}")
            named.add(name)
        elif item.endswith("*"):
            beginnings.append(plain(item[:-1]))
        elif dash and last:
            if plain(last) < plain(first):
                raise ValueError
            spans.append((plain(first), plain(last)))
        else:
            single.add(plain(item))
    begins = tuple(beginnings)

    def holds(found: Value) -> bool:
        code = str(found)
        return (
            code in single
            or bool(begins and code.startswith(begins))
            or any(first <= code and code[: len(last)] <= last for first, last in spans)
            or bool(named and not named.isdisjoint(groups_of(code)))
        )

    return holds


def _compared(value: object, read: Callable[[object], Value]) -> Holds:
    if isinstance(value, list):
        each = [_compared(item, read) for item in value]
        if not each:
            raise ValueError
        return lambda found: any(holds(found) for holds in each)
    if not isinstance(value, str):
        exact = read(value)
        return lambda found: found == exact
    between = _BETWEEN.fullmatch(value.strip())
    if between:
        lowest, highest = read(between.group(1)), read(between.group(2))
        return lambda found: lowest <= found <= highest  # type: ignore[operator]
    compared = _COMPARED.fullmatch(value.strip())
    if compared is None:
        raise ValueError
    compare, bound = _OPERATORS[compared.group(1) or "="], read(compared.group(2))
    return lambda found: compare(found, bound)


def _number(value: object) -> Decimal:
    if isinstance(value, bool | dt.date) or not isinstance(value, int | float | str):
        raise ValueError
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError
    return number


def _date(value: object) -> dt.date:
    if isinstance(value, dt.datetime) or not isinstance(value, str | dt.date):
        raise ValueError
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
