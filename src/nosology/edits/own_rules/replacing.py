"""What a rule of the user puts in place of a code, a modifier or a place of service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from nosology.edits.rule import Hit
from nosology.edits.view import ClaimView
from nosology.model.claim import Claim, Line
from nosology.model.code import plain
from nosology.model.errors import InputError, shown

type Change = Callable[[Line], Line]

REPLACED = ("line.code", "line.modifiers", "line.place_of_service", "line.revenue_code")


def read_change(told: object, where: str) -> Change:
    """Return the change that the table ``replace`` of a rule writes.

    A text is put in place of what is there. Modifiers are told by a table of the old and the new
    one; an empty new one takes the old one out.

    Raises:
        InputError: naming the field or value that is not as expected.
    """
    if not isinstance(told, Mapping) or not told:
        raise InputError(where, f"must be a table with one of {', '.join(REPLACED)}")
    changes: list[Change] = []
    flat = told.get("line") if isinstance(told.get("line"), Mapping) else None
    items = {f"line.{name}": value for name, value in flat.items()} if flat else dict(told)
    for name, value in items.items():
        if name not in REPLACED:
            raise InputError(where, f"unknown field {shown(name)}; there are {', '.join(REPLACED)}")
        if name == "line.modifiers":
            changes.append(_modifiers(value, where))
        elif isinstance(value, str) and value.strip():
            changes.append(_text(name.partition(".")[2], plain(value)))
        else:
            raise InputError(where, f"field {name!r} is {shown(value)}; expected a text")

    def change(line: Line) -> Line:
        for one in changes:
            line = one(line)
        return line

    return change


def mended(change: Change) -> Callable[[ClaimView, Hit], Claim | None]:
    """Return what applies the change to the line that a rule objects to."""

    def mend(claim: ClaimView, found: Hit) -> Claim | None:
        if found.line is None:
            return None
        lines = tuple(
            change(line) if line.number == found.line else line for line in claim.claim.lines
        )
        return replace(claim.claim, lines=lines)

    return mend


def _text(name: str, value: str) -> Change:
    def change(line: Line) -> Line:
        if name == "code":
            return replace(line, code=value)
        if name == "place_of_service":
            return replace(line, place_of_service=value)
        return replace(line, revenue_code=value)

    return change


def _modifiers(value: object, where: str) -> Change:
    if (
        not isinstance(value, Mapping)
        or not value
        or not all(isinstance(item, str) for pair in value.items() for item in pair)
    ):
        raise InputError(
            where, 'field \'line.modifiers\' must be a table of old and new ones: { "GT" = "95" }'
        )
    instead = {str(old).upper(): str(new).upper() for old, new in value.items()}

    def change(line: Line) -> Line:
        told = (instead.get(name, name) for name in line.modifiers)
        return replace(line, modifiers=tuple(dict.fromkeys(name for name in told if name)))

    return change
