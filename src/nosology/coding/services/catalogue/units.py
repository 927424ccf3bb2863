"""Units: how many of a service are billed, as the catalogue writes it.

Nothing is one. ``count`` is as many as are told, ``count-1`` those beyond the first,
``minutes/15`` as many begun quarters of an hour, ``(minutes-30)/30`` what is begun beyond the
first half hour.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

_SHAPE = re.compile(
    r"(?P<bare>[a-z][a-z0-9_-]*?)(?:-(?P<less>\d+(?:\.\d+)?))?(?:/(?P<by>\d+))?"
    r"|\((?P<inner>[a-z][a-z0-9_-]*?)-(?P<off>\d+(?:\.\d+)?)\)/(?P<each>\d+)"
)


@dataclass(frozen=True, slots=True)
class Units:
    """A rule for units: ``(attribute - less) / each``, rounded up."""

    attribute: str = ""
    less: Decimal = Decimal(0)
    each: Decimal = Decimal(1)

    def of(self, told: Callable[[str], Decimal | None]) -> int | None:
        """Return the units; None where what they are counted by is not told.

        Args:
            told: gives the number that the record tells of an attribute.
        """
        if not self.attribute:
            return 1
        number = told(self.attribute)
        if number is None:
            return None
        return math.ceil((number - self.less) / self.each)


def units(text: str) -> Units:
    """Return the rule of a cell of the catalogue.

    Raises:
        ValueError: where it is none.
    """
    if not text or text == "1":
        return Units()
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise ValueError(f"{text!r} is not a rule such as count, count-1 or (minutes-30)/30")
    if shape["inner"]:
        return Units(shape["inner"], Decimal(shape["off"]), Decimal(shape["each"]))
    return Units(shape["bare"], Decimal(shape["less"] or 0), Decimal(shape["by"] or 1))
